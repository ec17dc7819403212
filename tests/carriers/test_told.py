"""Facts out of what sources tell, whatever shape it has."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.carriers.answers import NOW
from tracker.carriers.moments import read_time
from tracker.carriers.told import (
    Told,
    decode,
    newest,
    read_events,
    read_language,
    read_last_mile,
)
from tracker.errors import SourceBroken
from tracker.order import Reading, Source, Status, TrackingEvent
from tracker.timeline_events import MOST

MOVING = Reading(Status.IN_TRANSIT, raw="moving")


def told(hours_ago: int = 1, **fields: object) -> Told:
    return Told(read_time((NOW - timedelta(hours=hours_ago)).isoformat()), MOVING, **fields)


def events(*parts: Told) -> tuple[TrackingEvent, ...]:
    return read_events(parts, source=Source.AGGREGATOR, checked_at=NOW)


def test_events_are_oldest_first_and_each_once() -> None:
    assert [NOW - timedelta(hours=hours) for hours in (3, 2)] == [
        event.occurred_at for event in events(told(2), told(3), told(2))
    ]


def test_one_that_cannot_be_read_is_left_out_and_the_rest_stands() -> None:
    assert 1 == len(events(told(2), Told(read_time("0001-01-01"), MOVING), Told(None, MOVING)))


def test_of_thousands_the_newest_are_kept() -> None:
    kept = events(*(told(hours, message=f"scan {hours}") for hours in range(10_000)))

    assert (MOST, NOW) == (len(kept), kept[-1].occurred_at)


def test_of_thousands_the_newest_that_can_be_are_read_at_all_in_their_own_order() -> None:
    """What can't have been takes nobody's place."""
    hours = [hour for pair in zip(range(MOST), range(2_000, 2_000 + MOST), strict=True) for hour in pair]
    written = [(NOW - timedelta(hours=hour)).isoformat() for hour in hours]
    nonsense = ["2199-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "soon"] * MOST

    kept = newest(nonsense + written, read_time, checked_at=NOW)
    assert [(NOW - timedelta(hours=hour)).isoformat() for hour in range(MOST)] == kept


def test_of_no_more_than_are_told_all_are_read() -> None:
    assert ["soon", "2026-11-27"] == newest(["soon", "2026-11-27"], read_time, checked_at=NOW)


def test_texts_are_cut_and_plain() -> None:
    [event] = events(
        told(
            message="<b>Left\u0000 at\u202e door</b>\n" + "x" * 2_000, language="de-AT", city="Mitte<br>Nord"
        )
    )

    assert event.message is not None
    assert event.message.startswith("Left at door xxx")
    assert "Mitte Nord" == event.city
    assert (500, "de-AT") == (len(event.message), event.language)


def test_a_text_that_is_none_has_no_language() -> None:
    [event] = events(told(message=["x"], language="de"))

    assert (None, None) == (event.message, event.language)


@pytest.mark.parametrize(
    ("written", "read"),
    [("en", "en"), ("zh-Hant-TW", "zh-Hant-TW"), ("x<", None), ("e" * 50, None), (7, None)],
)
def test_a_language_is_a_tag(written: object, read: str | None) -> None:
    assert read_language(written) == read


@pytest.mark.parametrize(
    ("number", "told_number"), [("1Z 999", "1Z999"), ("javascript:x", None), (9999, None), ("x 123 4", None)]
)
def test_a_last_mile_has_another_number(number: object, told_number: str | None) -> None:
    last_mile = read_last_mile(None, number, followed="X1234")

    assert told_number == (None if last_mile is None else last_mile.number)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"1", b"null", b"\xff\xfe", b"<html>", b'{"a":' * 100_000, b"9" * 5_000]
)
def test_a_body_that_holds_no_object_is_broken(body: bytes) -> None:
    with pytest.raises(SourceBroken) as raised:
        decode(body)

    assert raised.value.__context__ is None


def test_an_object_is_decoded() -> None:
    assert decode(b'{"a": 1}') == {"a": 1}
