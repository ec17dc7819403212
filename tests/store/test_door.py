"""The door's counts are shared in Redis, and kept in this process while Redis is away."""

from __future__ import annotations

import time
from typing import Any

import pytest
from limits import parse
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter
from redis import Redis

from tests.fakes import SettableMonotonic
from tests.store.shops import PATIENT_SECONDS
from tracker.breaker import Breaker
from tracker.embedded_redis import EmbeddedRedis
from tracker.store.door import STORAGE_URI, GuardedStorage
from tracker.store.redis import GuardedRedis

LIMIT = parse("3/10 minutes")


def hits(storage: GuardedStorage, times: int) -> list[bool]:
    limiter = FixedWindowRateLimiter(storage)
    return [limiter.hit(LIMIT, "alice") for _ in range(times)]


@pytest.fixture
def storage(guard: GuardedRedis) -> GuardedStorage:
    return GuardedStorage(guard=guard)


@pytest.fixture
def breakable(breakable_redis: EmbeddedRedis, monotonic: SettableMonotonic) -> GuardedStorage:
    breaker = Breaker(open_seconds=10, monotonic=monotonic)
    return GuardedStorage(guard=GuardedRedis(breakable_redis.url, breaker, timeout_seconds=PATIENT_SECONDS))


def test_it_is_found_by_its_address(guard: GuardedRedis) -> None:
    options: dict[str, Any] = {"guard": guard}

    assert isinstance(storage_from_string(STORAGE_URI, **options), GuardedStorage)


def test_two_workers_share_a_limit(redis_url: str) -> None:
    workers = [
        GuardedStorage(guard=GuardedRedis(redis_url, Breaker(), timeout_seconds=PATIENT_SECONDS))
        for _ in range(2)
    ]

    assert hits(workers[0], 2) == [True, True]
    assert hits(workers[1], 2) == [True, False]


def test_a_count_ends_with_its_window(storage: GuardedStorage, redis_client: Redis) -> None:
    hits(storage, 1)
    (key,) = redis_client.scan_iter()

    assert 0 < redis_client.ttl(key) <= 600


def test_count_and_end_of_the_window_are_told(storage: GuardedStorage) -> None:
    before = time.time()
    storage.incr("key", 600, 2)

    assert storage.get("key") == 2
    assert before + 590 <= storage.get_expiry("key") <= time.time() + 600


def test_one_counter_can_be_forgotten(storage: GuardedStorage) -> None:
    hits(storage, 3)
    FixedWindowRateLimiter(storage).clear(LIMIT, "alice")

    assert hits(storage, 1) == [True]


def test_a_reset_forgets_nothing_that_others_share(storage: GuardedStorage) -> None:
    hits(storage, 3)
    storage.reset()

    assert hits(storage, 1) == [False]


class TestWithoutRedis:
    def test_the_limit_holds_in_this_process(
        self, breakable: GuardedStorage, breakable_redis: EmbeddedRedis
    ) -> None:
        """Looser than before, since each worker counts anew, but never gone."""
        hits(breakable, 3)
        breakable_redis.kill()

        assert hits(breakable, 5) == [True, True, True, False, False]

    def test_count_and_end_of_the_window_are_told_from_this_process(
        self, breakable: GuardedStorage, breakable_redis: EmbeddedRedis
    ) -> None:
        breakable_redis.kill()
        before = time.time()
        breakable.incr("key", 600, 2)

        assert breakable.get("key") == 2
        assert before + 600 <= breakable.get_expiry("key") <= time.time() + 600
        breakable.clear("key")
        assert breakable.get("key") == 0

    def test_a_reset_forgets_what_this_process_counted(
        self, breakable: GuardedStorage, breakable_redis: EmbeddedRedis
    ) -> None:
        breakable_redis.kill()
        hits(breakable, 3)
        breakable.reset()

        assert hits(breakable, 1) == [True]

    def test_it_is_fit_for_use_and_raises_nothing_that_a_limiter_would_swallow(
        self, breakable: GuardedStorage, breakable_redis: EmbeddedRedis
    ) -> None:
        """flask-limiter lets requests through when a storage says that it is broken."""
        breakable_redis.kill()

        assert breakable.check()

    def test_redis_counts_again_when_it_is_back(
        self, breakable: GuardedStorage, breakable_redis: EmbeddedRedis, monotonic: SettableMonotonic
    ) -> None:
        breakable_redis.kill()
        hits(breakable, 4)
        breakable_redis.restart()
        monotonic.advance(10)

        assert hits(breakable, 1) == [True]
        with Redis.from_url(breakable_redis.url) as client:
            assert len(list(client.scan_iter())) == 1
