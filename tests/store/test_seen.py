"""An event is dealt with once, by whatever worker."""

from __future__ import annotations

import pytest
from redis import Redis

from tests.store.shops import ALICE, BOB, PATIENT_SECONDS, SECRET
from tracker.breaker import Breaker
from tracker.embedded_redis import EmbeddedRedis
from tracker.errors import CacheUnavailable
from tracker.store.redis import GuardedRedis
from tracker.store.sealing import Sealer
from tracker.store.seen import SECONDS, RedisSeenEvents
from tracker.webhook import Envelope

EVENT = Envelope(ALICE, "orders/updated", "98880550-7158-44d4-b7cd-2c97c8a091b5")


@pytest.fixture
def events(guard: GuardedRedis, sealer: Sealer) -> RedisSeenEvents:
    return RedisSeenEvents(guard, sealer)


def test_what_was_remembered_is_seen_by_every_worker(events: RedisSeenEvents, redis_url: str) -> None:
    other = RedisSeenEvents(
        GuardedRedis(redis_url, Breaker(), timeout_seconds=PATIENT_SECONDS), Sealer(SECRET)
    )
    before = other.seen(EVENT)
    events.remember(EVENT)

    assert (False, True) == (before, other.seen(EVENT))


@pytest.mark.parametrize(
    "other",
    [
        Envelope(ALICE, "orders/fulfilled", EVENT.event_id),
        Envelope(BOB, "orders/updated", EVENT.event_id),
        Envelope(ALICE, "orders/updated", "another"),
    ],
    ids=["another topic", "another shop", "another event"],
)
def test_nothing_else_is(events: RedisSeenEvents, other: Envelope) -> None:
    """One event is told under several topics, and a name may be guessed under another shop's header."""
    events.remember(EVENT)

    assert not events.seen(other)


def test_an_event_without_an_id_cannot_be_told_from_a_copy(
    events: RedisSeenEvents, redis_client: Redis
) -> None:
    events.remember(Envelope(ALICE, "orders/updated"))

    assert not events.seen(Envelope(ALICE, "orders/updated"))
    assert [] == list(redis_client.scan_iter())


def test_it_is_forgotten_in_time_and_names_nobody(events: RedisSeenEvents, redis_client: Redis) -> None:
    events.remember(EVENT)
    (key,) = redis_client.scan_iter()

    assert 0 < redis_client.ttl(key) <= SECONDS
    assert b"alice" not in key
    assert b"98880550" not in key


def test_what_cannot_be_known_or_remembered_is_said(breakable_redis: EmbeddedRedis, sealer: Sealer) -> None:
    events = RedisSeenEvents(
        GuardedRedis(breakable_redis.url, Breaker(), timeout_seconds=PATIENT_SECONDS), sealer
    )
    breakable_redis.kill()

    with pytest.raises(CacheUnavailable):
        events.seen(EVENT)
    with pytest.raises(CacheUnavailable):
        events.remember(EVENT)
