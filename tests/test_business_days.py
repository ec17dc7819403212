"""Business days are counted alike forwards and back, whatever the calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.business_days import (
    DAY,
    MONDAY_TO_FRIDAY,
    Calendar,
    day_after,
    days_between,
    moment_after,
    monday_to_friday,
)

MONDAY = date(2026, 11, 2)
days = st.integers(0, 400).map(lambda later: MONDAY + later * DAY)
calendars = st.builds(
    Calendar,
    weekend=st.frozensets(st.integers(0, 6), max_size=6),
    holidays=st.frozensets(days, max_size=60),
)


def test_without_a_country_it_is_monday_to_friday() -> None:
    assert [True] * 5 + [False] * 2 == [
        monday_to_friday("DE").is_business_day(MONDAY + later * DAY) for later in range(7)
    ]


def test_a_week_without_a_business_day_is_refused() -> None:
    with pytest.raises(ValueError, match="business day"):
        Calendar(weekend=frozenset(range(7)))


@given(days, st.integers(0, 40), calendars)
def test_counting_back_undoes_counting_forwards(start: date, number: int, calendar: Calendar) -> None:
    assert number == days_between(start, day_after(start, number, calendar), calendar)


@given(days, st.integers(1, 40), calendars)
def test_what_is_counted_to_is_a_business_day(start: date, number: int, calendar: Calendar) -> None:
    assert calendar.is_business_day(day_after(start, number, calendar))


@given(days, days, days, calendars)
def test_days_add_up(one: date, two: date, three: date, calendar: Calendar) -> None:
    first, second, third = sorted((one, two, three))

    assert days_between(first, third, calendar) == days_between(first, second, calendar) + days_between(
        second, third, calendar
    )
    assert 0 == days_between(third, first, calendar)


@given(days, st.times(), st.integers(0, 30), calendars)
def test_a_moment_keeps_its_time_of_day_unless_it_comes_on_a_day_off(
    day: date, clock: time, number: int, calendar: Calendar
) -> None:
    moment = datetime.combine(day, clock, UTC)
    later = moment_after(moment, number, calendar)

    started = day if calendar.is_business_day(day) else day_after(day, 1, calendar)
    assert later.date() == day_after(started, number, calendar)
    assert later.time() == (clock if started == day else time())


def test_a_holiday_in_between_makes_it_a_day_longer() -> None:
    calendar = Calendar(holidays=frozenset({MONDAY + 2 * DAY}))
    noon = datetime.combine(MONDAY, time(12), UTC)

    assert moment_after(noon, 4, MONDAY_TO_FRIDAY) == noon + 4 * DAY
    assert moment_after(noon, 4, calendar) == noon + 7 * DAY
