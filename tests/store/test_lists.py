"""A list of orders is kept for exactly this customer of this shop, sealed, and for a short time."""

from __future__ import annotations

import pytest
from redis import Redis

from tests.store.shops import ADA, ADAS_ID, ALICE, BOB, PATIENT_SECONDS, SECRET, asked
from tracker.breaker import Breaker
from tracker.embedded_redis import EmbeddedRedis
from tracker.store.cache import RedisAnswers
from tracker.store.lists import RedisLists
from tracker.store.redis import GuardedRedis
from tracker.store.sealing import Sealer

LIST = b'{"orders":[{"name":"#1001"}]}'
BEAS_ID = "6000000002"


@pytest.fixture
def lists(guard: GuardedRedis, sealer: Sealer) -> RedisLists:
    return RedisLists(guard, sealer)


def test_what_was_kept_is_given_to_this_customer_of_this_shop_alone(lists: RedisLists) -> None:
    assert lists.get(ALICE, ADAS_ID) is None

    lists.keep(ALICE, ADAS_ID, LIST, seconds=60)

    assert lists.get(ALICE, ADAS_ID) == LIST
    assert lists.get(ALICE, BEAS_ID) is lists.get(BOB, ADAS_ID) is None


def test_it_ends_by_itself(lists: RedisLists, redis_client: Redis) -> None:
    lists.keep(ALICE, ADAS_ID, LIST, seconds=60)

    (key,) = redis_client.scan_iter()
    assert 50_000 < redis_client.pttl(key) <= 60_000


def test_a_list_that_is_moved_to_another_customer_does_not_open(
    lists: RedisLists, redis_client: Redis
) -> None:
    """Not even where somebody can write to Redis."""
    lists.keep(ALICE, ADAS_ID, LIST, seconds=60)
    (of_ada,) = redis_client.scan_iter()
    lists.keep(ALICE, BEAS_ID, b"{}", seconds=60)
    (of_bea,) = set(redis_client.scan_iter()) - {of_ada}

    redis_client.set(of_bea, redis_client.get(of_ada) or b"")

    assert lists.get(ALICE, BEAS_ID) is None


@pytest.mark.parametrize("rubbish", [b"", b"\x01", b'{"orders":[]}'])
def test_what_is_not_ours_counts_as_absent(lists: RedisLists, redis_client: Redis, rubbish: bytes) -> None:
    lists.keep(ALICE, ADAS_ID, LIST, seconds=60)
    (key,) = redis_client.scan_iter()
    redis_client.set(key, rubbish)

    assert lists.get(ALICE, ADAS_ID) is None


def test_nothing_readable_lies_in_redis(lists: RedisLists, redis_client: Redis) -> None:
    lists.keep(ALICE, ADAS_ID, LIST, seconds=60)

    (key,) = redis_client.scan_iter()
    kept = key + (redis_client.dump(key) or b"")
    assert not [word for word in (ALICE, ADAS_ID, "1001", "orders") if word.encode() in kept]


def test_it_lies_beside_the_answers_of_its_shop(
    lists: RedisLists, answers: RedisAnswers, redis_client: Redis
) -> None:
    """In a Redis Cluster a shop's keys belong together."""
    lists.keep(ALICE, ADAS_ID, LIST, seconds=60)
    answers.ask(asked(email=ADA))

    assert len({key[: key.index(b"}") + 1] for key in redis_client.scan_iter()}) == 1


def test_without_redis_nothing_is_kept_and_nothing_fails(breakable_redis: EmbeddedRedis) -> None:
    guard = GuardedRedis(breakable_redis.url, Breaker(), timeout_seconds=PATIENT_SECONDS)
    lists = RedisLists(guard, Sealer(SECRET))
    breakable_redis.kill()

    lists.keep(ALICE, ADAS_ID, LIST, seconds=60)

    assert lists.get(ALICE, ADAS_ID) is None
