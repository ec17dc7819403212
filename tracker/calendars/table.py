"""Whose days off are when: `days_off.txt`, read a line at a time. Fills `business_days.CalendarOf`.

A worker keeps the countries that its parcels went to. Beyond the table's years, and for countries that it
lacks, weekends alone are known.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

from tracker.business_days import MONDAY_TO_FRIDAY, Calendar

_TABLE = Path(__file__).with_name("days_off.txt")
_COMMENT = "#"
_CODES = 26 * 26
"""So many codes of two letters there are."""


@lru_cache(maxsize=_CODES)
def calendar_of(country: str | None) -> Calendar:
    """See business_days.CalendarOf: the weekend of a country, and its public holidays. Those of a region are
    not among them."""
    if country is not None:
        with _TABLE.open(encoding="ascii") as lines:
            for line in lines:
                code, _, days_off = line.partition(" ")
                if code == country and code != _COMMENT:
                    return _read(days_off)
    return MONDAY_TO_FRIDAY


def _read(days_off: str) -> Calendar:
    weekend, *years = days_off.split()
    return Calendar(
        weekend=frozenset(map(int, weekend)),
        holidays=frozenset(
            date(int(year), int(day[:2]), int(day[2:]))
            for year, _, days in (told.partition(":") for told in years)
            for day in days.split(",")
            if day
        ),
    )
