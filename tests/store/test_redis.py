"""One way to Redis: it breaks in every way it can, and nobody waits twice."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
import redis

from tests.fakes import SettableMonotonic
from tests.store.shops import PATIENT_SECONDS
from tracker.breaker import Breaker
from tracker.embedded_redis import EmbeddedRedis
from tracker.store import redis as store_redis
from tracker.store.redis import GuardedRedis, RedisUnavailable

IMPATIENT_SECONDS = 0.05
"""The time-out where Redis hangs anyway."""
OPEN_SECONDS = 10.0


class Way:
    """A way to one server, and everything it told."""

    def __init__(self, url: str, timeout_seconds: float = PATIENT_SECONDS) -> None:
        self.monotonic = SettableMonotonic()
        self.news: list[str] = []
        self.failures: list[str] = []
        self.tries = 0
        self.guard = GuardedRedis(
            url,
            Breaker(open_seconds=OPEN_SECONDS, monotonic=self.monotonic, on_change=self.news.append),
            timeout_seconds=timeout_seconds,
            on_failure=self.failures.append,
        )

    def get(self, key: str) -> object:
        """GET, counting how often it came so far as to be tried."""

        def operation(client: redis.Redis) -> object:
            self.tries += 1
            return client.get(key)

        return self.guard.run(operation)

    def fails(self) -> bool:
        try:
            self.get("key")
        except RedisUnavailable:
            return True
        return False


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that accepts and never answers, as a server that hangs."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.fixture
def closed_port() -> int:
    """A port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def test_an_operation_gives_what_redis_gives(redis_url: str) -> None:
    way = Way(redis_url)

    assert way.guard.run(lambda client: client.set("key", "value"))
    assert way.get("key") == b"value"
    assert (way.news, way.failures) == ([], [])


def test_the_storage_of_the_limits_library_holds_the_same_client(redis_url: str) -> None:
    way = Way(redis_url)

    client = way.guard.run(lambda client: client)

    assert id(way.guard.run_storage(lambda storage: storage.get_connection())) == id(client)


