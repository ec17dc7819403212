"""Jobs are done, tried again and never given up; where there is no queue, they are done before the answer."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from tests.store.shops import ALICE, SECRET
from tracker.errors import CacheUnavailable, StoreUnavailable, UpstreamThrottled
from tracker.job_runner import (
    LONGEST_PAUSE,
    MOST_BLIND_TRIES,
    AtOnce,
    Handle,
    JobObserver,
    JobRunner,
    pause,
)
from tracker.ports.jobs import Job, Waiting
from tracker.store.database import Database
from tracker.store.jobs import SqlJobs
from tracker.store.sealing import Sealer
from tracker.store.tables import JOBS, PRIVACY_REQUESTS

PATIENCE = 30.0
DUTY = "customers/redact"


class Told(JobObserver):
    """Remembers how jobs ended."""

    def __init__(self) -> None:
        self.ended: list[tuple[str, ...]] = []
        self.counts: list[Waiting] = []

    def done(self, job: Job, duty: str | None, seconds: float) -> None:
        self.ended.append(("done", job.kind))

    def failed(self, job: Job, error: Exception) -> None:
        self.ended.append(("failed", type(error).__name__))

    def passed_on(self, job: Job) -> None:
        self.ended.append(("passed_on", job.kind))

    def lost(self, job: Job) -> None:
        self.ended.append(("lost", job.kind))

    def stumbled(self, error: Exception) -> None:
        self.ended.append(("stumbled", type(error).__name__))

    def waiting(self, waiting: Waiting) -> None:
        self.counts.append(waiting)


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    database = Database(sqlite_url)
    yield database
    database.close()


@pytest.fixture
def queue(database: Database) -> SqlJobs:
    return SqlJobs(database, [Sealer(SECRET)])


@pytest.fixture
def told() -> Told:
    return Told()


def runner(queue: SqlJobs, told: Told, **handles: Handle) -> JobRunner:
    return JobRunner(queue, handles, observer=told, poll_seconds=0.05)


def eventually(holds: Callable[[], bool]) -> None:
    patience = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < patience
        time.sleep(0.01)


def make_due(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(update(JOBS).values(not_before=JOBS.c.created_at))


def test_a_job_is_done_by_the_handle_of_its_kind(queue: SqlJobs, told: Told) -> None:
    done: list[tuple[str, bytes | None]] = []
    jobs = runner(queue, told, greet=lambda job: done.append((job.shop, job.payload)))
    jobs.hand_on("greet", ALICE, b"hello")

    assert [True, False] == [jobs.do_one(), jobs.do_one()]
    assert [(ALICE, b"hello")] == done
    assert [("done", "greet")] == told.ended
    assert Waiting(0, None) == queue.waiting()


def test_a_duty_that_is_done_is_recorded(queue: SqlJobs, told: Told, database: Database) -> None:
    jobs = runner(queue, told, redact=lambda job: DUTY)
    jobs.hand_on("redact", ALICE, b"{}")
    jobs.do_one()

    with database.reading() as connection:
        assert [DUTY] == list(connection.execute(select(PRIVACY_REQUESTS.c.topic)).scalars())


@pytest.mark.parametrize("error", [CacheUnavailable(), ZeroDivisionError()], ids=["away", "unforeseen"])
def test_what_failed_is_tried_again_later(
    queue: SqlJobs, told: Told, database: Database, error: Exception
) -> None:
    errors = [error]

    def redact(job: Job) -> str:
        if errors:
            raise errors.pop()
        return DUTY

    jobs = runner(queue, told, redact=redact)
    jobs.hand_on("redact", ALICE, b"{}")

    assert [True, False] == [jobs.do_one(), jobs.do_one()]
    make_due(database)
    assert jobs.do_one()
    assert [("failed", type(error).__name__), ("done", "redact")] == told.ended


@pytest.mark.parametrize("unreadable", [True, False], ids=["unreadable", "of an unknown kind"])
def test_what_this_worker_cannot_do_is_left_to_others(
    queue: SqlJobs, told: Told, database: Database, *, unreadable: bool
) -> None:
    """They may be of the next version, or have the new secret already."""
    others = SqlJobs(database, [Sealer("a secret of theirs" if unreadable else SECRET)])
    others.hand_on("redact", ALICE, b"{}")
    jobs = runner(queue, told, **({"redact": lambda job: DUTY} if unreadable else {}))

    assert [True, False] == [jobs.do_one(), jobs.do_one()]
    make_due(database)
    assert runner(others, told, redact=lambda job: DUTY).do_one()

    assert [("passed_on", "redact"), ("done", "redact")] == told.ended


def test_what_nobody_can_do_for_a_week_is_told_and_let_go(
    queue: SqlJobs, told: Told, database: Database
) -> None:
    SqlJobs(database, [Sealer("a secret that is gone")]).hand_on("redact", ALICE, b"{}")
    with database.writing() as connection:
        connection.execute(update(JOBS).values(tries=MOST_BLIND_TRIES - 2))
    jobs = runner(queue, told, redact=lambda job: DUTY)

    assert jobs.do_one()
    make_due(database)
    assert [True, False] == [jobs.do_one(), jobs.do_one()]

    assert [("passed_on", "redact"), ("lost", "redact")] == told.ended
    assert 0 == queue.waiting().jobs


def test_pauses_grow_up_to_an_hour_and_keep_to_what_the_other_side_wants() -> None:
    pauses = [pause(Job(1, "k", ALICE, b"", tries), CacheUnavailable()) for tries in (1, 2, 5, 11, 12, 500)]

    assert [2, 4, 32, 2048, LONGEST_PAUSE, LONGEST_PAUSE] == pauses
    assert 77 == pause(Job(1, "k", ALICE, b"", 1), UpstreamThrottled(retry_after=77))


class WatchedJobs(SqlJobs):
    """Remembers who asked."""

    holders: set[str]

    def lease(self, *, holder: str, seconds: float) -> Job | None:
        self.holders.add(holder)
        return super().lease(holder=holder, seconds=seconds)


class TestThread:
    def test_each_that_begins_is_somebody_else(self, told: Told, database: Database) -> None:
        """Workers are forked from one process, which has made this for all of them."""
        queue = WatchedJobs(database, [Sealer(SECRET)])
        queue.holders = set()
        jobs = runner(queue, told)
        jobs.do_one()
        jobs.start()
        try:
            eventually(lambda: len(queue.holders) == 2)
        finally:
            jobs.stop()

    def test_it_does_what_is_handed_on_here_and_elsewhere(self, queue: SqlJobs, told: Told) -> None:
        done: list[str] = []
        jobs = runner(queue, told, greet=lambda job: done.append(job.shop))
        jobs.start()
        try:
            jobs.hand_on("greet", "here")
            queue.hand_on("greet", "elsewhere")
            eventually(lambda: {"here", "elsewhere"} == set(done))
        finally:
            jobs.stop()

    def test_it_tells_how_many_there_are_before_it_begins_and_not_at_every_turn(
        self, queue: SqlJobs, told: Told
    ) -> None:
        for shop in ("one", "two", "three"):
            queue.hand_on("greet", shop)
        jobs = runner(queue, told, greet=lambda job: None)
        jobs.start()
        try:
            eventually(lambda: len(told.ended) == 3)
        finally:
            jobs.stop()

        assert [Waiting(3, None)] == told.counts

    def test_stopping_waits_for_the_job_under_way_and_begins_no_other(
        self, queue: SqlJobs, told: Told
    ) -> None:
        begun, go_on = threading.Event(), threading.Event()

        def greet(job: Job) -> None:
            begun.set()
            go_on.wait(PATIENCE)

        jobs = runner(queue, told, greet=greet)
        for number in range(2):
            jobs.hand_on("greet", ALICE, str(number).encode())
        jobs.start()
        assert begun.wait(PATIENCE)
        stopping = threading.Thread(target=jobs.stop)
        stopping.start()
        go_on.set()
        stopping.join(PATIENCE)

        assert [("done", "greet")] == told.ended
        assert 1 == queue.waiting().jobs

    def test_a_store_that_is_away_for_a_while_ends_nothing(self, queue: SqlJobs, told: Told) -> None:
        done: list[str] = []

        class Away:
            """The queue, whose first turns fail."""

            failures = [StoreUnavailable("sqlite_busy"), ZeroDivisionError()]  # noqa: RUF012 - used up by one test

            def lease(self, *, holder: str, seconds: float) -> Job | None:
                if self.failures:
                    raise self.failures.pop(0)
                return queue.lease(holder=holder, seconds=seconds)

            def __getattr__(self, name: str) -> object:
                return getattr(queue, name)

        handles: dict[str, Handle] = {"greet": lambda job: done.append(job.shop)}
        jobs = JobRunner(Away(), handles, observer=told, poll_seconds=0.05)  # type: ignore[arg-type] # the rest is the queue's
        queue.hand_on("greet", ALICE)
        jobs.start()
        try:
            eventually(lambda: done == [ALICE])
        finally:
            jobs.stop()
        assert [("stumbled", "ZeroDivisionError"), ("done", "greet")] == told.ended


VICTIM = """
import os, sys
from tracker.job_runner import JobObserver, JobRunner
from tracker.store.database import Database
from tracker.store.jobs import SqlJobs
from tracker.store.sealing import Sealer

