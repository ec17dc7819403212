"""Parcels are followed until their way has come to its end, and what sources say of them is kept, in real
Redis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pytest
from redis import Redis

from tests.fakes import NOON
from tests.followed import AGGREGATOR, CARRIER, ORDER, OTHER, OTHER_ORDER, PARCEL, news
from tests.store.shops import ALICE, BOB, PATIENT_SECONDS, SECRET, overheard
from tracker.breaker import Breaker
from tracker.embedded_redis import EmbeddedRedis
from tracker.errors import CacheUnavailable
from tracker.follow_schedule import NO_ACCOUNT
from tracker.parcel import KeptParcel, Parcel
from tracker.ports.following import DueParcel, Following
from tracker.store.followed import LIFE_SECONDS, RedisFollowedParcels
from tracker.store.keys import Keys
from tracker.store.purge import RedisPurge
from tracker.store.redis import GuardedRedis
from tracker.store.sealing import Sealer

OLD_SECRET = "the secret of before the rotation"
LATER = NOON + timedelta(hours=3)


def of_worker(url: str, *secrets: str, dead_seconds: float = 600.0) -> RedisFollowedParcels:
    """As another worker has them."""
    guard = GuardedRedis(url, Breaker(), timeout_seconds=PATIENT_SECONDS)
    sealers = [Sealer(secret) for secret in secrets or (SECRET,)]
    return RedisFollowedParcels(guard, sealers, dead_seconds=dead_seconds)


@pytest.fixture
def followed(redis_url: str) -> RedisFollowedParcels:
    return of_worker(redis_url)


def follow(
    followed: RedisFollowedParcels,
    *parcels: Parcel,
    shop: str = ALICE,
    order_id: str = ORDER,
    sources: Sequence[str] = (AGGREGATOR,),
) -> int:
    return followed.follow(shop, order_id, parcels or (PARCEL,), sources=sources, at=NOON)


def take(followed: RedisFollowedParcels, *, at: datetime = NOON, holder: str = "a") -> list[DueParcel]:
    return followed.take(holder=holder, most=100, now=at)


class TestFollowing:
    def test_a_new_parcel_is_due_at_once_at_each_source(self, followed: RedisFollowedParcels) -> None:
        assert 2 == follow(followed, sources=[AGGREGATOR, CARRIER])

        due = {each.source: each for each in take(followed)}
        told = due[AGGREGATOR]
        assert {AGGREGATOR, CARRIER} == due.keys()
        assert (ALICE, PARCEL, ORDER, NOON) == (told.shop, told.parcel, told.order_id, told.followed_at)
        assert (False, None, False) == (told.registered, told.news, told.changed)

    def test_following_it_again_changes_nothing(self, followed: RedisFollowedParcels) -> None:
        """Every look-up that reads an order does."""
        follow(followed)
        (due,) = take(followed)
        followed.keep(due, news())
        followed.finish(due, next_at=LATER, registered=True)

        assert 0 == follow(followed)
        assert [] == take(followed, at=LATER - timedelta(seconds=1))
        (again,) = take(followed, at=LATER)
        assert (True, news()) == (again.registered, again.news)

    def test_a_number_is_the_same_however_it_is_written(self, followed: RedisFollowedParcels) -> None:
        follow(followed, Parcel("RB123456785GB"))

        assert 0 == follow(followed, Parcel("rb 123 456 785 gb"))

    def test_one_whose_way_came_to_its_end_is_not_followed_again(
        self, followed: RedisFollowedParcels
    ) -> None:
        follow(followed)
        followed.finish(take(followed)[0], next_at=None, registered=True)

        assert 0 == follow(followed)
        assert [] == take(followed, at=LATER)
        assert Following(0, None) == followed.following(now=LATER)

    def test_what_was_written_but_not_planned_is_planned_by_the_next_who_comes(
        self, followed: RedisFollowedParcels, redis_client: Redis
    ) -> None:
        """Whoever followed it was killed in between, or the queue was lost."""
        follow(followed)
        redis_client.delete(*Keys(Sealer(SECRET)).turns())

        assert 0 == follow(followed)
        assert [PARCEL] == [each.parcel for each in take(followed)]

    def test_nothing_is_asked_of_redis_where_there_is_nothing_to_follow(
        self, followed: RedisFollowedParcels, redis_client: Redis
    ) -> None:
        with overheard(redis_client) as heard:
            assert 0 == followed.follow(ALICE, ORDER, [], sources=[AGGREGATOR], at=NOON)
            assert 0 == followed.follow(ALICE, ORDER, [PARCEL], sources=[], at=NOON)

        assert [] == heard

    def test_everything_ends_by_itself(self, followed: RedisFollowedParcels, redis_client: Redis) -> None:
        follow(followed)
        (due,) = take(followed)
        followed.keep(due, news())

        assert all(0 < redis_client.ttl(key) <= LIFE_SECONDS for key in redis_client.scan_iter())

    def test_nothing_of_it_can_be_read(self, followed: RedisFollowedParcels, redis_client: Redis) -> None:
        """No shop, number, order or place; what can is which kind of source it has."""
        follow(followed)
        followed.keep(take(followed)[0], news())
        written = b"".join(key + (redis_client.dump(key) or b"") for key in redis_client.scan_iter())

        for word in (b"alice", b"RB123456785GB", b"5001", b"Scanned"):
            assert word not in written


class TestTurns:
    def test_what_changed_a_story_is_said_until_the_turn_is_finished(
        self, followed: RedisFollowedParcels, redis_url: str
    ) -> None:
        """Whoever kept it may be killed before the order was dropped."""
        follow(followed)
        (due,) = take(followed)
        assert followed.keep(due, news())

        (taken_over,) = take(of_worker(redis_url, dead_seconds=0), holder="b")
        assert (True, news()) == (taken_over.changed, taken_over.news)
        followed.finish(taken_over, next_at=LATER, registered=True)
        (next_turn,) = take(followed, at=LATER)
        assert not next_turn.changed
        assert not followed.keep(next_turn, news(at=LATER))

    def test_one_that_was_finished_for_good_before_its_worker_died_is_not_asked_again(
        self, followed: RedisFollowedParcels, redis_url: str, redis_client: Redis
    ) -> None:
        """The parcel is written before its turn ends."""
        follow(followed)
        take(followed)
        (record,) = redis_client.scan_iter(match="*:f:*")
        redis_client.hset(record.decode(), f"state:{AGGREGATOR}", "over")
        other = of_worker(redis_url, dead_seconds=0)

        assert [] == take(other, holder="b")
        assert Following(0, None) == other.following(now=LATER)

    def test_what_was_put_off_is_due_again_as_it_was(self, followed: RedisFollowedParcels) -> None:
        follow(followed, PARCEL, OTHER)
        before = take(followed)
        followed.put_off(before, until=LATER)

        assert [] == take(followed, at=LATER - timedelta(milliseconds=1))
        assert {PARCEL, OTHER} == {each.parcel for each in take(followed, at=LATER)}

    def test_an_erased_parcel_vanishes_when_it_is_due(
        self, followed: RedisFollowedParcels, redis_client: Redis
    ) -> None:
        follow(followed)
        redis_client.delete(*redis_client.scan_iter(match="*:f:*"))

        assert Following(1, NOON) == followed.following(now=LATER)
        assert [] == take(followed)
        assert Following(0, None) == followed.following(now=LATER)

    def test_one_that_is_erased_during_its_turn_is_not_kept(
        self, followed: RedisFollowedParcels, redis_client: Redis
    ) -> None:
        follow(followed)
        (due,) = take(followed)
        redis_client.delete(*redis_client.scan_iter(match="*:f:*"))

        assert not followed.keep(due, news())
        followed.finish(due, next_at=LATER, registered=True)
        assert [] == list(redis_client.scan_iter(match="*:f:*"))
        assert Following(0, None) == followed.following(now=LATER)

    @pytest.mark.parametrize("spoil", ["field", "type"])
    def test_a_spoilt_record_vanishes_and_keeps_no_other_from_its_turn(
        self, spoil: str, followed: RedisFollowedParcels, redis_client: Redis
    ) -> None:
        follow(followed, PARCEL)
        (record,) = redis_client.scan_iter(match="*:f:*")
        if spoil == "field":
            redis_client.hset(record.decode(), "parcel", "rubbish")
        else:
            redis_client.delete(record)
            redis_client.rpush(record.decode(), "rubbish")
        follow(followed, OTHER)

        assert [OTHER] == [each.parcel for each in take(followed)]
        assert Following(1, None) == followed.following(now=NOON)

    def test_nothing_is_lost_when_redis_is_flushed_but_what_was_there(
        self, followed: RedisFollowedParcels, redis_client: Redis
    ) -> None:
        """A look-up that reads the order follows its parcels again."""
        follow(followed)
        (due,) = take(followed)
        redis_client.flushall()
        assert not followed.keep(due, news())
        followed.finish(due, next_at=LATER, registered=True)

        assert 1 == follow(followed)
        assert [PARCEL] == [each.parcel for each in take(followed)]


def test_two_shops_and_two_sources_never_meet(followed: RedisFollowedParcels) -> None:
    """The same number at another shop is another parcel."""
    follow(followed, sources=[AGGREGATOR, CARRIER])
    follow(followed, shop=BOB, order_id=OTHER_ORDER)
    for each in take(followed):
        if (each.shop, each.source) == (ALICE, AGGREGATOR):
            followed.keep(each, news())
            followed.finish(each, next_at=None, registered=True)
        else:
            followed.put_off([each], until=LATER)

    left = {(each.shop, each.source): each for each in take(followed, at=LATER)}
    assert {(ALICE, CARRIER), (BOB, AGGREGATOR)} == left.keys()
    assert {None} == {each.news for each in left.values()}


def test_a_shop_that_is_erased_takes_its_parcels_along(
    followed: RedisFollowedParcels, purge: RedisPurge
) -> None:
    follow(followed)
    follow(followed, shop=BOB)
    purge.shop(ALICE)

    assert [BOB] == [each.shop for each in take(followed)]


def test_what_waits_for_an_account_has_its_turn_once_there_is_one(redis_url: str) -> None:
    """And nobody else's, nor that at another source."""
    followed = of_worker(redis_url)
    follow(followed, sources=[AGGREGATOR, CARRIER])
    followed.follow(BOB, ORDER, [OTHER], sources=[AGGREGATOR], at=NOON)
    waiting = take(followed)
    followed.put_off(waiting, until=NOON + NO_ACCOUNT)
    soon = NOON + timedelta(minutes=1)
    followed.hasten(ALICE, AGGREGATOR, at=soon)

    assert [(ALICE, AGGREGATOR)] == [(due.shop, due.source) for due in take(followed, at=soon)]


