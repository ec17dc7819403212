"""A guess is taken before the shop is asked, given back when it was right, and refused when none is left."""

from __future__ import annotations

import time

import pytest
from limits import RateLimitItem
from limits import parse as parse_limit
from redis import Redis

from tests.fakes import NOON, SettableMonotonic
from tests.store.guesses import HOUR, counts, refused_by, vary
from tests.store.shops import (
    ADAS_ID,
    BOB,
    ENTRY,
    PATIENT_SECONDS,
    QUESTION,
    SECRET,
    asked,
    overheard,
)
from tracker.breaker import Breaker
from tracker.claim import by_customer, by_email
from tracker.embedded_redis import EmbeddedRedis
from tracker.ports.answers import Awaited, Spent
from tracker.store.cache import RedisAnswers
from tracker.store.redis import GuardedRedis
from tracker.store.sealing import Sealer


class TestTaking:
    def test_a_question_takes_one_guess_of_each_limit(
        self, answers: RedisAnswers, redis_client: Redis
    ) -> None:
        answers.ask(QUESTION)

        assert counts(redis_client) == [1, 1, 1, 1]

    @pytest.mark.parametrize("name", ["email", "number_network", "number", "shop"])
    def test_each_limit_counts_what_it_is_named_after_and_is_then_spent(
        self, guard: GuardedRedis, sealer: Sealer, limits: dict[str, RateLimitItem], name: str
    ) -> None:
        generous = dict.fromkeys(limits, parse_limit("1000/hour"))
        answers = RedisAnswers(guard, sealer, guess_limits=generous | {name: parse_limit("4/hour")})

        told = [answers.ask(vary(name, number)) for number in range(5)]

        assert told[:4] == [None] * 4
        assert refused_by(told[4]) == name

    @pytest.mark.parametrize("name", ["email", "number_network", "number", "shop"])
    def test_another_shop_is_not_touched(self, guard: GuardedRedis, sealer: Sealer, name: str) -> None:
        answers = RedisAnswers(guard, sealer, guess_limits={name: parse_limit("1/hour")})
        answers.ask(QUESTION)

        assert isinstance(answers.ask(QUESTION), Spent)
        assert answers.ask(asked(shop=BOB)) is None

    def test_a_customers_guesses_are_counted_under_their_id_as_others_under_the_e_mail(
        self, guard: GuardedRedis, sealer: Sealer
    ) -> None:
        """And never together with those of an e-mail that reads like it."""
        answers = RedisAnswers(guard, sealer, guess_limits={"email": parse_limit("2/hour")})
        customer, lookalike = by_customer(ADAS_ID), by_email(ADAS_ID)
        numbers = [(f"#{number}", str(number)) for number in range(3)]

        told = [answers.ask(asked(number=name, stem=stem, claim=customer)) for name, stem in numbers]

        assert told[:2] == [None, None]
        assert refused_by(told[2]) == "email"
        assert answers.ask(asked(claim=lookalike)) is None

    def test_writing_a_number_otherwise_gains_nothing(self, answers: RedisAnswers) -> None:
        """Counted is the stem, which all ways to write a number share."""
        told = [answers.ask(vary("number_network", number)) for number in range(11)]

        assert refused_by(told[-1]) == "number_network"

    def test_two_workers_share_the_counts(self, redis_url: str, limits: dict[str, RateLimitItem]) -> None:
        workers = [
            RedisAnswers(
                GuardedRedis(redis_url, Breaker(), timeout_seconds=PATIENT_SECONDS),
                Sealer(SECRET),
                guess_limits=limits,
            )
            for _ in range(2)
        ]
        told = [workers[number % 2].ask(vary("number_network", number)) for number in range(11)]

        assert told[:10] == [None] * 10
        assert refused_by(told[10]) == "number_network"

    def test_a_refused_question_takes_nothing(self, answers: RedisAnswers, redis_client: Redis) -> None:
        for _ in range(10):
            answers.ask(QUESTION)
        before = counts(redis_client)

        assert isinstance(answers.ask(QUESTION), Spent)
        assert counts(redis_client) == before == [10, 10, 10, 10]

    def test_the_time_told_is_what_is_left_of_the_window(
        self, answers: RedisAnswers, redis_client: Redis
    ) -> None:
        for _ in range(10):
            answers.ask(QUESTION)
        for key in redis_client.scan_iter(match="*:g:*"):
            redis_client.pexpire(key, 90_500)

        refused = answers.ask(QUESTION)

        assert isinstance(refused, Spent)
        assert 60 < refused.retry_after <= 91

    def test_when_the_window_has_ended_there_is_room_again(
        self, answers: RedisAnswers, redis_client: Redis
    ) -> None:
        for _ in range(10):
            answers.ask(QUESTION)
        redis_client.delete(*redis_client.scan_iter(match="*:g:*"))

        assert answers.ask(QUESTION) is None

    def test_a_kept_answer_passes_though_every_guess_is_spent(self, answers: RedisAnswers) -> None:
        """Nobody can lock a buyer out of what they already saw."""
        answers.keep(QUESTION, ENTRY, generation=answers.generation(QUESTION.shop), seconds=60, guessed=False)
        mallory = asked(email="mallory@example.com")
        for _ in range(30):
            answers.ask(mallory)

        assert isinstance(answers.ask(mallory), Spent)
        assert answers.ask(QUESTION) == ENTRY

    def test_a_kept_answer_takes_no_guess(self, answers: RedisAnswers, redis_client: Redis) -> None:
        answers.keep(QUESTION, ENTRY, generation=answers.generation(QUESTION.shop), seconds=60, guessed=False)
        for _ in range(30):
            answers.ask(QUESTION)

        assert counts(redis_client) == []

    def test_rubbish_under_the_entry_does_not_save_a_guess(
        self, answers: RedisAnswers, redis_client: Redis
    ) -> None:
        answers.keep(QUESTION, ENTRY, generation=answers.generation(QUESTION.shop), seconds=60, guessed=False)
        (key,) = redis_client.scan_iter(match="*:l:*")
        redis_client.set(key, b"rubbish")

        answers.ask(QUESTION)

        assert counts(redis_client) == [1, 1, 1, 1]

    def test_without_limits_nothing_is_counted(
        self, guard: GuardedRedis, sealer: Sealer, redis_client: Redis
    ) -> None:
        answers = RedisAnswers(guard, sealer, guess_limits={})

        assert [answers.ask(QUESTION) for _ in range(30)] == [None] * 30
        answers.give_back(QUESTION, guessed=True)
        answers.keep(QUESTION, ENTRY, generation=answers.generation(QUESTION.shop), seconds=60, guessed=True)
        assert counts(redis_client) == []
        assert answers.ask(QUESTION) == ENTRY


