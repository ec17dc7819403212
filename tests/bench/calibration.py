"""Whether parcels come when the range that was learned says so: made-up years of a shop's parcels, each told
by those that had been delivered before it was sent.

The noise is stated here, as numbers. A carrier takes a log-normal number of the destination's business days,
one brings parcels on Saturdays too; some parcels are lost sight of, and come later by an exponential number
of days; one carrier slows down in December, and one gets slower all year. What was scanned late in the day
starts the next. A parcel is told once, when it is first scanned.
"""

from __future__ import annotations

import heapq
import itertools
import math
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta

from tests.bench import table
from tests.bench.table import Finding
from tracker.business_days import DAY, Calendar, day_after, days_between
from tracker.calendars.table import calendar_of
from tracker.delivery_range import LONGEST_DAYS, fading
from tracker.learned_window import learned_window

YEAR = (date(2026, 1, 2), date(2027, 1, 2))
SEEDS = 20
LEAST_IN_TIME, MOST_IN_TIME = 0.85, 0.98
"""What nine of ten may be over a whole year in which carriers change: 0.9 is what the range says."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """How a pretend carrier takes its time: the `median` of business days in transit and its log-normal
    `spread`, the share of parcels lost sight of and how many days that costs on average, by how much it is
    slower in December and at the end of the year than at its beginning, and whether it brings parcels on the
    destination's first day off as well."""

    median: float
    spread: float
    lost: float = 0.02
    lost_days: float = 5.0
    december: float = 1.0
    drift: float = 1.0
    saturdays: bool = False


@dataclass(frozen=True, slots=True)
class Route:
    """Parcels of one carrier to one country, so many a month."""

    carrier: Carrier
    destination: str
    a_month: int


STEADY = Carrier(2.4, 0.35)
ROUTES = {
    "steady, 40 a month, US": Route(STEADY, "US", 40),
    "steady, 400 a month, DE": Route(STEADY, "DE", 400),
    "Saturdays too, 100 a month, US": Route(Carrier(1.6, 0.4, saturdays=True), "US", 100),
    "weekend on Friday, 60 a month, SA": Route(Carrier(4.0, 0.4), "SA", 60),
    "heavy tail (1 in 10 lost for a week), 60 a month, FR": Route(
        Carrier(3.0, 0.5, lost=0.10, lost_days=7.0), "FR", 60
    ),
    "abroad, wide, 40 a month, JP": Route(Carrier(9.0, 0.6), "JP", 40),
    "half as slow again in December, 100 a month, GB": Route(Carrier(2.4, 0.35, december=1.5), "GB", 100),
    "twice as slow by the end of the year, 100 a month, US": Route(Carrier(2.4, 0.35, drift=2.0), "US", 100),
}


@dataclass(slots=True)
class Score:
    """Of the parcels sent, how many were told a range; how many of these came by the ninetieth percentile and
    by the median; of those that did not come by the median, how many were in time all the same; and how many
    days lay between the two."""

    sent: int = 0
    told: int = 0
    by_ninetieth: int = 0
    by_median: int = 0
    after_median: int = 0
    late_in_time: int = 0
    days_apart: int = 0

    def add(self, other: Score) -> None:
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))

    @property
    def in_time(self) -> float:
        """The share of those told that came by the ninetieth percentile."""
        return self.by_ninetieth / self.told