def begin_and_hang(job):
    print("begun", flush=True)
    sys.stdin.read()

queue = SqlJobs(Database(sys.argv[1]), [Sealer(sys.argv[2])])
JobRunner(queue, {"redact": begin_and_hang}, observer=JobObserver(), lease_seconds=1.0).do_one()
"""


def test_a_worker_that_is_killed_in_the_middle_loses_no_job(
    queue: SqlJobs, told: Told, database: Database, sqlite_url: str
) -> None:
    """Another one does it over once the lease has ended, and the duty is recorded once."""
    queue.hand_on("redact", ALICE, b'["grace"]')
    worker = subprocess.Popen(
        [sys.executable, "-c", VICTIM, sqlite_url, SECRET],
        cwd=Path(__file__).parents[1],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert worker.stdout is not None
    assert "begun" == worker.stdout.readline().strip()
    os.kill(worker.pid, signal.SIGKILL)
    worker.communicate()
    payloads: list[bytes | None] = []

    def redact(job: Job) -> str:
        payloads.append(job.payload)
        return DUTY

    jobs = runner(queue, told, redact=redact)
    eventually(jobs.do_one)

    assert [b'["grace"]'] == payloads
    with database.reading() as connection:
        assert [DUTY] == list(connection.execute(select(PRIVACY_REQUESTS.c.topic)).scalars())


class TestAtOnce:
    """An installation without a store, where Shopify itself tries again."""

    def test_what_is_handed_on_is_done_before_the_answer(self, told: Told) -> None:
        done: list[str] = []
        AtOnce({"greet": lambda job: done.append(job.shop)}, observer=told).hand_on("greet", ALICE)

        assert ([ALICE], [("done", "greet")]) == (done, told.ended)

    def test_what_fails_is_raised(self, told: Told) -> None:
        def redact(job: Job) -> str:
            raise CacheUnavailable

        jobs = AtOnce({"redact": redact}, observer=told)
        with pytest.raises(CacheUnavailable):
            jobs.hand_on("redact", ALICE, b"{}")
        assert [] == told.ended

    def test_nothing_has_to_be_begun_or_ended(self, told: Told) -> None:
        jobs = AtOnce({}, observer=told)
        jobs.start()
        jobs.stop()

        assert [] == told.ended

    def test_what_may_wait_is_done_later_and_once_for_all_who_ask(self, told: Told) -> None:
        done: list[bytes | None] = []
        jobs = AtOnce({"greet": lambda job: done.append(job.payload)}, observer=told)
        for payload in (b"a", b"a", b"b"):
            jobs.hand_on("greet", ALICE, payload, after=1e6, once=True)
        assert [] == done
        jobs.stop()

        assert [b"a", b"b"] == done

    def test_what_may_wait_and_fails_is_tried_again(self, told: Told) -> None:
        errors = [UpstreamThrottled(retry_after=0.01)]

        def greet(job: Job) -> None:
            if errors:
                raise errors.pop()

        jobs = AtOnce({"greet": greet}, observer=told)
        jobs.hand_on("greet", ALICE, b"a", after=0.01, once=True)
        eventually(lambda: ("done", "greet") in told.ended)
        jobs.stop()

        assert [("failed", "UpstreamThrottled"), ("done", "greet")] == told.ended

    def test_what_fails_when_the_process_ends_is_told(self, told: Told) -> None:
        def greet(job: Job) -> None:
            raise CacheUnavailable

        jobs = AtOnce({"greet": greet}, observer=told)
        jobs.hand_on("greet", ALICE, after=1e6)
        jobs.stop()

        assert [("failed", "CacheUnavailable"), ("lost", "greet")] == told.ended
