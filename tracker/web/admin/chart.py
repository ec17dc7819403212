"""Look-ups by outcome and day, as bars and as the table behind them. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.ports.activity import LookupCount
from tracker.web.admin.words import say, say_or

DAYS = 30
GROUPS = ("found", "missed", "refused")
"""From the foot of a bar upwards: a story was told, there was no such order, or no answer could be given."""

HEIGHT = 100
STEP = 10
WIDTH = STEP - 2

_GROUP = {"story": "found", "order_not_found": "missed"}
_OWN_CAUSES = {"order_not_found"}
"""Outcomes whose causes a merchant can do something about; of others the outcome says enough."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One group of one day, in units of the picture: HEIGHT high, STEP wide for each day."""

    group: str
    x: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Row:
    """One day of the table, counts in the order of GROUPS."""

    day: str
    counts: tuple[int, ...]


class Chart:
    """The last DAYS days up to `today` (UTC)."""

    def __init__(self, lookups: Sequence[LookupCount], *, today: date) -> None:
        self._first = first_day(today)
        self._today = today
        self._by_day: Counter[tuple[date, str]] = Counter()
        self._causes: Counter[str] = Counter()
        for each in lookups:
            if not self._first <= each.day <= today:
                continue
            self._by_day[each.day, _GROUP.get(each.outcome, "refused")] += each.count
            if each.outcome != "story":
                self._causes[_cause(each)] += each.count

    @property
    def total(self) -> int:
        """All look-ups."""
        return self._by_day.total()

    @property
    def most(self) -> int:
        """Look-ups of the busiest day."""
        return max((sum(self._counts(day)) for day in self._days()), default=0)

    @property
    def width(self) -> int:
        """Of the picture."""
        return DAYS * STEP

    @property
    def first(self) -> str:
        """The first day, for people."""
        return _written(self._first)

    @property
    def last(self) -> str:
        """The last day, for people."""
        return _written(self._today)

    @property
    def totals(self) -> dict[str, int]:
        """Look-ups by group."""
        return {group: sum(self._by_day[day, group] for day in self._days()) for group in GROUPS}

    @property
    def summary(self) -> str:
        """The whole of it in a sentence, for whoever does not see the picture."""
        return say(
            "lookups.summary",
            total=self.total,
            first=self.first,
            last=self.last,
            most=self.most,
            **self.totals,
        )

    @property
    def bars(self) -> Iterator[Bar]:
        """Every bar that is not empty, oldest day first. The busiest day fills the height."""
        for position, day in enumerate(self._days()):
            foot = float(HEIGHT)
            for group, count in zip(GROUPS, self._counts(day), strict=True):
                if count:
                    height = round(count * HEIGHT / self.most, 2)
                    foot = round(foot - height, 2)
                    yield Bar(group, position * STEP + 1, max(0.0, foot), height)

    @property
    def rows(self) -> list[Row]:
        """The days on which there was a look-up, newest first."""
        rows = (Row(_written(day), self._counts(day)) for day in reversed(list(self._days())))
        return [row for row in rows if any(row.counts)]

    @property
    def causes(self) -> list[tuple[str, int]]:
        """Why look-ups failed, in words, most frequent first."""
        return sorted(self._causes.items(), key=lambda each: (-each[1], each[0]))

    def _days(self) -> Iterator[date]:
        return (self._first + timedelta(days=number) for number in range(DAYS))

    def _counts(self, day: date) -> tuple[int, ...]:
        return tuple(self._by_day[day, group] for group in GROUPS)


def first_day(today: date) -> date:
    """The first of the days that a chart of `today` shows."""
    return today - timedelta(days=DAYS - 1)


def _cause(each: LookupCount) -> str:
    word = each.cause if each.outcome in _OWN_CAUSES else each.outcome
    return say_or(f"causes.{word}", "causes.other")


def _written(day: date) -> str:
    return f"{day.day} {day:%b}"
