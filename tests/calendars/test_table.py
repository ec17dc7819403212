"""Whose days off are when, as the library of holidays knows it."""

from __future__ import annotations

from datetime import date

import pytest

from tests.calendars.make_table import TABLE, text
from tracker.business_days import MONDAY_TO_FRIDAY
from tracker.calendars.table import calendar_of


def test_the_table_is_what_the_library_says() -> None:
    """Where this fails after an upgrade, `make holidays` writes the table anew."""
    assert text() == TABLE.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("country", "day"),
    [
        ("DE", date(2026, 12, 25)),
        ("US", date(2026, 11, 26)),
        ("FR", date(2026, 7, 14)),
        ("JP", date(2027, 1, 1)),
        ("GB", date(2026, 12, 28)),
    ],
)
def test_public_holidays_are_days_off_where_they_are_kept(country: str, day: date) -> None:
    assert day.weekday() in range(5)
    assert not calendar_of(country).is_business_day(day)
    assert MONDAY_TO_FRIDAY.is_business_day(day)


def test_one_countrys_holiday_is_a_day_like_any_other_elsewhere() -> None:
    assert calendar_of("DE").is_business_day(date(2026, 11, 26))
    assert not calendar_of("US").is_business_day(date(2026, 11, 26))


def test_a_weekend_is_the_countrys_own() -> None:
    friday, sunday = date(2026, 11, 6), date(2026, 11, 8)

    assert [False, True] == [calendar_of("SA").is_business_day(day) for day in (friday, sunday)]
    assert [True, False] == [calendar_of("DE").is_business_day(day) for day in (friday, sunday)]


@pytest.mark.parametrize("country", [None, "ZZ", "QQ", "", "DE 56", "#", "de"])
def test_where_no_country_is_known_people_work_from_monday_to_friday(country: str | None) -> None:
    assert MONDAY_TO_FRIDAY == calendar_of(country)


def test_beyond_its_years_the_table_knows_weekends_alone() -> None:
    christmas = date(2040, 12, 25)

    assert calendar_of("DE").is_business_day(christmas)
    assert not calendar_of("SA").is_business_day(date(2040, 11, 2))
    assert 4 == date(2040, 11, 2).weekday()
