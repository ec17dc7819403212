"""Work behind the answer: a few threads, a short queue, and a plain no when both are full."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

THREADS = 4
WAITING = 64


class BoundedBackground:
    """ports.Background on threads. `on_error` is told what work raised, `on_refused` that one was turned
    away, `on_change` that there is one more (1) or one fewer (-1) waiting or under way."""

    def __init__(
        self,
        *,
        on_error: Callable[[Exception], None],
        on_refused: Callable[[], None],
        on_change: Callable[[int], None] = lambda _change: None,
        threads: int = THREADS,
        waiting: int = WAITING,
    ) -> None:
        self._on_error = on_error
        self._on_refused = on_refused
        self._on_change = on_change
        self._room = threading.BoundedSemaphore(threads + waiting)
        self._executor = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="background")

    def submit(self, work: Callable[[], None]) -> bool:
        """See ports.Background."""
        if not self._room.acquire(blocking=False):
            self._on_refused()
            return False
        self._on_change(1)
        try:
            self._executor.submit(self._run, work)
        except RuntimeError:  # closed: the process is about to end
            self._on_change(-1)
            self._room.release()
            self._on_refused()
            return False
        return True

    def close(self) -> None:
        """Wait for what is under way and waiting; what comes later is refused."""
        self._executor.shutdown(wait=True)

    def _run(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - a thread's error would otherwise be lost without a word
            self._on_error(error)
        finally:
            self._on_change(-1)
            self._room.release()
