"""An account is asked no more than its merchant, its source and its troubles allow, over all workers."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from redis import Redis

from tests.fakes import NOON
from tests.followed import AGGREGATOR, CARRIER
from tests.store.shops import ALICE, BOB, PATIENT_SECONDS, SECRET
from tracker.breaker import Breaker
from tracker.embedded_redis import EmbeddedRedis
from tracker.parcel import SOURCE_NAMES
from tracker.ports.following import NoRoom
from tracker.store.keys import Keys
from tracker.store.purge import RedisPurge
from tracker.store.quota import AWAY_SECONDS, CHANGED_SECONDS, SECONDS_APART, RedisQuota
from tracker.store.redis import GuardedRedis
from tracker.store.sealing import Sealer

NO_PAUSE = {AGGREGATOR: 0.001, CARRIER: 0.001}


def quota(url: str, *, daily: int = 100, apart: Mapping[str, float] = NO_PAUSE) -> RedisQuota:
    """As another worker has it."""
    guard = GuardedRedis(url, Breaker(), timeout_seconds=PATIENT_SECONDS)
    return RedisQuota(guard, Sealer(SECRET), daily_quota_of=lambda *_: daily, seconds_apart=apart)


def spend(
    of: RedisQuota, parcels: int, *, shop: str = ALICE, source: str = AGGREGATOR, now: datetime = NOON
) -> NoRoom | None:
    """Once the pause of a millisecond between two requests is over."""
    while (none := of.spend(shop, source, parcels, now=now)) is not None and none.seconds <= 0.001:
        pass
    return none


def test_every_pace_is_that_of_a_source() -> None:
    assert SECONDS_APART.keys() <= set(SOURCE_NAMES)


def test_a_days_quota_is_spent_by_all_workers_together(redis_url: str) -> None:
    one, other = quota(redis_url), quota(redis_url)

    assert [None, None] == [spend(one, 40), spend(other, 40)]
    assert NoRoom(12 * 3600, spent=True, left=20) == spend(one, 40)
    assert spend(other, 20) is None
    assert NoRoom(12 * 3600, spent=True, left=0) == spend(one, 1)


def test_it_begins_anew_with_the_next_day_by_utc(redis_url: str) -> None:
    of = quota(redis_url)
    spend(of, 100)

    assert spend(of, 100, now=NOON + timedelta(days=1)) is None


def test_a_request_that_asks_for_no_parcel_needs_none_of_it(redis_url: str) -> None:
    of = quota(redis_url)
    spend(of, 100)

    assert spend(of, 0) is None


def test_each_shop_and_source_has_its_own(redis_url: str) -> None:
    of = quota(redis_url)
    spend(of, 100)

    assert spend(of, 100, shop=BOB) is None
    assert spend(of, 100, source=CARRIER) is None


def test_a_lower_quota_holds_at_once(redis_url: str) -> None:
    spend(quota(redis_url), 50)

    assert NoRoom(12 * 3600, spent=True, left=0) == spend(quota(redis_url, daily=20), 1)


def test_between_two_requests_there_is_a_pause_over_all_workers(redis_url: str) -> None:
    workers = [quota(redis_url, apart={AGGREGATOR: 60}) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda of: of.spend(ALICE, AGGREGATOR, 1, now=NOON), workers * 2))
    refused = [none for none in told if none is not None]

    assert 7 == len(refused)
    assert all(0 < none.seconds <= 60 and not none.spent for none in refused)


def test_an_account_in_trouble_is_held_off_longer_each_time(redis_url: str, redis_client: Redis) -> None:
    of, held = quota(redis_url), Keys(Sealer(SECRET)).held(ALICE, AGGREGATOR)
    pauses = []
    for _ in range(4):
        pauses.append(of.hold_off(ALICE, AGGREGATOR, seconds=10, most=30))
        redis_client.delete(held)  # it is over

    assert [10, 20, 30, 30] == pauses


def test_those_who_fail_together_hold_it_off_once(redis_url: str) -> None:
    of = quota(redis_url)
    first, second = (of.hold_off(ALICE, AGGREGATOR, seconds=10, most=600) for _ in range(2))
    none = of.spend(ALICE, AGGREGATOR, 1, now=NOON)

    assert 10 == first
    assert 9 < second <= 10
    assert none is not None
    assert 9 < none.seconds <= 10
    assert not none.spent
    assert of.spend(BOB, AGGREGATOR, 1, now=NOON) is None


def test_a_merchant_who_sees_to_it_need_not_wait(redis_url: str) -> None:
    of = quota(redis_url)
    of.hold_off(ALICE, AGGREGATOR, seconds=600, most=600)
    of.resume(ALICE, AGGREGATOR)

    assert of.spend(ALICE, AGGREGATOR, 1, now=NOON) is None
    assert 600 == of.hold_off(BOB, AGGREGATOR, seconds=600, most=6000)


def test_registering_is_held_off_by_itself_and_lifted_with_the_rest(redis_url: str) -> None:
    of = quota(redis_url)
    assert 600 == of.hold_off(ALICE, AGGREGATOR, seconds=600, most=600, registering=True)
    assert spend(of, 1) is None
    assert 590 < of.registering_held(ALICE, AGGREGATOR) <= 600
    assert 0 == of.registering_held(BOB, AGGREGATOR)

    of.resume(ALICE, AGGREGATOR)
    assert 0 == of.registering_held(ALICE, AGGREGATOR)


def test_what_was_changed_a_moment_ago_is_not_held_off_for_what_it_was_before(redis_url: str) -> None:
    """A worker may not know the new key yet."""
    of = quota(redis_url)
    of.resume(ALICE, AGGREGATOR)

    assert 0 < of.hold_off(ALICE, AGGREGATOR, seconds=600, most=6000) <= CHANGED_SECONDS


@pytest.mark.parametrize("rubbish", ["many", "9" * 30, ""])
def test_rubbish_under_its_keys_stops_nobody_for_long(
    rubbish: str, redis_url: str, redis_client: Redis
) -> None:
    keys = Keys(Sealer(SECRET))
    for key in (keys.held(ALICE, AGGREGATOR), keys.spacing(ALICE, AGGREGATOR)):
        redis_client.set(key, rubbish)
    redis_client.rpush(keys.spent(ALICE, AGGREGATOR, NOON.date()), "rubbish")

    assert quota(redis_url).spend(ALICE, AGGREGATOR, 1, now=NOON) is None


def test_everything_ends_by_itself_and_goes_with_its_shop(redis_url: str, redis_client: Redis) -> None:
    of = quota(redis_url, apart={AGGREGATOR: 60})
    of.spend(ALICE, AGGREGATOR, 1, now=NOON)
    of.hold_off(ALICE, AGGREGATOR, seconds=60, most=60)
    guard = GuardedRedis(redis_url, Breaker(), timeout_seconds=PATIENT_SECONDS)

    assert all(redis_client.ttl(key) > 0 for key in redis_client.scan_iter())
    assert 4 == RedisPurge(guard, [Sealer(SECRET)]).shop(ALICE)


def test_where_nothing_can_be_known_nothing_may_be_asked(breakable_redis: EmbeddedRedis) -> None:
    of = quota(breakable_redis.url)
    breakable_redis.kill()

    assert NoRoom(AWAY_SECONDS) == of.spend(ALICE, AGGREGATOR, 1, now=NOON)
    assert 7 == of.hold_off(ALICE, AGGREGATOR, seconds=7, most=70)
    of.resume(ALICE, AGGREGATOR)