class TestRotation:
    """The secret was changed: workers that were restarted have both, the others the old one."""

    def test_what_was_followed_before_is_followed_on(self, redis_url: str) -> None:
        follow(of_worker(redis_url, OLD_SECRET))
        both = of_worker(redis_url, SECRET, OLD_SECRET)
        (due,) = take(both)
        assert both.keep(due, news())
        both.finish(due, next_at=LATER, registered=True)

        assert {PARCEL.number: KeptParcel((news(),))} == both.news(ALICE, [PARCEL.number])
        assert [PARCEL] == [each.parcel for each in take(both, at=LATER)]

    def test_what_is_followed_anew_is_not_asked_twice(self, redis_url: str) -> None:
        both = of_worker(redis_url, SECRET, OLD_SECRET)
        follow(of_worker(redis_url, OLD_SECRET))
        follow(both)

        assert 1 == len(take(both))
        assert [] == take(both, at=LATER - timedelta(hours=2, minutes=30))

    def test_a_worker_of_before_does_not_touch_what_it_cannot_read(self, redis_url: str) -> None:
        follow(of_worker(redis_url, SECRET))

        assert [] == take(of_worker(redis_url, OLD_SECRET))
        assert 1 == len(take(of_worker(redis_url, SECRET, OLD_SECRET)))

    def test_what_both_have_is_taken_up_to_the_number_that_was_asked_for(self, redis_url: str) -> None:
        follow(of_worker(redis_url, OLD_SECRET), *(Parcel(f"OLD{number}") for number in range(3)))
        both = of_worker(redis_url, SECRET, OLD_SECRET)
        follow(both, *(Parcel(f"NEW{number}") for number in range(3)))
        first = both.take(holder="a", most=4, now=NOON)
        rest = both.take(holder="a", most=4, now=NOON)

        assert (4, 2) == (len(first), len(rest))
        both.put_off([*first, *rest], until=LATER)
        assert Following(6, LATER) == both.following(now=LATER + timedelta(seconds=1))
        both.leave(holder="a")


