"""What EasyPost tells of a parcel, as news."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.carriers.answers import NOW, answer
from tracker.carriers.easypost.reading import read_news
from tracker.order import Attention, DeliveryWindow, Reading, Source, Status, TrackingEvent
from tracker.parcel import TrackingNews


def tracker() -> dict[str, Any]:
    found: dict[str, Any] = answer("easypost", "tracker")
    return found


def read(told: dict[str, Any]) -> TrackingNews:
    news = read_news(told, checked_at=NOW)
    assert news is not None
    return news


def test_a_recorded_answer_tells_the_whole_story() -> None:
    assert read(tracker()).events == (
        TrackingEvent(
            reading=Reading(Status.LABEL_CREATED, raw="pre_transit"),
            occurred_at=datetime(2026, 11, 23, 16, 59, 7, tzinfo=UTC),
            source=Source.AGGREGATOR,
            message="Pre-Shipment Info Sent to USPS",
        ),
        TrackingEvent(
            reading=Reading(Status.IN_TRANSIT, raw="in_transit"),
            occurred_at=datetime(2026, 11, 25, 2, 36, 7, tzinfo=UTC),
            source=Source.AGGREGATOR,
            message="Arrived at USPS Regional Facility",
            city="Houston",
            province="TX",
            country="US",
        ),
        TrackingEvent(
            reading=Reading(Status.IN_TRANSIT, Attention.DELAYED, raw="in_transit"),
            occurred_at=datetime(2026, 11, 26, 9, tzinfo=UTC),
            source=Source.AGGREGATOR,
            message="In Transit to Next Facility, Arriving Late",
        ),
    )


@pytest.mark.parametrize(("local", "day"), [("2026-11-28", 28), (None, 29)])
def test_the_day_of_the_carriers_own_calendar_goes_first(local: str | None, day: int) -> None:
    told = tracker()
    told["carrier_detail"]["est_delivery_date_local"] = local

    assert read(told).window == DeliveryWindow(
        datetime(2026, 11, day, 12, tzinfo=UTC), datetime(2026, 11, day, 12, tzinfo=UTC), Source.CARRIER
    )


def test_nothing_of_a_person_is_kept() -> None:
    assert "secret" not in repr(read(tracker())).lower()


@pytest.mark.parametrize(
    ("status", "detail", "reading"),
    [
        ("failure", "lost", Reading(None, Attention.PROBLEM, "carrier_lost", raw="failure")),
        ("failure", "delayed", Reading(None, Attention.PROBLEM, raw="failure")),
        ("failure", "weather_delay", Reading(None, Attention.PROBLEM, "weather_delay", raw="failure")),
        ("error", "address_correction", Reading(None, Attention.PROBLEM, "consignee_address", raw="error")),
        (
            "in_transit",
            "address_correction",
            Reading(Status.IN_TRANSIT, Attention.ACTION_NEEDED, "consignee_address", raw="in_transit"),
        ),
        ("failure", "something_new", Reading(None, Attention.PROBLEM, raw="failure")),
        ("delivered", "delayed", Reading(Status.DELIVERED, raw="delivered")),
        ("delivered", ["delayed"], Reading(Status.DELIVERED, raw="delivered")),
        ("teleported", "lost", Reading(Status.UNKNOWN, raw="teleported")),
    ],
)
def test_a_detail_says_why_and_never_what(status: str, detail: object, reading: Reading) -> None:
    told = tracker()
    told["tracking_details"][-1] |= {"status": status, "status_detail": detail}

    assert reading == read(told).events[-1].reading


def test_a_parcel_nobody_has_seen_yet_is_no_news() -> None:
    assert read_news({"status": "unknown", "tracking_details": []}, checked_at=NOW) is None
