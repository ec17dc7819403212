"""Followers on a real Redis, with sources of the test's own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from tests.store.shops import PATIENT_SECONDS, SECRET
from tracker.breaker import Breaker
from tracker.edges import Edges
from tracker.follow import make_follower
from tracker.follower import Follower
from tracker.metrics import Metrics
from tracker.ports.clock import Clock
from tracker.ports.sources import SourcesOf
from tracker.settings import Settings
from tracker.store.followed import RedisFollowedParcels
from tracker.store.purge import RedisPurge
from tracker.store.quota import RedisQuota
from tracker.store.redis import GuardedRedis
from tracker.store.sealing import Sealer
from tracker.store.troubles import RedisTroubles
from tracker.store.turns import DEAD_SECONDS

NO_QUOTA = 10**9
SEALER = Sealer(SECRET)


def now() -> datetime:
    """By the machine's own clock."""
    return datetime.now(UTC)


def guard_of(redis_url: str) -> GuardedRedis:
    """As the service has it, but that no time-out depends on how busy the machine is."""
    return GuardedRedis(redis_url, Breaker(), timeout_seconds=PATIENT_SECONDS)


def followed_on(redis_url: str, *, dead_seconds: float = DEAD_SECONDS) -> RedisFollowedParcels:
    """As each worker has them."""
    return RedisFollowedParcels(guard_of(redis_url), [SEALER], dead_seconds=dead_seconds)


def follower_on(
    redis_url: str,
    sources_of: SourcesOf,
    *,
    clock: Clock = now,
    dead_seconds: float = DEAD_SECONDS,
    seconds_apart: Mapping[str, float],
    threads: int = 8,
) -> Follower:
    """As `tracker follow` makes it. Between two requests of an account pass `seconds_apart`, by source."""
    settings = Settings(
        api_key="key",
        api_secret=SECRET,
        redis_url=redis_url,
        shop="own.myshopify.com",
        follow_threads=threads,
    )
    edges, guard = Edges(settings, Metrics()), guard_of(redis_url)
    edges.followed = followed_on(redis_url, dead_seconds=dead_seconds)
    edges.quota = RedisQuota(guard, SEALER, daily_quota_of=lambda *_: NO_QUOTA, seconds_apart=seconds_apart)
    edges.kept, edges.troubles = RedisPurge(guard, [SEALER]), RedisTroubles(guard, SEALER)
    return make_follower(settings, edges, sources_of=sources_of, clock=clock)
