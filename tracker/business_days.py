"""Business days of a country, counted. Pure, standard library only.

Which days those are is a table's business (`ports.CalendarOf`); without a country it is Monday to Friday.
Days are those of UTC, as all times here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

DAY = timedelta(days=1)
SATURDAY, SUNDAY = 5, 6


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of a country on which nobody works: each week's (Monday is 0) and public holidays.

    Raises ValueError where no day of the week is left to work on.
    """

    weekend: frozenset[int] = frozenset({SATURDAY, SUNDAY})
    holidays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if self.weekend >= frozenset(range(7)):
            raise ValueError("a week without a business day")

    def is_business_day(self, day: date) -> bool:
        """Whether people work on it."""
        return day.weekday() not in self.weekend and day not in self.holidays


MONDAY_TO_FRIDAY = Calendar()

CalendarOf = Callable[[str | None], Calendar]
"""The calendar of a country by its ISO 3166-1 alpha-2 code. Never an error: it is Monday to Friday where the
country is None or not known."""


def monday_to_friday(_country: str | None) -> Calendar:
    """The CalendarOf that knows no country."""
    return MONDAY_TO_FRIDAY


def moment_after(moment: datetime, days: int, calendar: Calendar) -> datetime:
    """The same time of day so many business days later. What comes on another day counts from the beginning
    of the next business day on. Raises OverflowError beyond the year 9999."""
    started = _next(moment.date(), calendar)
    if started != moment.date():
        moment = datetime.combine(started, time(), moment.tzinfo)
    return moment + (day_after(started, days, calendar) - started)


def day_after(day: date, days: int, calendar: Calendar) -> date:
    """The business day that is so many business days after `day`; `day` itself for 0. Raises OverflowError
    beyond the year 9999."""
    for _ in range(days):
        day = _next(day + DAY, calendar)
    return day


def days_between(start: date, end: date, calendar: Calendar) -> int:
    """How many business days come after `start`, `end` among them; 0 where `end` is not later. It undoes
    `day_after`: what arrives on a day off counts as of the business day before."""
    day, counted = start, 0
    while day < end:
        day += DAY
        counted += calendar.is_business_day(day)
    return counted


def _next(day: date, calendar: Calendar) -> date:
    while not calendar.is_business_day(day):
        day += DAY
    return day
