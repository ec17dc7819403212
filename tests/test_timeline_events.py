"""Facts in any order make one list, and each of them is told once."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.plain_orders import at, event, parcel, told
from tests.strategies import events, maybe_moments, shipments
from tracker.order import (
    Attention,
    Detail,
    Shipment,
    ShipmentStory,
    Source,
    Status,
    TrackingEvent,
)
from tracker.timeline_events import MOST

S = Status
A = Attention


def test_one_fact_from_two_sources_is_told_once_with_the_better_text() -> None:
    story = told(
        parcel(
            event(S.IN_TRANSIT, 10, message="Arrived", country="DE"),
            event(S.IN_TRANSIT, 14, source=Source.CARRIER, message="Arrived at the depot", city="Köln"),
        )
    )
    (only,) = story.events
    assert (only.event.message, only.event.city, only.event.country) == ("Arrived at the depot", "Köln", "DE")
    assert (at(10), Source.SHOPIFY) == (only.event.occurred_at, only.event.source)


@pytest.mark.parametrize("known", [0, 1])
def test_the_better_text_keeps_the_language_it_is_in(known: int) -> None:
    languages = [None, "de"] if known else ["de", None]
    texts = ["Arrived", "Im Depot"] if known else ["Im Depot", "Arrived"]
    story = told(
        parcel(
            event(S.IN_TRANSIT, 10, message=texts[0], language=languages[0]),
            event(S.IN_TRANSIT, 14, source=Source.CARRIER, message=texts[1], language=languages[1]),
        )
    )
    assert [("Im Depot", "de")] == [(one.event.message, one.event.language) for one in story.events]


def test_of_one_text_told_twice_the_language_is_known_if_one_source_knows_it() -> None:
    story = told(
        parcel(
            event(S.IN_TRANSIT, 10, message="Im Depot"),
            event(S.IN_TRANSIT, 14, source=Source.CARRIER, message="Im Depot", language="de"),
        )
    )
    assert ["de"] == [one.event.language for one in story.events]


def test_one_delivery_keeps_the_graver_attention_and_the_detail() -> None:
    story = told(
        parcel(
            event(S.DELIVERED, 10),
            event(S.DELIVERED, 12, source=Source.CARRIER, detail=Detail.NEIGHBOUR, attention=A.ACTION_NEEDED),
        )
    )
    assert (len(story.events), story.detail, story.attention) == (1, Detail.NEIGHBOUR, A.ACTION_NEEDED)


@pytest.mark.parametrize(
    "other",
    [
        event(S.IN_TRANSIT, 16, source=Source.CARRIER),  # too late
        event(S.OUT_FOR_DELIVERY, 10, source=Source.CARRIER),  # another status
        event(S.IN_TRANSIT, 11),  # the same source tells two facts
        event(S.IN_TRANSIT, 10, message="Departed"),  # so it does at one moment
        event(S.IN_TRANSIT, 11, source=Source.CARRIER, city="Lyon"),  # another place
    ],
)
def test_two_facts_stay_two(other: TrackingEvent) -> None:
    arrived = event(S.IN_TRANSIT, 10, city="Köln", message="Arrived")
    assert len(told(parcel(arrived, other)).events) == 2


def test_a_place_in_capitals_is_no_other_place() -> None:
    """Carriers shout, and aggregators write the same town in their own way."""
    shouted = event(S.IN_TRANSIT, 11, source=Source.CARRIER, city=" KÖLN")
    assert len(told(parcel(event(S.IN_TRANSIT, 10, city="Köln"), shouted)).events) == 1


def test_five_minutes_apart_is_still_one_fact() -> None:
    later = event(S.IN_TRANSIT, 15, source=Source.CARRIER)
    assert len(told(parcel(event(S.IN_TRANSIT, 10), later)).events) == 1


def test_two_words_without_a_status_are_one_fact_only_if_they_ask_for_the_same() -> None:
    delayed = event(None, 10, attention=A.DELAYED)
    failed = event(None, 11, attention=A.PROBLEM, source=Source.CARRIER)
    assert len(told(parcel(delayed, failed)).events) == 2
    assert len(told(parcel(delayed, replace(failed, reading=delayed.reading))).events) == 1


def test_what_one_source_tells_again_is_told_once_with_the_better_text_and_place() -> None:
    """Services add places and translate later; what they told first stays beside it."""
    story = told(
        parcel(
            event(S.IN_TRANSIT, 10, message="Arrived at facility"),
            event(S.IN_TRANSIT, 10, message="Arrived at facility", city="Tacoma"),
            event(S.IN_TRANSIT, 10, message="Arrived at the TACOMA facility", city="TACOMA", country="US"),
        )
    )
    (only,) = story.events
    assert ("Arrived at the TACOMA facility", "US") == (only.event.message, only.event.country)


def test_of_one_delivery_in_two_languages_one_text_is_told() -> None:
    """As by the posts of both countries, of which one service tells."""
    story = told(
        parcel(
            event(S.DELIVERED, 10, message="Delivered", language="en"),
            event(S.DELIVERED, 10, message="Zustellung erfolgt", language="de"),
        )
    )
    assert [("Zustellung erfolgt", "de")] == [(one.event.message, one.event.language) for one in story.events]


@given(events, st.sampled_from(["Köln", "Lyon"]))
def test_whatever_is_told_again_with_its_place_is_told_once(first: TrackingEvent, city: str) -> None:
    first = replace(first, city=None)
    again = replace(first, city=city)
    assert 1 == len(told(parcel(again, first)).events) == len(told(parcel(first, again)).events)


def test_events_that_a_merge_made_alike_are_told_once() -> None:
    story = told(
        parcel(
            event(S.IN_TRANSIT, 10, message="Arrived"),
            event(S.IN_TRANSIT, 10, message="In the depot"),
            event(S.IN_TRANSIT, 11, message="In the depot", source=Source.CARRIER),
        )
    )
    assert [one.event.message for one in story.events] == ["In the depot"]


def test_a_fact_that_something_came_between_is_told_again() -> None:
    back_and_forth = parcel(
        event(S.OUT_FOR_DELIVERY, 10),
        event(S.IN_TRANSIT, 12, source=Source.CARRIER),
        event(S.OUT_FOR_DELIVERY, 14, source=Source.CARRIER),
    )
    assert (told(back_and_forth).status, len(told(back_and_forth).events)) == (S.OUT_FOR_DELIVERY, 3)


def test_the_same_event_sent_twice_is_told_once() -> None:
    twice = event(S.IN_TRANSIT, 10, message="Arrived")
    assert len(told(parcel(twice, twice)).events) == 1


def test_of_a_source_that_runs_wild_the_newest_events_are_told() -> None:
    wild = [event(S.IN_TRANSIT, minute, message=str(minute)) for minute in range(10_000)]
    story = told(parcel(event(S.DELIVERED, 10_000), *wild[::2], *reversed(wild[1::2])))
    assert story.status is S.DELIVERED
    assert len(story.events) == MOST
    assert [str(9_999 - index) for index in range(MOST - 1)] == [
        one.event.message for one in story.events[1:]
    ]


def _facts(story: ShipmentStory) -> ShipmentStory:
    return replace(story, shipment=replace(story.shipment, events=()))


@given(shipments, st.randoms(use_true_random=False), maybe_moments)
def test_events_in_any_order_tell_the_same_story(
    shipment: Shipment, chance: random.Random, now: datetime | None
) -> None:
    shuffled = list(shipment.events)
    chance.shuffle(shuffled)
    again = replace(shipment, events=tuple(shuffled))
    assert _facts(told(shipment, now=now)) == _facts(told(again, now=now))


@given(shipments)
def test_a_told_story_can_be_told_again(shipment: Shipment) -> None:
    """What was merged once has nothing more to merge, and means the same."""
    once = told(shipment)
    again = told(replace(shipment, events=tuple(one.event for one in once.events)))
    assert _facts(once) == _facts(again)


@given(shipments)
def test_hearing_everything_twice_changes_nothing(shipment: Shipment) -> None:
    twice = replace(shipment, events=shipment.events + shipment.events[::-1])
    assert _facts(told(shipment)) == _facts(told(twice))


@given(shipments)
def test_events_are_told_newest_first_and_none_is_invented(shipment: Shipment) -> None:
    story = told(shipment)
    times = [one.event.occurred_at for one in story.events]
    assert times == sorted(times, reverse=True)
    assert set(times) <= {one.occurred_at for one in shipment.events}
    assert bool(times) == bool(shipment.events)


def test_a_word_that_nobody_knows_does_not_come_between_two_that_tell_one_fact() -> None:
    """Also at the very minute of the second."""
    one = event(Status.IN_TRANSIT, 10, attention=Attention.DELAYED)
    other = event(Status.IN_TRANSIT, 12, source=Source.CARRIER)
    for minute in (11, 12):
        unknown = event(Status.UNKNOWN, minute, source=Source.AGGREGATOR)
        story = told(parcel(one, other, unknown))

        assert Attention.DELAYED is story.attention is told(parcel(one, other)).attention
        assert [Status.UNKNOWN, Status.IN_TRANSIT] == [each.status for each in story.events]
