"""When something happened, by what a source wrote."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.carriers.answers import NOW
from tests.strategies import json_values
from tracker.carriers.moments import (
    WINDOW_AHEAD,
    expected_between,
    happened_at,
    read_time,
    zone_at_door,
)


def moments(*told: tuple[object, str | None]) -> list[datetime | None]:
    return happened_at(
        [read_time(time) for time, _ in told], [country for _, country in told], checked_at=NOW
    )


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type] # the parts of a time are all ints


def test_a_written_offset_counts_wherever_it_was() -> None:
    assert [utc(2026, 11, 25, 7, 10)] == moments(("2026-11-25T08:10:00+01:00", "CN"))


def test_a_time_on_a_wall_is_that_of_its_country_where_its_clocks_agree() -> None:
    """In summer too."""
    assert [utc(2026, 11, 25, 7), utc(2026, 7, 1, 6)] == moments(
        ("2026-11-25 08:00:00", "DE"), ("2026-07-01T08:00", "DE")
    )


def test_else_the_offset_of_the_nearest_event_that_names_one() -> None:
    assert [
        utc(2026, 11, 25, 13),
        utc(2026, 11, 24, 14),
        utc(2026, 11, 24, 13),
        utc(2026, 11, 20),
    ] == moments(
        ("2026-11-25T08:00:00", "US"),
        ("2026-11-24T09:00:00-05:00", "US"),
        ("2026-11-24T08:00:00", None),
        ("2026-11-20T08:00:00+08:00", None),
    )


def test_else_it_is_taken_as_utc() -> None:
    assert [utc(2026, 11, 25, 8)] == moments(("2026-11-25T08:00:00", "US"))


@pytest.mark.parametrize(
    "written",
    [
        "0001-01-01T00:00:00",
        "0001-01-01T00:00:00+14:00",
        "1970-01-01T00:00:00Z",
        "9999-12-31T23:59:59-14:00",
        "9999-12-31T23:59:59",
        "2100-01-01T00:00:00Z",
        "2026-11-31T00:00:00Z",
        "yesterday",
        "2026-11-25T08:00:00" + "0" * 50,
        "",
        None,
        1_795_000_000,
        {"time": 1},
    ],
)
def test_what_cannot_have_been_then_is_none(written: object) -> None:
    assert [None] == moments((written, "DE"))


def test_a_clock_that_is_some_hours_fast_is_no_reason_to_lose_an_event() -> None:
    assert [NOW + timedelta(hours=14)] == moments(((NOW + timedelta(hours=14)).isoformat(), None))


@settings(max_examples=40)
@given(st.lists(st.tuples(json_values, st.sampled_from(["DE", "US", "XX", None]))))
def test_nothing_that_is_written_makes_it_raise(told: list[tuple[object, str | None]]) -> None:
    assert len(told) == len(moments(*told))


@given(st.lists(st.sampled_from([None, 0, 5, -8]), min_size=1, max_size=12))
def test_no_event_that_names_an_offset_is_nearer_than_the_one_that_counts(hours: list[int | None]) -> None:
    """Of two that are as near, either."""
    wall = datetime(2026, 11, 20, 12, tzinfo=UTC)
    written = ["2026-11-20T12:00:00" + ("" if offset is None else f"{offset:+03d}:00") for offset in hours]
    named = [index for index, offset in enumerate(hours) if offset is not None]

    for index, moment in enumerate(moments(*((time, None) for time in written))):
        assert moment is not None
        least = min((abs(index - other) for other in named), default=0)
        nearest = {hours[other] for other in named if abs(index - other) == least} or {0}
        assert (wall - moment) / timedelta(hours=1) in nearest


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-11-28", "2026-11-30", (utc(2026, 11, 28, 12), utc(2026, 11, 30, 12))),
        ("2026-11-28T00:00:00", "2026-11-28 23:59:59", (utc(2026, 11, 28, 12), utc(2026, 11, 28, 12))),
        ("2026-11-28T09:00", "2026-11-28T12:00", (utc(2026, 11, 28, 9), utc(2026, 11, 28, 12))),
        ("2026-11-28T00:00:00-05:00", None, (utc(2026, 11, 28, 5), None)),
        (
            "2026-11-28T09:00:00+01:00",
            "2026-11-28T12:00:00+01:00",
            (utc(2026, 11, 28, 8), utc(2026, 11, 28, 11)),
        ),
        (None, "2026-11-30", (None, utc(2026, 11, 30, 12))),
        ("2026-11-28T00:00:00", "2026-11-28 00:00", (utc(2026, 11, 28, 12), utc(2026, 11, 28, 12))),
        ("2026-11-28T09:00:00", "2026-11-28T12:00:00", (utc(2026, 11, 28, 9), utc(2026, 11, 28, 12))),
        ("2026-12-05", "2026-11-30", (None, utc(2026, 11, 30, 12))),
        ("0001-01-01", (NOW + WINDOW_AHEAD + timedelta(days=1)).isoformat(), (None, None)),
        ("soon", 7, (None, None)),
    ],
)
def test_when_a_parcel_is_expected(
    start: object, end: object, expected: tuple[datetime | None, datetime | None]
) -> None:
    """A day is its noon, so that it is the same day in New York and in Berlin."""
    assert expected == expected_between(start, end, checked_at=NOW, zone_at=lambda _local: UTC)


NEWEST_IN_CHICAGO = [("2026-11-24T09:00:00+08:00", "CN"), ("2026-11-26T09:00:00-06:00", "US")]


@pytest.mark.parametrize(
    ("told", "destination", "hour"),
    [
        (NEWEST_IN_CHICAGO, "DE", 8),
        (NEWEST_IN_CHICAGO, "US", 15),  # whose clocks differ
        (NEWEST_IN_CHICAGO, None, 15),
        (NEWEST_IN_CHICAGO[::-1], None, 15),
        ([("2026-11-26T09:00:00", "DE"), ("soon", "CN")], None, 8),
        ([("2026-11-26T09:00:00", "US")], None, 9),
        ([], None, 9),
    ],
)
def test_a_window_without_a_zone_is_that_of_the_door(
    told: list[tuple[str, str | None]], destination: str | None, hour: int
) -> None:
    """Else of the newest event, else it has the offset of the newest that names one. A date stays a date."""
    zone_at = zone_at_door(
        [read_time(time) for time, _ in told], [country for _, country in told], destination=destination
    )

    assert (utc(2026, 11, 27, 12), utc(2026, 11, 28, hour)) == expected_between(
        "2026-11-27", "2026-11-28T09:00:00", checked_at=NOW, zone_at=zone_at
    )


@settings(max_examples=40)
@given(json_values | st.datetimes().map(str), st.sampled_from(["DE", "US", "XX", None]))
def test_no_window_makes_it_raise(written: object, country: str | None) -> None:
    zone_at = zone_at_door([read_time(written)], [country], destination=None)

    for bound in expected_between(written, written, checked_at=NOW, zone_at=zone_at):
        assert bound is None or bound.tzinfo is UTC
