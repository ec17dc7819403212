"""Writes the table of days off from the library `holidays`: `make holidays`.

The library would cost each worker 18 MB and the first parcel a tenth of a second. Its facts are 100 KB of
text, of which a worker reads a line for each country that it meets. So it writes the table here, and the
tests hold the table against it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import holidays

TABLE = Path(__file__).parents[2] / "tracker/calendars/days_off.txt"
YEARS = range(2025, 2032)
"""The year before, since a parcel's last news may be of it, and five ahead. Governments decide late: the
further ahead, the more a holiday by the moon is an estimate."""

HEAD = """\
# Days on which nobody works, by country (ISO 3166-1 alpha-2). Made by `make holidays` from the library
# "holidays" (vacanza, MIT licence): correct a holiday there. After the country its weekend (Monday is 0), and
# by year the public holidays of the whole country that fall on no weekend, as month and day.
"""


def rows() -> Iterator[str]:
    """The lines of the table, in the order of the countries' codes."""
    for country in sorted(holidays.list_supported_countries(include_aliases=False)):
        days_off = holidays.country_holidays(country, years=YEARS)
        newest_week = (date(YEARS[-1], 12, 1) + timedelta(days=day) for day in range(7))
        weekend = {day.weekday() for day in newest_week if days_off.is_weekend(day)}
        years = [
            f"{year}:{','.join(f'{day:%m%d}' for day in sorted(days_off) if _counts(day, year, weekend))}"
            for year in YEARS
        ]
        yield " ".join([country, "".join(map(str, sorted(weekend))), *years])


def _counts(day: date, year: int, weekend: set[int]) -> bool:
    return day.year == year and day.weekday() not in weekend


def text() -> str:
    """The whole table."""
    return HEAD + "".join(f"{row}\n" for row in rows())


if __name__ == "__main__":
    TABLE.write_text(text(), encoding="utf-8")