class TestOneWorkForEveryMiss:
    def test_a_kept_miss_and_a_new_one_cost_the_same_commands_whatever_was_wrong(
        self, answers: RedisAnswers, redis_client: Redis
    ) -> None:
        """What Redis does must not tell an unknown number from another e-mail."""
        misses = [
            asked(email="mallory@example.com", network="10.0.0.0/24"),
            asked(number="#9999", stem="9999", network="10.0.0.0/24"),
            asked(number="#9999", stem="9999", email="mallory@example.com", network="10.0.0.0/24"),
        ]
        heard_of = []
        # A connection for scripts and then one for commands, and scripts that the server knows, so that no
        # miss is the first to need them.
        answers.ask(QUESTION)
        answers.keep_miss(QUESTION, generation=answers.generation(QUESTION.shop), checked_at=NOON, seconds=60)
        for question in misses:
            redis_client.flushall()
            answers.ask(QUESTION)
            answers.keep(
                QUESTION, ENTRY, generation=answers.generation(QUESTION.shop), seconds=60, guessed=True
            )
            with overheard(redis_client) as heard:
                answers.ask(question)
                generation = answers.generation(question.shop)
                answers.keep_miss(question, generation=generation, checked_at=NOON, seconds=60)
                answers.ask(question)
            heard_of.append(heard)

        assert heard_of[0] == heard_of[1] == heard_of[2]
        assert [name for sender, name in heard_of[0] if sender != "lua"] == ["EVALSHA"] * 4


