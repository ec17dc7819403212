"""What helps whoever waits for a parcel, and what would not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.plain_orders import at, event, order, parcel
from tracker.advice import MISSED, order_advice, parcel_advice
from tracker.order import Attention, Method, Order, Reading, Shipment, Source, Status, TrackingEvent
from tracker.timeline import tell

S, A = Status, Attention
NOW = at(30)


def advised(*shipments: Shipment, **changes: str) -> str | None:
    told: Order = replace(order(*shipments), **changes)  # type: ignore[arg-type] # as the test says
    return order_advice(tell(told), now=NOW)


def matter(status: Status | None, attention: Attention, reason: str | None = None) -> Shipment:
    return parcel(TrackingEvent(Reading(status, attention, reason), at(10), Source.AGGREGATOR))


@pytest.mark.parametrize(
    ("advice", "shipment"),
    [
        ("delivered", parcel(event(S.DELIVERED, 10))),
        ("problem", matter(S.IN_TRANSIT, A.PROBLEM)),
        (None, matter(S.IN_TRANSIT, A.PROBLEM, "carrier_lost")),
        ("attempted", matter(S.ATTEMPTED, A.ACTION_NEEDED)),
        ("attempted", matter(S.ATTEMPTED, A.ACTION_NEEDED, "consignee_absent")),
        (None, matter(S.ATTEMPTED, A.ACTION_NEEDED, "consignee_refused")),
        (None, matter(S.ATTEMPTED, A.NONE, "weather_delay")),
        (None, parcel(event(S.IN_TRANSIT, 10))),
    ],
)
def test_there_is_advice_where_nothing_else_says_what_to_do(advice: str | None, shipment: Shipment) -> None:
    """Another day and a name on the door help nobody who waits for the weather."""
    assert advice == advised(shipment)


@pytest.mark.parametrize("method", [Method.PICK_UP, Method.PICKUP_POINT, Method.RETAIL])
def test_what_was_handed_over_to_its_shopper_is_not_missing(method: Method) -> None:
    assert advised(parcel(event(S.DELIVERED, 10), method=method)) is None


@pytest.mark.parametrize("returned", ["return_requested", "in_progress", "inspection_complete", "returned"])
def test_what_its_shopper_sends_back_is_not_missing(returned: str) -> None:
    assert advised(parcel(event(S.DELIVERED, 10)), returned=returned) is None
    assert advised(parcel(event(S.DELIVERED, 10)), returned="no_return") == "delivered"


def test_after_a_month_nobody_looks_for_it_any_more() -> None:
    delivered = tell(order(parcel(event(S.DELIVERED, 10))))
    (one,) = delivered.shipments
    for age, advice in ((MISSED - timedelta(seconds=1), "delivered"), (MISSED, None)):
        assert advice == order_advice(delivered, now=at(10) + age)
        assert advice == parcel_advice(one, None, now=at(10) + age)
