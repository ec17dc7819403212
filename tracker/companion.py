"""Runs a command that must not outlive the one who started it, however that one ends.

`python -m tracker.companion PARENT COMMAND…` ends the command, and what it started, once standard input
closes or the parent process is gone. Both live in a session of their own, so that a Ctrl-C at the terminal
reaches the parent alone and everything ends in order. Standard library only.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from types import TracebackType

LOOK_SECONDS = 0.3
GRACE_SECONDS = 5.0


class Companion:
    """A command under such a watch. `quiet` drops its standard output, not its errors."""

    def __init__(self, command: Sequence[str], environ: Mapping[str, str], *, quiet: bool = False) -> None:
        self._watch = subprocess.Popen(  # noqa: S603 - our own interpreter and commands, no shell
            [sys.executable, "-m", "tracker.companion", str(os.getpid()), *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL if quiet else None,
            env=dict(environ),
            start_new_session=True,
        )

    def ended(self) -> int | None:
        """The exit code, None while it runs."""
        return self._watch.poll()

    def close(self) -> None:
        """End the command and wait until it has."""
        if self._watch.stdin is not None and not self._watch.stdin.closed:
            self._watch.stdin.close()
        self._watch.wait()

    def __enter__(self) -> Companion:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def watch(parent: int, command: Sequence[str]) -> int:
    """Run `command` until it ends, standard input closes, `parent` is no longer our parent, or SIGTERM comes.

    Gives the command's exit code. It is asked to end by SIGTERM and killed with its whole group after
    GRACE_SECONDS.
    """
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    asked: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: asked.append(number))
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, process_group=0)  # noqa: S603 - see Companion
    try:
        while not asked and child.poll() is None and os.getppid() == parent:
            readable, _, _ = select.select([sys.stdin], [], [], LOOK_SECONDS)
            if readable and not os.read(sys.stdin.fileno(), 1):
                break
    finally:
        _end(child)
    return child.returncode


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


if __name__ == "__main__":
    sys.exit(watch(int(sys.argv[1]), sys.argv[2:]))