class TestWithoutRedis:
    @pytest.fixture
    def monotonic(self) -> SettableMonotonic:
        return SettableMonotonic()

    @pytest.fixture
    def lonely(
        self, breakable_redis: EmbeddedRedis, limits: dict[str, RateLimitItem], monotonic: SettableMonotonic
    ) -> RedisAnswers:
        guard = GuardedRedis(
            breakable_redis.url,
            Breaker(open_seconds=10, monotonic=monotonic),
            timeout_seconds=PATIENT_SECONDS,
        )
        return RedisAnswers(guard, Sealer(SECRET), guess_limits=limits)

    def test_guesses_are_counted_in_this_process(
        self, lonely: RedisAnswers, breakable_redis: EmbeddedRedis
    ) -> None:
        breakable_redis.kill()

        told = [lonely.ask(QUESTION) for _ in range(12)]

        assert told[:10] == [None] * 10
        assert [refused_by(refused) for refused in told[10:]] == ["number_network"] * 2

    @pytest.mark.parametrize("name", ["email", "number", "shop"])
    def test_every_limit_holds_in_this_process(self, breakable_redis: EmbeddedRedis, name: str) -> None:
        guard = GuardedRedis(breakable_redis.url, Breaker(), timeout_seconds=PATIENT_SECONDS)
        answers = RedisAnswers(guard, Sealer(SECRET), guess_limits={name: parse_limit("2/hour")})
        breakable_redis.kill()

        told = [answers.ask(vary(name, number)) for number in range(3)]

        assert told[:2] == [None, None]
        assert refused_by(told[2]) == name

    def test_nothing_raises(self, lonely: RedisAnswers, breakable_redis: EmbeddedRedis) -> None:
        breakable_redis.kill()

        assert lonely.ask(QUESTION) is None
        assert lonely.generation(QUESTION.shop) is None
        lonely.keep(QUESTION, ENTRY, generation=1, seconds=60, guessed=True)
        lonely.keep(QUESTION, ENTRY, generation=None, seconds=60, guessed=True)
        lonely.keep_miss(QUESTION, generation=1, checked_at=NOON, seconds=60)
        lonely.give_back(QUESTION, guessed=True)
        assert [None, Awaited.ANSWER] == [lonely.lead(QUESTION, otherwise=way) for way in (True, False)]

    @pytest.mark.parametrize("way", ["keep", "keep of an unknown generation", "give_back"])
    def test_a_right_answer_gives_its_guess_back_here_too(
        self, lonely: RedisAnswers, breakable_redis: EmbeddedRedis, way: str
    ) -> None:
        breakable_redis.kill()
        for _ in range(30):
            assert lonely.ask(QUESTION) is None
            if way == "give_back":
                lonely.give_back(QUESTION, guessed=True)
            else:
                lonely.keep(
                    QUESTION, ENTRY, generation=1 if way == "keep" else None, seconds=60, guessed=True
                )

    def test_there_is_never_less_than_none_here_either(
        self, lonely: RedisAnswers, breakable_redis: EmbeddedRedis
    ) -> None:
        breakable_redis.kill()
        for _ in range(5):
            lonely.give_back(QUESTION, guessed=True)

        told = [lonely.ask(QUESTION) for _ in range(11)]

        assert refused_by(told[10]) == "number_network"

    def test_a_miss_keeps_its_guess_spent_here_too(
        self, lonely: RedisAnswers, breakable_redis: EmbeddedRedis
    ) -> None:
        breakable_redis.kill()
        for _ in range(10):
            lonely.ask(QUESTION)
            lonely.keep_miss(QUESTION, generation=1, checked_at=NOON, seconds=60)

        assert isinstance(lonely.ask(QUESTION), Spent)

    def test_when_redis_is_back_it_is_asked_again(
        self, lonely: RedisAnswers, breakable_redis: EmbeddedRedis, monotonic: SettableMonotonic
    ) -> None:
        breakable_redis.kill()
        for _ in range(11):
            lonely.ask(QUESTION)
        breakable_redis.restart()
        monotonic.advance(10)

        assert lonely.ask(QUESTION) is None
        lonely.keep(QUESTION, ENTRY, generation=lonely.generation(QUESTION.shop), seconds=60, guessed=True)
        assert lonely.ask(QUESTION) == ENTRY

    def test_rubbish_under_the_counters_does_not_open_the_door(
        self, answers: RedisAnswers, redis_client: Redis
    ) -> None:
        answers.ask(QUESTION)
        for key in redis_client.scan_iter(match="*:g:*"):
            redis_client.set(key, "rubbish", ex=60)

        told = [answers.ask(QUESTION) for _ in range(11)]

        assert told[:10] == [None] * 10
        assert isinstance(told[10], Spent)

    def test_a_window_of_this_process_ends_too(
        self, breakable_redis: EmbeddedRedis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        guard = GuardedRedis(breakable_redis.url, Breaker(), timeout_seconds=PATIENT_SECONDS)
        answers = RedisAnswers(guard, Sealer(SECRET), guess_limits={"shop": parse_limit("1/hour")})
        breakable_redis.kill()
        answers.ask(QUESTION)
        assert isinstance(answers.ask(QUESTION), Spent)
        later = time.time() + HOUR + 1
        monkeypatch.setattr(time, "time", lambda: later)

        assert answers.ask(QUESTION) is None
