"""Makes and writes log lines together, a moment late, so that no request waits for the one who reads them.

Each write gives the interpreter to another thread, and whoever wrote has to wait for its turn again: under
load that took longer than all else a refused request costs. Lines that tell of trouble are written at once.
"""

from __future__ import annotations

import atexit
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, TextIO

GATHER_SECONDS = 0.1
"""So long a line may wait for others; a process that is killed takes that much of its log along."""

MOST_WAITING = 10_000
"""With so many waiting, whoever adds one writes them: memory must not grow behind a reader that hangs."""


class LogWriter:
    """A logger as structlog wants it, over a text stream: its methods take what `line_of` makes a line of,
    which nobody changes any more.

    Safe to share between threads, and by a fork: each process writes what it was given itself. What is left
    is written when the process ends. Lines that cannot be made, and those that the stream refuses (a full
    disk, a reader that is gone), are dropped.
    """

    def __init__(self, stream: TextIO, line_of: Callable[[Any], str] = str) -> None:
        self._stream = stream
        self._line_of = line_of
        self._begin()
        os.register_at_fork(after_in_child=self._begin)

    def _begin(self) -> None:
        """With nothing to write and nobody to do it, as in a process that was just forked: threads stay
        behind, and a lock that one of them held would be held for ever."""
        self._waiting: deque[Any] = deque()
        self._woken = threading.Event()
        self._writing = threading.Lock()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def info(self, told: Any) -> None:
        """Have it written within GATHER_SECONDS."""
        self._waiting.append(told)
        if not self._woken.is_set():
            self._woken.set()
            if self._thread is None:
                self._start()
        if len(self._waiting) >= MOST_WAITING:
            self.flush()

    def warning(self, told: Any) -> None:
        """Have it written now, after those that came before."""
        self._waiting.append(told)
        self.flush()

    debug = info
    error = critical = warning

    def flush(self) -> None:
        """Write what waits. Never raises: no request may fail because its line can't be written."""
        with self._writing:
            lines = "".join([self._made(self._waiting.popleft()) for _ in range(len(self._waiting))])
            try:
                self._stream.write(lines)
                self._stream.flush()
            except (OSError, ValueError):  # ValueError: the stream is closed
                return

    def _made(self, told: Any) -> str:
        try:
            return self._line_of(told) + "\n"
        except Exception:  # noqa: BLE001 - whatever a value's own words raise, the other lines are written
            return ""

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="log-writer", daemon=True)
                self._thread.start()
                atexit.register(self.flush)

    def _run(self) -> None:
        while True:
            self._woken.wait()
            time.sleep(GATHER_SECONDS)
            self._woken.clear()  # before what waits is taken, so that a line that comes meanwhile wakes again
            self.flush()
