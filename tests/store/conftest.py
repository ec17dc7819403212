"""What the tests of the store share: one way to a healthy Redis, databases of each kind, and three
shops that must not meet."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from limits import RateLimitItem
from limits import parse as parse_limit

from tests.fakes import SettableMonotonic
from tests.store.shops import PATIENT_SECONDS, SECRET
from tracker.breaker import Breaker
from tracker.store.cache import RedisAnswers
from tracker.store.database import Database
from tracker.store.purge import RedisPurge
from tracker.store.redis import GuardedRedis
from tracker.store.sealing import Sealer


@pytest.fixture
def guard(redis_url: str) -> GuardedRedis:
    return GuardedRedis(redis_url, Breaker(), timeout_seconds=PATIENT_SECONDS)


@pytest.fixture
def sealer() -> Sealer:
    return Sealer(SECRET)


@pytest.fixture
def limits() -> dict[str, RateLimitItem]:
    """The limits of the design, by name."""
    return {
        "email": parse_limit("20/hour"),
        "number_network": parse_limit("10/hour"),
        "number": parse_limit("200/hour"),
        "shop": parse_limit("2000/hour"),
    }


@pytest.fixture
def answers(guard: GuardedRedis, sealer: Sealer, limits: dict[str, RateLimitItem]) -> RedisAnswers:
    return RedisAnswers(guard, sealer, guess_limits=limits)


@pytest.fixture
def monotonic() -> SettableMonotonic:
    return SettableMonotonic()


@pytest.fixture
def purge(guard: GuardedRedis, sealer: Sealer) -> RedisPurge:
    return RedisPurge(guard, [sealer])


@pytest.fixture
def database(store_url: str) -> Iterator[Database]:
    """Of each kind, empty."""
    database = Database(store_url)
    yield database
    database.close()
