"""What is left of a shop's budget goes to those who need it most, over all workers."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from redis import Redis

from tests.fakes import NOON
from tests.store.shops import ALICE, BOB, ENTRY, ORDER, PATIENT_SECONDS, QUESTION, asked
from tracker.breaker import Breaker
from tracker.embedded_redis import EmbeddedRedis
from tracker.ports.orders import Urgency
from tracker.store.budget import POINTS, RedisBudget
from tracker.store.cache import RedisAnswers
from tracker.store.purge import RedisPurge
from tracker.store.redis import GuardedRedis
from tracker.store.sealing import Sealer

MAXIMUM, RESTORE = 2000.0, 0.001
"""A bucket that does not fill while a test runs."""


def status(available: float, maximum: float = MAXIMUM, restore: float = RESTORE) -> Mapping[str, float]:
    return {"currentlyAvailable": available, "maximumAvailable": maximum, "restoreRate": restore}


@pytest.fixture
def budget(guard: GuardedRedis, sealer: Sealer) -> RedisBudget:
    return RedisBudget(guard, sealer)


def admitted(budget: RedisBudget) -> list[bool]:
    """Whether there is room for each kind of question, the least urgent first."""
    return [budget.wait(QUESTION, urgency) == 0 for urgency in Urgency]


class TestRoom:
    def test_of_an_unknown_budget_there_is_room_for_everybody(self, budget: RedisBudget) -> None:
        assert admitted(budget) == [True, True, True]

    @pytest.mark.parametrize(
        ("available", "expected"),
        [(0.5 * MAXIMUM + POINTS, True), (0.5 * MAXIMUM + POINTS - 1, False)],
    )
    def test_what_no_shopper_asked_comes_last(
        self, budget: RedisBudget, available: float, *, expected: bool
    ) -> None:
        budget.told(ALICE, status(available))

        assert (expected, True) == (budget.wait_behind(ALICE) == 0, budget.wait_behind(BOB) == 0)

    @pytest.mark.parametrize(
        ("available", "expected"),
        [
            (MAXIMUM, [True, True, True]),
            (0.5 * MAXIMUM + POINTS, [True, True, True]),
            (0.5 * MAXIMUM + POINTS - 1, [False, True, True]),
            (0.25 * MAXIMUM + POINTS - 1, [False, False, True]),
            (0, [False, False, True]),
        ],
    )
    def test_refreshes_wait_first_then_questions_and_nobody_who_was_right_before(
        self, budget: RedisBudget, available: float, expected: list[bool]
    ) -> None:
        room = []
        for urgency in Urgency:
            budget.told(ALICE, status(available))
            room.append(budget.wait(QUESTION, urgency) == 0)

        assert room == expected

    def test_the_time_told_is_when_there_will_be_room(self, budget: RedisBudget) -> None:
        budget.told(ALICE, status(400, restore=100))

        assert 2.1 < budget.wait(QUESTION, Urgency.QUESTION) <= 2.2

    def test_a_budget_fills_by_itself(self, budget: RedisBudget) -> None:
        """By what the shop says it restores, whether or not anybody asks."""
        budget.told(ALICE, status(0, restore=1e9))

        assert admitted(budget) == [True, True, True]

    def test_what_is_asked_counts_before_the_shop_has_answered(self, budget: RedisBudget) -> None:
        """Or all who come during one answer would be let through on what was left before it."""
        budget.told(ALICE, status(0.25 * MAXIMUM + 3 * POINTS))

        assert [budget.wait(QUESTION, Urgency.QUESTION) == 0 for _ in range(4)] == [True, True, True, False]

    def test_what_the_shop_says_last_holds(self, budget: RedisBudget) -> None:
        budget.told(ALICE, status(0))
        budget.told(ALICE, status(MAXIMUM))

        assert admitted(budget) == [True, True, True]

    def test_each_shop_has_its_own(self, budget: RedisBudget) -> None:
        budget.told(ALICE, status(0))

        assert budget.wait(asked(shop=BOB), Urgency.QUESTION) == 0


class TestWhoIsKnown:
    """Somebody guesses, and the budget is low: real shoppers are not to notice."""

    @pytest.fixture(autouse=True)
    def _low(self, budget: RedisBudget) -> None:
        budget.told(ALICE, status(0))

    def test_what_was_right_before_is_asked_again(
        self, budget: RedisBudget, answers: RedisAnswers, purge: RedisPurge
    ) -> None:
        """Also once a webhook dropped the answer that was kept."""
        answers.keep(QUESTION, ENTRY, generation=answers.generation(QUESTION.shop), seconds=60, guessed=False)
        purge.drop(ALICE, ORDER)
        assert answers.ask(QUESTION) is None

        assert budget.wait(QUESTION, Urgency.QUESTION) == 0

    @pytest.mark.parametrize(
        "other", [asked(email="mallory@example.com"), asked(number="#1002", stem="1002")]
    )
    def test_nothing_is_told_of_who_has_looked_something_up_here(
        self, budget: RedisBudget, answers: RedisAnswers, other: object
    ) -> None:
        """Number and e-mail count together: an e-mail alone says nothing of whether it is a customer's."""
        answers.keep(QUESTION, ENTRY, generation=answers.generation(QUESTION.shop), seconds=60, guessed=False)

        assert isinstance(other, type(QUESTION))
        assert budget.wait(other, Urgency.QUESTION) > 0

    def test_a_miss_is_not_known(self, budget: RedisBudget, answers: RedisAnswers) -> None:
        answers.keep_miss(QUESTION, generation=answers.generation(QUESTION.shop), checked_at=NOON, seconds=60)

        assert budget.wait(QUESTION, Urgency.QUESTION) > 0

    def test_a_refresh_waits_all_the_same(self, budget: RedisBudget, answers: RedisAnswers) -> None:
        answers.keep(QUESTION, ENTRY, generation=answers.generation(QUESTION.shop), seconds=60, guessed=False)

        assert budget.wait(QUESTION, Urgency.BEHIND) > 0


