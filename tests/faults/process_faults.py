"""The service's own processes: workers killed in the middle of anything, and a clock that is an hour off."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.bench.proc import children
from tests.faults.conftest import Note
from tests.faults.house import House, open_house
from tests.faults.trial import Fault, endure
from tests.pretend_shopify import PretendShopify
from tracker.embedded_redis import EmbeddedRedis
from tracker.metrics import FOLDER_PREFIX

PART = "The service"
HOUR = 3600
KILLED_EVERY = 3.0
"""Seconds; a new worker takes a second or two until it is there."""
BY_ANOTHER_CLOCK = (
    "gunicorn",
    "--config",
    "python:tracker.gunicorn_config",
    "tests.faults.another_clock:app",
)
REFUSED_FOR_ITS_TIME = "401_invalid_signature"
CUT_OFF = frozenset(
    f"no_answer_{name}"
    for name in ("RemoteDisconnected", "ConnectionResetError", "BrokenPipeError", "IncompleteRead")
)
"""How a killed worker looks to those whose requests were in it."""


@pytest.fixture(scope="module")
def redis() -> Iterator[EmbeddedRedis]:
    with EmbeddedRedis() as server:
        yield server


@contextmanager
def killing(house: House, *, every: float) -> Iterator[None]:
    """One of the workers with -9, whatever it is doing, again and again."""
    chance, stopped = random.Random(9), threading.Event()  # noqa: S311 - to be the same again

    def keep_on() -> None:
        while not stopped.wait(every * (0.5 + chance.random())):
            if workers := children(house.service.process.pid):
                with suppress(ProcessLookupError):
                    os.kill(chance.choice(workers), signal.SIGKILL)

    thread = threading.Thread(target=keep_on, daemon=True)
    thread.start()
    yield
    stopped.set()
    thread.join()


def test_workers_killed(redis: EmbeddedRedis, shopify: PretendShopify, tmp_path: Path, note: Note) -> None:
    """Whose request was in the worker loses the connection; nobody gets anything wrong, and what was taken is
    done by another worker."""
    with open_house(tmp_path, shopify, redis_url=redis.url) as house:
        fault = Fault(PART, "a worker killed (-9) every 3 s or so", seconds=10.0, cut=CUT_OFF)
        note(endure(house, fault, killing(house, every=KILLED_EVERY)))


@contextmanager
def off_by(clock: Path, seconds: int) -> Iterator[None]:
    """The service's clock, until the block ends."""
    _set(clock, seconds)
    yield
    _set(clock, 0)


def _set(clock: Path, seconds: int) -> None:
    fresh = clock.with_suffix(".new")
    fresh.write_text(str(seconds))
    fresh.replace(clock)


@pytest.fixture
def clock(tmp_path: Path) -> Path:
    """The file that says how many seconds the service's clock is off."""
    file = tmp_path / "clock"
    _set(file, 0)
    return file


@contextmanager
def open_house_by(
    clock: Path, redis: EmbeddedRedis, shopify: PretendShopify, now: Callable[[], float]
) -> Iterator[House]:
    """The service as `tracker serve` becomes it, but by that clock."""
    folder = clock.parent
    metrics = folder / f"{FOLDER_PREFIX}counts"
    metrics.mkdir()
    settings = {"CLOCK_IS_OFF_BY": str(clock), "PROMETHEUS_MULTIPROC_DIR": str(metrics)}
    with open_house(
        folder, shopify, redis_url=redis.url, settings=settings, command=BY_ANOTHER_CLOCK, now=now
    ) as house:
        yield house


@pytest.mark.parametrize("seconds", [HOUR, -HOUR], ids=["ahead", "behind"])
def test_a_clock_an_hour_off(
    seconds: int, clock: Path, redis: EmbeddedRedis, shopify: PretendShopify, note: Note
) -> None:
    """Nothing that Shopify signs is believed then, since it is too old or from the future."""
    name = f"the clock an hour {'ahead' if seconds > 0 else 'behind'}"
    with open_house_by(clock, redis, shopify, time.time) as house:
        fault = Fault(PART, name, stories=False, cut=frozenset({REFUSED_FOR_ITS_TIME}))
        note(endure(house, fault, off_by(clock, seconds)))


@pytest.mark.parametrize("seconds", [HOUR, -HOUR], ids=["ahead", "back"])
def test_all_clocks_jump_an_hour(
    seconds: int, clock: Path, redis: EmbeddedRedis, shopify: PretendShopify, note: Note
) -> None:
    """Shopify's and the service's together, so that signatures hold: what is kept looks an hour older or from
    the future, and is asked for anew."""
    name = f"all clocks jump an hour {'ahead' if seconds > 0 else 'back'}"

    def signed_at() -> float:
        return time.time() + int(clock.read_text())

    with open_house_by(clock, redis, shopify, signed_at) as house:
        # A request that was signed by one clock may be read by the other.
        fault = Fault(PART, name, cut=frozenset({REFUSED_FOR_ITS_TIME}))
        note(endure(house, fault, off_by(clock, seconds)))
