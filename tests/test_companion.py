"""A command that must not outlive the one who started it, however that one ends."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tracker.companion import Companion

PATIENCE = 30
"""Seconds after which a test gives up. Nothing waits that long unless it is broken."""

FAMILY = """
import os, signal, subprocess, sys, time
line = open(sys.argv[1], "w")
subprocess.Popen(["sleep", "60"], stdout=line)
{also}
print(os.getpid(), os.getppid(), file=line, flush=True)
while True:
    time.sleep(0.1)
"""
"""A command that starts another. Both hold the line open for as long as they live. It does not `pause`: a
signal that comes just before that is handled only after the next one."""

STUBBORN = "signal.signal(signal.SIGTERM, signal.SIG_IGN)"

PARENT = """
import json, os, signal, sys
from tracker.companion import Companion
companion = Companion(json.loads(sys.argv[1]), os.environ)
{then}
signal.pause()
"""

IMPATIENT = """
import sys
from tracker import companion
companion.GRACE_SECONDS = 0.1
sys.exit(companion.watch(int(sys.argv[1]), sys.argv[2:]))
"""


class Line:
    """A named pipe by which a family tells that it lives, and by its end that nobody of it does."""

    def __init__(self, path: Path) -> None:
        self.path = path
        os.mkfifo(path)
        self._reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)

    def command(self, also: str = "") -> list[str]:
        return [sys.executable, "-c", FAMILY.format(also=also), str(self.path)]

    def pids(self) -> tuple[int, int]:
        """Of the command and of its watch, once both run."""
        command, watch = self.read().split()
        return int(command), int(watch)

    def all_are_gone(self) -> bool:
        return self.read() == b""

    def close(self) -> None:
        os.close(self._reader)

    def read(self) -> bytes:
        readable, _, _ = select.select([self._reader], [], [], PATIENCE)
        return os.read(self._reader, 1024) if readable else b"nothing was heard"


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    line = Line(tmp_path / "line")
    yield line
    line.close()


@contextmanager
def parent(line: Line, then: str = "", *descriptors: int) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that has a companion with this line. `then` is run once it has, with `descriptors`
    open. Ended by SIGKILL at the latest."""
    code, command = PARENT.format(then=then), json.dumps(line.command())
    process = subprocess.Popen([sys.executable, "-c", code, command], pass_fds=descriptors)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def exit_code(companion: Companion) -> int | None:
    patience = time.monotonic() + PATIENCE
    while companion.ended() is None and time.monotonic() < patience:
        time.sleep(0.01)
    return companion.ended()


def python(code: str, **options: bool) -> Companion:
    return Companion([sys.executable, "-c", code], os.environ, **options)


def test_it_runs_until_its_command_ends_and_has_its_exit_code() -> None:
    with python("raise SystemExit(7)") as companion:
        assert exit_code(companion) == 7


def test_while_the_command_runs_there_is_no_exit_code(line: Line) -> None:
    with Companion(line.command(), os.environ) as companion:
        line.pids()

        assert companion.ended() is None


def test_closing_ends_the_command_and_what_it_started_and_may_be_done_twice(line: Line) -> None:
    companion = Companion(line.command(), os.environ)
    line.pids()

    companion.close()
    companion.close()

    assert line.all_are_gone()
    assert companion.ended() is not None


def test_an_exception_ends_it(line: Line) -> None:
    with pytest.raises(ZeroDivisionError), Companion(line.command(), os.environ):
        _ = len(line.pids()) / 0

    assert line.all_are_gone()


def test_what_a_command_leaves_behind_is_ended_with_it(line: Line) -> None:
    leaves = 'print("left", "behind", file=line, flush=True); sys.exit(3)'
    with Companion(line.command(leaves), os.environ) as companion:
        assert exit_code(companion) == 3
        line.read()

        assert line.all_are_gone()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_parent_that_is_ended_takes_it_along(line: Line, number: signal.Signals) -> None:
    with parent(line) as process:
        line.pids()
        process.send_signal(number)

        assert line.all_are_gone()


def test_a_parent_whose_other_child_holds_the_pipe_takes_it_along_too(line: Line) -> None:
    """The end of standard input alone would never come."""
    wait_for, end_of_holder = os.pipe()
    fork = f"if os.fork() == 0: os.read({wait_for}, 1); os._exit(0)"
    with parent(line, fork, wait_for) as process:
        line.pids()
        process.kill()

        assert line.all_are_gone()
    os.close(end_of_holder)
    os.close(wait_for)


def test_a_watch_that_is_asked_to_end_ends_its_command_first(line: Line) -> None:
    """As a machine that shuts down asks every process."""
    with Companion(line.command(), os.environ) as companion:
        _, watch = line.pids()
        os.kill(watch, signal.SIGTERM)

        assert line.all_are_gone()
        assert exit_code(companion) is not None


def test_a_command_that_does_not_mind_being_asked_is_killed(line: Line) -> None:
    arguments = [str(os.getpid()), *line.command(STUBBORN)]
    watch = subprocess.Popen([sys.executable, "-c", IMPATIENT, *arguments], stdin=subprocess.PIPE)
    line.pids()
    assert watch.stdin is not None
    watch.stdin.close()

    assert line.all_are_gone()
    assert watch.wait(PATIENCE) != 0


def test_a_command_is_asked_before_it_is_killed(line: Line) -> None:
    # Written past the stream, which may be at work when the signal comes and takes no second call then.
    tidy = r'signal.signal(signal.SIGTERM, lambda *_: (os.write(line.fileno(), b"tidy\n"), sys.exit(0)))'
    with Companion(line.command(tidy), os.environ) as companion:
        line.pids()

    assert line.read() == b"tidy\n"
    assert companion.ended() == 0


def test_ctrl_c_at_the_terminal_reaches_the_parent_alone(line: Line) -> None:
    """The terminal signals every process of its session's foreground group."""
    with Companion(line.command(), os.environ):
        command, watch = line.pids()

        assert os.getsid(command) == os.getsid(watch) == watch != os.getsid(0)
        assert os.getpgid(command) == command


def test_the_command_has_the_environment_it_is_given(capfd: pytest.CaptureFixture[str]) -> None:
    code = "import os; print(os.environ['FLAVOUR'])"
    with Companion([sys.executable, "-c", code], os.environ | {"FLAVOUR": "plain"}) as companion:
        exit_code(companion)

    assert capfd.readouterr().out == "plain\n"


def test_quiet_drops_what_it_says_and_keeps_its_errors(capfd: pytest.CaptureFixture[str]) -> None:
    with python("import sys; print('chatter'); print('trouble', file=sys.stderr)", quiet=True) as companion:
        exit_code(companion)

    assert capfd.readouterr() == ("", "trouble\n")