def test_all_workers_share_what_one_is_told(budget: RedisBudget, redis_url: str, sealer: Sealer) -> None:
    other = RedisBudget(GuardedRedis(redis_url, Breaker(), timeout_seconds=PATIENT_SECONDS), sealer)
    budget.told(ALICE, status(0))

    assert other.wait(QUESTION, Urgency.QUESTION) > 0


def test_it_is_forgotten_once_it_would_be_full(budget: RedisBudget, redis_client: Redis) -> None:
    budget.told(ALICE, status(0, restore=100))
    (key,) = redis_client.scan_iter()

    assert 0 < redis_client.pttl(key) <= 20_000


@pytest.mark.parametrize("available", [0.75 * MAXIMUM, MAXIMUM, 2 * MAXIMUM])
def test_of_a_shop_with_plenty_nothing_is_noted(
    budget: RedisBudget, redis_client: Redis, available: float
) -> None:
    budget.told(ALICE, status(0))
    budget.told(ALICE, status(available))

    assert list(redis_client.scan_iter()) == []


@pytest.mark.parametrize(
    "odd",
    [{}, {"currentlyAvailable": 0.0}, status(0, restore=0), status(0, maximum=0)],
    ids=["nothing", "half", "never restored", "of nothing"],
)
def test_figures_that_make_no_sense_change_nothing(budget: RedisBudget, odd: Mapping[str, float]) -> None:
    budget.told(ALICE, odd)

    assert admitted(budget) == [True, True, True]


def test_rubbish_and_a_dead_redis_let_everybody_ask(breakable_redis: EmbeddedRedis, sealer: Sealer) -> None:
    guard = GuardedRedis(breakable_redis.url, Breaker(), timeout_seconds=PATIENT_SECONDS)
    budget = RedisBudget(guard, sealer)
    budget.told(ALICE, status(0))
    with Redis.from_url(breakable_redis.url) as client:
        (key,) = client.scan_iter()
        client.set(key, "rubbish")
    assert admitted(budget) == [True, True, True]

    breakable_redis.kill()
    budget.told(ALICE, status(0))
    assert admitted(budget) == [True, True, True]
