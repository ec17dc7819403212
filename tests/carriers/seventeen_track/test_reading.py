"""What 17TRACK tells of a parcel, as news."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.carriers.answers import NOW, answer
from tracker.carriers.seventeen_track.reading import read_news
from tracker.order import Attention, DeliveryWindow, Reading, Source, Status, Tracking, TrackingEvent
from tracker.parcel import TrackingNews
from tracker.timeline_events import MOST

NUMBER = "LP00123456789012"


def item() -> dict[str, Any]:
    found: dict[str, Any] = answer("seventeen_track", "gettrackinfo")["data"]["accepted"][0]
    return found


def read(told: dict[str, Any]) -> TrackingNews:
    news = read_news(told, number=NUMBER, checked_at=NOW)
    assert news is not None
    return news


def test_a_recorded_answer_tells_the_whole_story() -> None:
    """Oldest first; places in one spelling; the time on a Chinese wall is no time of ours."""
    news = read(item())

    assert news.checked_at == NOW
    assert news.events == (
        TrackingEvent(
            reading=Reading(Status.LABEL_CREATED, raw="InfoReceived"),
            occurred_at=datetime(2026, 11, 20, 2, tzinfo=UTC),
            source=Source.AGGREGATOR,
            message="Shipment information received",
        ),
        TrackingEvent(
            reading=Reading(Status.IN_TRANSIT, raw="InTransit_PickedUp"),
            occurred_at=datetime(2026, 11, 21, 13, 30, tzinfo=UTC),
            source=Source.AGGREGATOR,
            message="快件已揽收",
            city="Shenzhen",
            country="CN",
        ),
        TrackingEvent(
            reading=Reading(
                Status.IN_TRANSIT, reason="customs_processing", raw="InTransit_CustomsProcessing"
            ),
            occurred_at=datetime(2026, 11, 25, 7, 10, tzinfo=UTC),
            source=Source.AGGREGATOR,
            message="Handed over to customs",
            city="Leipzig",
            province="Sachsen",
            country="DE",
        ),
    )


def test_the_carriers_own_date_is_told_as_the_carriers() -> None:
    assert read(item()).window == DeliveryWindow(
        datetime(2026, 11, 28, 12, tzinfo=UTC), datetime(2026, 12, 1, 12, tzinfo=UTC), Source.CARRIER
    )


def test_an_estimate_is_the_aggregators() -> None:
    told = item()
    told["track_info"]["time_metrics"]["estimated_delivery_date"]["source"] = "Estimated"

    window = read(told).window
    assert window is not None
    assert window.source is Source.AGGREGATOR


def test_the_last_mile_has_its_number_its_carrier_and_a_link_of_ours() -> None:
    last_mile = read(item()).last_mile

    assert isinstance(last_mile, Tracking)
    assert (last_mile.number, last_mile.carrier) == ("00340434161094022115", "DHL")
    assert "00340434161094022115" in (last_mile.url or "")


def test_the_same_number_is_no_last_mile() -> None:
    told = item()
    told["track_info"]["misc_info"]["local_number"] = NUMBER.lower()

    assert read(told).last_mile is None


def test_nothing_of_the_recipient_is_kept() -> None:
    assert "SECRET" not in repr(read(item())).upper()
    assert "berlin" not in repr(read(item())).lower()


def test_an_unknown_sub_status_says_what_its_main_status_does_and_is_told_of() -> None:
    told, words = item(), list[tuple[str, str]]()
    told["track_info"]["tracking"]["providers"][0]["events"][0]["sub_status"] = "InTransit_ByMule"
    told["track_info"]["latest_event"] = None

    news = read_news(told, number=NUMBER, checked_at=NOW, on_unknown_word=lambda *word: words.append(word))

    assert news is not None
    assert news.events[-1].reading == Reading(Status.IN_TRANSIT, raw="InTransit")
    assert words == [("seventeen_track", "InTransit_ByMule")]


def test_an_unknown_word_is_unknown_and_never_guessed() -> None:
    told = item()
    told["track_info"]["tracking"]["providers"][0]["events"][0]["sub_status"] = "Teleported"
    told["track_info"]["latest_event"] = None

    assert read(told).events[-1].reading == Reading(Status.UNKNOWN, raw="Teleported")


def test_the_latest_event_is_told_once_and_has_the_latest_status_where_it_has_none() -> None:
    told = item()
    for event in (
        told["track_info"]["tracking"]["providers"][0]["events"][0],
        told["track_info"]["latest_event"],
    ):
        event["sub_status"] = None
    told["track_info"]["latest_status"] = {"status": "Delivered", "sub_status": "Delivered_Other"}

    events = read(told).events
    assert len(events) == 3
    assert events[-1].reading == Reading(Status.DELIVERED, raw="Delivered_Other")


@pytest.mark.parametrize(
    ("status", "sub_status", "reading"),
    [
        (
            "Exception",
            "Exception_Lost",
            Reading(None, Attention.PROBLEM, "carrier_lost", raw="Exception_Lost"),
        ),
        ("Exception", "Exception_Returning", Reading(Status.RETURNING, raw="Exception_Returning")),
        ("Exception", "Exception_Cancel", Reading(Status.CANCELLED, raw="Exception_Cancel")),
        ("Expired", "Expired_Other", Reading(Status.UNKNOWN, raw="Expired_Other")),
        ("Expired", None, Reading(Status.UNKNOWN, raw="Expired")),
        ("NotFound", "NotFound_Other", Reading(Status.UNKNOWN, raw="NotFound_Other")),
        ("Delivered", "Delivered_Other", Reading(Status.DELIVERED, raw="Delivered_Other")),
    ],
)
def test_what_the_parcel_is_and_no_event_says_holds_after_the_newest(
    status: str, sub_status: str | None, reading: Reading
) -> None:
    told = item()
    told["track_info"]["latest_status"] = {"status": status, "sub_status": sub_status}

    *before, latest = read(told).events
    assert list(read(item()).events) == before
    assert (reading, None) == (latest.reading, latest.message)
    assert timedelta(seconds=1) == latest.occurred_at - before[-1].occurred_at


def test_that_it_is_back_is_more_than_that_it_goes_back() -> None:
    """And the other way round says no more."""
    told = item()
    words = "Exception_Returning", "Exception_Returned"
    for on_event, of_the_whole, heard in ((*words, True), (*reversed(words), False)):
        told["track_info"]["latest_event"]["sub_status"] = on_event
        told["track_info"]["tracking"]["providers"][0]["events"][0]["sub_status"] = on_event
        told["track_info"]["latest_status"] = {"status": "Exception", "sub_status": of_the_whole}

        latest = read(told).events[-1].reading
        assert (of_the_whole if heard else on_event, True) == (latest.raw, latest.returned)


def test_what_holds_after_the_end_of_time_is_left_out() -> None:
    told = item()
    told["track_info"]["latest_event"] |= {"time_utc": "9999-12-31T23:59:59Z"}
    told["track_info"]["latest_status"] = {"status": "Expired"}

    assert read(item()).events == read(told).events


@pytest.mark.parametrize("sub_status", ["InTransit_Other", "InfoReceived", "OutForDelivery_Other"])
def test_another_name_for_a_parcel_under_way_is_no_further_event(sub_status: str) -> None:
    told = item()
    told["track_info"]["latest_status"] = {"status": sub_status.partition("_")[0], "sub_status": sub_status}

    assert read(item()).events == read(told).events


def test_what_has_arrived_has_no_more_trouble() -> None:
    told = item()
    for event in (
        told["track_info"]["tracking"]["providers"][0]["events"][0],
        told["track_info"]["latest_event"],
    ):
        event["sub_status"] = "Delivered_Other"
    told["track_info"]["latest_status"] = {"status": "Exception", "sub_status": "Exception_Damage"}

    assert Reading(Status.DELIVERED, raw="Delivered_Other") == read(told).events[-1].reading


def test_of_events_without_end_the_newest_alone_are_read() -> None:
    """A word that stands on none of them is not even looked up."""
    told, words = item(), list[tuple[str, str]]()
    [provider] = told["track_info"]["tracking"]["providers"]
    old = {"time_utc": "2026-10-01T00:00:00Z", "sub_status": "Teleported"}
    provider["events"] += [{"time_utc": "2026-11-01T00:00:00Z", "sub_status": "InTransit_Other"}] * MOST
    provider["events"] += [old] * MOST

    news = read_news(told, number=NUMBER, checked_at=NOW, on_unknown_word=lambda *word: words.append(word))
    assert news is not None
    assert (read(item()).events[-1], []) == (news.events[-1], words)


def test_a_text_is_in_the_language_that_its_carrier_was_asked_in() -> None:
    told = item()
    told["track_info"]["tracking"]["providers"][0]["provider_lang"] = "zh-CN"

    events = read(told).events
    assert [3, "zh-CN"] == [len(events), events[1].language]


def test_a_parcel_nobody_has_seen_yet_is_no_news() -> None:
    unseen = {"number": NUMBER, "track_info": {"latest_status": {"status": "NotFound"}, "tracking": {}}}

    assert read_news(unseen, number=NUMBER, checked_at=NOW) is None
    assert read_news({}, number=NUMBER, checked_at=NOW) is None
