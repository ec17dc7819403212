"""What EasyPost tells of a parcel → its news. Pure. Shapes: https://docs.easypost.com/docs/trackers; the
`result` of a pushed event is the same tracker.

Who signed is never read, and of a place only city, state and country.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from tracker.carriers.easypost.codes import DETAILS, WORDS
from tracker.carriers.moments import read_time
from tracker.carriers.told import Told, read_day, read_events, tell_news
from tracker.carriers.words import OnUnknownWord, Words, ignore
from tracker.order import DeliveryWindow, Reading, Source, Status
from tracker.parcel import TrackingNews
from tracker.shapes import mapping, mappings
from tracker.timeline_events import gravity

NAME = "easypost"

_UNDER_WAY = frozenset({None, Status.LABEL_CREATED, Status.IN_TRANSIT, Status.OUT_FOR_DELIVERY})


def read_news(
    tracker: Mapping[str, Any],
    *,
    checked_at: datetime,
    on_unknown_word: OnUnknownWord = ignore,
) -> TrackingNews | None:
    """The news of a tracker's parcel, None where nothing is known of it yet. `checked_at` (UTC) is when it
    came."""
    words = Words(NAME, WORDS, on_unknown_word)
    told = [_event(event, words) for event in mappings(tracker.get("tracking_details"))]
    events = read_events(told, source=Source.AGGREGATOR, checked_at=checked_at)
    return tell_news(checked_at, events, _window(tracker, checked_at))


def _event(event: Mapping[str, Any], words: Words) -> Told:
    place = mapping(event.get("tracking_location"))
    return Told(
        written=read_time(event.get("datetime")),
        reading=_with_detail(words.read(event.get("status")), event.get("status_detail")),
        message=event.get("message") or event.get("description"),
        city=place.get("city"),
        province=place.get("state"),
        country=place.get("country"),
    )


def _with_detail(reading: Reading, detail: object) -> Reading:
    """The graver of the two, with the detail's reason: a failure is one whatever its detail. What is over has
    no more trouble."""
    if not isinstance(detail, str) or detail not in DETAILS or reading.status not in _UNDER_WAY:
        return reading
    attention, reason = DETAILS[detail]
    return replace(reading, attention=max(reading.attention, attention, key=gravity), reason=reason)


def _window(tracker: Mapping[str, Any], checked_at: datetime) -> DeliveryWindow | None:
    """The day that the carrier estimates, in its own calendar where that is told."""
    local = mapping(tracker.get("carrier_detail")).get("est_delivery_date_local")
    for told in (local, tracker.get("est_delivery_date")):
        if (window := read_day(told, source=Source.CARRIER, checked_at=checked_at)) is not None:
            return window
    return None
