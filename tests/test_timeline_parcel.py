"""What a parcel's events and what the shop displays make one status."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given

from tests.plain_orders import at, event, parcel, told
from tests.strategies import START, moments, shipments
from tracker.order import (
    STEPS,
    Attention,
    Detail,
    Method,
    Reading,
    Shipment,
    Source,
    Status,
    Tracking,
    TrackingEvent,
)
from tracker.timeline_events import CLOCKS_DIFFER

S = Status
A = Attention


@pytest.mark.parametrize("status", [status for status in Status if status is not S.UNKNOWN])
def test_each_status_has_its_place_on_the_way(status: Status) -> None:
    by_event, by_display = told(parcel(event(status, 1))), told(parcel(displayed=status))
    assert status == by_event.status == by_display.status
    assert STEPS[status] == by_event.step == by_display.step
    assert (status in (S.DELIVERED, S.CANCELLED)) == by_event.terminal == by_display.terminal


def test_the_newest_event_wins_whenever_it_arrived() -> None:
    story = told(parcel(event(S.OUT_FOR_DELIVERY, 30), event(S.IN_TRANSIT, 40), event(S.LABEL_CREATED, 10)))
    assert (S.IN_TRANSIT, 2, at(40)) == (story.status, story.step, story.occurred_at)
    assert [at(40), at(30), at(10)] == [one.event.occurred_at for one in story.events]


@pytest.mark.parametrize(
    ("status", "others"),
    [
        (S.DELIVERED, [S.OUT_FOR_DELIVERY, S.IN_TRANSIT]),
        (S.DELIVERED, [S.RETURNING, S.CANCELLED]),
        (S.OUT_FOR_DELIVERY, [S.IN_TRANSIT, S.LABEL_CREATED]),
        (S.IN_TRANSIT, [S.UNKNOWN, S.SHIPPED]),
    ],
)
def test_at_equal_times_the_higher_step_wins(status: Status, others: list[Status]) -> None:
    assert told(parcel(event(status, 5), *(event(other, 5) for other in others))).status is status


@pytest.mark.parametrize("later", [s for s in Status if s not in (S.RETURNING, S.DELIVERED)] + [None])
def test_what_is_delivered_stays_delivered(later: Status | None) -> None:
    story = told(parcel(event(S.DELIVERED, 10), event(later, 20, attention=A.PROBLEM)))
    assert (S.DELIVERED, 4, A.NONE, at(10)) == (story.status, story.step, story.attention, story.occurred_at)
    assert story.delivered_at == at(10)


@pytest.mark.parametrize("over", [S.DELIVERED, S.CANCELLED])
def test_what_is_over_is_left_only_to_go_back_later(over: Status) -> None:
    assert told(parcel(event(over, 10), event(S.RETURNING, 11))).status is S.RETURNING
    assert told(parcel(event(S.DELIVERED, 10), event(S.RETURNING, 10))).status is S.DELIVERED


def test_scans_on_the_way_back_are_not_a_new_delivery() -> None:
    story = told(parcel(event(S.DELIVERED, 1), event(S.RETURNING, 2), event(S.IN_TRANSIT, 3)))
    assert (story.status, story.step, story.terminal) == (S.RETURNING, None, False)
    assert story.delivered_at is None


@pytest.mark.parametrize("before", [S.IN_TRANSIT, S.DELIVERED])
def test_what_went_back_and_is_delivered_is_back_at_the_shop(before: Status) -> None:
    """It has come to no shopper, whatever its carrier calls it, and its story is over."""
    back = parcel(
        event(before, 1),
        event(S.RETURNING, 2),
        event(S.DELIVERED, 4, detail=Detail.SIGNED),
        event(S.IN_TRANSIT, 5),
    )
    story = told(replace(back, displayed=Reading(S.IN_TRANSIT)))
    assert (S.RETURNING, True, at(4)) == (story.status, story.terminal, story.occurred_at)
    assert (None, None, None) == (story.delivered_at, story.detail, story.delivery_window)
    assert S.RETURNING is told(replace(back, displayed=Reading(S.DELIVERED), delivered_at=at(4))).status


def test_a_word_without_a_status_keeps_the_one_before_it() -> None:
    story = told(parcel(event(S.OUT_FOR_DELIVERY, 10), event(None, 20, attention=A.PROBLEM)))
    assert (story.status, story.step, story.attention) == (S.OUT_FOR_DELIVERY, 3, A.PROBLEM)
    assert [one.status for one in story.events] == [S.OUT_FOR_DELIVERY] * 2


@pytest.mark.parametrize(
    ("status", "attention"),
    [(S.SHIPPED, A.PROBLEM), (S.SHIPPED, A.ACTION_NEEDED), (S.IN_TRANSIT, A.DELAYED)],
)
def test_where_no_status_came_before_it_is_shipped_or_delayed_on_its_way(
    status: Status, attention: Attention
) -> None:
    assert told(parcel(event(None, 20, attention=attention))).status is status
    assert told(parcel(displayed=Reading(None, attention))).status is status
    assert told(parcel(displayed=Reading(None, attention), in_transit_at=at(1))).status is S.IN_TRANSIT


def test_attention_passes_when_the_parcel_moves_on() -> None:
    story = told(parcel(event(None, 10, attention=A.DELAYED), event(S.IN_TRANSIT, 20)))
    assert (story.status, story.attention) == (S.IN_TRANSIT, A.NONE)


def test_a_word_that_nobody_knows_overrules_no_known_status() -> None:
    """Its text is told all the same, and nothing is called silent that was heard of just now."""
    story = told(parcel(event(S.OUT_FOR_DELIVERY, 10, attention=A.DELAYED), event(S.UNKNOWN, 20)))
    assert (story.status, story.step, story.attention) == (S.OUT_FOR_DELIVERY, 3, A.DELAYED)
    assert [S.UNKNOWN, S.OUT_FOR_DELIVERY] == [one.status for one in story.events]
    assert told(parcel(event(S.UNKNOWN, 20), event(S.UNKNOWN, 10))).status is S.UNKNOWN


@given(shipments, moments)
def test_whatever_nobody_knows_changes_no_status_that_is_known(shipment: Shipment, when: datetime) -> None:
    unknown = TrackingEvent(Reading(S.UNKNOWN), when, Source.AGGREGATOR)
    known = [one for one in shipment.events if one.reading.status is not None]
    shipment = replace(shipment, events=tuple(one for one in known if one.reading.status is not S.UNKNOWN))
    if shipment.events:
        later = max(one.occurred_at for one in shipment.events)
        after = replace(unknown, occurred_at=max(when, later))
        again = told(replace(shipment, events=(*shipment.events, after)))
        before = told(shipment)
        assert (before.status, before.step, before.attention) == (again.status, again.step, again.attention)


def test_where_nothing_is_known_the_dates_tell_the_step() -> None:
    unknown = parcel(event(S.UNKNOWN, 20), displayed=S.UNKNOWN)
    assert [told(unknown).step, told(replace(unknown, in_transit_at=at(1))).step] == [1, 2]
    assert told(parcel(displayed=S.UNKNOWN)).step == 1
    assert told(parcel(displayed=S.UNKNOWN)).shipped_at is None


# What is displayed, and the newest event


@pytest.mark.parametrize(
    ("told_status", "displayed", "by_event"),
    [
        (S.DELIVERED, S.IN_TRANSIT, S.DELIVERED),  # final
        (S.CANCELLED, S.IN_TRANSIT, S.CANCELLED),
        (S.OUT_FOR_DELIVERY, S.IN_TRANSIT, S.OUT_FOR_DELIVERY),  # further on
        (S.LABEL_CREATED, S.PROCESSING, S.LABEL_CREATED),
        (S.OUT_FOR_DELIVERY, S.OUT_FOR_DELIVERY, S.IN_TRANSIT),  # displayed is further on
        (S.DELIVERED, S.DELIVERED, S.IN_TRANSIT),
        (S.ATTEMPTED, S.ATTEMPTED, S.OUT_FOR_DELIVERY),  # one step: displayed
        (S.LABEL_CREATED, S.LABEL_CREATED, S.SHIPPED),
        (S.RETURNING, S.RETURNING, S.IN_TRANSIT),
        (S.RETURNING, S.IN_TRANSIT, S.RETURNING),
        (S.CANCELLED, S.CANCELLED, S.IN_TRANSIT),
        (S.IN_TRANSIT, S.UNKNOWN, S.IN_TRANSIT),  # what is known counts
        (S.IN_TRANSIT, S.IN_TRANSIT, S.UNKNOWN),
    ],
)
def test_the_event_wins_where_it_is_final_or_further_on(
    told_status: Status, displayed: Status, by_event: Status
) -> None:
    assert told(parcel(event(by_event, 10), displayed=displayed)).status is told_status


def test_a_displayed_delivery_before_a_return_does_not_hide_the_return() -> None:
    going_back = parcel(event(S.RETURNING, 10), displayed=S.DELIVERED)
    assert told(going_back).status is S.RETURNING
    assert told(replace(going_back, delivered_at=at(9))).status is S.RETURNING
    assert told(replace(going_back, delivered_at=at(11))).status is S.DELIVERED


def test_a_voided_label_puts_the_parcel_back_to_processing() -> None:
    voided = Reading(S.PROCESSING, raw="LABEL_VOIDED", voids_label=True)
    story = told(parcel(event(S.LABEL_CREATED, 1), displayed=voided))
    assert (story.status, story.step, story.attention) == (S.PROCESSING, 0, A.NONE)
    assert told(parcel(event(S.IN_TRANSIT, 1), displayed=voided)).status is S.IN_TRANSIT


def test_a_displayed_attention_joins_the_status_of_the_events() -> None:
    delayed, failed = Reading(None, A.DELAYED, "weather_"), Reading(None, A.PROBLEM)
    story = told(parcel(event(S.OUT_FOR_DELIVERY, 1), displayed=delayed))
    assert (story.status, story.attention, story.reason) == (S.OUT_FOR_DELIVERY, A.DELAYED, "weather_")
    graver = told(parcel(event(S.IN_TRANSIT, 1, attention=A.PROBLEM), displayed=delayed))
    assert (graver.attention, graver.reason) == (A.PROBLEM, None)
    assert told(parcel(event(S.DELIVERED, 1), displayed=failed)).attention is A.NONE


def test_an_attempt_needs_the_shopper() -> None:
    story = told(parcel(displayed=Reading(S.ATTEMPTED, A.ACTION_NEEDED, "consignee_address")))
    assert (S.ATTEMPTED, A.ACTION_NEEDED) == (story.status, story.attention)
    assert story.reason == "consignee_address"


def test_a_displayed_delivery_is_dated_by_the_shop_or_by_what_is_newest() -> None:
    dated = told(parcel(event(S.IN_TRANSIT, 10), displayed=S.DELIVERED, delivered_at=at(20)))
    assert (at(20), at(20), Source.SHOPIFY) == (dated.occurred_at, dated.delivered_at, dated.source)
    undated = told(parcel(event(S.IN_TRANSIT, 10), displayed=S.DELIVERED))
    assert (at(10), None) == (undated.occurred_at, undated.delivered_at)


def test_how_it_was_handed_over_is_kept_from_either() -> None:
    collected = Reading(S.DELIVERED, detail=Detail.COLLECTED)
    assert told(parcel(event(S.DELIVERED, 1), displayed=collected)).detail is Detail.COLLECTED
    assert told(parcel(event(S.DELIVERED, 1, detail=Detail.SIGNED))).detail is Detail.SIGNED


def test_without_a_word_the_shops_dates_speak() -> None:
    assert told(parcel()).status is S.SHIPPED
    assert told(parcel(in_transit_at=at(5))).status is S.IN_TRANSIT
    story = told(parcel(in_transit_at=at(5), delivered_at=at(6)))
    assert (S.DELIVERED, at(6), at(5)) == (story.status, story.occurred_at, story.shipped_at)
    assert told(parcel(displayed=S.SHIPPED, in_transit_at=at(5))).status is S.IN_TRANSIT
    assert told(parcel(displayed=S.LABEL_CREATED, in_transit_at=at(5))).status is S.LABEL_CREATED


@pytest.mark.parametrize(
    ("shipped", "shipment"),
    [
        (at(7), parcel(event(S.LABEL_CREATED, 3), event(S.IN_TRANSIT, 7), event(S.DELIVERED, 9))),
        (at(5), parcel(event(S.IN_TRANSIT, 7), in_transit_at=at(5))),
        (START, parcel(displayed=S.OUT_FOR_DELIVERY)),
        (None, parcel(event(S.LABEL_CREATED, 3))),
        (None, parcel(event(S.READY_FOR_PICKUP, 3), method=Method.PICK_UP)),
        (at(3), parcel(event(S.READY_FOR_PICKUP, 3), method=Method.PICKUP_POINT)),
        (None, parcel(displayed=S.PROCESSING)),
        (None, parcel(event(S.IN_TRANSIT, 7), cancelled=True)),
    ],
)
def test_when_a_parcel_was_shipped(shipped: datetime | None, shipment: Shipment) -> None:
    assert shipped == told(shipment).shipped_at


@pytest.mark.parametrize(
    ("shipment", "followed"),
    [
        (parcel(event(S.LABEL_CREATED, 3)), True),
        (parcel(displayed=S.PROCESSING), True),
        (parcel(event(S.LABEL_CREATED, 3), cancelled=True), False),
        (parcel(event(S.IN_TRANSIT, 3), displayed=Reading(S.PROCESSING, voids_label=True)), True),
    ],
    ids=["a label", "being prepared", "cancelled", "moved since"],
)
def test_nobody_is_led_to_where_a_dead_label_would_be_followed(shipment: Shipment, *, followed: bool) -> None:
    """The number stays, for whoever asks about it."""
    one = Tracking("UPS", "1Z9", "https://www.ups.com/1Z9")
    story = told(replace(shipment, tracking=(one,)))
    assert (replace(one, url=one.url if followed else None),) == story.shipment.tracking


@pytest.mark.parametrize("before", [S.RETURNING, S.DELIVERED, S.IN_TRANSIT, None])
def test_what_its_source_calls_returned_is_at_its_end(before: S | None) -> None:
    """Whether or not it was said that it goes back; and no later scan sends it out again."""
    back = replace(event(S.RETURNING, 5), reading=Reading(S.RETURNING, returned=True))
    events = [*([] if before is None else [event(before, 2)]), back, event(S.DELIVERED, 9)]
    story = told(parcel(*events))
    assert (S.RETURNING, True, S.RETURNING) == (story.status, story.terminal, story.events[0].status)
    assert not told(parcel(event(S.RETURNING, 5))).terminal


def test_of_one_fact_either_source_may_say_that_it_is_back() -> None:
    by_shop = event(S.RETURNING, 5, source=Source.SHOPIFY)
    back = replace(event(S.RETURNING, 6), reading=Reading(S.RETURNING, returned=True))
    story = told(parcel(by_shop, replace(back, source=Source.AGGREGATOR)))
    assert (1, True) == (len(story.events), story.terminal)


def test_the_number_of_a_label_that_was_taken_back_is_not_told() -> None:
    """Whoever asks the carrier for it is told that there is no such parcel."""
    voided = parcel(event(S.LABEL_CREATED, 3), displayed=Reading(S.PROCESSING, voids_label=True))
    story = told(replace(voided, tracking=(Tracking("UPS", "1Z9", "https://www.ups.com/1Z9"),)))
    assert (S.PROCESSING, ()) == (story.status, story.shipment.tracking)


def test_a_cancelled_parcel_is_cancelled_whatever_its_events_say() -> None:
    story = told(parcel(event(S.DELIVERED, 3, attention=A.PROBLEM), cancelled=True, window=(at(50), at(60))))
    assert (story.status, story.attention, story.step, story.terminal) == (S.CANCELLED, A.NONE, None, True)
    assert (story.shipped_at, story.delivered_at, story.delivery_window) == (None, None, None)


@pytest.mark.parametrize(("method", "detail"), [(Method.RETAIL, Detail.COLLECTED), (Method.NONE, None)])
def test_what_nobody_carries_is_delivered_once_it_is_shipped(method: Method, detail: Detail | None) -> None:
    """No carrier ever reports a gift card or a sale at the counter; it must not hold the headline back."""
    story = told(parcel(displayed=S.SHIPPED, method=method))
    assert (S.DELIVERED, 4, detail) == (story.status, story.step, story.detail)
    carried = parcel(displayed=S.SHIPPED, method=method, tracking=(Tracking("UPS", "1Z9"),))
    assert told(carried).status is S.SHIPPED
    assert told(parcel(displayed=S.PROCESSING, method=method)).status is S.PROCESSING


def test_nothing_has_happened_after_now() -> None:
    """A source that mistakes its time zone must not outlive what happens next."""
    early = event(S.IN_TRANSIT, 480, source=Source.CARRIER)
    shipment = parcel(early, event(S.OUT_FOR_DELIVERY, 60), delivered_at=at(900))
    assert told(shipment).status is S.IN_TRANSIT
    story = told(shipment, now=at(60))
    assert (S.OUT_FOR_DELIVERY, at(60)) == (story.status, story.occurred_at)
    assert [at(60)] == [one.event.occurred_at for one in story.events]


def test_an_event_of_the_future_is_told_once_it_is_its_time_and_does_not_move() -> None:
    """A clock that is an hour ahead of ours, or ours an hour late, is no future."""
    shipment = parcel(event(S.DELIVERED, 100), event(S.IN_TRANSIT, 5))
    assert [S.IN_TRANSIT] == [one.status for one in told(shipment, now=at(9)).events]
    for now in (10, 40, 100, 2_000):
        assert (S.DELIVERED, at(100)) == (
            (story := told(shipment, now=at(now))).status,
            story.delivered_at,
        )


@given(shipments, moments)
def test_nothing_is_told_of_the_future(shipment: Shipment, now: datetime) -> None:
    shipment = replace(shipment, created_at=START)
    story = told(shipment, now=now)
    dates = [story.occurred_at, story.delivered_at, story.shipped_at]
    assert all(date is None or date <= now + CLOCKS_DIFFER for date in dates)
