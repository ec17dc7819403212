"""What AfterShip tells of a parcel → its news. Pure. Shapes are those of its API 2026-07
(https://www.aftership.com/docs/tracking/model/tracking); a push has the same object.

Customers, addresses, notes and proofs of delivery are never read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tracker.carriers.aftership.codes import WORDS
from tracker.carriers.moments import Written, read_time
from tracker.carriers.told import Told, newest, read_events, read_last_mile, read_window, tell_news
from tracker.carriers.words import OnUnknownWord, Words, ignore
from tracker.order import DeliveryWindow, Source
from tracker.parcel import TrackingNews
from tracker.shapes import mapping, mappings

NAME = "aftership"

_ESTIMATES = (
    ("courier_estimated_delivery_date", Source.CARRIER),
    ("aftership_estimated_delivery_date", Source.AGGREGATOR),
)
"""Whose estimate is which, the better first. What the merchant promised is not AfterShip's to tell."""


def read_news(
    tracking: Mapping[str, Any],
    *,
    number: str,
    checked_at: datetime,
    on_unknown_word: OnUnknownWord = ignore,
) -> TrackingNews | None:
    """The news of the parcel that is followed under `number`, None where nothing is known of it yet.
    `checked_at` (UTC) is when it came."""
    words = Words(NAME, WORDS, on_unknown_word)
    checkpoints = newest(mappings(tracking.get("checkpoints")), _time, checked_at=checked_at)
    told = [_event(event, words) for event in checkpoints]
    events = read_events(told, source=Source.AGGREGATOR, checked_at=checked_at)
    window = _window(tracking, told, checked_at)
    told_mile = mapping(tracking.get("last_mile"))
    last_mile = read_last_mile(told_mile.get("slug"), told_mile.get("tracking_number"), followed=number)
    return tell_news(checked_at, events, window, last_mile)


def _event(event: Mapping[str, Any], words: Words) -> Told:
    return Told(
        written=_time(event),
        reading=words.read(event.get("subtag"), event.get("tag")),
        message=event.get("message"),
        city=event.get("city") or event.get("location"),
        province=event.get("state"),
        # An older version of its pushes says country_iso3.
        country=event.get("country_region") or event.get("country_iso3"),
    )


def _time(event: Mapping[str, Any]) -> Written | None:
    return read_time(event.get("checkpoint_time"))


def _window(tracking: Mapping[str, Any], told: Sequence[Told], checked_at: datetime) -> DeliveryWindow | None:
    for name, source in _ESTIMATES:
        estimate = mapping(tracking.get(name))
        day = estimate.get("estimated_delivery_date")
        window = read_window(
            estimate.get("estimated_delivery_date_min") or day,
            estimate.get("estimated_delivery_date_max") or day,
            source=source,
            checked_at=checked_at,
            told=told,
        )
        if window is not None:
            return window
    return None
