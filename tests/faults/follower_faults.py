"""Followers killed in the middle of anything: what they had under way others ask for, and nothing is lost."""

from __future__ import annotations

import json
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from redis import Redis

from tests.faults.conftest import Note
from tests.faults.findings import Finding
from tests.faults.followed_by import DEAD_SECONDS
from tests.faults.trial import wait_until
from tests.follow_world import followed_on, now
from tests.followed import AGGREGATOR
from tests.serving import start
from tracker.embedded_redis import EmbeddedRedis
from tracker.parcel import Parcel

PART = "Followed parcels"
SHOPS, PARCELS = 6, 600
FOLLOWERS = 3
KILLS = 12
KILLED_AFTER = 15
"""Requests, about, until the follower that makes the next one is killed over it."""
REQUEST_SECONDS = 0.05
AT_WORST_TWICE = 20
"""Parcels that one follower can have under way, so that its end makes them be asked for once more."""


class Answering(ThreadingHTTPServer):
    """A source that takes its time, counts how often it was asked for each number, and now and then kills
    the process that asks: before it answers, or while what it said is being kept."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.asked: Counter[str] = Counter()
        self.kills = 0
        self._chance = random.Random(6)  # noqa: S311 - which of many moments
        self._until_next = KILLED_AFTER
        self._counting = threading.Lock()

    def count(self, numbers: list[str]) -> None:
        """These were asked for."""
        with self._counting:
            self.asked.update(numbers)

    def fate(self) -> float | None:
        """Of whoever asks: None to live, else seconds from the answer until it is killed, 0 before it."""
        with self._counting:
            self._until_next -= 1
            if self._until_next > 0 or self.kills == KILLS:
                return None
            self.kills += 1
            self._until_next = self._chance.randrange(1, 2 * KILLED_AFTER)
            return self._chance.choice([0.0, self._chance.uniform(0.0005, 0.02)])


class _Answer(BaseHTTPRequestHandler):
    server: Answering

    def do_POST(self) -> None:
        numbers = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/news":
            self.server.count(numbers)
        time.sleep(REQUEST_SECONDS)
        fate = self.server.fate()
        if fate != 0.0:
            with suppress(OSError):  # killed over another request meanwhile
                self._say(json.dumps(dict.fromkeys(numbers, time.time())).encode())
        if fate is not None:
            time.sleep(fate)
            with suppress(ProcessLookupError):
                os.kill(int(self.headers["X-Process"]), signal.SIGKILL)

    def _say(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing on standard error."""


@pytest.fixture
def source() -> Iterator[Answering]:
    with Answering() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@contextmanager
def followers(redis_url: str, port: int, folder: Path) -> Iterator[Callable[[], None]]:
    """So many processes; what is given starts another one for each that was killed."""
    command = ("tests.faults.followed_by", redis_url, str(port))
    running = [start({}, folder, command=command) for _ in range(FOLLOWERS)]

    def replace_the_dead() -> None:
        for place, process in enumerate(running):
            if process.poll() is not None:
                running[place] = start({}, folder, command=command)

    try:
        yield replace_the_dead
    finally:
        for process in running:
            process.kill()
            process.wait()


def test_followers_killed(source: Answering, tmp_path: Path, note: Note) -> None:
    """Every parcel is asked for, whoever had it; what was kept of one is not asked for again; and no story
    that changed is left to be dropped."""
    begun = time.monotonic()
    with EmbeddedRedis() as redis:
        followed = followed_on(redis.url, dead_seconds=DEAD_SECONDS)
        for number in range(PARCELS):
            shop, order = f"shop-{number % SHOPS}.myshopify.com", f"gid://shopify/Order/{number}"
            followed.follow(shop, order, [Parcel(f"X{number}")], sources=[AGGREGATOR], at=now())
        with followers(redis.url, source.server_port, tmp_path) as replace_the_dead:

            def all_finished() -> bool:
                replace_the_dead()
                return not unfinished(redis.url)

            wait_until(all_finished, "every turn finished", seconds=200)
        told = {
            number
            for shop in range(SHOPS)
            for number, kept in (
                followed.news(f"shop-{shop}.myshopify.com", [f"X{n}" for n in range(PARCELS)]) or {}
            ).items()
            if kept.news
        }
    twice = sum(times - 1 for times in source.asked.values())
    note(
        Finding(
            PART,
            "a follower killed (-9) over a request or while keeping its answer, again and again",
            "every parcel is asked for; one that a kill met once more at most; nothing is lost",
            f"{len(told)} of {PARCELS} parcels told of, {source.kills} kills, {twice} asked for once more",
            holds=len(told) == PARCELS and source.kills == KILLS and twice <= KILLS * AT_WORST_TWICE,
            seconds=time.monotonic() - begun,
        )
    )


def unfinished(redis_url: str) -> int:
    """Parcels that the source was not told of, or whose story changed and was not dropped."""
    with Redis.from_url(redis_url) as client:
        left = 0
        for key in client.scan_iter(match="*:f:*", count=1000):
            state, changed = client.hmget(key.decode(), [f"state:{AGGREGATOR}", f"changed:{AGGREGATOR}"])
            left += state != b"registered" or changed is not None
        return left
