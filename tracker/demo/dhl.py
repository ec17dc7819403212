"""A pretend DHL: keys that may ask so often in a day, and what is known of a number."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from tracker.demo.dhl_words import SERVICES, shipments
from tracker.demo.followed_parcels import DHL as TELLER
from tracker.demo.journeys import Journeys

CALLS_A_DAY = 250
SPACING = 5.0
"""What a new key may do, from midnight to midnight (UTC).
https://developer.dhl.com/api-reference/shipment-tracking, "Rate limits"."""
LAG = timedelta(seconds=1)
"""So long after it happened a scan is told."""


@dataclass
class Key:
    """What was asked under a key. `spent` says that its day is used up whatever was counted."""

    spent: bool = False
    calls: Counter[str] = field(default_factory=Counter)
    _asked: int = 0
    _day: date = date.min
    _last: float | None = None

    def may_ask(self, now: datetime, moment: float, spacing: float) -> bool:
        """Whether a request now (`moment` in seconds) is within the day's number and far enough from the one
        before, and count it if so."""
        if now.date() != self._day:
            self._day, self._asked = now.date(), 0
        hurried = self._last is not None and moment - self._last < spacing
        if self.spent or self._asked >= CALLS_A_DAY or hurried:
            return False
        self._asked += 1
        self._last = moment
        return True

    def left(self, now: datetime) -> int:
        """How many requests the key still has today."""
        if self.spent:
            return 0
        return CALLS_A_DAY - (self._asked if now.date() == self._day else 0)


class Dhl:
    """Hold `lock` while you read or change anything. `clock` gives aware UTC, `monotonic` seconds.

    `fault` and `released` are as the aggregator's.
    """

    def __init__(
        self,
        journeys: Journeys,
        *,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float],
        spacing: float = SPACING,
    ) -> None:
        self.lock = threading.RLock()
        self.released = threading.Event()
        self.keys: dict[str, Key] = {}
        self.fault: str | None = None
        self._journeys = journeys
        self._clock = clock
        self._monotonic = monotonic
        self._spacing = spacing

    def issue(self, key: str) -> Key:
        """A new key."""
        issued = self.keys[key] = Key()
        return issued

    def break_down(self, fault: str | None) -> None:
        """Have every request meet this fault, or none; those that hang are let go."""
        self.fault = fault
        self.released.set()
        self.released = threading.Event()

    def may_ask(self, key: Key) -> bool:
        """Whether the key may ask now, counted."""
        return key.may_ask(self._clock(), self._monotonic(), self._spacing)

    def left(self, key: Key) -> int:
        """How many requests the key still has today."""
        return key.left(self._clock())

    def track(self, number: str, service: str | None = None) -> dict[str, object] | None:
        """All that is known of a number (at one service, or at any), None where nothing is."""
        journey = self._journeys.ask(number, TELLER)
        if journey is None or service not in (None, SERVICES[journey.plan.company.name]):
            return None
        scans = journey.scans(self._clock() - LAG)
        return shipments(journey, scans) if scans else None

    def language(self, number: str) -> str | None:
        """What the texts about a number are in, None where nothing is known of it."""
        journey = self._journeys.ask(number, TELLER)
        return None if journey is None else journey.plan.company.language
