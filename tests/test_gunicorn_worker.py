"""What a worker does with connections that are kept, once it is told to end."""

from __future__ import annotations

import importlib
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from signal import SIGTERM
from types import SimpleNamespace
from typing import Any, cast

import pytest
from gunicorn.config import Config  # type: ignore[import-untyped]  # gunicorn has no types
from gunicorn.workers.gthread import TConn, ThreadWorker  # type: ignore[import-untyped]  # the same

from tracker import gunicorn_worker

KEEPALIVE = 75
GRACEFUL = 15


class Connection:
    """A kept one: what the worker looks at of it."""

    def __init__(self) -> None:
        self.timeout = 1000.0
        self.parser = SimpleNamespace(unreader=SimpleNamespace(buf=SimpleNamespace(getvalue=bytes)))
        self.sock = SimpleNamespace(setblocking=lambda _: None)
        self.renewed = False

    def set_timeout(self) -> None:
        self.renewed = True
        self.timeout = 1e12


@pytest.fixture
def worker() -> Iterator[gunicorn_worker.Worker]:
    """The oldest of a service, with no listener."""
    config = Config()
    config.set("keepalive", KEEPALIVE)
    config.set("graceful_timeout", GRACEFUL)
    made = started(1, config)
    yield made
    made.tmp.close()


def started(age: int, config: Config) -> gunicorn_worker.Worker:
    """As the master makes it, and about to take connections."""
    made = gunicorn_worker.Worker(age, 1, [], None, 15, config, None)
    made.poller = SimpleNamespace(register=lambda *_: None)
    made.method_queue = SimpleNamespace(defer=lambda _: None)
    return made


def answered(worker: gunicorn_worker.Worker, connection: Connection) -> None:
    """A request whose answer said that the connection is kept."""
    done: Future[bool] = Future()
    done.set_result(True)
    worker.finish_request(cast(TConn, connection), done)


def test_a_caller_who_sends_too_slowly_holds_no_thread(
    worker: gunicorn_worker.Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And still gets an answer, which may be that the request makes no sense."""
    ours, theirs = socket.socketpair()
    theirs.settimeout(10)
    conn = TConn(None, ours, ("127.0.0.1", 1), ("127.0.0.1", 2))
    reading = threading.Event()

    def read_and_answer(_worker: object, conn: Any) -> bool:
        conn.sock.settimeout(None)
        reading.set()
        rest = conn.sock.recv(1)
        conn.sock.sendall(b"answered" + rest)
        return False

    monkeypatch.setattr(ThreadWorker, "handle", read_and_answer)
    thread = threading.Thread(target=worker.handle, args=[conn])
    with ours, theirs:
        thread.start()
        assert reading.wait(10)
        worker.notify()
        assert thread.is_alive()
        later = time.monotonic() + gunicorn_worker.HELD_SECONDS + 1
        monkeypatch.setattr(gunicorn_worker, "time", SimpleNamespace(monotonic=lambda: later))
        worker.notify()
        thread.join(10)

        assert theirs.recv(100) == b"answered"
        worker.notify()


def test_an_ending_worker_gives_its_kept_connections_a_moment(worker: gunicorn_worker.Worker) -> None:
    kept, later = Connection(), Connection()
    worker.keepalived_conns.append(kept)

    worker.handle_exit(SIGTERM, None)
    worker.set_accept_enabled(False)
    worker._cap_keepalive(7.0)
    answered(worker, later)

    assert (7.0, GRACEFUL) == (kept.timeout, worker.cfg.graceful_timeout)
    assert later.timeout < 1e12


def test_one_that_is_replaced_leaves_it_to_the_other_side_to_close_them(
    worker: gunicorn_worker.Worker,
) -> None:
    """A proxy may send a request just as a kept connection is closed, and may not send it again."""
    kept, later = Connection(), Connection()
    worker.keepalived_conns.append(kept)

    worker.replace(range(2, 2))
    worker.handle_exit(SIGTERM, None)
    worker.notify()
    worker.set_accept_enabled(False)
    worker._cap_keepalive(7.0)
    answered(worker, later)

    assert 1000.0 == kept.timeout
    assert later.renewed
    assert KEEPALIVE + GRACEFUL == worker.cfg.graceful_timeout


def test_a_reload_tells_every_worker_that_it_is_replaced(
    worker: gunicorn_worker.Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOPIFY_API_KEY", "key")
    monkeypatch.setenv("SHOPIFY_API_SECRET", "secret of the app")
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1")
    config: Any = importlib.import_module("tracker.gunicorn_config")  # it reads the settings as it loads

    assert not worker.replaced
    config.on_reload(SimpleNamespace(WORKERS={7: worker}, worker_age=1, cfg=worker.cfg))

    assert worker.replaced


def test_one_that_is_replaced_takes_connections_until_all_its_successors_do(
    worker: gunicorn_worker.Worker,
) -> None:
    """gunicorn tells it to end while they still load."""
    second, third = started(2, worker.cfg), started(3, worker.cfg)
    worker.replace(range(2, 4))

    worker.handle_exit(SIGTERM, None)
    alive = []
    for successor in (second, third):
        worker.notify()
        alive.append(worker.alive)
        successor.set_accept_enabled(True)
        successor.tmp.close()
    worker.notify()

    assert [True, True] == alive
    assert not worker.alive
