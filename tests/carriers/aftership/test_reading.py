"""What AfterShip tells of a parcel, as news."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.carriers.answers import NOW, answer
from tracker.carriers.aftership.reading import read_news
from tracker.order import Attention, DeliveryWindow, Reading, Source, Status, TrackingEvent
from tracker.parcel import TrackingNews

NUMBER = "420606079400111899223344556677"


def tracking() -> dict[str, Any]:
    found: dict[str, Any] = answer("aftership", "trackings")["data"]["trackings"][0]
    return found


def read(told: dict[str, Any]) -> TrackingNews:
    news = read_news(told, number=NUMBER, checked_at=NOW)
    assert news is not None
    return news


def test_a_recorded_answer_tells_the_whole_story() -> None:
    """The time without a zone has that of the scan before it."""
    assert read(tracking()).events == (
        TrackingEvent(
            reading=Reading(Status.IN_TRANSIT, raw="InTransit_003"),
            occurred_at=datetime(2026, 11, 24, 19, 20, tzinfo=UTC),
            source=Source.AGGREGATOR,
            message="PROCESSED",
            city="Chicago",
            province="IL",
            country="US",
        ),
        TrackingEvent(
            reading=Reading(Status.OUT_FOR_DELIVERY, raw="OutForDelivery_001"),
            occurred_at=datetime(2026, 11, 27, 11, 45, tzinfo=UTC),
            source=Source.AGGREGATOR,
            message="Out for Delivery",
            city="Chicago",
            country="US",
        ),
    )


@pytest.mark.parametrize(
    ("missing", "first", "last", "source"),
    [
        ([], 27, 28, Source.CARRIER),
        (["courier_estimated_delivery_date"], 28, 30, Source.AGGREGATOR),
    ],
)
def test_the_carriers_own_date_goes_first(missing: list[str], first: int, last: int, source: Source) -> None:
    told = {name: value for name, value in tracking().items() if name not in missing}

    assert read(told).window == DeliveryWindow(
        datetime(2026, 11, first, 12, tzinfo=UTC), datetime(2026, 11, last, 12, tzinfo=UTC), source
    )


def test_the_last_mile_has_its_number_and_its_carrier() -> None:
    last_mile = read(tracking()).last_mile

    assert last_mile is not None
    assert ("USPS", "9400111899223344556677") == (last_mile.carrier, last_mile.number)


def test_nothing_of_a_person_is_kept() -> None:
    assert "secret" not in repr(read(tracking())).lower()


def test_a_tag_says_what_an_unknown_subtag_does_not() -> None:
    told, words = tracking(), list[tuple[str, str]]()
    told["checkpoints"][1]["subtag"] = "OutForDelivery_777"

    news = read_news(told, number=NUMBER, checked_at=NOW, on_unknown_word=lambda *word: words.append(word))

    assert news is not None
    assert Reading(Status.OUT_FOR_DELIVERY, raw="OutForDelivery") == news.events[-1].reading
    assert [("aftership", "OutForDelivery_777")] == words


def test_a_parcel_that_the_weather_holds_up_is_late_and_no_word_of_it_is_unknown() -> None:
    told, words = tracking(), list[tuple[str, str]]()
    told["checkpoints"][1] |= {"tag": "Exception", "subtag": "Exception_017"}

    news = read_news(told, number=NUMBER, checked_at=NOW, on_unknown_word=lambda *word: words.append(word))

    assert news is not None
    assert Reading(None, Attention.DELAYED, "weather_delay", raw="Exception_017") == news.events[-1].reading
    assert [] == words


def test_a_parcel_nobody_has_seen_yet_is_no_news() -> None:
    assert read_news(answer("aftership", "created")["data"], number=NUMBER, checked_at=NOW) is None
