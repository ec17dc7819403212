"""The service's own processes: workers killed in the middle of anything, and a clock that is an hour off."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.bench.proc import children
from tests.faults.conftest import Note
from tests.faults.house import House, open_house
from tests.faults.trial import Fault, endure
from tests.pretend_shopify import PretendShopify
from tracker.embedded_redis import EmbeddedRedis

PART = "The service"
HOUR = 3600
LIBRARIES = ("/usr/lib", "/usr/local/lib", "/opt")
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
    chance, stopped = random.Random(9), threading.Event()

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
        fault = Fault(PART, "a worker killed (-9) every second", seconds=10.0, cut=CUT_OFF)
        note(endure(house, fault, killing(house, every=1.0)))


def find_faketime() -> str:
    """The library that tells a process another time. Fails, saying how to install it, where there is none."""
    for folder in LIBRARIES:
        for found in Path(folder).rglob("libfaketimeMT.so.1"):
            return str(found)
    pytest.fail("A clock that is off takes libfaketime: apt-get install faketime.", pytrace=False)


@contextmanager
def off_by(clock: Path, seconds: int) -> Iterator[None]:
    """The service's clock, not its monotonic one, until the block ends."""
    _set(clock, seconds)
    yield
    _set(clock, 0)


def _set(clock: Path, seconds: int) -> None:
    fresh = clock.with_suffix(".new")
    fresh.write_text(f"{seconds:+d}")
    fresh.replace(clock)


@pytest.mark.parametrize("seconds", [HOUR, -HOUR], ids=["ahead", "behind"])
def test_a_clock_an_hour_off(
    seconds: int, redis: EmbeddedRedis, shopify: PretendShopify, tmp_path: Path, note: Note
) -> None:
    """Nothing that Shopify signs is believed then, since it is too old or from the future."""
    clock = tmp_path / "clock"
    _set(clock, 0)
    settings = {
        "LD_PRELOAD": find_faketime(),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    name = f"the clock an hour {'ahead' if seconds > 0 else 'behind'}"
    with open_house(tmp_path, shopify, redis_url=redis.url, settings=settings) as house:
        fault = Fault(PART, name, stories=False, cut=frozenset({REFUSED_FOR_ITS_TIME}))
        note(endure(house, fault, off_by(clock, seconds)))


@pytest.mark.parametrize("seconds", [HOUR, -HOUR], ids=["ahead", "behind"])
def test_all_clocks_jump_an_hour(
    seconds: int, redis: EmbeddedRedis, shopify: PretendShopify, tmp_path: Path, note: Note
) -> None:
    """Shopify's and the service's together, so that signatures hold: what is kept looks an hour older or from
    the future, and is asked for anew."""
    clock = tmp_path / "clock"
    _set(clock, 0)
    settings = {
        "LD_PRELOAD": find_faketime(),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    name = f"all clocks jump an hour {'ahead' if seconds > 0 else 'back'}"

    def signed_at() -> float:
        return time.time() + int(clock.read_text())

    with open_house(tmp_path, shopify, redis_url=redis.url, settings=settings, now=signed_at) as house:
        note(endure(house, Fault(PART, name), off_by(clock, seconds)))
