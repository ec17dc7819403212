"""Orders that no shop has today: told by carriers, or in words that Shopify knows and the demo's orders lack.

They stand behind the service's own port, so that both its faces tell them as they will tell the real ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tracker.claim import Claim
from tracker.deadline import Deadline
from tracker.errors import AccessDenied, RateLimited, TrackerError, UpstreamTimeout
from tracker.order import (
    Attention,
    DeliveryWindow,
    Detail,
    Item,
    Method,
    Order,
    Pickup,
    Reading,
    Refund,
    Shipment,
    Source,
    Status,
    Tracking,
    TrackingEvent,
    Unshipped,
)
from tracker.order_number import OrderNumber
from tracker.ports.orders import Found, FoundOrder, Orders

EMAIL = "ada@example.com"

FAULTS: Mapping[str, TrackerError] = {
    "#2901": RateLimited("guesses_email", retry_after=540),
    "#2902": AccessDenied(),
    "#2903": UpstreamTimeout(),
}
"""Numbers that meet a refusal: too many tries, not set up, and a shop that does not answer."""

UNBROKEN = "Donaudampfschifffahrtsgesellschaftskapitaenskajuetenschluessel"

MADE, TAKEN, SORTED, LAST = 74, 50, 27, 4
"""Hours ago at which a parcel was packed, picked up, sorted, and heard of last."""


class FurtherOrders:
    """ports.Orders: the orders of this file, and behind them those of `others`."""

    def __init__(self, others: Orders, orders: Mapping[str, Order]) -> None:
        self._others = others
        self._orders = orders

    def find(self, shop: str, number: OrderNumber, claim: Claim, *, deadline: Deadline) -> Found:
        for name, fault in FAULTS.items():
            if number.matches(name, None):
                raise fault
        for order in self._orders.values():
            if number.matches(order.name, None):
                hit = FoundOrder(order.id, order.name, EMAIL, order.placed_at)
                return Found([hit], frozenset())
        return self._others.find(shop, number, claim, deadline=deadline)

    def recent(self, shop: str, customer_id: str, *, deadline: Deadline) -> Sequence[FoundOrder]:
        return self._others.recent(shop, customer_id, deadline=deadline)

    def read(self, shop: str, order_id: str, *, scopes: frozenset[str], deadline: Deadline) -> Order | None:
        if order_id in self._orders:
            return self._orders[order_id]
        return self._others.read(shop, order_id, scopes=scopes, deadline=deadline)


class _Book:
    """Writes orders counted back from `now`; pictures of what is in them come from the shop at `origin`."""

    def __init__(self, now: datetime, origin: str) -> None:
        self._now = now
        self._origin = origin

    def ago(self, hours: float) -> datetime:
        return self._now - timedelta(hours=hours)

    def item(self, slug: str, title: str, quantity: int = 1, variant: str | None = None) -> Item:
        return Item(slug, title, quantity, variant, f"{self._origin}/cdn/products/{slug}.svg")

    def event(self, reading: Reading, hours: float, message: str | None, city: str | None) -> TrackingEvent:
        source = Source.CARRIER
        return TrackingEvent(reading, self.ago(hours), source, message=message, city=city, country="DE")

    def parcel(
        self, last: Reading | None = None, *, message: str | None = None, hours: float = LAST, **changes: Any
    ) -> Shipment:
        """A parcel under way, of which `last` was heard last. The longer ago, the longer all of it is."""
        moving, earlier = Reading(Status.IN_TRANSIT), max(0, hours - LAST)
        events = [
            self.event(Reading(Status.LABEL_CREATED), MADE + earlier, None, None),
            self.event(moving, TAKEN + earlier, "Picked up from the sender", "Hamburg"),
            self.event(moving, SORTED + earlier, "Arrived at the sorting centre", "Leipzig"),
        ]
        if last is not None:
            events.append(self.event(last, hours, message, "Berlin"))
        plain = Shipment(
            name="#2000.1",
            displayed=None,
            items=(self.item("boots", "Ridgeline Boots", variant="EU 42"),),
            created_at=self.ago(MADE + earlier),
            events=tuple(events),
            tracking=(
                Tracking("DHL Express", "4212345678", "https://www.dhl.com/track?tracking-id=4212345678"),
            ),
        )
        return replace(plain, **changes)

    def order(self, name: str, *parcels: Shipment, **changes: Any) -> Order:
        pieces = sum(item.quantity for parcel in parcels for item in parcel.items)
        plain = Order(
            id=f"gid://shopify/Order/{name.removeprefix('#')}",
            name=name,
            placed_at=self.ago(96),
            displayed=Status.PROCESSING,
            shipments=parcels,
            unshipped=(),
            total_quantity=pieces,
            payment="paid",
            fulfillment="fulfilled",
            returned="no_return",
        )
        return replace(plain, **changes)


def further_orders(now: datetime, origin: str) -> dict[str, tuple[Order, str]]:
    """Every order of this file by its id, and in a few words what it is about. `now` is aware, in UTC."""
    book = _Book(now, origin)
    told = [*_on_the_way(book), *_at_its_end(book), *_called_off(book), *_odd(book)]
    return {order.id: (order, about) for order, about in told}


def _on_the_way(book: _Book) -> list[tuple[Order, str]]:
    moving, parcel, order = Status.IN_TRANSIT, book.parcel, book.order
    problem, late, asks = Attention.PROBLEM, Attention.DELAYED, Attention.ACTION_NEEDED
    stalled = parcel(Reading(moving, Attention.STALLED), hours=170)
    return [
        (order("#2001", stalled, payment="authorized", placed_at=book.ago(264)), "No news for a week"),
        (
            order(
                "#2002",
                parcel(Reading(moving, problem, "carrier_damaged"), message="Parcel damaged"),
                payment="partially_paid",
            ),
            "The carrier deals with a problem",
        ),
        (
            order("#2003", parcel(Reading(moving, asks, "consignee_address")), payment="expired"),
            "The carrier needs a better address",
        ),
        (
            order("#2004", parcel(Reading(moving, problem, "retailer_papers")), payment="voided"),
            "The shop has to act",
        ),
        (order("#2005", parcel(Reading(moving, asks, "customs_inspection"))), "In customs"),
        (
            order(
                "#2006",
                parcel(
                    Reading(moving, late, "weather_snow"),
                    message="Held up by snow",
                    delivery_window=DeliveryWindow(book.ago(-26), book.ago(-72), Source.CARRIER),
                ),
            ),
            "Snow on the way, a window of days",
        ),
        (order("#2007", parcel(Reading(moving, problem, "other_unknown"))), "A problem without a reason"),
        (order("#2008", parcel(Reading(Status.UNKNOWN))), "The carrier has no news"),
    ]


def _at_its_end(book: _Book) -> list[tuple[Order, str]]:
    parcel, order = book.parcel, book.order

    def delivered(detail: Detail | None) -> Shipment:
        return parcel(Reading(Status.DELIVERED, detail=detail))

    back = parcel(Reading(Status.RETURNING), message="Refused by the recipient")
    at_counter = parcel(
        Reading(Status.READY_FOR_PICKUP),
        method=Method.PICKUP_POINT,
        pickup=Pickup("Corner Parcel Shop", "Berlin"),
    )
    over_counter = replace(parcel(), events=(), tracking=(), method=Method.RETAIL)
    refunded = Refund("refunded", book.ago(2))
    return [
        (order("#2101", delivered(Detail.NEIGHBOUR), returned="return_requested"), "Left with a neighbour"),
        (order("#2102", delivered(Detail.SIGNED), returned="returned"), "Signed for, and sent back"),
        (
            order(
                "#2103",
                delivered(None),
                returned="inspection_complete",
                payment="refunded",
                refund=refunded,
            ),
            "Sent back, checked and refunded",
        ),
        (order("#2104", back, returned="return_failed"), "Going back to the shop"),
        (order("#2105", at_counter), "Ready at a pick-up point, by a carrier"),
        (order("#2106", over_counter), "Handed over in the shop"),
    ]


def _called_off(book: _Book) -> list[tuple[Order, str]]:
    reasons = {"declined": "voided", "fraud": "voided", "staff": "pending", "other": "authorized"}
    return [
        (
            book.order(
                f"#220{number}",
                cancelled_at=book.ago(20),
                cancel_reason=reason,
                payment=payment,
                fulfillment="unfulfilled",
            ),
            f"Cancelled: {reason}",
        )
        for number, (reason, payment) in enumerate(reasons.items(), start=1)
    ]


def _odd(book: _Book) -> list[tuple[Order, str]]:
    held = Unshipped(
        book.item("tent", "Two-Person Tent"), Status.ON_HOLD, scheduled_at=book.ago(-300), held=True
    )
    unbroken = replace(
        book.parcel(),
        items=(book.item("mug", UNBROKEN, 3, UNBROKEN),),
        tracking=(Tracking(UNBROKEN, UNBROKEN * 2, f"https://carrier.example/{UNBROKEN}"),),
        scheduled_at=book.ago(-50),
    )
    page = "https://northwind.example/orders/status"
    return [
        (
            book.order("#2301", book.parcel(), unshipped=(held,), total_quantity=2),
            "A part has left, the rest is on hold",
        ),
        (
            book.order("#2302", unbroken, unbroken, truncated=True, status_page_url=page),
            "Words that do not break, an order cut short, and a status page",
        ),
    ]
