"""Facts in any order make one story, and the headline never promises more than the parcel furthest back."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import START, maybe_moments, moments, orders, shipments
from tracker.order import (
    STEPS,
    Attention,
    DeliveryWindow,
    Detail,
    Item,
    Method,
    Order,
    Reading,
    Shipment,
    ShipmentStory,
    Source,
    Status,
    Story,
    Tracking,
    TrackingEvent,
    Unshipped,
)
from tracker.timeline import tell

S = Status
A = Attention


def at(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


def event(
    status: Status | None,
    minutes: int,
    *,
    source: Source = Source.SHOPIFY,
    attention: Attention = Attention.NONE,
    detail: Detail | None = None,
    message: str | None = None,
    city: str | None = None,
    country: str | None = None,
) -> TrackingEvent:
    reading = Reading(status, attention=attention, detail=detail)
    return TrackingEvent(reading, at(minutes), source, message=message, city=city, country=country)


def parcel(
    *events: TrackingEvent,
    displayed: Reading | Status | None = None,
    pieces: int = 1,
    method: Method = Method.SHIPPING,
    cancelled: bool = False,
    in_transit_at: datetime | None = None,
    delivered_at: datetime | None = None,
    window: tuple[datetime | None, datetime | None] | None = None,
    tracking: tuple[Tracking, ...] = (),
) -> Shipment:
    return Shipment(
        name="#1001.1",
        displayed=Reading(displayed) if isinstance(displayed, Status) else displayed,
        items=(Item("1", "Mug", pieces),),
        created_at=START,
        events=events,
        tracking=tracking,
        method=method,
        cancelled=cancelled,
        in_transit_at=in_transit_at,
        delivered_at=delivered_at,
        delivery_window=None if window is None else DeliveryWindow(*window, source=Source.SHOPIFY),
    )


def order(
    *parcels: Shipment,
    waiting: tuple[Unshipped, ...] = (),
    total: int = 10,
    displayed: Status = S.PROCESSING,
    shippable: bool = True,
    cancelled: bool = False,
) -> Order:
    return Order(
        id="gid://shopify/Order/1",
        name="#1001",
        placed_at=START,
        displayed=displayed,
        shipments=parcels,
        unshipped=waiting,
        total_quantity=total,
        shippable=shippable,
        cancelled_at=at(9) if cancelled else None,
    )


def waiting(status: Status = S.PROCESSING, *, pieces: int = 1, held: bool = False) -> Unshipped:
    return Unshipped(Item("2", "Bowl", pieces), status=status, held=held)


def told(shipment: Shipment, *, now: datetime | None = None) -> ShipmentStory:
    return tell(order(shipment), now=now).shipments[0]


def headline(story: Story) -> tuple[Status | None, Attention | None, int | None]:
    return story.status, story.attention, story.step


# A parcel's status


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
    assert told(parcel(event(S.DELIVERED, 10), event(S.RETURNING, 9))).status is S.DELIVERED


def test_scans_on_the_way_back_are_not_a_new_delivery() -> None:
    story = told(parcel(event(S.DELIVERED, 1), event(S.RETURNING, 2), event(S.IN_TRANSIT, 3)))
    assert (story.status, story.step, story.terminal) == (S.RETURNING, None, False)
    assert story.delivered_at is None


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


def test_unknown_keeps_the_last_known_step() -> None:
    story = told(parcel(event(S.OUT_FOR_DELIVERY, 10), event(S.UNKNOWN, 20)))
    assert (story.status, story.step) == (S.UNKNOWN, 3)


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
    assert headline(tell(order(parcel(event(S.LABEL_CREATED, 1), displayed=voided)))) == (
        S.PROCESSING,
        A.NONE,
        0,
    )
    assert told(parcel(event(S.IN_TRANSIT, 1), displayed=voided)).status is S.IN_TRANSIT


def test_a_displayed_attention_joins_the_status_of_the_events() -> None:
    delayed, failed = Reading(None, A.DELAYED, "weather_"), Reading(None, A.PROBLEM)
    story = told(parcel(event(S.OUT_FOR_DELIVERY, 1), displayed=delayed))
    assert (story.status, story.attention, story.reason) == (S.OUT_FOR_DELIVERY, A.DELAYED, "weather_")
    graver = told(parcel(event(S.IN_TRANSIT, 1, attention=A.PROBLEM), displayed=delayed))
    assert (graver.attention, graver.reason) == (A.PROBLEM, None)
    assert told(parcel(event(S.DELIVERED, 1), displayed=failed)).attention is A.NONE


def test_an_attempt_needs_the_shopper() -> None:
    story = told(parcel(displayed=Reading(S.ATTEMPTED, A.ACTION_NEEDED, "consignee_")))
    assert (story.status, story.attention, story.reason) == (S.ATTEMPTED, A.ACTION_NEEDED, "consignee_")


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
        (None, parcel(displayed=S.PROCESSING)),
        (None, parcel(event(S.IN_TRANSIT, 7), cancelled=True)),
    ],
)
def test_when_a_parcel_was_shipped(shipped: datetime | None, shipment: Shipment) -> None:
    assert shipped == told(shipment).shipped_at


def test_a_cancelled_parcel_is_cancelled_whatever_its_events_say() -> None:
    story = told(parcel(event(S.DELIVERED, 3, attention=A.PROBLEM), cancelled=True, window=(at(50), at(60))))
    assert (story.status, story.attention, story.step, story.terminal) == (S.CANCELLED, A.NONE, None, True)
    assert (story.shipped_at, story.delivered_at, story.delivery_window) == (None, None, None)


@pytest.mark.parametrize(("method", "detail"), [(Method.RETAIL, Detail.COLLECTED), (Method.NONE, None)])
def test_what_nobody_carries_is_delivered_once_it_is_shipped(method: Method, detail: Detail | None) -> None:
    """No carrier ever reports a gift card or a sale at the counter; it must not hold the headline for ever."""
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
    assert all(one.event.occurred_at <= at(60) for one in story.events)


# One fact, many sources


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
        event(S.IN_TRANSIT, 11, source=Source.CARRIER, city="Lyon"),  # another place
    ],
)
def test_two_facts_stay_two(other: TrackingEvent) -> None:
    assert len(told(parcel(event(S.IN_TRANSIT, 10, city="Köln"), other)).events) == 2


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


# The headline


PROBLEM = parcel(event(S.IN_TRANSIT, 1, attention=A.PROBLEM))
DELAYED = parcel(event(None, 1, attention=A.DELAYED))
DELIVERED = parcel(event(S.DELIVERED, 1), pieces=3)
MOVING = parcel(event(S.IN_TRANSIT, 1), pieces=2)
RETURNING = parcel(event(S.RETURNING, 1))
CANCELLED = parcel(event(S.DELIVERED, 1, attention=A.PROBLEM), cancelled=True, pieces=7)
LOST = parcel(event(S.IN_TRANSIT, 1), event(S.UNKNOWN, 2))


@pytest.mark.parametrize(
    ("status", "attention", "step", "facts"),
    [
        (S.DELIVERED, A.NONE, 4, order(DELIVERED, DELIVERED)),
        (S.IN_TRANSIT, A.NONE, 2, order(DELIVERED, MOVING)),
        (S.IN_TRANSIT, A.PROBLEM, 2, order(DELIVERED, PROBLEM)),
        (S.IN_TRANSIT, A.PROBLEM, 2, order(MOVING, DELAYED, PROBLEM)),
        (S.SHIPPED, A.NONE, 1, order(MOVING, parcel(displayed=S.SHIPPED))),
        (S.PROCESSING, A.NONE, 0, order(DELIVERED, waiting=(waiting(),))),
        (S.PROCESSING, A.PROBLEM, 0, order(PROBLEM, waiting=(waiting(),))),
        (S.ON_HOLD, A.NONE, 0, order(DELIVERED, waiting=(waiting(S.ON_HOLD),))),
        (S.PROCESSING, A.NONE, 0, order(waiting=(waiting(S.ON_HOLD), waiting()))),
        (S.DELIVERED, A.NONE, 4, order(DELIVERED, waiting=(waiting(pieces=0),))),
        (S.DELIVERED, A.NONE, 4, order(DELIVERED, CANCELLED)),
        (S.PROCESSING, A.NONE, 0, order(CANCELLED, waiting=(waiting(),))),
        (S.CANCELLED, A.NONE, None, order(CANCELLED, CANCELLED)),
        (S.CANCELLED, A.NONE, None, order(DELIVERED, PROBLEM, cancelled=True)),
        (S.CANCELLED, A.NONE, None, order(waiting=(waiting(),), cancelled=True)),
        (S.CANCELLED, A.NONE, None, order(shippable=False, cancelled=True)),
        (None, None, None, order(DELIVERED, PROBLEM, waiting=(waiting(),), shippable=False)),
        (S.RETURNING, A.NONE, None, order(RETURNING)),
        (S.RETURNING, A.NONE, None, order(DELIVERED, RETURNING)),
        (S.IN_TRANSIT, A.NONE, 2, order(MOVING, RETURNING)),
        (S.UNKNOWN, A.NONE, 2, order(LOST, DELIVERED)),
        (S.IN_TRANSIT, A.NONE, 2, order(LOST, MOVING)),
        (S.PROCESSING, A.NONE, 0, order()),
        (S.ON_HOLD, A.NONE, 0, order(displayed=S.ON_HOLD)),
        (S.UNKNOWN, A.NONE, 0, order(displayed=S.UNKNOWN)),
        (S.SHIPPED, A.NONE, 1, order(displayed=S.SHIPPED)),
        (S.CANCELLED, A.NONE, None, order(total=0)),  # every piece was taken out again
    ],
)
def test_the_headline(
    status: Status | None, attention: Attention | None, step: int | None, facts: Order
) -> None:
    assert (status, attention, step) == headline(tell(facts))


def test_of_one_step_the_parcel_that_needs_looking_at_leads() -> None:
    to_collect = parcel(event(S.READY_FOR_PICKUP, 1))
    attempted = parcel(event(S.ATTEMPTED, 1, attention=A.ACTION_NEEDED))
    assert headline(tell(order(to_collect, attempted))) == (S.ATTEMPTED, A.ACTION_NEEDED, 3)


def test_an_order_of_which_nothing_is_delivered_has_no_parcels() -> None:
    story = tell(order(DELIVERED, waiting=(waiting(held=True),), shippable=False))
    assert (
        story.shipments,
        story.unshipped,
        story.delivered_quantity,
        story.on_hold_quantity,
    ) == ((), (), 0, 0)


def test_nothing_of_a_cancelled_order_waits_to_be_shipped() -> None:
    story = tell(order(MOVING, waiting=(waiting(held=True),), cancelled=True))
    assert (story.unshipped, story.on_hold_quantity) == ((), 0)
    assert story.shipments[0].status is S.IN_TRANSIT


def test_pieces_are_counted_not_parcels() -> None:
    held = waiting(S.ON_HOLD, pieces=2, held=True)
    story = tell(order(DELIVERED, MOVING, CANCELLED, waiting=(held, waiting(S.ON_HOLD, pieces=4)), total=11))
    assert (story.delivered_quantity, story.on_hold_quantity) == (3, 2)


def test_no_more_is_delivered_than_is_still_wanted() -> None:
    assert tell(order(DELIVERED, total=2)).delivered_quantity == 2


def test_an_order_is_expected_when_its_last_parcel_is() -> None:
    soon, late = (
        parcel(displayed=S.SHIPPED, window=(at(10), at(20))),
        parcel(displayed=S.SHIPPED, window=(at(30), None)),
    )
    arrived = parcel(displayed=S.DELIVERED, window=(at(90), at(99)))
    gone_back = parcel(displayed=S.RETURNING, window=(at(90), at(99)))
    gone = parcel(cancelled=True, window=(at(90), at(99)))
    assert tell(order(soon, late, arrived, gone_back, gone)).estimated_delivery_at == at(30)
    assert tell(order(soon)).estimated_delivery_at == at(20)
    assert tell(order(arrived)).estimated_delivery_at is None
    assert tell(order(soon, cancelled=True)).estimated_delivery_at is None
    assert tell(order(parcel(displayed=S.SHIPPED, window=(None, None)))).estimated_delivery_at is None


# Whatever the facts


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


@given(orders, maybe_moments)
def test_the_headline_promises_no_more_than_the_parcel_furthest_back(
    facts: Order, now: datetime | None
) -> None:
    story = tell(facts, now=now)
    if story.step is not None:
        under_way = [one for one in story.shipments if one.status is not S.CANCELLED]
        assert all(one.step is None or story.step <= one.step for one in under_way)
        assert story.step == 0 or not story.unshipped
    attentions = list(Attention)
    worst = max((attentions.index(one.attention) for one in story.shipments), default=0)
    assert story.attention is None or attentions.index(story.attention) <= worst


@given(orders)
def test_a_story_of_any_order_holds_together(facts: Order) -> None:
    story = tell(facts)
    assert (story.status is None) == (story.attention is None)
    assert 0 <= story.delivered_quantity <= facts.total_quantity
    for one in story.shipments:
        assert (one.step is None) == (one.status in (S.RETURNING, S.CANCELLED))
        assert one.delivered_at is None or one.status is S.DELIVERED
        if one.shipped_at is not None:
            assert one.status not in (S.PROCESSING, S.ON_HOLD, S.LABEL_CREATED, S.CANCELLED)


@given(shipments, moments)
def test_nothing_is_told_of_the_future(shipment: Shipment, now: datetime) -> None:
    shipment = replace(shipment, created_at=START)
    story = told(shipment, now=now)
    dates = [story.occurred_at, story.delivered_at, story.shipped_at]
    assert all(date is None or date <= now for date in dates)
