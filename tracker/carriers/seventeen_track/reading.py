"""What 17TRACK tells of a parcel → its news. Pure. Shapes: https://api.17track.net/en/doc?version=v2.4, and
`track_info` is the same in an answer and in a push.

Of an address only the city, the province and the country are read; `shipping_info`, which has the
recipient's, never is. An event has `time_utc` and `time_iso`, and `time_raw` as the carrier wrote it where
17TRACK could not tell the zone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tracker.carriers.moments import Written, read_time
from tracker.carriers.seventeen_track.codes import WORDS
from tracker.carriers.told import Told, newest, read_events, read_last_mile, read_window, tell_news
from tracker.carriers.words import SILENT, OnUnknownWord, Words, ignore
from tracker.order import DeliveryWindow, Reading, Source, Status, Tracking
from tracker.parcel import TrackingNews
from tracker.shapes import mapping, mappings

NAME = "seventeen_track"

_OVER = frozenset({Status.DELIVERED, Status.CANCELLED})
"""What is over has no more trouble."""

_OF_THE_WHOLE = _OVER | {Status.UNKNOWN, Status.RETURNING}
"""What `latest_status` may say of a parcel though none of its events does."""

_AFTERWARDS = timedelta(seconds=1)
"""When that came about is not told, but that it holds after the newest event. The same at every look."""

_OFFICIAL = "Official"
"""Whose estimate a date is: the carrier's own, or else 17TRACK's."""


def read_news(
    item: Mapping[str, Any],
    *,
    number: str,
    checked_at: datetime,
    on_unknown_word: OnUnknownWord = ignore,
) -> TrackingNews | None:
    """The news of the parcel that is followed under `number`, None where nothing is known of it yet. `item`
    is one of the accepted, or the `data` of a push; `checked_at` (UTC) when it came."""
    info = mapping(item.get("track_info"))
    told = _told(info, Words(NAME, WORDS, on_unknown_word), checked_at)
    events = read_events(told, source=Source.AGGREGATOR, checked_at=checked_at)
    window = _window(info, told, checked_at)
    return tell_news(checked_at, events, window, _last_mile(info, number))


def _told(info: Mapping[str, Any], words: Words, checked_at: datetime) -> list[Told]:
    """Every provider's events, and what `latest_status` says of the parcel beyond them."""
    events = [
        (event, provider.get("provider_lang"))
        for provider in mappings(mapping(info.get("tracking")).get("providers"))
        for event in mappings(provider.get("events"))
    ]
    told = [
        _event(event, words, language)
        for event, language in newest(events, lambda pair: _time(pair[0]), checked_at=checked_at)
    ]
    latest = mapping(info.get("latest_event"))
    if not latest:
        return told
    last = _event(latest, words, None)
    place = next((at for at, one in enumerate(told) if replace(one, language=None) == last), len(told))
    if place == len(told):
        told.append(last)
    status = mapping(info.get("latest_status"))
    reading = words.read(status.get("sub_status"), status.get("status"))
    if last.reading == SILENT:
        told[place] = replace(told[place], reading=reading)
    elif _says_more(reading, last.reading, told):
        # With the country, by whose clocks the time is where it names no zone.
        told.append(Told(_afterwards(last.written), reading, country=last.country))
    return told


def _afterwards(written: Written | None) -> Written | None:
    try:
        return None if written is None else Written(written.time + _AFTERWARDS)
    except OverflowError:
        return None


def _says_more(latest: Reading, newest: Reading, told: Sequence[Told]) -> bool:
    """Whether the parcel's status is one that no event tells: that it is lost, goes back, or that 17TRACK
    gave it up. Those by which an event is named otherwise (in transit, as it left customs) say no more."""
    if latest == SILENT:
        return False
    if latest.status is None:
        over = newest.status in _OVER
        return not over and (latest.attention, latest.reason) != (newest.attention, newest.reason)
    return latest.status in _OF_THE_WHOLE and not any(
        one.reading.status is latest.status and one.reading.returned >= latest.returned for one in told
    )


def _event(event: Mapping[str, Any], words: Words, language: object) -> Told:
    address = mapping(event.get("address"))
    city = address.get("city")
    return Told(
        written=_time(event),
        # `stage` names the milestone that an event is, and often is none.
        reading=words.read(event.get("sub_status"), _main(event.get("sub_status"))),
        message=event.get("description"),
        language=language,
        city=city if city else event.get("location"),
        province=address.get("state"),
        country=address.get("country"),
    )


def _main(sub_status: object) -> object:
    """The main status that a sub-status begins with."""
    return sub_status.partition("_")[0] if isinstance(sub_status, str) and "_" in sub_status else None


def _time(event: Mapping[str, Any]) -> Written | None:
    raw = mapping(event.get("time_raw"))
    day, clock, zone = raw.get("date"), raw.get("time"), raw.get("timezone")
    written = f"{day}T{clock or '00:00'}{zone or ''}" if isinstance(day, str) else None
    return read_time(event.get("time_utc")) or read_time(event.get("time_iso")) or read_time(written)


def _window(info: Mapping[str, Any], told: Sequence[Told], checked_at: datetime) -> DeliveryWindow | None:
    expected = mapping(mapping(info.get("time_metrics")).get("estimated_delivery_date"))
    source = Source.CARRIER if expected.get("source") == _OFFICIAL else Source.AGGREGATOR
    return read_window(
        expected.get("from"), expected.get("to"), source=source, checked_at=checked_at, told=told
    )


def _last_mile(info: Mapping[str, Any], number: str) -> Tracking | None:
    """17TRACK's `misc_info` has the number of the last mile under `local_number` and its carrier under
    `local_provider`."""
    told = mapping(info.get("misc_info"))
    return read_last_mile(told.get("local_provider"), told.get("local_number"), followed=number)
