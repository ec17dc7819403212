"""Lines are written together, a moment late, and none of them is lost or out of turn."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from tracker import log_writer
from tracker.log_writer import LogWriter

PATIENCE_SECONDS = 30


class Stream(io.StringIO):
    """Remembers each write, and refuses while it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[str] = []
        self.full = False

    def write(self, text: str, /) -> int:
        if self.full:
            raise OSError("no space left")
        self.writes.append(text)
        return super().write(text)


def wait_for(stream: Stream, lines: int) -> None:
    patience = time.monotonic() + PATIENCE_SECONDS
    while stream.getvalue().count("\n") < lines and time.monotonic() < patience:
        time.sleep(0.001)


def test_lines_that_come_together_are_written_together() -> None:
    stream = Stream()
    writer = LogWriter(stream)

    for number in range(50):
        writer.info(str(number))
    wait_for(stream, 50)

    assert stream.getvalue().split() == [str(number) for number in range(50)]
    assert 50 > len(stream.writes)


def test_what_comes_after_a_pause_is_written_too() -> None:
    """The thread that writes is woken again."""
    stream = Stream()
    writer = LogWriter(stream)

    for number in range(3):
        writer.info(str(number))
        wait_for(stream, number + 1)

    assert stream.getvalue() == "0\n1\n2\n"


@pytest.mark.parametrize("level", ["warning", "error", "critical"])
def test_trouble_is_told_at_once_after_what_came_before(level: str) -> None:
    stream = Stream()
    writer = LogWriter(stream)
    writer.info("request")

    getattr(writer, level)("trouble")

    assert stream.getvalue() == "request\ntrouble\n"


def test_threads_lose_no_line_and_break_none() -> None:
    stream = Stream()
    writer = LogWriter(stream)

    def say(name: int) -> None:
        for number in range(200):
            (writer.info, writer.warning)[number % 20 == 0](f"{name}:{number}")

    threads = [threading.Thread(target=say, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    writer.flush()

    lines = stream.getvalue().splitlines()
    assert sorted(lines) == sorted(f"{name}:{number}" for name in range(8) for number in range(200))


def test_a_stream_that_refuses_fails_nobody_and_later_lines_are_written() -> None:
    stream = Stream()
    writer = LogWriter(stream)

    stream.full = True
    writer.warning("lost")
    stream.full = False
    writer.warning("written")

    assert stream.getvalue() == "written\n"


def test_a_stream_that_is_closed_fails_nobody() -> None:
    stream = Stream()
    stream.close()

    LogWriter(stream).warning("lost")


def test_whoever_adds_one_too_many_writes_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory does not grow behind a reader that hangs."""
    monkeypatch.setattr(log_writer, "GATHER_SECONDS", PATIENCE_SECONDS)
    monkeypatch.setattr(log_writer, "MOST_WAITING", 3)
    stream = Stream()
    writer = LogWriter(stream)

    for number in range(3):
        writer.info(str(number))

    assert stream.getvalue() == "0\n1\n2\n"


def test_a_process_that_ends_writes_what_is_left() -> None:
    program = (
        "import sys; from tracker.log_writer import LogWriter; "
        "writer = LogWriter(sys.stdout); writer.info('the last words')"
    )

    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert (said.stdout, said.stderr) == ("the last words\n", "")


FORKED = """
import os, sys, time
from tracker.log_writer import LogWriter
writer = LogWriter(sys.stdout)
writer.info("before")
writer.flush()
writer.info("of the parent")
if os.fork() == 0:
    writer.info("of the child")
    time.sleep(60)
writer.flush()
time.sleep(60)
"""


def test_who_was_forked_from_it_writes_its_own_lines_and_no_others() -> None:
    """The thread that writes stays behind, so the child begins one of its own."""
    with subprocess.Popen(
        [sys.executable, "-c", FORKED], stdout=subprocess.PIPE, text=True, process_group=0
    ) as process:
        assert process.stdout is not None
        try:
            lines = [process.stdout.readline() for _ in range(3)]
        finally:
            os.killpg(process.pid, signal.SIGKILL)

    assert ["before\n", "of the child\n", "of the parent\n"] == sorted(lines)


def test_what_no_line_can_be_made_of_takes_no_other_along() -> None:
    stream = io.StringIO()
    writer = LogWriter(stream, lambda told: str(1 / told))

    for told in (1, 0, 2):
        writer.info(told)
    writer.flush()

    assert "1.0\n0.5\n" == stream.getvalue()
