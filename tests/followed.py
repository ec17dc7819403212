"""Parcels that are followed and what sources say of them, for tests of all that has to do with that."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.fakes import NOON
from tracker.order import DeliveryWindow, Reading, Source, Status, TrackingEvent
from tracker.parcel import Parcel, TrackingNews

AGGREGATOR, CARRIER = "seventeen_track", "dhl"
ORDER = "gid://shopify/Order/5001"
OTHER_ORDER = "gid://shopify/Order/5002"
PARCEL = Parcel("RB123456785GB", "royal_mail")
OTHER = Parcel("1Z5R89390357567127", "ups")


def event(
    status: Status | None = Status.IN_TRANSIT, *, hours: float = 0, message: str | None = "Scanned"
) -> TrackingEvent:
    """One that happened so many hours before NOON."""
    at = NOON - timedelta(hours=hours)
    return TrackingEvent(
        Reading(status, raw="WORD"), at, Source.AGGREGATOR, message, "de", "Köln", None, "DE"
    )


def news(*events: TrackingEvent, at: datetime = NOON, window_in: int | None = None) -> TrackingNews:
    """What a source said at `at`: these events, and that it comes in so many days."""
    window = None
    if window_in is not None:
        window = DeliveryWindow(None, NOON + timedelta(days=window_in), Source.AGGREGATOR)
    return TrackingNews(at, events or (event(),), window)
