"""Which parcels of a shop are under way: sealed, as they were read last, and gone with their order."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from redis import Redis

from tests.fakes import NOON, SettableClock
from tests.store.shops import ALICE, BOB, ENTRY, ORDER, PATIENT_SECONDS, QUESTION
from tracker.breaker import Breaker
from tracker.errors import CacheUnavailable
from tracker.order import Attention, Reading, Source, Status, TrackingEvent
from tracker.parcel import TrackingNews
from tracker.parcel_note import ParcelNote
from tracker.store.cache import RedisAnswers
from tracker.store.disclosure import RedisDisclosure
from tracker.store.purge import RedisPurge
from tracker.store.redis import GuardedRedis
from tracker.store.sealing import Sealer
from tracker.store.shop_parcels import LIFE, RedisShopParcels
from tracker.webhook import Person

NOTE = ParcelNote("Übermorgen Post", Status.IN_TRANSIT, Attention.DELAYED, NOON, "DE")
SILENT = ParcelNote(None, Status.SHIPPED, Attention.NONE, None, None, reported=False)


@pytest.fixture
def parcels(guard: GuardedRedis, sealer: Sealer, answers: RedisAnswers) -> RedisShopParcels:
    """A read of each shop has begun, so that it is known what changes there."""
    for shop in (ALICE, BOB):
        answers.generation(shop)
    return RedisShopParcels(guard, sealer, clock=lambda: NOON, most=3)


def records(client: Redis) -> list[bytes]:
    """All that is kept of parcels, without since when it is known what changes at the shops."""
    return [name for name in client.scan_iter() if not name.endswith(b"}:e")]


def keep(parcels: RedisShopParcels, *notes: ParcelNote, order: str = ORDER, shop: str = ALICE) -> None:
    parcels.keep(shop, order, notes, generation=10**18, at=NOON)


def test_what_is_known_is_what_was_read_last(parcels: RedisShopParcels) -> None:
    keep(parcels, SILENT)
    keep(parcels, NOTE, SILENT)
    keep(parcels, NOTE, order="another")

    assert sorted([NOTE, SILENT, NOTE], key=repr) == sorted(parcels.of(ALICE), key=repr)
    assert [] == parcels.of(BOB)


def test_an_order_of_which_nothing_is_under_way_any_more_leaves_nothing(
    parcels: RedisShopParcels, redis_client: Redis
) -> None:
    keep(parcels, NOTE)
    keep(parcels)

    assert [] == parcels.of(ALICE)
    assert [] == records(redis_client)


def test_a_shop_has_so_many_orders_the_newest(parcels: RedisShopParcels) -> None:
    for number in range(5):
        note = ParcelNote(str(number), Status.SHIPPED, Attention.NONE, None, None)
        at = NOON + timedelta(seconds=number)
        parcels.keep(ALICE, f"order {number}", [note], generation=10**18, at=at)

    assert {"4", "3", "2"} == {note.carrier for note in parcels.of(ALICE)}


def test_what_nobody_looked_at_for_two_weeks_is_not_told_and_goes(
    guard: GuardedRedis, sealer: Sealer, answers: RedisAnswers, redis_client: Redis
) -> None:
    clock = SettableClock()
    answers.generation(ALICE)
    parcels = RedisShopParcels(guard, sealer, clock=clock)
    keep(parcels, NOTE)
    clock.now = NOON + LIFE
    assert [NOTE] == parcels.of(ALICE)

    clock.now += timedelta(seconds=1)
    assert [] == parcels.of(ALICE)
    assert [] == records(redis_client)


def told_now(*readings: Reading) -> TrackingNews:
    """A source's news, an hour apart, since what is kept was read."""
    events = [
        TrackingEvent(reading, NOON + timedelta(hours=hour), Source.AGGREGATOR)
        for hour, reading in enumerate(readings, 1)
    ]
    return TrackingNews(NOON + timedelta(days=1), tuple(events))


class TestNewsOfItsCarrier:
    def test_a_problem_that_is_told_now_is_counted(
        self, parcels: RedisShopParcels, purge: RedisPurge
    ) -> None:
        keep(parcels, SILENT)
        keep(parcels, NOTE, order="another")
        problem = Reading(None, attention=Attention.PROBLEM)
        purge.drop(ALICE, ORDER, news=told_now(Reading(Status.IN_TRANSIT), problem))

        at = NOON + timedelta(hours=2)
        told = ParcelNote(None, Status.IN_TRANSIT, Attention.PROBLEM, at, None, reported=True)
        assert sorted([told, NOTE], key=repr) == sorted(parcels.of(ALICE), key=repr)

    def test_one_that_has_come_is_under_way_no_more(
        self, parcels: RedisShopParcels, purge: RedisPurge, redis_client: Redis
    ) -> None:
        keep(parcels, NOTE)
        purge.drop(ALICE, ORDER, news=told_now(Reading(Status.DELIVERED)))

        assert [] == parcels.of(ALICE)
        assert 0 == redis_client.exists(*redis_client.scan_iter(match="*}:w"), "none")

    def test_what_is_not_newer_or_may_be_of_another_parcel_changes_nothing(
        self, parcels: RedisShopParcels, purge: RedisPurge
    ) -> None:
        problem = told_now(Reading(None, attention=Attention.PROBLEM))
        old = replace(problem, checked_at=NOON - timedelta(days=1))
        keep(parcels, NOTE)
        keep(parcels, NOTE, SILENT, order="two")
        purge.drop(ALICE, ORDER, news=old)
        purge.drop(ALICE, "two", news=problem)
        purge.drop(ALICE, "unknown", news=problem)

        assert sorted([NOTE, NOTE, SILENT], key=repr) == sorted(parcels.of(ALICE), key=repr)


