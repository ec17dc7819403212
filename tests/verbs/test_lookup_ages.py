"""The look-up: how fresh the answer is, and what is told where the shop gives none."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import NOON
from tests.lookup_world import (
    AGES,
    ALICE,
    BEA,
    DELIVERED_SOFT,
    SOFT,
    World,
    gid,
    hit,
    order,
    outcome,
    told,
)
from tracker import errors
from tracker.errors import (
    RETRY_SECONDS,
    NotSetUp,
    UpstreamError,
    UpstreamUnavailable,
)
from tracker.order import Status
from tracker.ports.answers import Entry
from tracker.verbs.lookup import (
    MISS_SECONDS,
    Answer,
    Freshness,
    judge,
    marked_stale,
)


class TestAges:
    def test_a_fresh_answer_costs_one_question_and_no_upstream_call(self, warm: World) -> None:
        warm.clock.advance(SOFT)

        assert warm.look_up() == Answer(warm.write(warm.told[0], NOON, 300), "kept")
        assert warm.orders.calls == []
        assert warm.answers.calls == ["ask"]
        assert warm.background.submitted == 0

    def test_past_its_soft_age_it_is_given_and_refreshed_behind(self, warm: World) -> None:
        warm.clock.advance(SOFT + 1)

        answer = warm.look_up()

        assert (told(answer)["checked_at"], answer.cache) == (NOON.isoformat(), "refreshing")
        assert warm.orders.calls == ["find", "read"]
        assert warm.answers.calls == ["ask", "lead", "generation", "keep"]
        assert told(warm.look_up())["checked_at"] == warm.clock.now.isoformat()

    def test_the_soft_age_is_that_of_its_status(self, world: World) -> None:
        world.orders.orders[gid(1)] = order(status=Status.DELIVERED)
        world.look_up()
        world.clock.advance(DELIVERED_SOFT)

        assert world.look_up().cache == "kept"

    def test_a_refresh_that_another_leads_is_left_to_them(self, warm: World) -> None:
        warm.answers.leading = False
        warm.clock.advance(SOFT + 1)

        assert warm.look_up().cache == "refreshing"
        assert warm.orders.calls == []

    def test_without_room_for_a_refresh_the_answer_is_given_all_the_same(self, warm: World) -> None:
        warm.background.full = True
        warm.clock.advance(SOFT + 1)

        assert warm.look_up().cache == "refreshing"
        assert warm.background.submitted == 1

    def test_a_refresh_that_fails_leaves_the_known_answer(self, warm: World) -> None:
        warm.orders.find_error = errors.UpstreamTimeout()
        warm.clock.advance(SOFT + 1)

        assert warm.look_up().cache == "refreshing"
        assert told(warm.look_up())["checked_at"] == NOON.isoformat()

    def test_past_twice_its_soft_age_it_is_refreshed_first(self, warm: World) -> None:
        warm.clock.advance(2 * SOFT + 1)

        answer = warm.look_up()

        assert (told(answer)["checked_at"], answer.cache) == (warm.clock.now.isoformat(), "read")
        assert warm.answers.calls == ["ask", "lead", "generation", "keep"]

    @pytest.mark.parametrize("where", ["find", "read"])
    def test_failing_that_the_known_answer_is_given_as_stale(self, warm: World, where: str) -> None:
        setattr(warm.orders, f"{where}_error", errors.UpstreamTimeout())
        warm.clock.advance(2 * SOFT + 1)

        answer = warm.look_up()

        assert told(answer) == {
            "id": gid(1),
            "checked_at": NOON.isoformat(),
            "refresh_after": 300,
            "stale": True,
        }
        assert answer.cache == "stale"

    def test_being_stale_is_not_kept(self, warm: World) -> None:
        warm.orders.find_error = errors.UpstreamTimeout()
        warm.clock.advance(2 * SOFT + 1)
        warm.look_up()
        warm.orders.find_error, warm.answers.in_vain = None, False  # a second later

        assert told(warm.look_up())["stale"] is False

    @pytest.mark.parametrize(
        ("age", "first"), [(SOFT + 1, "refreshing"), (2 * SOFT + 1, "OrderNotFound")], ids=["soft", "old"]
    )
    def test_a_refresh_compares_the_e_mail_again(self, warm: World, age: int, first: str) -> None:
        """The e-mail of the order was changed: once that is known the old one sees nothing."""
        warm.orders.found[ALICE] = [hit(email=BEA)]
        warm.clock.advance(age)

        assert [outcome(warm), outcome(warm)] == [first, "OrderNotFound"]
        assert warm.answers.lives[-1] == MISS_SECONDS
        assert told(warm.look_up(email=BEA))["id"] == gid(1)

    @pytest.mark.parametrize("age", [SOFT + 1, 2 * SOFT + 1])
    def test_a_refresh_takes_no_guess_and_gives_none_back(self, warm: World, age: int) -> None:
        warm.answers.guesses = 5
        warm.clock.advance(age)
        warm.look_up()

        assert warm.answers.guesses == 5

    def test_a_clock_that_jumped_back_makes_an_answer_old(self, warm: World) -> None:
        warm.clock.advance(-3600)

        assert warm.look_up().cache == "read"

    def test_clocks_of_two_hosts_may_differ_a_little(self, warm: World) -> None:
        warm.clock.advance(-60)

        assert warm.look_up().cache == "kept"

    def test_a_story_that_was_dropped_while_it_was_read_is_given_but_not_kept(self, world: World) -> None:
        world.orders.meanwhile = lambda: world.answers.drop(ALICE, gid(1))

        assert world.look_up().cache == "read"
        assert world.answers.entries == {}
        assert world.answers.guesses == 0

    @given(status=st.none() | st.sampled_from(Status), age=st.integers(0, 3 * DELIVERED_SOFT))
    def test_an_answer_only_ever_gets_older(self, status: Status | None, age: int) -> None:
        entry = Entry(b"{}", status, gid(1), NOON, 4)
        now, later = (
            judge(entry, now=NOON + timedelta(seconds=seconds), ages=AGES, stalled_days=4)
            for seconds in (age, age + 1)
        )

        assert list(Freshness).index(now) <= list(Freshness).index(later)
        assert Freshness.OLD is judge(entry, now=NOON, ages=AGES, stalled_days=5)

    @given(answer=st.dictionaries(st.text(), st.text() | st.integers() | st.none()))
    def test_to_be_marked_as_stale_changes_nothing_else(self, answer: dict[str, object]) -> None:
        marked = json.loads(marked_stale(json.dumps(answer | {"stale": False}).encode()))

        assert marked == answer | {"stale": True}


UPSTREAM_ERRORS = [
    kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, UpstreamError)
]


MERCHANT_HAS_TO_ACT = (errors.AccessTokenRejected, errors.AccessDenied, errors.ShopUnavailable)


class TestUpstreamErrors:
    @pytest.mark.parametrize("kind", UPSTREAM_ERRORS, ids=lambda kind: kind.__name__)
    @pytest.mark.parametrize("where", ["find", "read"])
    def test_each_is_a_refusal_and_gives_the_guess_back(
        self, world: World, kind: type[UpstreamError], where: str
    ) -> None:
        error = kind("busy") if kind is errors.StoreUnavailable else kind()
        setattr(world.orders, f"{where}_error", error)

        refusal = world.refusal()

        for_the_merchant = issubclass(kind, MERCHANT_HAS_TO_ACT)
        assert type(refusal) is (NotSetUp if for_the_merchant else UpstreamUnavailable)
        assert refusal.cause == kind.code
        assert refusal.retry_after == (None if for_the_merchant else error.retry_after or RETRY_SECONDS)
        assert isinstance(refusal.__cause__, kind)
        assert world.answers.guesses == 0
        assert world.answers.entries == {}

    @pytest.mark.parametrize(("named", "told"), [(7.2, 8), (30, 30), (0, 1), (0.01, 1)])
    def test_the_time_that_the_shop_names_is_handed_on_in_whole_seconds(
        self, world: World, named: float, told: int
    ) -> None:
        world.orders.find_error = errors.UpstreamThrottled(retry_after=named)

        assert world.refusal().retry_after == told

    def test_a_failure_is_not_kept(self, world: World) -> None:
        world.orders.find_error = errors.UpstreamTimeout()
        world.refusal()
        world.orders.find_error, world.answers.in_vain = None, False  # a second later

        assert told(world.look_up())["id"] == gid(1)
