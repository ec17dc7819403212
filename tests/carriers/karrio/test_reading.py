"""What Karrio tells of a parcel, as news."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.carriers.answers import NOW, answer
from tracker.carriers.karrio.reading import read_news
from tracker.order import DeliveryWindow, Reading, Source, Status, TrackingEvent
from tracker.parcel import TrackingNews


def tracker() -> dict[str, Any]:
    found: dict[str, Any] = answer("karrio", "tracker")
    return found


def read(told: dict[str, Any]) -> TrackingNews:
    news = read_news(told, checked_at=NOW)
    assert news is not None
    return news


def test_a_recorded_answer_tells_the_whole_story() -> None:
    """Times of twelve hours, of twenty-four, with a zone, and none at all."""
    assert read(tracker()).events == (
        TrackingEvent(
            reading=Reading(Status.SHIPPED, raw="pending"),
            occurred_at=datetime(2026, 11, 23, tzinfo=UTC),
            source=Source.AGGREGATOR,
            message="Electronic information submitted",
        ),
        TrackingEvent(
            reading=Reading(Status.IN_TRANSIT, raw="picked_up"),
            occurred_at=datetime(2026, 11, 24, 16, tzinfo=UTC),
            source=Source.AGGREGATOR,
            message="Order picked up",
        ),
        TrackingEvent(
            reading=Reading(Status.IN_TRANSIT, raw="in_transit"),
            occurred_at=datetime(2026, 11, 25, 21, 40, tzinfo=UTC),
            source=Source.AGGREGATOR,
            message="Item processed",
            city="Montreal, QC",
        ),
        TrackingEvent(
            reading=Reading(Status.OUT_FOR_DELIVERY, raw="out_for_delivery"),
            occurred_at=datetime(2026, 11, 26, 13, 5, tzinfo=UTC),
            source=Source.AGGREGATOR,
            message="Item out for delivery",
            city="Montreal, QC",
        ),
    )


def test_the_carriers_date_is_its_day() -> None:
    assert read(tracker()).window == DeliveryWindow(
        datetime(2026, 11, 26, 12, tzinfo=UTC), datetime(2026, 11, 26, 12, tzinfo=UTC), Source.CARRIER
    )


def test_an_older_karrio_tells_the_status_of_the_newest_event_alone() -> None:
    told = tracker()
    for event in told["events"]:
        del event["status"]

    assert [None, None, None, Status.OUT_FOR_DELIVERY] == [
        event.reading.status for event in read(told).events
    ]


def test_nothing_of_a_person_is_kept() -> None:
    assert "secret" not in repr(read(tracker())).lower()


def test_a_parcel_nobody_has_seen_yet_is_no_news() -> None:
    assert read_news({"status": "pending", "events": []}, checked_at=NOW) is None
