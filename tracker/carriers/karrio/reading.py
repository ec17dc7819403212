"""What Karrio tells of a parcel → its news. Pure. Shapes: https://docs.karrio.io/reference/api; the `data` of
a push is the same tracker.

An event has a date and a time as the carrier's clock showed them, a `timestamp` where Karrio is new enough,
and its place in one line. Of `info`, which has the customer's name, nothing is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from tracker.carriers.karrio.codes import WORDS
from tracker.carriers.moments import Written, read_time
from tracker.carriers.told import Told, newest, read_events, read_window, tell_news
from tracker.carriers.words import SILENT, OnUnknownWord, Words, ignore
from tracker.order import Source
from tracker.parcel import TrackingNews
from tracker.shapes import mappings

NAME = "karrio"

_TWELVE_HOURS = "%Y-%m-%d %I:%M %p"


def read_news(
    tracker: Mapping[str, Any],
    *,
    checked_at: datetime,
    on_unknown_word: OnUnknownWord = ignore,
) -> TrackingNews | None:
    """The news of a tracker's parcel, None where nothing is known of it yet. `checked_at` (UTC) is when it
    came."""
    words = Words(NAME, WORDS, on_unknown_word)
    scans = newest(mappings(tracker.get("events")), _time, checked_at=checked_at)
    told = [_event(event, words) for event in scans]
    events = read_events(told, source=Source.AGGREGATOR, checked_at=checked_at)
    if events and events[-1].reading == SILENT:
        # An older Karrio has a status for the whole parcel alone: it is that of the newest event.
        latest = replace(events[-1], reading=words.read(tracker.get("status")))
        events = (*events[:-1], latest)
    day = tracker.get("estimated_delivery")
    window = read_window(day, day, source=Source.CARRIER, checked_at=checked_at, told=told)
    return tell_news(checked_at, events, window)


def _event(event: Mapping[str, Any], words: Words) -> Told:
    return Told(
        written=_time(event),
        reading=words.read(event.get("status")),
        message=event.get("description"),
        city=event.get("location"),
    )


def _time(event: Mapping[str, Any]) -> Written | None:
    day, clock = event.get("date"), event.get("time")
    if not isinstance(day, str):
        return read_time(event.get("timestamp"))
    return (
        read_time(event.get("timestamp"))
        or _of_twelve_hours(f"{day} {clock}")
        or read_time(f"{day}T{clock}")
        or read_time(day)
    )


def _of_twelve_hours(written: str) -> Written | None:
    try:
        return Written(datetime.strptime(written, _TWELVE_HOURS))  # noqa: DTZ007 - a clock on a wall
    except ValueError:
        return None
