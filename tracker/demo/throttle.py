"""The bucket of query points: full at the start, drained by queries, refilled as time passes."""

from __future__ import annotations

from collections.abc import Callable

MAXIMUM = 2000
RESTORE_RATE = 100
"""A shop of the smallest plan; larger ones have up to twenty times as much.
https://shopify.dev/docs/api/usage/limits"""


class Bucket:
    """Points of one app in one shop: `maximum` at the most, and `restore_rate` come back in a second.

    `monotonic` is a clock in seconds. Not safe by itself: hold the lock.
    """

    def __init__(
        self,
        monotonic: Callable[[], float],
        *,
        maximum: int = MAXIMUM,
        restore_rate: int = RESTORE_RATE,
    ) -> None:
        self._monotonic = monotonic
        self._maximum = float(maximum)
        self._restore_rate = float(restore_rate)
        self._points = self._maximum
        self._at = monotonic()

    def available(self) -> float:
        """Points there are now."""
        now = self._monotonic()
        self._points = min(self._maximum, self._points + (now - self._at) * self._restore_rate)
        self._at = now
        return self._points

    def take(self, points: int) -> bool:
        """Take the points if they are there; otherwise take none and say False."""
        if points > self.available():
            return False
        self._points -= points
        return True

    def give_back(self, points: int) -> None:
        """The difference between what a query might have cost and what it did."""
        self._points = min(self._maximum, self.available() + points)

    def drain(self) -> None:
        """Leave nothing, as a busy neighbour of the same app would."""
        self.available()
        self._points = 0.0

    def status(self) -> dict[str, float]:
        """The `throttleStatus` of an answer."""
        return {
            "maximumAvailable": self._maximum,
            "currentlyAvailable": float(int(self.available())),
            "restoreRate": self._restore_rate,
        }
