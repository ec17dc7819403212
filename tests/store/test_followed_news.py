"""What sources tell of followed parcels is joined, whoever tells it, how often and in what order."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from redis import Redis

from tests.fakes import NOON
from tests.followed import AGGREGATOR, CARRIER, ORDER, OTHER, PARCEL, event, news
from tests.store.shops import ALICE, BOB, PATIENT_SECONDS, SECRET, overheard
from tracker.breaker import Breaker
from tracker.embedded_redis import EmbeddedRedis
from tracker.errors import CacheUnavailable
from tracker.order import Status
from tracker.parcel import KeptParcel, TrackingNews
from tracker.parcel_news import joined_news
from tracker.store.followed import LIFE_SECONDS, RedisFollowedParcels
from tracker.store.keys import Keys
from tracker.store.redis import GuardedRedis
from tracker.store.sealing import Sealer

NUMBER = PARCEL.number


def of_worker(url: str) -> RedisFollowedParcels:
    guard = GuardedRedis(url, Breaker(), timeout_seconds=PATIENT_SECONDS)
    return RedisFollowedParcels(guard, [Sealer(SECRET)])


@pytest.fixture
def followed(redis_url: str) -> RedisFollowedParcels:
    """Alice's shop follows a parcel at two sources, and Bob's another one."""
    parcels = of_worker(redis_url)
    parcels.follow(ALICE, ORDER, [PARCEL], sources=[AGGREGATOR, CARRIER], at=NOON)
    parcels.follow(BOB, ORDER, [OTHER], sources=[AGGREGATOR], at=NOON)
    return parcels


def told(followed: RedisFollowedParcels) -> TrackingNews:
    (kept,) = (followed.news(ALICE, [NUMBER]) or {})[NUMBER].news
    return kept


def test_a_push_changes_the_story_of_its_order(followed: RedisFollowedParcels) -> None:
    assert ORDER == followed.push(ALICE, AGGREGATOR, NUMBER, news())
    assert news() == told(followed)


@pytest.mark.parametrize(
    ("shop", "source", "number"),
    [
        (BOB, AGGREGATOR, NUMBER),
        (ALICE, AGGREGATOR, OTHER.number),
        (ALICE, "karrio", NUMBER),
        (BOB, CARRIER, OTHER.number),
    ],
    ids=["of another shop", "of nobody's", "at a source that is not asked", "at the other's source"],
)
def test_a_push_of_what_is_not_followed_there_is_nothing(
    shop: str, source: str, number: str, followed: RedisFollowedParcels
) -> None:
    before = followed.news(shop, [number])
    assert followed.push(shop, source, number, news()) is None
    assert before == followed.news(shop, [number])
    assert not [kept for kept in (before or {}).values() if kept.news]


def test_a_copy_of_what_a_turn_dealt_with_changes_nothing(followed: RedisFollowedParcels) -> None:
    followed.push(ALICE, AGGREGATOR, NUMBER, news())
    assert ORDER == followed.push(ALICE, AGGREGATOR, NUMBER, news())  # nobody has said that it was dropped
    for due in followed.take(holder="a", most=9, now=NOON):
        followed.finish(due, next_at=NOON + timedelta(days=1), registered=True)

    assert followed.push(ALICE, AGGREGATOR, NUMBER, news(at=NOON + timedelta(hours=1))) is None
    assert NOON + timedelta(hours=1) == told(followed).checked_at


def test_what_was_pushed_is_told_from_what_was_asked_for(followed: RedisFollowedParcels) -> None:
    """By source: only who pushed need not be asked so often."""
    followed.push(ALICE, AGGREGATOR, NUMBER, news())
    due = followed.take(holder="a", most=9, now=NOON)
    for each in due:
        followed.keep(each, news())
        followed.put_off([each], until=NOON)

    again = followed.take(holder="a", most=9, now=NOON)
    assert {(ALICE, AGGREGATOR)} == {(each.shop, each.source) for each in again if each.pushed}


def test_what_comes_too_late_adds_what_was_not_known(followed: RedisFollowedParcels) -> None:
    """And neither turns the clock back nor brings an old promise."""
    newer = news(event(Status.OUT_FOR_DELIVERY), window_in=1)
    older = news(event(hours=5), at=NOON - timedelta(hours=4), window_in=3)
    followed.push(ALICE, AGGREGATOR, NUMBER, newer)
    followed.push(ALICE, AGGREGATOR, NUMBER, older)

    assert TrackingNews(NOON, (*older.events, *newer.events), newer.window) == told(followed)


def test_many_who_tell_at_once_lose_nothing(followed: RedisFollowedParcels, redis_url: str) -> None:
    """Copies, out of order, by several workers: it comes to what one after the other would have."""
    pushed = [
        news(event(hours=hours), at=NOON - timedelta(hours=hours), window_in=hours) for hours in range(12)
    ]
    expected = None
    for each in pushed:
        expected = joined_news(expected, each)
    chance = random.Random(6)  # noqa: S311 - to be the same again
    shuffled = chance.sample([*pushed, *pushed], 2 * len(pushed))

    def push(each: TrackingNews) -> bool:
        worker = of_worker(redis_url)
        for _ in range(20):
            try:
                return worker.push(ALICE, AGGREGATOR, NUMBER, each) is not None
            except CacheUnavailable:  # too many at once: a source sends it again
                continue
        return False

    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(push, shuffled))

    assert all(done)
    assert expected == told(followed)


def test_ten_thousand_events_are_cut_to_the_newest(followed: RedisFollowedParcels) -> None:
    followed.push(ALICE, AGGREGATOR, NUMBER, news(*(event(hours=hours) for hours in range(10_000))))

    kept = told(followed).events
    assert (500, event(hours=499), event(hours=0)) == (len(kept), kept[0], kept[-1])


def test_news_keeps_a_parcel_for_as_long_as_its_story_may_be_asked_for(
    followed: RedisFollowedParcels, redis_client: Redis
) -> None:
    """Its index too, or it could not be erased with its order."""
    for key in redis_client.scan_iter():
        redis_client.expire(key, 60)
    followed.push(ALICE, AGGREGATOR, NUMBER, news())

    lasting = sorted(
        key.rpartition(b"}:")[2][:1] for key in redis_client.scan_iter() if redis_client.ttl(key) > 60
    )
    assert [b"f", b"i"] == lasting
    assert all(redis_client.ttl(key) <= LIFE_SECONDS for key in redis_client.scan_iter())


def test_a_look_up_reads_all_of_an_order_in_one_round_trip(
    followed: RedisFollowedParcels, redis_client: Redis
) -> None:
    followed.push(ALICE, AGGREGATOR, NUMBER, news())
    followed.push(ALICE, CARRIER, NUMBER, news(event(hours=2)))
    followed.news(ALICE, [NUMBER])
    with overheard(redis_client) as heard:
        read = followed.news(ALICE, [NUMBER, OTHER.number, NUMBER])

    assert [("unix", "EVALSHA")] == [command for command in heard if command[0] == "unix"]
    assert {NUMBER: {news(), news(event(hours=2))}} == {
        number: set(kept.news) for number, kept in (read or {}).items()
    }


def test_since_when_a_parcel_waits_for_a_first_answer_is_told_until_there_is_one(
    followed: RedisFollowedParcels,
) -> None:
    """By each of its sources: also where one answers that it knows nothing; not where it was told of the
    parcel alone."""

    def kept() -> KeptParcel:
        return (followed.news(ALICE, [NUMBER]) or {})[NUMBER]

    def turn(*, answered: bool) -> list[KeptParcel]:
        before = []
        for due in followed.take(holder="w", most=9, now=now):
            if due.parcel == PARCEL:
                before.append(kept())
                followed.finish(due, next_at=now + timedelta(hours=1), registered=True, answered=answered)
        return before

    now = NOON
    waiting = KeptParcel((), NOON)
    assert [waiting, waiting] == turn(answered=False)
    now += timedelta(hours=2)
    assert [waiting, waiting] == turn(answered=True)
    assert KeptParcel() == kept()
    now += timedelta(hours=2)
    turn(answered=False)
    assert KeptParcel() == kept()
    assert {} == followed.news(BOB, [NUMBER])


def test_what_was_lost_since_an_account_was_saved_is_known_to_be(
    followed: RedisFollowedParcels, redis_client: Redis
) -> None:
    """Of that shop alone; and no longer once it is saved again."""
    followed.begin(ALICE)
    assert followed.emptied(ALICE) is None
    redis_client.flushdb()
    for shop in (ALICE, BOB):
        for _ in range(2):
            lost_for = followed.emptied(shop)
            assert lost_for is not None
            assert timedelta() <= lost_for < timedelta(minutes=5)
    followed.begin(ALICE)
    assert followed.emptied(ALICE) is None
    assert followed.emptied(BOB) is not None
    assert all(redis_client.ttl(key) > 0 for key in redis_client.scan_iter())


@pytest.mark.parametrize("rubbish", ["rubbish", "nan", f"{10**15}", "-1"])
def test_a_note_that_is_no_moment_of_the_past_does_not_hold_for_ever(
    rubbish: str, followed: RedisFollowedParcels, redis_client: Redis
) -> None:
    """What was lost is known from now on, and an hour later it is an hour ago."""
    note = Keys(Sealer(SECRET)).followed_whole(ALICE)
    redis_client.set(note, rubbish)

    assert followed.emptied(ALICE) is not None
    noted = int(redis_client.get(note) or b"")
    redis_client.set(note, noted - 3_600_000)
    assert (followed.emptied(ALICE) or timedelta()) >= timedelta(hours=1)


def test_where_nobody_knows_whether_anything_was_lost_nothing_was(breakable_redis: EmbeddedRedis) -> None:
    followed = of_worker(breakable_redis.url)
    breakable_redis.kill()
    followed.begin(ALICE)

    assert followed.emptied(ALICE) is None


def test_what_is_spoilt_is_not_told(followed: RedisFollowedParcels, redis_client: Redis) -> None:
    followed.push(ALICE, AGGREGATOR, NUMBER, news())
    for key in list(redis_client.scan_iter(match="*:f:*")):
        redis_client.hset(key.decode(), f"news:{AGGREGATOR}", "rubbish")
    assert {NUMBER: KeptParcel((), NOON)} == followed.news(ALICE, [NUMBER])
    assert ORDER == followed.push(ALICE, AGGREGATOR, NUMBER, news())
    assert news() == told(followed)

    for key in list(redis_client.scan_iter(match="*:f:*")):
        redis_client.delete(key)
        redis_client.rpush(key.decode(), "rubbish")
    assert {} == followed.news(ALICE, [NUMBER])
    assert followed.push(ALICE, AGGREGATOR, NUMBER, news()) is None