def measure() -> list[Finding]:
    """Write how often parcels came as told, by route, over all seeds."""
    rows = [
        (
            "route",
            "told",
            "by the median",
            "by the ninetieth",
            "worst month",
            "of the later half",
            "days apart",
        )
    ]
    shares = []
    for name, route in ROUTES.items():
        months = years(route, range(SEEDS))
        score = whole(months)
        shares.append(score.in_time)
        worst = min((month for month in months.values() if month.told), key=lambda month: month.in_time)
        rows.append(
            (
                name,
                f"{score.told / score.sent:.0%}",
                f"{score.by_median / score.told:.1%}",
                f"{score.in_time:.1%}",
                f"{worst.in_time:.1%}",
                f"{score.late_in_time / score.after_median:.1%}",
                f"{score.days_apart / score.told:.1f}",
            )
        )
    table.write(f"Ranges: {SEEDS} made-up years of each route", rows)
    return [
        Finding(
            f"nine of ten come by the ninetieth percentile: {LEAST_IN_TIME:.0%} to {MOST_IN_TIME:.0%} do",
            f"{min(shares):.1%} to {max(shares):.1%}",
            min(shares) >= LEAST_IN_TIME and max(shares) <= MOST_IN_TIME,
        )
    ]


def years(route: Route, seeds: Iterable[int]) -> dict[int, Score]:
    """So many years of a route added up, by the month in which parcels were sent."""
    months: defaultdict[int, Score] = defaultdict(Score)
    for seed in seeds:
        for month, score in _year(route, random.Random(seed)):  # noqa: S311 - to be the same again
            months[month].add(score)
    return months


def whole(months: Mapping[int, Score]) -> Score:
    """All months together."""
    score = Score()
    for month in months.values():
        score.add(month)
    return score


def _year(route: Route, chance: random.Random) -> Iterator[tuple[int, Score]]:
    """Each parcel by itself, in the order of time: what was delivered by then teaches what it is told."""
    calendar = calendar_of(route.destination)
    weights: defaultdict[int, float] = defaultdict(float)
    waiting: list[tuple[datetime, int]] = []
    for scanned in _scans(route, chance):
        while waiting and waiting[0][0] < scanned:
            came, days = heapq.heappop(waiting)
            weights[days] += fading(came)
        came = _delivered(scanned, route.carrier, calendar, chance)
        yield scanned.month, _told(scanned, came, weights, calendar)
        days = min(LONGEST_DAYS, days_between(scanned.date(), came.date(), calendar))
        heapq.heappush(waiting, (came, days))


def _told(scanned: datetime, came: datetime, weights: Mapping[int, float], calendar: Calendar) -> Score:
    today = {days: weight / fading(scanned) for days, weight in weights.items()}
    window = learned_window(scanned, today, now=scanned, calendar=calendar)
    if window is None or window.start is None or window.end is None:
        return Score(sent=1)
    first, last, day = window.start.date(), window.end.date(), came.date()
    return Score(
        sent=1,
        told=1,
        by_ninetieth=day <= last,
        by_median=day <= first,
        after_median=day > first,
        late_in_time=first < day <= last,
        days_apart=(last - first).days,
    )


def _scans(route: Route, chance: random.Random) -> Iterator[datetime]:
    """The first scan of each parcel: any day of the week, between six in the morning and ten at night."""
    hours = 30 * 24 / route.a_month
    at = datetime.combine(YEAR[0], time(6), UTC)
    for _ in itertools.count():
        at += timedelta(hours=chance.expovariate(1 / hours))
        if at.date() >= YEAR[1]:
            return
        yield at.replace(hour=chance.randint(6, 21))


def _delivered(scanned: datetime, carrier: Carrier, calendar: Calendar, chance: random.Random) -> datetime:
    day = scanned.date()
    slower = 1 + (carrier.drift - 1) * (day - YEAR[0]) / (YEAR[1] - YEAR[0])
    if day.month == 12:
        slower *= carrier.december
    days = chance.lognormvariate(math.log(carrier.median * slower), carrier.spread)
    if chance.random() < carrier.lost:
        days += chance.expovariate(1 / carrier.lost_days)
    late = scanned.hour >= 16
    worked = calendar
    if carrier.saturdays:
        worked = Calendar(calendar.weekend - {min(calendar.weekend)}, calendar.holidays)
    came = day_after(day, max(1, round(days)) + late, worked)
    while not worked.is_business_day(came):
        came += DAY
    return datetime.combine(came, time(chance.randint(8, 20)), UTC)
