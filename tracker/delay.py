"""Work that is to be done a little later, by one thread of this process, once for all who ask for it."""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable, Hashable

Work = Callable[[], None]


class Delay:
    """Does work when its time has come; on an orderly end at once. What waits when the process is killed is
    lost, so it is for what comes to light again by other ways. `on_error` is told what work raised."""

    def __init__(
        self, *, on_error: Callable[[Exception], None], monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._on_error = on_error
        self._monotonic = monotonic
        self._changed = threading.Condition()
        self._waiting: dict[Hashable, Work] = {}
        self._due: list[tuple[float, int, Hashable]] = []
        self._number = itertools.count()
        self._thread: threading.Thread | None = None
        self._closed = False

    def put(self, key: Hashable, seconds: float, work: Work) -> bool:
        """Do this in so many seconds, unless work of the same `key` waits already. False after `close`."""
        with self._changed:
            if self._closed or key in self._waiting:
                return not self._closed
            self._waiting[key] = work
            heapq.heappush(self._due, (self._monotonic() + seconds, next(self._number), key))
            if self._thread is None:
                # Not before it is needed: this may have been made in the process that forks the workers.
                self._thread = threading.Thread(target=self._run, name="delay", daemon=True)
                self._thread.start()
            self._changed.notify()
            return True

    def close(self, seconds: float) -> None:
        """Do what waits now, and wait so long for it."""
        with self._changed:
            self._closed = True
            thread = self._thread
            self._changed.notify()
        if thread is not None:
            thread.join(seconds)

    def _run(self) -> None:
        while (work := self._next()) is not None:
            self._do(work)

    def _next(self) -> Work | None:
        with self._changed:
            while True:
                if not self._due:
                    if self._closed:
                        return None
                    self._changed.wait()
                    continue
                at, _, key = self._due[0]
                left = 0.0 if self._closed else at - self._monotonic()
                if left <= 0:
                    heapq.heappop(self._due)
                    return self._waiting.pop(key)
                self._changed.wait(left)

    def _do(self, work: Work) -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - or nothing would be done ever after
            self._on_error(error)
