"""Access tokens are shared by all workers, sealed, and fetched by one of them at a time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from redis import Redis

from tests.fakes import SettableClock
from tests.store.shops import ALICE, BOB, PATIENT_SECONDS, SECRET
from tracker.breaker import Breaker
from tracker.embedded_redis import EmbeddedRedis
from tracker.ports.tokens import StoredToken
from tracker.store.redis import GuardedRedis
from tracker.store.sealing import Sealer
from tracker.store.tokens import LOCK_SECONDS, RedisTokenShelf

TOKEN = "shpat_of_alice"


@pytest.fixture
def clock(redis_client: Redis) -> SettableClock:
    """Stands at Redis's own time, to the second, since that is by what Redis lets a token end."""
    seconds, _ = redis_client.time()
    clock = SettableClock()
    clock.advance(seconds - clock.now.timestamp())
    return clock


@pytest.fixture
def shelf(guard: GuardedRedis, sealer: Sealer, clock: SettableClock) -> RedisTokenShelf:
    return RedisTokenShelf(guard, sealer, clock=clock)


def test_a_token_is_given_until_it_ends(shelf: RedisTokenShelf, clock: SettableClock) -> None:
    end = clock() + timedelta(hours=24)
    shelf.put(ALICE, TOKEN, end)

    assert shelf.get(ALICE) == StoredToken(TOKEN, end)
    clock.now = end
    assert shelf.get(ALICE) is None


def test_the_last_one_put_is_given(shelf: RedisTokenShelf, clock: SettableClock) -> None:
    shelf.put(ALICE, "first", clock() + timedelta(hours=24))
    shelf.put(ALICE, "second", clock() + timedelta(hours=1))

    assert shelf.get(ALICE) == StoredToken("second", clock() + timedelta(hours=1))


def test_a_token_that_has_ended_already_is_not_kept(
    shelf: RedisTokenShelf, clock: SettableClock, redis_client: Redis
) -> None:
    shelf.put(ALICE, TOKEN, clock() - timedelta(seconds=5))

    assert shelf.get(ALICE) is None
    assert list(redis_client.scan_iter()) == []


def test_a_shop_has_no_token_of_another(
    shelf: RedisTokenShelf, clock: SettableClock, redis_client: Redis
) -> None:
    """Not even where somebody who can write to Redis moves it there."""
    shelf.put(ALICE, TOKEN, clock() + timedelta(hours=24))
    assert shelf.get(BOB) is None
    (of_alice,) = redis_client.scan_iter()
    shelf.put(BOB, "shpat_of_bob", clock() + timedelta(hours=24))
    (of_bob,) = set(redis_client.scan_iter()) - {of_alice}
    redis_client.set(of_bob, redis_client.get(of_alice) or b"")

    assert shelf.get(BOB) is None


def test_a_token_of_another_secret_or_rubbish_is_none(
    shelf: RedisTokenShelf, guard: GuardedRedis, clock: SettableClock, redis_client: Redis
) -> None:
    RedisTokenShelf(guard, Sealer("the secret before this one"), clock=clock).put(
        ALICE, TOKEN, clock() + timedelta(hours=24)
    )
    assert shelf.get(ALICE) is None

    shelf.put(ALICE, TOKEN, clock() + timedelta(hours=24))
    for key in redis_client.scan_iter():
        redis_client.set(key, b"rubbish")
    assert shelf.get(ALICE) is None


def test_nothing_of_it_is_readable_at_rest_and_it_ends_by_itself(
    shelf: RedisTokenShelf, clock: SettableClock, redis_client: Redis
) -> None:
    shelf.put(ALICE, TOKEN, clock() + timedelta(hours=1))
    (key,) = redis_client.scan_iter()
    written = key + (redis_client.get(key) or b"")

    assert b"alice" not in written
    assert b"shpat" not in written
    assert 0 < redis_client.ttl(key) <= 3600
    assert TOKEN not in repr(shelf.get(ALICE))


class TestLock:
    def test_one_holds_it_at_a_time(self, shelf: RedisTokenShelf, redis_url: str) -> None:
        worker = GuardedRedis(redis_url, Breaker(), timeout_seconds=PATIENT_SECONDS)
        other = RedisTokenShelf(worker, Sealer(SECRET))

        with shelf.lock(ALICE) as first, other.lock(ALICE) as second, other.lock(BOB) as elsewhere:
            assert [first, second, elsewhere] == [True, False, True]
        with other.lock(ALICE) as after:
            assert after

    def test_who_does_not_hold_it_does_not_let_it_go(self, shelf: RedisTokenShelf) -> None:
        with shelf.lock(ALICE):
            with shelf.lock(ALICE):
                pass
            with shelf.lock(ALICE) as third:
                assert not third

    def test_one_that_ended_meanwhile_is_not_taken_from_the_next_holder(
        self, shelf: RedisTokenShelf, redis_client: Redis
    ) -> None:
        with shelf.lock(ALICE):
            redis_client.flushall()
            next_holder = shelf.lock(ALICE)
            assert next_holder.__enter__()

        with shelf.lock(ALICE) as third:
            assert not third

    def test_it_ends_by_itself(self, shelf: RedisTokenShelf, redis_client: Redis) -> None:
        """Its holder may have died."""
        with shelf.lock(ALICE):
            (key,) = redis_client.scan_iter()
            assert 0 < redis_client.ttl(key) <= LOCK_SECONDS

    def test_it_is_let_go_when_its_holder_fails(self, shelf: RedisTokenShelf) -> None:
        with pytest.raises(ZeroDivisionError), shelf.lock(ALICE):
            _ = 1 / 0

        with shelf.lock(ALICE) as after:
            assert after


class TestWithoutRedis:
    @pytest.fixture
    def lonely(self, breakable_redis: EmbeddedRedis, sealer: Sealer, clock: SettableClock) -> RedisTokenShelf:
        guard = GuardedRedis(breakable_redis.url, Breaker(), timeout_seconds=PATIENT_SECONDS)
        breakable_redis.kill()
        return RedisTokenShelf(guard, sealer, clock=clock)

    def test_it_holds_nothing_and_raises_nothing(self, lonely: RedisTokenShelf, clock: SettableClock) -> None:
        lonely.put(ALICE, TOKEN, clock() + timedelta(hours=1))

        assert lonely.get(ALICE) is None

    def test_its_lock_is_everybodys(self, lonely: RedisTokenShelf) -> None:
        with lonely.lock(ALICE) as first, lonely.lock(ALICE) as second:
            assert [first, second] == [True, True]

    def test_redis_may_go_while_the_lock_is_held(
        self, breakable_redis: EmbeddedRedis, sealer: Sealer
    ) -> None:
        guard = GuardedRedis(breakable_redis.url, Breaker(), timeout_seconds=PATIENT_SECONDS)
        with RedisTokenShelf(guard, sealer).lock(ALICE) as ours:
            breakable_redis.kill()

        assert ours
