"""A merchant is told of trouble with an account once, whichever worker meets it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from redis import Redis

from tests.fakes import NOON
from tests.followed import AGGREGATOR, CARRIER
from tests.store.shops import ALICE, BOB, PATIENT_SECONDS, SECRET
from tracker.breaker import Breaker
from tracker.embedded_redis import EmbeddedRedis
from tracker.errors import SourceKeyRejected, SourceQuotaSpent
from tracker.ports.following import REGISTRATIONS_SPENT, TROUBLES
from tracker.store.redis import GuardedRedis
from tracker.store.sealing import Sealer
from tracker.store.troubles import SECONDS, RedisTroubles

KEY, SPENT = SourceKeyRejected.code, SourceQuotaSpent.code


def of_worker(url: str) -> RedisTroubles:
    return RedisTroubles(GuardedRedis(url, Breaker(), timeout_seconds=PATIENT_SECONDS), Sealer(SECRET))


@pytest.fixture
def troubles(redis_url: str) -> RedisTroubles:
    return of_worker(redis_url)


def test_of_all_workers_one_tells(redis_url: str, redis_client: Redis) -> None:
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda _: of_worker(redis_url).tell(ALICE, AGGREGATOR, KEY), range(8)))

    assert 1 == sum(told)
    assert all(SECONDS - 60 < redis_client.ttl(key) <= SECONDS for key in redis_client.scan_iter())


def test_another_trouble_another_account_and_another_shop_are_told_apart(troubles: RedisTroubles) -> None:
    assert [True] * 4 == [
        troubles.tell(ALICE, AGGREGATOR, KEY),
        troubles.tell(ALICE, AGGREGATOR, SPENT),
        troubles.tell(ALICE, CARRIER, KEY),
        troubles.tell(BOB, AGGREGATOR, KEY),
    ]


def test_what_was_told_can_be_seen_gravest_first_until_it_is_settled(troubles: RedisTroubles) -> None:
    troubles.tell(ALICE, AGGREGATOR, SPENT)
    troubles.tell(ALICE, AGGREGATOR, KEY)
    assert [KEY, SPENT] == troubles.of(ALICE, AGGREGATOR)
    assert [] == [*troubles.of(ALICE, CARRIER), *troubles.of(BOB, AGGREGATOR)]

    troubles.settled(ALICE, AGGREGATOR)
    assert [] == troubles.of(ALICE, AGGREGATOR)
    assert troubles.tell(ALICE, AGGREGATOR, KEY)


def test_it_goes_once_the_source_does_that_again(troubles: RedisTroubles) -> None:
    """That it tells of parcels says nothing of whether it takes new ones."""
    for code in TROUBLES:
        troubles.tell(ALICE, AGGREGATOR, code)
    troubles.failing(ALICE, AGGREGATOR, now=NOON)
    assert list(TROUBLES) == troubles.of(ALICE, AGGREGATOR)

    troubles.ended(ALICE, AGGREGATOR, registering=False)
    assert [REGISTRATIONS_SPENT] == troubles.of(ALICE, AGGREGATOR)
    assert timedelta() == troubles.failing(ALICE, AGGREGATOR, now=NOON + timedelta(hours=1))
    troubles.ended(ALICE, AGGREGATOR, registering=True)
    assert [] == troubles.of(ALICE, AGGREGATOR)


@pytest.mark.parametrize(("code", "registering"), [(REGISTRATIONS_SPENT, True), (SPENT, False)])
def test_trouble_that_comes_and_goes_is_shown_each_time_and_told_once(
    code: str, troubles: RedisTroubles, *, registering: bool
) -> None:
    told, shown = list[bool](), list[list[str]]()
    for _ in range(3):
        told.append(troubles.tell(ALICE, AGGREGATOR, code))
        shown.append(troubles.of(ALICE, AGGREGATOR))
        troubles.ended(ALICE, AGGREGATOR, registering=registering)
        shown.append(troubles.of(ALICE, AGGREGATOR))

    assert [True, False, False] == told
    assert 3 * [[code], []] == shown


def test_how_long_a_source_fails_is_known_over_all_workers(redis_url: str) -> None:
    hours = [timedelta(hours=hour) for hour in (0, 1, 5)]

    assert hours == [of_worker(redis_url).failing(ALICE, AGGREGATOR, now=NOON + hour) for hour in hours]
    assert timedelta() == of_worker(redis_url).failing(BOB, AGGREGATOR, now=NOON)


@pytest.mark.parametrize("rubbish", [b"soon", b"9" * 30, b""])
def test_what_is_no_time_of_ours_begins_anew(
    rubbish: bytes, troubles: RedisTroubles, redis_client: Redis
) -> None:
    troubles.failing(ALICE, AGGREGATOR, now=NOON)
    (key,) = redis_client.scan_iter()
    redis_client.set(key, rubbish)

    told = [troubles.failing(ALICE, AGGREGATOR, now=NOON + timedelta(hours=hour)) for hour in range(3)]
    assert [timedelta(), timedelta(), timedelta(hours=1)] == told


def test_it_is_shown_for_as_long_as_it_is_told_of(troubles: RedisTroubles, redis_client: Redis) -> None:
    """Not only for a day after the first time."""
    troubles.tell(ALICE, AGGREGATOR, KEY)
    for key in redis_client.scan_iter():
        redis_client.expire(key, 100)

    assert not troubles.tell(ALICE, AGGREGATOR, KEY)
    assert SECONDS - 60 < max(redis_client.ttl(key) for key in redis_client.scan_iter())


def test_without_redis_nobody_is_told_a_hundred_times(breakable_redis: EmbeddedRedis) -> None:
    troubles = of_worker(breakable_redis.url)
    breakable_redis.kill()

    assert not troubles.tell(ALICE, AGGREGATOR, KEY)
    assert [] == troubles.of(ALICE, AGGREGATOR)
    assert timedelta() == troubles.failing(ALICE, AGGREGATOR, now=NOON)
    troubles.settled(ALICE, AGGREGATOR)
