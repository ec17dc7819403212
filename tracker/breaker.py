"""A breaker: once the other side has failed, nobody waits for it again until a probe has succeeded. Standard
library only."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

OPEN_SECONDS = 1.0


class Breaker:
    """Closed: everybody may try. Open: nobody does. Half-open, after a while: one may try for all.

    It opens after so many `failures` in a row. `on_change` is told "down" when it opens and "up" when it
    closes again, once each.
    """

    def __init__(
        self,
        *,
        failures: int = 1,
        open_seconds: float = OPEN_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
        on_change: Callable[[str], None] = lambda _news: None,
    ) -> None:
        self._most = failures
        self._open_seconds = open_seconds
        self._monotonic = monotonic
        self._on_change = on_change
        self._lock = threading.Lock()
        self._failures = 0
        self._open_until: float | None = None
        self._probing = False

    @property
    def probing(self) -> bool:
        """True while half-open, once somebody tries for all."""
        return self._probing

    @property
    def opened(self) -> bool:
        """True while the other side counts as down, half-open included."""
        return self._open_until is not None

    def remaining(self) -> float:
        """Seconds until somebody may try again; 0 while it is closed or half-open."""
        open_until = self._open_until
        return 0.0 if open_until is None else max(0.0, open_until - self._monotonic())

    def allows(self) -> bool:
        """May this caller try now? While half-open the first caller may, and the rest wait for its news."""
        if self._open_until is None:
            return True
        with self._lock:
            return self._probes(self._monotonic())

    def _probes(self, now: float) -> bool:
        if self._open_until is None:  # closed by another thread while this one waited for the lock
            return True
        if now < self._open_until:
            return False
        self._open_until = now + self._open_seconds
        self._probing = True
        return True

    def failed(self) -> None:
        """The other side did not answer: open once that was often enough, or stay open for another while."""
        with self._lock:
            self._failures += 1
            self._probing = False
            was_closed = self._open_until is None
            if was_closed and self._failures < self._most:
                return
            self._open_until = self._monotonic() + self._open_seconds
        if was_closed:
            self._on_change("down")

    def succeeded(self) -> None:
        """The other side answered: close."""
        if self._open_until is None and not self._failures:
            return
        with self._lock:
            was_open = self._open_until is not None
            self._open_until = None
            self._probing = False
            self._failures = 0
        if was_open:
            self._on_change("up")
