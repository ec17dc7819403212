"""What lies under our own keys and is not ours: it is put right, so that nothing is broken for ever by it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from limits import RateLimitItem
from redis import Redis

from tests.fakes import NOON
from tests.followed import AGGREGATOR, OTHER, PARCEL
from tests.store.shops import ADA, ADAS_ID, ALICE, ENTRY, ORDER, QUESTION, asked
from tracker.store.cache import RedisAnswers
from tracker.store.followed import RedisFollowedParcels
from tracker.store.purge import RedisPurge
from tracker.store.redis import GuardedRedis
from tracker.store.sealing import Sealer
from tracker.webhook import Person

Spoil = Callable[[Redis, bytes], None]


def another_type(client: Redis, key: bytes) -> None:
    client.delete(key)
    client.rpush(key, "a")


def foreign_fields(client: Redis, key: bytes) -> None:
    client.hset(key, "x", "y")


def foreign_member(client: Redis, key: bytes) -> None:
    client.sadd(key, "x")


def no_generation(client: Redis, key: bytes) -> None:
    client.hset(key, "generation", "many")


def keep(answers: RedisAnswers) -> None:
    keep_since(answers.generation(QUESTION.shop), answers)


def keep_since(generation: int | None, answers: RedisAnswers) -> None:
    answers.keep(QUESTION, ENTRY, generation=generation, seconds=3600, guessed=False)


@pytest.fixture
def answers(answers: RedisAnswers) -> RedisAnswers:
    """With one story kept, and one miss of the same person."""
    answers.ask(QUESTION)
    keep(answers)
    return answers


class TestIndexes:
    """Nobody knows which entries a spoilt one named: all that the shop has is given up, so that none of it is
    given to anybody, and the shop is not asked to send the same again for ever."""

    @pytest.mark.parametrize("spoil", [another_type, foreign_fields, no_generation])
    def test_dropping_an_order(
        self, spoil: Spoil, answers: RedisAnswers, purge: RedisPurge, redis_client: Redis
    ) -> None:
        under_way = answers.generation(QUESTION.shop)
        (index,) = redis_client.scan_iter(match="*:o:*")
        spoil(redis_client, index)

        assert purge.drop(ALICE, ORDER) > 0
        assert answers.ask(QUESTION) is None
        keep_since(under_way, answers)
        assert answers.ask(QUESTION) is None
        keep(answers)
        assert ENTRY == answers.ask(QUESTION)

    @pytest.mark.parametrize("spoil", [another_type, no_generation])
    def test_what_a_mended_one_does_not_name_any_more_is_dropped_all_the_same(
        self, spoil: Spoil, answers: RedisAnswers, purge: RedisPurge, redis_client: Redis
    ) -> None:
        (index,) = redis_client.scan_iter(match="*:o:*")
        spoil(redis_client, index)
        for _ in range(2):
            answers.keep(
                asked(number="EN-1001"),
                ENTRY,
                generation=answers.generation(ALICE),
                seconds=3600,
                guessed=False,
            )
        assert [ENTRY, ENTRY] == [answers.ask(QUESTION), answers.ask(asked(number="EN-1001"))]

        assert purge.drop(ALICE, ORDER) > 0
        assert [None, None] == [answers.ask(QUESTION), answers.ask(asked(number="EN-1001"))]

    @pytest.mark.parametrize("spoil", [another_type, foreign_fields])
    @pytest.mark.parametrize("index", ["o", "p"])
    def test_erasing_a_person(
        self, index: str, spoil: Spoil, answers: RedisAnswers, purge: RedisPurge, redis_client: Redis
    ) -> None:
        answers.keep_miss(QUESTION, checked_at=NOON, generation=answers.generation(QUESTION.shop), seconds=60)
        keep(answers)
        for key in list(redis_client.scan_iter(match=f"*}}:{index}:*")):
            spoil(redis_client, key)

        assert purge.person(ALICE, Person(ADA, ADAS_ID, (ORDER,))) > 0
        assert not [*redis_client.scan_iter(match="*}:l:*")]

    @pytest.mark.parametrize("spoil", [another_type, foreign_member])
    def test_erasing_an_order_whose_parcels_are_followed(
        self, spoil: Spoil, followed: RedisFollowedParcels, purge: RedisPurge, redis_client: Redis
    ) -> None:
        for key in list(redis_client.scan_iter(match="*}:i:*")):
            spoil(redis_client, key)

        assert purge.person(ALICE, Person(None, None, (ORDER,))) > 0
        assert not [*redis_client.scan_iter(match="*}:f:*")]

    @pytest.mark.parametrize("spoil", [another_type, foreign_member])
    def test_following_one_more_parcel_of_an_order(
        self, spoil: Spoil, followed: RedisFollowedParcels, redis_client: Redis
    ) -> None:
        (index,) = redis_client.scan_iter(match="*}:i:*")
        spoil(redis_client, index)

        assert 1 == followed.follow(ALICE, ORDER, [OTHER], sources=[AGGREGATOR], at=NOON)

    @pytest.fixture
    def followed(self, guard: GuardedRedis, sealer: Sealer) -> RedisFollowedParcels:
        """With one parcel of the order."""
        followed = RedisFollowedParcels(guard, [sealer])
        followed.follow(ALICE, ORDER, [PARCEL], sources=[AGGREGATOR], at=NOON)
        return followed


class TestCounters:
    """Or nobody could ask for that order ever again, or each worker would count for itself."""

    @pytest.mark.parametrize("value", ["many", "9" * 30, "5"], ids=["a word", "no number", "without an end"])
    def test_one_that_is_not_ours_begins_anew(
        self, value: str, limits: dict[str, RateLimitItem], counting: RedisAnswers, redis_client: Redis
    ) -> None:
        for counter in counters(redis_client):
            redis_client.set(counter, value)

        assert counting.ask(QUESTION) is None
        assert [b"1"] * len(limits) == [redis_client.get(key) for key in counters(redis_client)]
        assert all(redis_client.ttl(key) > 0 for key in counters(redis_client))

    def test_nor_does_one_of_another_type_stay(
        self, limits: dict[str, RateLimitItem], counting: RedisAnswers, redis_client: Redis
    ) -> None:
        for counter in counters(redis_client):
            another_type(redis_client, counter)

        assert counting.ask(QUESTION) is None
        assert [b"1"] * len(limits) == [redis_client.get(key) for key in counters(redis_client)]

    @pytest.fixture
    def counting(self, answers: RedisAnswers, purge: RedisPurge) -> RedisAnswers:
        """With nothing kept, and a guess counted."""
        purge.drop(ALICE, ORDER)
        assert answers.ask(QUESTION) is None
        return answers


def counters(client: Redis) -> list[bytes]:
    return list(client.scan_iter(match="*:g:*"))
