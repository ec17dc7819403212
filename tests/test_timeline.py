"""The headline never promises more than the parcel furthest back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import permutations

import pytest
from hypothesis import given

from tests.plain_orders import at, event, order, parcel, waiting
from tests.strategies import maybe_moments, orders
from tracker.order import (
    Attention,
    Hold,
    Item,
    Order,
    Status,
    Story,
)
from tracker.timeline import tell

S = Status
A = Attention


def headline(story: Story) -> tuple[Status | None, Attention | None, int | None]:
    return story.status, story.attention, story.step


PROBLEM = parcel(event(S.IN_TRANSIT, 1, attention=A.PROBLEM))
DELAYED = parcel(event(None, 1, attention=A.DELAYED))
DELIVERED = parcel(event(S.DELIVERED, 1), pieces=3)
MOVING = parcel(event(S.IN_TRANSIT, 1), pieces=2)
NOT_RECEIVED = parcel(event(S.DELIVERED, 1, attention=A.PROBLEM))
RETURNING = parcel(event(S.RETURNING, 1))
CANCELLED = parcel(event(S.DELIVERED, 1, attention=A.PROBLEM), cancelled=True, pieces=7)
LOST = parcel(event(S.UNKNOWN, 2), in_transit_at=at(1))


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
        (S.RETURNING, A.PROBLEM, None, order(NOT_RECEIVED, RETURNING)),
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
    partly = tell(order(soon, waiting=(waiting(),)))
    assert (partly.estimated_delivery_at, partly.delivery_window, partly.partly) == (at(20), None, True)
    assert tell(order(arrived)).estimated_delivery_at is None
    assert tell(order(soon, cancelled=True)).estimated_delivery_at is None
    assert tell(order(parcel(displayed=S.SHIPPED, window=(None, None)))).estimated_delivery_at is None


@pytest.mark.parametrize(
    ("hold", "payment", "told"),
    [
        (Hold.ADDRESS, "paid", Hold.ADDRESS),
        (Hold.ADDRESS, "pending", Hold.ADDRESS),
        (Hold.STOCK, "paid", Hold.STOCK),
        (Hold.STOCK, "pending", None),  # first it is to be paid
        (None, "paid", None),
    ],
)
def test_why_something_is_held_is_told_where_the_shopper_has_nothing_to_do_before(
    hold: Hold | None, payment: str, told: Hold | None
) -> None:
    """Also where other pieces are being prepared."""
    for others in ((), (waiting(),), (waiting(S.ON_HOLD, held=True),)):
        facts = order(waiting=(waiting(S.ON_HOLD, held=True, hold=hold), *others))
        assert told is tell(replace(facts, payment=payment)).hold


def test_of_several_holds_the_address_comes_first() -> None:
    held = [waiting(S.ON_HOLD, held=True, hold=hold) for hold in (Hold.STOCK, Hold.RETURN, Hold.ADDRESS)]
    for parts in permutations(held):
        assert Hold.ADDRESS is tell(order(waiting=parts)).hold
    assert tell(order(waiting=tuple(held), cancelled=True)).hold is None


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        (order(CANCELLED, waiting=(waiting(),)), [0]),
        (order(CANCELLED, MOVING), [0, 2]),
        (order(CANCELLED), [7]),
        (order(CANCELLED, MOVING, cancelled=True), [7, 2]),
    ],
)
def test_what_a_parcel_held_that_was_called_off_is_told_where_it_is_now(
    facts: Order, told: list[int]
) -> None:
    pieces = [sum(item.quantity for item in one.shipment.items) for one in tell(facts).shipments]
    assert told == pieces


BOUGHT = (Item("1", "Mug", 3), Item("2", "Bowl", 2))


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        (order(cancelled=True), BOUGHT),
        (order(shippable=False), BOUGHT),
        (order(total=0), BOUGHT),
        (order(CANCELLED, MOVING, cancelled=True), (Item("2", "Bowl", 2),)),
        (order(MOVING, cancelled=True), (Item("1", "Mug", 1), Item("2", "Bowl", 2))),
        (order(MOVING, waiting=(waiting(),)), ()),
        (order(), ()),
    ],
)
def test_what_no_parcel_tells_of_an_order_that_is_over_is_told_beside_them(
    facts: Order, told: tuple[Item, ...]
) -> None:
    assert told == tell(replace(facts, contents=BOUGHT)).contents


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
