"""The order book is fresh at every start and tells every story that a tracking page has to know."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.demo.admin_api import SCHEMA
from tracker.demo.oddities import HOSTILE_TITLES
from tracker.demo.stories import write_orders

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ORDERS = write_orders(NOW)


def enum(name: str) -> set[str]:
    return set(getattr(SCHEMA.type_map[name], "values"))  # noqa: B009  # GraphQLNamedType does not declare it


@given(st.timedeltas(timedelta(days=-400), timedelta(days=400)))
@settings(max_examples=10)  # a whole book is written each time
def test_the_book_is_the_same_story_at_any_time(since: timedelta) -> None:
    """All times move with the start, and nothing that happened lies in the future."""
    now = NOW + since
    orders = write_orders(now)
    assert [order.story for order in ORDERS] == [order.story for order in orders]
    for mine, theirs in zip(orders, ORDERS, strict=True):
        assert now - mine.processed_at == NOW - theirs.processed_at
        for parcel in mine.parcels:
            assert mine.processed_at <= parcel.created_at <= now
            assert all(parcel.created_at <= event.happened_at <= now for event in parcel.events)


def test_every_word_is_one_of_shopifys() -> None:
    for order in ORDERS:
        assert order.display_fulfillment_status in enum("OrderDisplayFulfillmentStatus")
        assert order.display_financial_status in enum("OrderDisplayFinancialStatus")
        assert order.return_status in enum("OrderReturnStatus")
        assert order.cancel_reason is None or order.cancel_reason in enum("OrderCancelReason")
        for parcel in order.parcels:
            assert parcel.display_status in enum("FulfillmentDisplayStatus")
            assert {event.status for event in parcel.events} <= enum("FulfillmentEventStatus")
        for work in [*order.waiting, *(parcel.work for parcel in order.parcels)]:
            assert work.status in enum("FulfillmentOrderStatus")
            assert work.delivery.method_type in enum("DeliveryMethodType")
            assert {hold.reason for hold in work.holds} <= enum("FulfillmentHoldReason")


def test_every_state_of_a_parcel_and_an_order_is_told() -> None:
    shown = {parcel.display_status for order in ORDERS for parcel in order.parcels}
    assert shown >= {
        *("LABEL_PURCHASED", "FULFILLED", "IN_TRANSIT", "OUT_FOR_DELIVERY", "READY_FOR_PICKUP", "DELIVERED"),
        *("ATTEMPTED_DELIVERY", "DELAYED", "FAILURE", "LABEL_VOIDED", "PICKED_UP", "CANCELED"),
    }
    assert {order.display_fulfillment_status for order in ORDERS} >= {
        *(
            "FULFILLED",
            "PARTIALLY_FULFILLED",
            "UNFULFILLED",
            "ON_HOLD",
            "SCHEDULED",
            "FULFILLMENT_NOT_REQUIRED",
        )
    }
    methods = {
        work.delivery.method_type
        for order in ORDERS
        for work in [*order.waiting, *(parcel.work for parcel in order.parcels)]
    }
    assert methods >= {"SHIPPING", "PICK_UP", "PICKUP_POINT", "LOCAL"}


def test_the_odd_ones_are_there() -> None:
    names = Counter(order.name for order in ORDERS)
    assert names["#1026"] == 3
    assert all(names[name] == 1 for name in ("#1031A", "L-1234", "EN-1001-FR", "#1-A", "#12-A", "#10012"))
    assert any(order.email is None for order in ORDERS)
    assert max(len(order.lines) for order in ORDERS) == 250
    assert any(NOW - order.created_at > timedelta(days=60) for order in ORDERS)
    titles = {line.title for order in ORDERS for line in order.lines}
    assert set(HOSTILE_TITLES) <= titles
    urls = {info.url for order in ORDERS for parcel in order.parcels for info in parcel.tracking}
    assert None in urls
    assert any(url.startswith("http://") for url in urls if url)
    assert any(url.startswith("javascript:") for url in urls if url)


def test_no_piece_is_sent_twice_and_none_is_forgotten() -> None:
    """What an order still wants is in a parcel that counts or in what waits."""
    for order in ORDERS:
        for line in order.lines:
            waiting = sum(
                part.remaining_quantity
                for work in order.waiting
                for part in work.lines
                if part.line_item is line
            )
            assert order.fulfilled(line) <= line.quantity
            if line.requires_shipping and order.cancelled_at is None:
                assert order.unfulfilled(line) == waiting


def test_numbers_are_unique_over_all_records() -> None:
    ids = [
        int(getattr(record, "id"))  # noqa: B009  # records of many kinds, which share no base
        for order in ORDERS
        for record in (
            *(order, *order.lines, *order.parcels, *order.waiting, *order.refunds, *order.returns),
            *(event for parcel in order.parcels for event in parcel.events),
            *(part for parcel in order.parcels for part in (*parcel.lines, parcel.work, *parcel.work.lines)),
        )
    ]
    assert len(ids) == len(set(ids))
