"""A thread's own connection: nobody reads what another asked, and nothing is done twice that counts."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator

import pytest
from redis import ConnectionError as RedisConnectionError
from redis import Redis

from tests.store.shops import PATIENT_SECONDS
from tracker.breaker import Breaker
from tracker.embedded_redis import EmbeddedRedis
from tracker.store.direct import DirectConnection
from tracker.store.redis import GuardedRedis
from tracker.store.script import Script

THREADS = 130
"""More than redis-py allows a process where nothing is said."""
COUNT = Script("count it", "return redis.call('INCR', KEYS[1])", "0" * 40, repeatable=True)
COUNT_ONCE = Script("count it once", COUNT.text, COUNT.digest, repeatable=False)


@pytest.fixture
def client(redis_server: EmbeddedRedis) -> Iterator[Redis]:
    with Redis.from_url(redis_server.url) as client:
        yield client


def test_a_forked_process_does_not_share_its_parents_connection(client: Redis) -> None:
    """Or each would read answers to what the other asked."""
    direct = DirectConnection()
    direct.run_together(client, [("SET", "whose", "parent")])
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        (own,) = direct.run_together(client, [("CLIENT", "ID")])
        os.write(write_end, str(own).encode())
        os._exit(0)
    os.waitpid(child, 0)

    (own,) = direct.run_together(client, [("CLIENT", "ID")])

    assert own != int(os.read(read_end, 20))
    assert [b"parent"] == direct.run_together(client, [("GET", "whose")])


@pytest.mark.parametrize(("script", "counted"), [(COUNT, 1), (COUNT_ONCE, None)])
def test_on_a_connection_that_broke_only_what_may_be_done_twice_is_sent_again(
    client: Redis, script: Script, counted: int | None
) -> None:
    direct = DirectConnection()
    (own,) = direct.run_together(client, [("CLIENT", "ID")])
    client.delete("{tries}")
    client.client_kill_filter(_id=own)

    if counted is None:
        with pytest.raises(RedisConnectionError):
            direct.run_script(client, script, ["{tries}"], [])
        assert client.get("{tries}") is None
    else:
        assert counted == direct.run_script(client, script, ["{tries}"], [])


def test_every_thread_has_its_connection(redis_server: EmbeddedRedis) -> None:
    """However many an operator allows."""
    failures: list[str] = []
    guard = GuardedRedis(
        redis_server.url, Breaker(), timeout_seconds=PATIENT_SECONDS, on_failure=failures.append
    )
    all_there = threading.Barrier(THREADS)

    def ask() -> None:
        guard.run_together(("PING",))
        all_there.wait(30)

    threads = [threading.Thread(target=ask) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [] == failures
    assert guard.answers()
