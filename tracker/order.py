"""An order's delivery story as plain, frozen values. Standard library only; no I/O.

Readers (`shopify/reading.py`, later carriers) fill an `Order` with facts; `timeline.tell` turns those facts
into a `Story`; `web/schemas.py` writes a story for the browser. All times are aware datetimes in UTC.
The words are those of the status model in `docs/architecture.md`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Status(StrEnum):
    """Where a shipment (or an order) is, in our one set of words."""

    PROCESSING = "processing"
    ON_HOLD = "on_hold"
    LABEL_CREATED = "label_created"
    SHIPPED = "shipped"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    READY_FOR_PICKUP = "ready_for_pickup"
    ATTEMPTED = "attempted"
    DELIVERED = "delivered"
    RETURNING = "returning"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


class Attention(StrEnum):
    """Whether somebody has to look, mildest first: the order of the members is the order of gravity."""

    NONE = "none"
    DELAYED = "delayed"
    STALLED = "stalled"
    ACTION_NEEDED = "action_needed"
    PROBLEM = "problem"


class Method(StrEnum):
    """How a shipment reaches the shopper (Shopify's DeliveryMethodType in our spelling)."""

    SHIPPING = "shipping"
    PICK_UP = "pick_up"
    PICKUP_POINT = "pickup_point"
    LOCAL = "local"
    RETAIL = "retail"
    NONE = "none"


class Hold(StrEnum):
    """Why something is held, as far as that is for the shopper to know; what they see to comes first."""

    ADDRESS = "address"
    RETURN = "return"
    STOCK = "stock"


class Source(StrEnum):
    """Who told us."""

    SHOPIFY = "shopify"
    CARRIER = "carrier"
    AGGREGATOR = "aggregator"
    RULE = "rule"


class Detail(StrEnum):
    """How a delivered shipment was handed over."""

    COLLECTED = "collected"
    NEIGHBOUR = "neighbour"
    SIGNED = "signed"


STEPS: dict[Status, int | None] = {
    Status.PROCESSING: 0,
    Status.ON_HOLD: 0,
    Status.LABEL_CREATED: 1,
    Status.SHIPPED: 1,
    Status.IN_TRANSIT: 2,
    Status.OUT_FOR_DELIVERY: 3,
    Status.READY_FOR_PICKUP: 3,
    Status.ATTEMPTED: 3,
    Status.DELIVERED: 4,
    Status.RETURNING: None,
    Status.CANCELLED: None,
    Status.UNKNOWN: None,  # the last known step is kept by the timeline
}
"""The place of each status on the progress bar (0-4), None where it leaves the bar."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one vendor's word means in ours.

    `status` is None where the vendor's word keeps the status that held before it (a delay, a problem);
    `raw` is the vendor's own word, for the log and the tests, never shown. `voids_label` is True where the
    word takes an earlier label back (Shopify's LABEL_VOIDED): an older label_created then no longer counts.
    `returned` says of what is returning that it has arrived at the shop.
    """

    status: Status | None
    attention: Attention = Attention.NONE
    reason: str | None = None
    detail: Detail | None = None
    raw: str | None = None
    voids_label: bool = False
    returned: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """A number of pieces of one line of the order, which holds `ordered` of them in all (0: not known)."""

    line_id: str
    title: str
    quantity: int
    variant: str | None = None
    image_url: str | None = None
    ordered: int = 0


@dataclass(frozen=True, slots=True)
class TrackingEvent:
    """One fact about a shipment, as its source tells it, at the time it happened (UTC).

    `language` is that of `message` as a BCP 47 tag, None where its source does not say
    (Shopify never does).
    """

    reading: Reading
    occurred_at: datetime
    source: Source
    message: str | None = None
    language: str | None = None
    city: str | None = None
    province: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Tracking:
    """A carrier's number. `url` is already proven safe to link to (http or https), or None. The last two are
    where the carrier can be asked, None where that is not known."""

    carrier: str | None
    number: str | None
    url: str | None = None
    carrier_phone: str | None = None
    carrier_help_url: str | None = None


@dataclass(frozen=True, slots=True)
class Pickup:
    """Where a parcel can be collected: never a street, which is protected data."""

    name: str | None
    city: str | None


@dataclass(frozen=True, slots=True)
class DeliveryWindow:
    """When a parcel is expected: from and to in UTC, one of them may be unknown."""

    start: datetime | None
    end: datetime | None
    source: Source


@dataclass(frozen=True, slots=True)
class Shipment:
    """One parcel (Shopify's fulfillment) with everything its sources said of it.

    `displayed` is what the shop's own system displays now; it has no time of its own. `cancelled` is true
    where the shop took the parcel back before it left. `events` may come in any order. `delivery_window` is
    when the shop expects it, `other_windows` when anybody else does. `origin` is the country it is sent from
    (ISO 3166-1 alpha-2), None where nobody tells.
    """

    name: str
    displayed: Reading | None
    items: tuple[Item, ...]
    created_at: datetime
    events: tuple[TrackingEvent, ...] = ()
    tracking: tuple[Tracking, ...] = ()
    method: Method = Method.SHIPPING
    cancelled: bool = False
    in_transit_at: datetime | None = None
    delivered_at: datetime | None = None
    scheduled_at: datetime | None = None
    pickup: Pickup | None = None
    delivery_window: DeliveryWindow | None = None
    other_windows: tuple[DeliveryWindow, ...] = ()
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class Unshipped:
    """Pieces that have not left the shop yet: `status` is processing or on_hold. `method` is how they
    are to reach the shopper, `hold` why they are held where that is for the shopper to know."""

    item: Item
    status: Status = Status.PROCESSING
    scheduled_at: datetime | None = None
    held: bool = False
    method: Method = Method.SHIPPING
    hold: Hold | None = None


@dataclass(frozen=True, slots=True)
class Refund:
    """That money went back and when; never how much."""

    status: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Order:
    """The facts of one order as read from the shop. `payment`, `fulfillment`, `returned` and
    `cancel_reason` are the shop's own words in lower case; `total_quantity` counts pieces still wanted.

    `shippable` is False where nothing of the order is to be delivered (FULFILLMENT_NOT_REQUIRED).
    `displayed` is the order's own status where it has no shipment (on_hold for ON_HOLD and SCHEDULED).
    `truncated` is True where the order is longer than what could be read in time. `parts` are the ids of what
    of it may yet be spoken of without naming the order (fulfillment orders that have not ended).
    `contents` are its lines as they are wanted or, where nothing of it is wanted any more, as they were
    bought. `destination` is the country it goes to (ISO 3166-1 alpha-2) and all that is known of an address,
    None where the shop does not tell.
    """

    id: str
    name: str
    placed_at: datetime
    displayed: Status
    shipments: tuple[Shipment, ...]
    unshipped: tuple[Unshipped, ...]
    total_quantity: int
    shippable: bool = True
    payment: str | None = None
    fulfillment: str | None = None
    returned: str | None = None
    cancelled_at: datetime | None = None
    cancel_reason: str | None = None
    refund: Refund | None = None
    status_page_url: str | None = None
    truncated: bool = False
    parts: tuple[str, ...] = ()
    destination: str | None = None
    contents: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class ShipmentStory:
    """A shipment after its sources were merged: one status, events newest first."""

    shipment: Shipment
    status: Status
    attention: Attention
    reason: str | None
    detail: Detail | None
    step: int | None
    terminal: bool
    source: Source
    occurred_at: datetime
    events: tuple[ToldEvent, ...]
    shipped_at: datetime | None
    delivered_at: datetime | None
    delivery_window: DeliveryWindow | None


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """An event with its own status or, where its source told none, the status that held before it."""

    status: Status
    event: TrackingEvent


@dataclass(frozen=True, slots=True)
class Story:
    """What a shopper is told: the headline (None where nothing is to be delivered), parcels, what waits.

    `estimated_delivery_at` is by when the last of its parcels is expected, `delivery_window` when the order
    is as a whole (None while part of it has not left), `partly` whether part of it has left and part has
    not, `payment_due` the payment's word where paying is the shopper's next step, `hold` why something is
    held where that goes before it. `contents` is what was in an order of which nothing is to be delivered, as
    far as its parcels do not tell it.
    """

    order: Order
    status: Status | None
    attention: Attention | None
    step: int | None
    shipments: tuple[ShipmentStory, ...]
    unshipped: tuple[Unshipped, ...]
    delivered_quantity: int
    on_hold_quantity: int
    estimated_delivery_at: datetime | None
    delivery_window: DeliveryWindow | None
    partly: bool
    payment_due: str | None
    hold: Hold | None
    contents: tuple[Item, ...]