@pytest.mark.parametrize(
    "act",
    [
        lambda followed, due: followed.follow(ALICE, ORDER, [OTHER], sources=[AGGREGATOR], at=NOON),
        lambda followed, due: followed.take(holder="a", most=1, now=NOON),
        lambda followed, due: followed.keep(due, news()),
        lambda followed, due: followed.finish(due, next_at=None, registered=True),
        lambda followed, due: followed.put_off([due], until=LATER),
        lambda followed, due: followed.push(ALICE, AGGREGATOR, PARCEL.number, news()),
        lambda followed, due: followed.following(now=NOON),
    ],
    ids=["follow", "take", "keep", "finish", "put_off", "push", "following"],
)
def test_without_redis_each_says_that_it_could_not(
    act: Callable[[RedisFollowedParcels, DueParcel], object], away: tuple[RedisFollowedParcels, DueParcel]
) -> None:
    with pytest.raises(CacheUnavailable):
        act(*away)


def test_without_redis_news_is_not_none_but_unreadable(
    away: tuple[RedisFollowedParcels, DueParcel],
) -> None:
    """Whoever tells a story must not take it for a source that knows nothing."""
    assert away[0].news(ALICE, [PARCEL.number]) is None


@pytest.fixture(scope="module")
def away() -> tuple[RedisFollowedParcels, DueParcel]:
    """With a parcel that was due before Redis went away."""
    with EmbeddedRedis() as server:
        followed = of_worker(server.url)
        follow(followed)
        (due,) = take(followed)
    return followed, due
