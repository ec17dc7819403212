"""What DHL tells of a shipment, as news."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.carriers.answers import NOW, answer
from tracker.carriers.dhl.codes import RETURNING
from tracker.carriers.dhl.reading import read_news
from tracker.order import DeliveryWindow, Reading, Source, Status, TrackingEvent
from tracker.parcel import TrackingNews

NUMBER = "00340434161094022115"


def told(name: str = "shipment") -> dict[str, Any]:
    loaded: dict[str, Any] = answer("dhl", name)
    return loaded


def read(answered: dict[str, Any], number: str = NUMBER) -> TrackingNews:
    news = read_news(answered, number=number, language="de", checked_at=NOW)
    assert news is not None
    return news


def test_a_recorded_answer_tells_the_whole_story_each_fact_once() -> None:
    """In the carrier's language, which is named; a time without a zone is that of its country."""
    assert read(told()).events == (
        TrackingEvent(
            reading=Reading(Status.LABEL_CREATED, raw="pre-transit"),
            occurred_at=datetime(2026, 11, 24, 15, tzinfo=UTC),
            source=Source.CARRIER,
            message="PRE-TRANSIT",
            language="de",
        ),
        TrackingEvent(
            reading=Reading(Status.IN_TRANSIT, raw="transit"),
            occurred_at=datetime(2026, 11, 25, 20, 48, tzinfo=UTC),
            source=Source.CARRIER,
            message="Die Sendung wurde im Paketzentrum bearbeitet.",
            language="de",
            city="Rüdersdorf",
            country="DE",
        ),
        TrackingEvent(
            reading=Reading(Status.DELIVERED, raw="delivered"),
            occurred_at=datetime(2026, 11, 26, 9, 2, tzinfo=UTC),
            source=Source.CARRIER,
            message="Die Sendung wurde erfolgreich zugestellt.",
            language="de",
            city="Berlin",
            country="DE",
        ),
    )


def test_the_frame_is_when_it_is_expected() -> None:
    assert read(told()).window == DeliveryWindow(
        datetime(2026, 11, 26, 8, tzinfo=UTC), datetime(2026, 11, 26, 11, tzinfo=UTC), Source.CARRIER
    )


def test_a_single_time_promises_its_day() -> None:
    assert read(told("handed_over"), "GM555000111222333444").window == DeliveryWindow(
        datetime(2026, 11, 29, 12, tzinfo=UTC), datetime(2026, 11, 29, 12, tzinfo=UTC), Source.CARRIER
    )


def test_a_shipment_without_events_is_told_by_its_status() -> None:
    [event] = read(told("handed_over"), "GM555000111222333444").events

    assert (Status.IN_TRANSIT, "Chicago", "IL", "US") == (
        event.reading.status,
        event.city,
        event.province,
        event.country,
    )


def test_the_partner_at_the_other_end_has_a_number_of_its_own() -> None:
    last_mile = read(told("handed_over"), "GM555000111222333444").last_mile

    assert last_mile is not None
    assert ("323299000123456789012345", "bpost") == (last_mile.number, (last_mile.carrier or "").lower())


def test_nothing_of_a_person_is_kept() -> None:
    for news in (read(told()), read(told("handed_over"), "GM555000111222333444")):
        assert "secret" not in repr(news).lower()


def test_what_goes_back_is_returning_and_its_delivery_none_to_the_shopper() -> None:
    answered = told()
    answered["shipments"][0]["returnFlag"] = True

    assert [Status.LABEL_CREATED, Status.IN_TRANSIT, Status.RETURNING] == [
        event.reading.status for event in read(answered).events
    ]
    assert RETURNING == read(answered).events[-1].reading


def test_a_piece_is_told_under_the_number_of_its_shipment() -> None:
    assert 3 == len(read(told(), "JVGL0000").events)


def test_of_many_shipments_the_one_with_the_number_counts() -> None:
    answered = told()
    answered["shipments"].insert(0, told("handed_over")["shipments"][0])

    assert 3 == len(read(answered).events)
    assert read_news(answered, number="another", language=None, checked_at=NOW) is None


def test_an_answer_without_a_shipment_is_no_news() -> None:
    assert read_news({"shipments": []}, number=NUMBER, language=None, checked_at=NOW) is None


def test_an_unknown_word_is_unknown_and_told_of() -> None:
    answered, words = told(), list[tuple[str, str]]()
    answered["shipments"][0]["events"][1]["statusCode"] = "lost-in-space"

    news = read_news(
        answered,
        number=NUMBER,
        language=None,
        checked_at=NOW,
        on_unknown_word=lambda *word: words.append(word),
    )

    assert news is not None
    assert Reading(Status.UNKNOWN, raw="lost-in-space") == news.events[1].reading
    assert [("dhl", "lost-in-space")] == words
