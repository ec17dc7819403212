"""Work behind the answer: bounded, and never lost without a word."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from tracker.background import BoundedBackground

PATIENCE = 30
"""Seconds after which a test gives up. Nothing waits that long unless it is broken."""


@dataclass
class Desk:
    """Two threads, room for three more, and what they report. Work waits for `let_go`."""

    errors: list[Exception] = field(default_factory=list)
    refusals: int = 0
    changes: list[int] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    let_go: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.background = BoundedBackground(
            on_error=self.errors.append,
            on_refused=self.refused,
            on_change=self.changes.append,
            threads=2,
            waiting=3,
        )

    def refused(self) -> None:
        self.refusals += 1

    def wait(self) -> None:
        assert self.let_go.wait(PATIENCE)
        self.done.append(threading.current_thread().name)

    def fail(self) -> None:
        raise ValueError

    def fill(self) -> list[bool]:
        return [self.background.submit(self.wait) for _ in range(5)]


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.let_go.set()
    desk.background.close()


def test_work_is_done_on_another_thread(desk: Desk) -> None:
    desk.let_go.set()

    assert desk.background.submit(desk.wait)
    desk.background.close()
    assert desk.done[0] != threading.current_thread().name


def test_as_much_is_taken_as_there_is_room_for(desk: Desk) -> None:
    assert desk.fill() == [True] * 5
    assert [desk.background.submit(desk.wait) for _ in range(2)] == [False, False]
    assert desk.refusals == 2


def test_how_much_waits_is_told_as_it_comes_and_goes(desk: Desk) -> None:
    """What is turned away, because all is full or has ended, never counts."""
    desk.fill()
    desk.background.submit(desk.fail)

    assert sum(desk.changes) == 5
    desk.let_go.set()
    desk.background.close()
    desk.background.submit(desk.fail)

    assert sum(desk.changes) == 0


def test_what_was_refused_is_never_done(desk: Desk) -> None:
    desk.fill()
    desk.background.submit(desk.wait)
    desk.let_go.set()
    desk.background.close()

    assert len(desk.done) == 5


def test_there_is_room_again_when_work_is_done(desk: Desk) -> None:
    background = BoundedBackground(on_error=desk.errors.append, on_refused=desk.refused, threads=1, waiting=0)
    patience = time.monotonic() + PATIENCE
    done: list[int] = []
    # The room is given up just after the work's last word, so a try may come a moment too early.
    while len(done) < 20 and time.monotonic() < patience:
        background.submit(lambda: done.append(1))
    background.close()

    assert len(done) >= 20


def test_an_error_is_reported_and_gives_its_room_up(desk: Desk) -> None:
    for _ in range(5):
        assert desk.background.submit(desk.fail)
    desk.background.close()

    assert [type(error) for error in desk.errors] == [ValueError] * 5
    assert desk.refusals == 0


def test_no_more_threads_work_than_there_may_be(desk: Desk) -> None:
    desk.fill()
    desk.let_go.set()
    desk.background.close()

    assert len(set(desk.done)) <= 2


def test_closing_waits_for_all_that_was_taken(desk: Desk) -> None:
    desk.fill()
    threading.Timer(0, desk.let_go.set).start()
    desk.background.close()

    assert len(desk.done) == 5


def test_once_closed_work_is_refused_and_nothing_raises(desk: Desk) -> None:
    """A request that is still being answered while the process ends keeps its answer."""
    desk.background.close()

    assert [desk.background.submit(desk.wait) for _ in range(10)] == [False] * 10
    assert desk.refusals == 10
