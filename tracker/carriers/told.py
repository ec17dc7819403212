"""What a source tells of a parcel, in values of any shape → plain facts. Pure; what can't be read of it is
left out, since a shopper is better served by the rest."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from tracker.carriers.moments import Written, expected_between, happened_at, newest_of, zone_at_door
from tracker.carriers.places import PLACE_LENGTH, read_country, read_place
from tracker.carriers.plain import plain
from tracker.carriers.telling import tell_tracking
from tracker.errors import SourceBroken
from tracker.order import DeliveryWindow, Reading, Source, Tracking, TrackingEvent
from tracker.parcel import TrackingNews
from tracker.shapes import MESSAGE_LENGTH
from tracker.timeline_events import MOST
from tracker.tracking_number import plain_number, same_number

Event = TypeVar("Event")

_DATE = len("2026-11-27")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")


@dataclass(frozen=True, slots=True)
class Told:
    """One event as its source tells it. What is an object here has any shape and was not cleaned yet."""

    written: Written | None
    reading: Reading
    message: object = None
    language: object = None
    city: object = None
    province: object = None
    country: object = None


def decode(body: bytes) -> dict[str, Any]:
    """The JSON object that a body holds. Raises SourceBroken where it holds none."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        value = None
    if isinstance(value, dict):
        return value
    raise SourceBroken


def newest(
    events: Sequence[Event], time_of: Callable[[Event], Written | None], *, checked_at: datetime
) -> Sequence[Event]:
    """As many of a source's events as a timeline tells, the newest that can be, in the source's order: so
    that one that runs wild costs hardly more than its times. `time_of` reads that of one."""
    if len(events) <= MOST:
        return events
    written = [time_of(event) for event in events]
    return [events[place] for place in newest_of(written, checked_at=checked_at, most=MOST)]


def read_events(told: Sequence[Told], *, source: Source, checked_at: datetime) -> tuple[TrackingEvent, ...]:
    """The events that can be read, oldest first, each once; of very many the newest, as the timeline tells no
    more. `told` is in the source's own order."""
    moments = happened_at(
        [event.written for event in told],
        [read_country(event.country) for event in told],
        checked_at=checked_at,
    )
    dated = [(moment, event) for moment, event in zip(moments, told, strict=True) if moment is not None]
    dated.sort(key=lambda pair: pair[0])
    events = (_event(moment, event, source) for moment, event in dated[-MOST:])
    return tuple(dict.fromkeys(events))


def tell_news(
    checked_at: datetime,
    events: tuple[TrackingEvent, ...],
    window: DeliveryWindow | None,
    last_mile: Tracking | None = None,
) -> TrackingNews | None:
    """What was read of a parcel as its news; None where nothing is known of it yet. A number of a last mile
    alone is no news."""
    return TrackingNews(checked_at, events, window, last_mile) if events or window is not None else None


def _event(moment: datetime, told: Told, source: Source) -> TrackingEvent:
    message = plain(told.message, MESSAGE_LENGTH)
    place = read_place(told.city, told.province, told.country)
    return TrackingEvent(
        reading=told.reading,
        occurred_at=moment,
        source=source,
        message=message,
        language=None if message is None else read_language(told.language),
        city=place.city,
        province=place.province,
        country=place.country,
    )


def read_language(value: object) -> str | None:
    """A BCP 47 tag as it is written, None for what can't be one."""
    return value if isinstance(value, str) and _LANGUAGE.fullmatch(value) else None


def read_window(
    start: object,
    end: object,
    *,
    source: Source,
    checked_at: datetime,
    told: Sequence[Told] = (),
    destination: object = None,
) -> DeliveryWindow | None:
    """When a source expects the parcel, None where it says nothing that can be. What it `told` of the parcel
    and the country that it goes to say which clock a time without an offset is by."""
    zone_at = zone_at_door(
        [event.written for event in told],
        [read_country(event.country) for event in told],
        destination=read_country(destination),
    )
    first, last = expected_between(start, end, checked_at=checked_at, zone_at=zone_at)
    return None if first is None and last is None else DeliveryWindow(first, last, source)


def read_day(value: object, *, source: Source, checked_at: datetime) -> DeliveryWindow | None:
    """The day of a date, or of a single time, of which the day is what is promised; None where it is neither,
    or can't be."""
    day = value[:_DATE] if isinstance(value, str) else None
    return read_window(day, day, source=source, checked_at=checked_at)


def read_last_mile(carrier: object, number: object, *, followed: str) -> Tracking | None:
    """The number under which another carrier brings the parcel that is `followed` under this one; None where
    it is the same, or none. The link is made here: no address of the source's is believed."""
    told = plain_number(number)
    if told is None or same_number(told) == same_number(followed):
        return None
    return tell_tracking(plain(carrier, PLACE_LENGTH), told, None)
