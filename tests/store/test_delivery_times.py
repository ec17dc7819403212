"""How long parcels took is counted by route: each parcel once, nobody's name, and older ones for less."""

from __future__ import annotations

from datetime import timedelta

import pytest
from redis import Redis

from tests.fakes import NOON
from tests.store.shops import ALICE, BOB, ORDER, PATIENT_SECONDS
from tracker.breaker import Breaker
from tracker.delivery_range import HALF_LIFE
from tracker.learned_window import Route, Taken
from tracker.store.delivery_times import COUNTED, RedisDeliveryTimes
from tracker.store.purge import RedisPurge
from tracker.store.redis import GuardedRedis
from tracker.store.sealing import Sealer

SCANNED = Route("UPS", "US", "DE", scanned=True)
SENT = Route("UPS", "US", "DE", scanned=False)
PARCEL = f"{ORDER} #1001.1"


@pytest.fixture
def times(guard: GuardedRedis, sealer: Sealer) -> RedisDeliveryTimes:
    return RedisDeliveryTimes(guard, sealer)


def known(times: RedisDeliveryTimes, shop: str = ALICE) -> dict[bool, dict[int, float]]:
    found = times.of(shop, [SCANNED, SENT], now=NOON)
    return {route.scanned: {days: round(one, 9) for days, one in found[route].items()} for route in found}


def test_a_parcel_counts_once_however_often_it_is_told(times: RedisDeliveryTimes) -> None:
    for _ in range(3):
        times.count(ALICE, PARCEL, [Taken(SCANNED, 2), Taken(SENT, 3)], at=NOON)
    times.count(ALICE, PARCEL, [Taken(SCANNED, 9)], at=NOON)

    assert {True: {2: 1.0}, False: {3: 1.0}} == known(times)


def test_parcels_add_up_and_older_ones_weigh_less(times: RedisDeliveryTimes) -> None:
    for number, (days, age) in enumerate([(2, 0), (2, 1), (5, 2)]):
        times.count(ALICE, f"{ORDER} {number}", [Taken(SCANNED, days)], at=NOON - age * HALF_LIFE)

    assert {True: {2: 1.5, 5: 0.25}} == known(times)


@pytest.mark.parametrize(
    "other",
    [
        Route("DHL", "US", "DE", scanned=True),
        Route("UPS", None, "DE", scanned=True),
        Route("UPS", "DE", "US", scanned=True),
        SENT,
    ],
)
def test_each_route_and_each_shop_has_counts_of_its_own(times: RedisDeliveryTimes, other: Route) -> None:
    times.count(ALICE, PARCEL, [Taken(SCANNED, 2)], at=NOON)

    assert {} == times.of(ALICE, [other], now=NOON)
    assert {} == times.of(BOB, [SCANNED], now=NOON)


def test_redis_learns_no_parcel_no_carrier_and_no_country(
    times: RedisDeliveryTimes, redis_client: Redis
) -> None:
    times.count(ALICE, PARCEL, [Taken(SCANNED, 2), Taken(SENT, 3)], at=NOON)
    names = [name.decode() for name in redis_client.scan_iter()]
    values = [redis_client.hkeys(name) for name in names if redis_client.type(name) == b"hash"]

    assert 3 == len(names)
    assert not [word for name in names for word in ("UPS", "US", "DE", "1001", "alice") if word in name]
    assert [[b"2"], [b"3"]] == sorted(values)
    (marker,) = (name for name in names if redis_client.type(name) == b"string")
    assert b"" == redis_client.get(marker)
    assert 0 < redis_client.pttl(marker) <= COUNTED / timedelta(milliseconds=1)
    assert all(redis_client.pttl(name) > 0 for name in names)


def test_all_of_it_goes_with_the_shop(
    times: RedisDeliveryTimes, purge: RedisPurge, redis_client: Redis
) -> None:
    for shop in (ALICE, BOB):
        times.count(shop, PARCEL, [Taken(SCANNED, 2)], at=NOON)
    purge.shop(ALICE)

    assert {} == known(times)
    assert {True: {2: 1.0}} == known(times, BOB)
    assert 2 == len(list(redis_client.scan_iter()))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda client, key: client.set(key, "text"),
        lambda client, key: client.hset(
            key, mapping={"x": "1", "3": "many", "-1": "5", "999": "5", "4": "nan"}
        ),
        lambda client, key: client.hset(key, mapping={"2": "text"}),
    ],
)
def test_what_is_spoilt_is_passed_over_and_begins_anew(
    times: RedisDeliveryTimes, redis_client: Redis, sealer: Sealer, spoil: object
) -> None:
    times.count(ALICE, PARCEL, [Taken(SCANNED, 2)], at=NOON)
    (route,) = (name for name in redis_client.scan_iter() if redis_client.type(name) == b"hash")
    redis_client.delete(route)
    spoil(redis_client, route)  # type: ignore[operator] # one of the three above

    assert {} == known(times)
    times.count(ALICE, "another", [Taken(SCANNED, 2)], at=NOON)
    assert {True: {2: 1.0}} == known(times)


def test_without_redis_nothing_is_known_and_nobody_complains(sealer: Sealer) -> None:
    away = GuardedRedis("unix:///nowhere/redis.sock", Breaker(), timeout_seconds=PATIENT_SECONDS)
    times = RedisDeliveryTimes(away, sealer)
    times.count(ALICE, PARCEL, [Taken(SCANNED, 2)], at=NOON)

    assert {} == times.of(ALICE, [SCANNED], now=NOON)
