"""A time budget that is handed down: how long may the whole thing still take? Standard library only."""

from __future__ import annotations

import time
from collections.abc import Callable


class Deadline:
    """A point on the monotonic clock, so that a wall clock that jumps neither stretches nor cuts it.

    One that is `forgiving` is shorter than others give: that it ran out says nothing of who was asked.
    """

    def __init__(
        self, seconds: float, *, forgiving: bool = False, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self.forgiving = forgiving
        self._monotonic = monotonic
        self._end = monotonic() + seconds

    def remaining(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self._end - self._monotonic())

    def expired(self) -> bool:
        """True once nothing is left."""
        return self.remaining() <= 0
