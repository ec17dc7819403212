"""A guess that was right, or that nobody could answer, is given back."""

from __future__ import annotations

import pytest
from redis import Redis

from tests.fakes import NOON
from tests.store.guesses import counts
from tests.store.shops import (
    ENTRY,
    ORDER,
    QUESTION,
)
from tracker.store.cache import RedisAnswers
from tracker.store.purge import RedisPurge


class TestGivingBack:
    def test_a_right_answer_gives_its_guess_back(self, answers: RedisAnswers, redis_client: Redis) -> None:
        answers.ask(QUESTION)
        answers.keep(QUESTION, ENTRY, generation=answers.generation(QUESTION.shop), seconds=60, guessed=True)

        assert counts(redis_client) == [0, 0, 0, 0]

    def test_a_refresh_took_none_and_gives_none_back(
        self, answers: RedisAnswers, redis_client: Redis
    ) -> None:
        answers.ask(QUESTION)
        answers.keep(QUESTION, ENTRY, generation=answers.generation(QUESTION.shop), seconds=60, guessed=False)

        assert counts(redis_client) == [1, 1, 1, 1]

    def test_a_miss_keeps_its_guess_spent(self, answers: RedisAnswers, redis_client: Redis) -> None:
        answers.ask(QUESTION)
        answers.keep_miss(QUESTION, generation=answers.generation(QUESTION.shop), checked_at=NOON, seconds=60)

        assert counts(redis_client) == [1, 1, 1, 1]

    @pytest.mark.parametrize("generation", [0, None], ids=["older", "unknown"])
    def test_a_right_answer_that_is_not_kept_gives_its_guess_back_too(
        self, answers: RedisAnswers, purge: RedisPurge, redis_client: Redis, generation: int | None
    ) -> None:
        answers.ask(QUESTION)
        purge.drop(QUESTION.shop, ORDER)
        answers.keep(QUESTION, ENTRY, generation=generation, seconds=60, guessed=True)

        assert counts(redis_client) == [0, 0, 0, 0]
        assert answers.ask(QUESTION) is None

    def test_a_question_that_was_never_answered_gives_its_guess_back(
        self, answers: RedisAnswers, redis_client: Redis
    ) -> None:
        answers.ask(QUESTION)
        answers.give_back(QUESTION, guessed=True)

        assert counts(redis_client) == [0, 0, 0, 0]

    def test_there_is_never_less_than_none(self, answers: RedisAnswers, redis_client: Redis) -> None:
        """A guess whose window has ended meanwhile is no credit for later."""
        answers.ask(QUESTION)
        answers.give_back(QUESTION, guessed=True)
        answers.give_back(QUESTION, guessed=True)
        answers.keep(QUESTION, ENTRY, generation=answers.generation(QUESTION.shop), seconds=60, guessed=True)
        assert counts(redis_client) == [0, 0, 0, 0]

        redis_client.delete(*redis_client.scan_iter(match="*:g:*"))
        answers.give_back(QUESTION, guessed=True)
        answers.keep(QUESTION, ENTRY, generation=answers.generation(QUESTION.shop), seconds=60, guessed=True)
        assert counts(redis_client) == []

    def test_giving_back_leaves_the_window_as_it_was(
        self, answers: RedisAnswers, redis_client: Redis
    ) -> None:
        answers.ask(QUESTION)
        answers.ask(QUESTION)
        for key in redis_client.scan_iter(match="*:g:*"):
            redis_client.pexpire(key, 90_000)
        answers.give_back(QUESTION, guessed=True)

        assert all(0 < redis_client.pttl(key) <= 90_000 for key in redis_client.scan_iter(match="*:g:*"))