def test_many_threads_at_once_share_one_client(redis_url: str) -> None:
    way = Way(redis_url)
    clients: list[object] = []
    together = threading.Barrier(8)

    def first() -> None:
        together.wait()
        clients.append(way.guard.run(lambda client: client))

    threads = [threading.Thread(target=first) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({id(client) for client in clients}) == 1


def test_nothing_is_connected_before_the_first_operation(closed_port: int) -> None:
    way = Way(f"redis://127.0.0.1:{closed_port}")

    assert (way.news, way.failures) == ([], [])


def test_killed_the_first_caller_fails_and_the_rest_do_not_try(breakable_redis: EmbeddedRedis) -> None:
    way = Way(breakable_redis.url)
    way.get("key")
    breakable_redis.kill()

    assert [way.fails() for _ in range(3)] == [True, True, True]
    assert way.tries == 2
    assert way.failures == ["down"]
    assert way.news == ["down"]


def test_hung_the_first_caller_waits_for_the_time_out_and_the_rest_do_not_try(
    breakable_redis: EmbeddedRedis,
) -> None:
    way = Way(breakable_redis.url, IMPATIENT_SECONDS)
    breakable_redis.pause()

    assert [way.fails() for _ in range(3)] == [True, True, True]
    assert way.tries == 1
    assert way.failures == ["down"]


def test_restarted_it_recovers_once_the_breaker_half_opens(breakable_redis: EmbeddedRedis) -> None:
    way = Way(breakable_redis.url)
    breakable_redis.kill()
    way.fails()
    breakable_redis.restart()

    assert way.fails()
    way.monotonic.advance(OPEN_SECONDS)
    assert not way.fails()
    assert way.news == ["down", "up"]


def test_still_down_when_half_open_one_more_caller_fails(breakable_redis: EmbeddedRedis) -> None:
    way = Way(breakable_redis.url)
    breakable_redis.kill()
    way.fails()
    way.monotonic.advance(OPEN_SECONDS)

    assert [way.fails() for _ in range(2)] == [True, True]
    assert way.tries == 2
    assert way.failures == ["down", "down"]
    assert way.news == ["down"]


def test_a_connection_broken_by_a_restart_costs_one_failure_and_no_more(
    breakable_redis: EmbeddedRedis,
) -> None:
    way = Way(breakable_redis.url)
    way.get("key")
    breakable_redis.restart()

    way.fails()
    way.monotonic.advance(OPEN_SECONDS)

    assert not way.fails()


def test_an_answer_that_comes_too_late_is_not_taken_for_the_next_one(breakable_redis: EmbeddedRedis) -> None:
    way = Way(breakable_redis.url, IMPATIENT_SECONDS)
    with redis.Redis.from_url(breakable_redis.url) as client:
        client.mset({"ada": "of ada", "bea": "of bea"})
    way.get("ada")
    breakable_redis.pause()
    with pytest.raises(RedisUnavailable):
        way.get("ada")
    breakable_redis.resume()
    way.monotonic.advance(OPEN_SECONDS)

    assert way.get("bea") == b"of bea"


def test_an_error_that_redis_answers_with_leaves_the_breaker_closed(redis_url: str) -> None:
    way = Way(redis_url)
    way.guard.run(lambda client: client.lpush("key", "not a text"))

    with pytest.raises(RedisUnavailable):
        way.get("key")

    assert way.failures == ["refused"]
    assert way.news == []
    assert way.get("other") is None


def test_an_error_that_redis_answers_with_shows_that_it_is_up_again(breakable_redis: EmbeddedRedis) -> None:
    way = Way(breakable_redis.url)
    breakable_redis.kill()
    way.fails()
    breakable_redis.restart()
    with redis.Redis.from_url(breakable_redis.url) as client:
        client.lpush("key", "not a text")
    way.monotonic.advance(OPEN_SECONDS)

    assert way.fails()
    assert way.failures == ["down", "refused"]
    assert way.news == ["down", "up"]


def test_an_error_of_our_own_is_not_hidden(redis_url: str) -> None:
    way = Way(redis_url)

    with pytest.raises(ZeroDivisionError):
        way.guard.run(lambda _client: 1 / 0)

    assert way.failures == []


def test_a_refused_connection_is_tried_once() -> None:
    """The library's own tries would add up to seconds."""
    connections = 0
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def hang_up() -> None:
            nonlocal connections
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                connections += 1
                connection.close()

        server = threading.Thread(target=hang_up)
        server.start()
        way = Way(f"redis://127.0.0.1:{listener.getsockname()[1]}")
        assert way.fails()
        listener.shutdown(socket.SHUT_RDWR)
        server.join()

    assert connections == 1


def test_the_time_out_of_production_is_short_and_reaches_every_connection(redis_url: str) -> None:
    guard = GuardedRedis(redis_url, Breaker())

    told = guard.run(lambda client: client.connection_pool.connection_kwargs)

    assert store_redis.TIMEOUT_SECONDS <= 0.1
    assert store_redis.TIMEOUT_SECONDS == told["socket_timeout"] == told["socket_connect_timeout"]


def test_health_is_told_and_never_raises(breakable_redis: EmbeddedRedis) -> None:
    way = Way(breakable_redis.url)

    assert way.guard.answers()
    breakable_redis.kill()
    assert not way.guard.answers()
    assert not way.guard.answers()


@pytest.mark.parametrize("scheme", ["redis", "redis+cluster", "redis+sentinel"])
class TestOverTcp:
    """However many servers stand behind the address, their absence looks the same."""

    def url(self, scheme: str, port: int) -> str:
        return f"{scheme}://127.0.0.1:{port}" + ("/shops" if scheme == "redis+sentinel" else "")

    def test_a_dead_one_fails_once(self, scheme: str, closed_port: int) -> None:
        way = Way(self.url(scheme, closed_port))

        assert [way.fails() for _ in range(2)] == [True, True]
        assert way.failures == ["down"]
        assert way.news == ["down"]

    def test_a_hung_one_fails_after_the_time_out_once(self, scheme: str, silent_port: int) -> None:
        way = Way(self.url(scheme, silent_port), IMPATIENT_SECONDS)

        assert [way.fails() for _ in range(2)] == [True, True]
        assert way.failures == ["down"]


def test_the_time_out_reaches_the_sentinels_too() -> None:
    """They are asked on connections of their own, whose default is five seconds."""
    guard = GuardedRedis("redis+sentinel://127.0.0.1:1,127.0.0.1:2/shops", Breaker(), timeout_seconds=0.07)

    storage = guard.run_storage(lambda storage: storage)

    for sentinel in storage.sentinel.sentinels:  # type: ignore[attr-defined] # of the child for Sentinels
        told = sentinel.connection_pool.connection_kwargs
        assert 0.07 == told["socket_timeout"] == told["socket_connect_timeout"]