class TestItGoes:
    def test_with_what_is_known_of_its_order_once_that_changes(
        self, parcels: RedisShopParcels, answers: RedisAnswers, purge: RedisPurge, redis_client: Redis
    ) -> None:
        """How many answers were dropped is told, and this was none."""
        generation = answers.generation(QUESTION.shop)
        answers.keep(QUESTION, ENTRY, generation=generation, seconds=60, guessed=False)
        keep(parcels, NOTE)
        keep(parcels, SILENT, order="another")

        assert 1 == purge.drop(ALICE, ORDER)
        assert [SILENT] == parcels.of(ALICE)
        assert 1 == redis_client.hlen(next(redis_client.scan_iter(match="*}:w")))

    def test_and_is_not_kept_by_a_read_that_began_before(
        self, parcels: RedisShopParcels, answers: RedisAnswers, purge: RedisPurge
    ) -> None:
        generation = answers.generation(QUESTION.shop)
        assert generation is not None
        purge.drop(ALICE, ORDER)
        parcels.keep(ALICE, ORDER, [NOTE], generation=generation, at=NOON)

        assert [] == parcels.of(ALICE)

    def test_with_the_person_whose_order_it_is(
        self, parcels: RedisShopParcels, purge: RedisPurge, redis_client: Redis
    ) -> None:
        keep(parcels, NOTE)
        keep(parcels, SILENT, order="another")
        purge.person(ALICE, Person(None, None, (ORDER,)))

        assert [SILENT] == parcels.of(ALICE)
        assert 1 == redis_client.hlen(next(redis_client.scan_iter(match="*}:w")))

    def test_with_the_shop(self, parcels: RedisShopParcels, purge: RedisPurge, redis_client: Redis) -> None:
        keep(parcels, NOTE)
        purge.shop(ALICE)

        assert [] == records(redis_client)

    def test_and_is_not_kept_by_a_read_that_began_before_the_shop_was_forgotten(
        self, parcels: RedisShopParcels, purge: RedisPurge, redis_client: Redis
    ) -> None:
        purge.shop(ALICE)
        keep(parcels, NOTE)

        assert [] == records(redis_client)

    def test_by_itself(self, parcels: RedisShopParcels, redis_client: Redis) -> None:
        keep(parcels, NOTE)
        names = records(redis_client)

        assert 1 == len(names)
        assert all(0 < redis_client.pttl(name) <= LIFE / timedelta(milliseconds=1) for name in names)


def test_whose_it_is_can_be_told_what_is_kept(
    parcels: RedisShopParcels, guard: GuardedRedis, sealer: Sealer
) -> None:
    keep(parcels, NOTE)
    (told,) = RedisDisclosure(guard, [sealer]).of(ALICE, Person(None, None, (ORDER,)))

    assert [
        {
            "carrier": "Übermorgen Post",
            "status": "in_transit",
            "attention": "delayed",
            "news": "2026-11-02T12:00:00+00:00",
            "destination": "DE",
            "reported": True,
            "order": None,
        }
    ] == json.loads(told)


def test_redis_learns_nothing(parcels: RedisShopParcels, redis_client: Redis) -> None:
    keep(parcels, NOTE)
    everything = b"".join(redis_client.dump(name) + name for name in redis_client.scan_iter())

    assert not [word for word in (b"Post", b"transit", b"5001", b"alice", b'DE"') if word in everything]


@pytest.mark.parametrize("record", [b"not sealed", b"1793620800:not sealed", b":", b"99999999999:\xff"])
def test_what_is_not_ours_is_passed_over(
    parcels: RedisShopParcels, redis_client: Redis, record: bytes
) -> None:
    keep(parcels, NOTE)
    redis_client.hset(next(redis_client.scan_iter(match="*}:w")), b"\xffelsewhere", record)

    assert [NOTE] == parcels.of(ALICE)


def test_a_spoilt_index_is_begun_anew(parcels: RedisShopParcels, redis_client: Redis) -> None:
    keep(parcels, NOTE)
    redis_client.set(next(redis_client.scan_iter(match="*}:w")), "text")

    assert [] == parcels.of(ALICE)
    keep(parcels, SILENT, order="another")
    assert [SILENT] == parcels.of(ALICE)


def test_without_redis_the_merchant_hears_that_nothing_is_known_now(sealer: Sealer) -> None:
    away = GuardedRedis("unix:///nowhere/redis.sock", Breaker(), timeout_seconds=PATIENT_SECONDS)
    parcels = RedisShopParcels(away, sealer)
    keep(parcels, NOTE)

    with pytest.raises(CacheUnavailable):
        parcels.of(ALICE)
