"""A day of a fleet of shops, made up: who looks where their parcel is, when, and what becomes of it. Pure.

Orders do not share what is kept of them, so that each one's day can be told by itself. The ages, limits and
steps of the look-up are the service's own; everything else is an assumption, and stands here as a number.
"""

from __future__ import annotations

import bisect
import itertools
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

SHOPS = 10_000
ZIPF = 1.0
"""The size of the k-th largest shop is as 1 / k**ZIPF."""

DAY, MINUTE = 86_400, 60
BY_HOUR = (1, 1, 1, 1, 1, 2, 4, 7, 10, 11, 11, 11, 12, 11, 10, 10, 11, 12, 13, 14, 14, 11, 6, 3)
"""Look-ups by hour of the shop's day: before work, at noon, and most after dinner."""

STATUSES = {
    "processing": 0.20,
    "shipped": 0.10,
    "in_transit": 0.42,
    "out_for_delivery": 0.13,
    "delivered": 0.15,
}
SESSIONS = {
    "processing": 0.5,
    "shipped": 0.8,
    "in_transit": 1.2,
    "out_for_delivery": 4.0,
    "delivered": 0.6,
}
"""How often somebody comes to look, by status, on average on that day."""

LOOKS_AGAIN, AGAIN_AFTER = 0.4, 300.0
"""Who looked looks again with this chance, after so many seconds on average (the open page does, too)."""

WEBHOOKS = 2.0
"""That tell of a change to an order under way, on that day."""

PLACED = 0.75
"""Of the orders that are being prepared were placed on that day: each is told by a webhook of its own
(`orders/create`), and nobody looks for it before."""

MISTYPED = 0.08
"""Of the sessions begin with a number or an e-mail that is wrong."""

GUESSED_SHOPS, GUESSES_AN_HOUR = 100, 2_000
"""So many shops are guessed at, all day, as often as the guess limit of a shop lets anybody ask it."""

FIND_POINTS, READ_POINTS = 10, 46
"""What Shopify charges to find an order, and to read one of three parcels."""

RESTORED = ((0.01, 1000), (0.10, 200), (1.00, 100))
"""Points a second by plan: the largest hundredth of the shops, the largest tenth, all others."""


class Event(Enum):
    """What happens to an order in the course of the day."""

    LOOK_UP = auto()
    WEBHOOK = auto()


class Outcome(Enum):
    """How a look-up is answered."""

    KEPT = auto()
    REFRESHING = auto()
    READ = auto()


def outcomes(events: Sequence[tuple[float, Event]], soft: float) -> Iterator[tuple[float, Outcome]]:
    """What becomes of each look-up of one order, in order of time: the rules of `tracker.verbs.lookup`, with
    an upstream that answers at once. `soft` is the soft age of its status, in seconds."""
    checked_at: float | None = None
    for moment, event in events:
        if event is Event.WEBHOOK:
            checked_at = None
        elif checked_at is None or moment - checked_at > 2 * soft:
            checked_at = moment
            yield moment, Outcome.READ
        elif moment - checked_at > soft:
            checked_at = moment
            yield moment, Outcome.REFRESHING
        else:
            yield moment, Outcome.KEPT


@dataclass(slots=True)
class Day:
    """Counts: look-ups by outcome, orders that were placed, and what there was of everything in each minute
    of the day."""

    answers: Counter[Outcome] = field(default_factory=Counter)
    look_ups: list[int] = field(default_factory=lambda: [0] * (DAY // MINUTE))
    kept: list[int] = field(default_factory=lambda: [0] * (DAY // MINUTE))
    misses: list[int] = field(default_factory=lambda: [0] * (DAY // MINUTE))
    webhooks: list[int] = field(default_factory=lambda: [0] * (DAY // MINUTE))
    placed: int = 0
    fullest: list[float] = field(default_factory=list)
    """By shop, the largest first: points asked in its busiest minute, as a share of what its plan
    restores."""

    @property
    def hit_ratio(self) -> float:
        """Of look-ups of an order that exists, by who may see it: those that did not wait for the shop."""
        return 1 - self.answers[Outcome.READ] / max(1, self.answers.total())

    @property
    def busiest(self) -> int:
        """The minute with the most look-ups."""
        return max(range(len(self.look_ups)), key=self.look_ups.__getitem__)


def simulate(orders: int, soft_ages: Mapping[str, int], *, shops: int = SHOPS, seed: int = 1) -> Day:
    """The day of so many orders under way, over `shops` of Zipf size."""
    chance, day = random.Random(seed), Day()  # noqa: S311 - a simulation
    weights = [1 / rank**ZIPF for rank in range(1, shops + 1)]
    whole = sum(weights)
    for rank, weight in enumerate(weights):
        points = Counter[int]()
        for _ in range(_rounded(orders * weight / whole, chance)):
            _tell(chance, day, points, soft_ages)
        if rank % (shops // min(shops, GUESSED_SHOPS)) == 0:
            _guess(day, points)
        restored = next(each for share, each in RESTORED if rank < share * shops)
        day.fullest.append(max(points.values(), default=0) / (restored * MINUTE))
    return day


def _tell(chance: random.Random, day: Day, points: Counter[int], soft_ages: Mapping[str, int]) -> None:
    """One order's day."""
    (status,) = chance.choices([*STATUSES], [*STATUSES.values()])
    events: list[tuple[float, Event]] = []
    placed = 0.0
    if status == "processing" and chance.random() < PLACED:
        placed = _moment(chance)
        day.placed += 1
        events.append((placed, Event.WEBHOOK))
    for _ in range(_poisson(SESSIONS[status], chance)):
        moment = max(placed, _moment(chance))
        if chance.random() < MISTYPED:
            minute = int(moment) // MINUTE
            day.misses[minute] += 1
            points[minute] += FIND_POINTS
        events.append((moment, Event.LOOK_UP))
        while chance.random() < LOOKS_AGAIN:
            moment += chance.expovariate(1 / AGAIN_AFTER)
            events.append((min(moment, DAY - 1.0), Event.LOOK_UP))
    changes = range(_poisson(WEBHOOKS, chance))
    events.extend((max(placed, _moment(chance)), Event.WEBHOOK) for _ in changes)
    events.sort(key=lambda event: event[0])
    for moment, event in events:
        day.webhooks[int(moment) // MINUTE] += event is Event.WEBHOOK
    for moment, outcome in outcomes(events, soft_ages[status]):
        minute = int(moment) // MINUTE
        day.answers[outcome] += 1
        day.look_ups[minute] += 1
        if outcome is Outcome.KEPT:
            day.kept[minute] += 1
        else:
            points[minute] += FIND_POINTS + READ_POINTS


def _guess(day: Day, points: Counter[int]) -> None:
    for minute in range(DAY // MINUTE):
        day.misses[minute] += GUESSES_AN_HOUR // 60
        points[minute] += GUESSES_AN_HOUR // 60 * FIND_POINTS


_HOURS = list(itertools.accumulate(BY_HOUR))


def _moment(chance: random.Random) -> float:
    """Seconds since the day began."""
    hour = bisect.bisect_right(_HOURS, chance.random() * _HOURS[-1])
    return (min(hour, 23) + chance.random()) * 3600


def _poisson(mean: float, chance: random.Random) -> int:
    """Arrivals within one unit of time that come at this rate."""
    arrivals, passed = -1, 0.0
    while passed < 1.0:
        passed += chance.expovariate(mean)
        arrivals += 1
    return arrivals


def _rounded(value: float, chance: random.Random) -> int:
    """Up or down, so that the mean is kept."""
    return int(value) + (chance.random() < value % 1)
