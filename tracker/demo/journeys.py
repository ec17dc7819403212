"""What really happens to a parcel on its way: the truth that each pretend carrier tells in its own words.

A journey goes on by itself from the moment somebody first asks for it: nobody opens the demo too late.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Company:
    """A carrier: `code` is its number at 17TRACK, `language` what its texts are in."""

    code: int
    name: str
    homepage: str
    country: str
    language: str


@dataclass(frozen=True)
class Place:
    """Where something happened. `offset` is what the clocks there are ahead of UTC."""

    city: str
    region: str | None
    country: str
    offset: timedelta


@dataclass(frozen=True)
class Step:
    """One thing that happens, told by `company` as `text`. `word` is our own; each API has another for it.

    `after` is counted from when the journey is first asked for; negative for what has happened by then.
    `twice`: is it told as two events? `zoned`: does the carrier name the zone of the time?
    """

    word: str
    after: timedelta
    text: str
    place: Place
    company: Company
    twice: bool = False
    zoned: bool = True


@dataclass(frozen=True)
class LastMile:
    """The carrier that takes the parcel over, and the number it has there."""

    company: Company
    number: str


@dataclass(frozen=True)
class Plan:
    """A journey to be. `shopify_name` is how the shop writes the carrier, `told_by` which APIs know of it
    (`aggregator`, `dhl`); `window` is how long the time is in which it is expected."""

    number: str
    shopify_name: str
    company: Company
    told_by: frozenset[str]
    steps: tuple[Step, ...]
    last_mile: LastMile | None = None
    window: timedelta = timedelta(hours=3)


@dataclass(frozen=True)
class Scan:
    """A step that happened at `at` (aware, UTC)."""

    step: Step
    at: datetime


@dataclass
class Journey:
    """A journey that is under way. What has happened keeps its time, whatever is hastened later."""

    plan: Plan
    began_at: datetime
    _happened: list[Scan] = field(default_factory=list)
    _saved: timedelta = timedelta(0)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def scans(self, until: datetime) -> list[Scan]:
        """All that happened until then, oldest first."""
        with self._lock:
            self._go_on(until)
            return [scan for scan in self._happened if scan.at <= until]

    def expected(self) -> tuple[datetime, datetime]:
        """From when to when it is expected, as things stand."""
        with self._lock:
            ended = len(self._happened) == len(self.plan.steps)
            start = self._happened[-1].at if ended else self._due(self.plan.steps[-1])
        return start, start + self.plan.window

    def hasten(self, now: datetime) -> bool:
        """The next thing happens now. Whether there was one."""
        with self._lock:
            self._go_on(now)
            if len(self._happened) == len(self.plan.steps):
                return False
            step = self.plan.steps[len(self._happened)]
            self._saved += self._due(step) - now
            self._happened.append(Scan(step, now))
            return True

    def _go_on(self, now: datetime) -> None:
        for step in self.plan.steps[len(self._happened) :]:
            if self._due(step) > now:
                return
            self._happened.append(Scan(step, self._due(step)))

    def _due(self, step: Step) -> datetime:
        return self.began_at + step.after - self._saved


class Journeys:
    """All journeys there are, by number. `clock` gives aware UTC."""

    def __init__(self, plans: Iterable[Plan], clock: Callable[[], datetime]) -> None:
        self._plans = {plan.number: plan for plan in plans}
        self._begun: dict[str, Journey] = {}
        self._clock = clock
        self._lock = threading.Lock()

    def ask(self, number: str, teller: str) -> Journey | None:
        """The journey of this number, which begins if nobody asked before; None where `teller` (one of a
        plan's `told_by`) does not know of it."""
        plan = self._plans.get(number)
        if plan is None or teller not in plan.told_by:
            return None
        with self._lock:
            return self._begun.setdefault(number, Journey(plan, self._clock()))

    def hasten(self, number: str | None = None) -> int:
        """The next thing happens now to every parcel that is under way, or to the one of this number. How
        many that are."""
        with self._lock:
            hastened = [one for one in self._begun.values() if number in (None, one.plan.number)]
            return sum(journey.hasten(self._clock()) for journey in hastened)
