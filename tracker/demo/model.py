"""What the demo shop keeps: plain records, changed only by `parcels.move` under the shop's lock.

Attribute names are the Admin API's field names in snake case, so that the resolver can find them. Times are
aware, in UTC. An `id` here is the bare number; the resolver makes the gid.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from tracker.demo.customers import Customer


@dataclass
class Line:
    """One line of an order. `removed` counts pieces taken off by an edit or a refund."""

    id: int
    title: str
    quantity: int
    variant_title: str | None = None
    picture: str | None = None
    requires_shipping: bool = True
    sku: str | None = None
    vendor: str | None = "Northwind"
    price: float = 0.0
    removed: int = 0
    is_gift_card: bool = False

    @property
    def current_quantity(self) -> int:
        """Pieces the customer still gets."""
        return self.quantity - self.removed

    @property
    def name(self) -> str:
        """Title and variant in one, as Shopify writes it."""
        return f"{self.title} - {self.variant_title}" if self.variant_title else self.title


@dataclass
class Tracking:
    company: str | None
    number: str | None
    url: str | None = None


@dataclass
class Event:
    id: int
    status: str
    happened_at: datetime
    message: str | None = None
    city: str | None = None
    province: str | None = None
    country: str | None = None
    estimated_delivery_at: datetime | None = None

    @property
    def created_at(self) -> datetime:
        return self.happened_at


@dataclass
class Location:
    name: str
    city: str | None = "Seattle"
    province: str | None = "Washington"
    country_code: str = "US"


WAREHOUSE = Location("Northwind Warehouse")


@dataclass
class Delivery:
    """How a fulfilment order is to reach the customer."""

    id: int
    method_type: str = "SHIPPING"
    presented_name: str | None = "Standard shipping"
    min_delivery_date_time: datetime | None = None
    max_delivery_date_time: datetime | None = None


@dataclass
class Hold:
    id: int
    reason: str
    display_reason: str
    reason_notes: str | None = None
    held_by_requesting_app: bool = False


@dataclass
class WorkLine:
    """A number of pieces of one line within a fulfilment order."""

    id: int
    line_item: Line
    total_quantity: int
    remaining_quantity: int


@dataclass
class Work:
    """A fulfilment order: what one location has to send by one method."""

    id: int
    lines: list[WorkLine]
    status: str
    delivery: Delivery
    location: Location = field(default_factory=lambda: WAREHOUSE)
    holds: list[Hold] = field(default_factory=list)
    fulfill_at: datetime | None = None
    request_status: str = "UNSUBMITTED"


@dataclass
class ParcelLine:
    id: int
    line_item: Line
    quantity: int


@dataclass
class Parcel:
    """A fulfilment. `display_status` is None where no carrier integration ever told anything."""

    id: int
    name: str
    lines: list[ParcelLine]
    created_at: datetime
    updated_at: datetime
    work: Work
    display_status: str | None = "FULFILLED"
    status: str = "SUCCESS"
    tracking: list[Tracking] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    in_transit_at: datetime | None = None
    delivered_at: datetime | None = None
    estimated_delivery_at: datetime | None = None

    @property
    def total_quantity(self) -> int:
        return sum(line.quantity for line in self.lines)


@dataclass
class Refund:
    id: int
    created_at: datetime
    amount: float
    note: str | None = None


@dataclass
class Return:
    id: int
    name: str
    status: str
    created_at: datetime
    total_quantity: int
    tracking: Tracking | None = None
    closed_at: datetime | None = None
    request_approved_at: datetime | None = None


@dataclass
class Order:
    """One order. `story` is what the demo page says of it, never part of the Admin API. Of the address it is
    sent to there is the country alone."""

    id: int
    name: str
    number: int
    email: str | None
    customer: Customer | None
    story: str
    processed_at: datetime
    created_at: datetime
    updated_at: datetime
    confirmation_number: str
    lines: list[Line]
    status_key: str
    phone: str | None = None
    note: str | None = None
    customer_locale: str | None = "en"
    country_code: str = "US"
    tags: list[str] = field(default_factory=list)
    edited: bool = False
    display_financial_status: str | None = "PAID"
    fulfillment_status: str | None = None
    return_status: str = "NO_RETURN"
    cancel_reason: str | None = None
    cancelled_at: datetime | None = None
    closed_at: datetime | None = None
    shipping_title: str | None = "Standard shipping"
    parcels: list[Parcel] = field(default_factory=list)
    waiting: list[Work] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    returns: list[Return] = field(default_factory=list)

    @property
    def requires_shipping(self) -> bool:
        return any(line.requires_shipping for line in self.lines)

    def fulfilled(self, line: Line) -> int:
        """Pieces of a line that are in parcels which were not taken back."""
        return sum(
            part.quantity
            for parcel in self.parcels
            if parcel.status == "SUCCESS"
            for part in parcel.lines
            if part.line_item is line
        )

    def unfulfilled(self, line: Line) -> int:
        """Pieces of a line that still have to leave the shop."""
        return max(0, line.current_quantity - self.fulfilled(line))

    @property
    def display_fulfillment_status(self) -> str:
        """The order's own word, worked out from its parcels unless the story fixes it."""
        if self.fulfillment_status is not None:
            return self.fulfillment_status
        if not self.requires_shipping:
            return "FULFILLMENT_NOT_REQUIRED"
        wanted = [line for line in self.lines if line.requires_shipping and line.current_quantity]
        if not any(parcel.status == "SUCCESS" for parcel in self.parcels):
            return "UNFULFILLED"
        return "PARTIALLY_FULFILLED" if any(self.unfulfilled(line) for line in wanted) else "FULFILLED"
