"""The Admin API's answer → the facts of an order. Pure, and it never raises: a broken part is left out and
told of, since a shopper is better served by the rest of the story.

Words become ours by the tables in `words.py`. Texts of other people are cut and cleaned. Whose a number is
and where it is shown is told by whoever knows carriers (`ports.TellTracking`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tracker.order import (
    DeliveryWindow,
    Hold,
    Item,
    Method,
    Order,
    Pickup,
    Refund,
    Shipment,
    Source,
    Status,
    Tracking,
    TrackingEvent,
    Unshipped,
)
from tracker.ports.orders import Found, FoundOrder
from tracker.ports.parcels import TellTracking
from tracker.shapes import MESSAGE_LENGTH, TITLE_LENGTH, mapping, mappings, text, time
from tracker.shopify.shapes import count, identity, nodes, secure_url, word
from tracker.shopify.words import OnUnknownWord, Words
from tracker.tracking_link import as_told

OnSkipped = Callable[[str], None]
"""Told what kind of part was left out because its shape was odd: order, item, event."""

NAME_LENGTH = 100

_NOT_BEFORE = frozenset({"ON_HOLD", "SCHEDULED"})
"""States of a fulfillment order that must not be sent yet."""

_ENDED = frozenset({"CANCELLED", "CLOSED"})
"""States in which a fulfillment order is not heard of again. Where a parcel is taken back, so that there is
something to be sent once more, that is told of the parcel, which names its order."""

_CUSTOMER = re.compile(r"gid://shopify/Customer/([0-9]{1,20})")
_COUNTRY = re.compile(r"[A-Z]{2}")
_NO_COUNTRY = "ZZ"
"""Shopify's CountryCode for a country that it does not know."""


def _ignore(*_: str) -> None:
    pass


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the order. `item.quantity` is what is still wanted, delivered or not."""

    item: Item
    bought: int
    unfulfilled: int
    ships: bool


@dataclass(frozen=True, slots=True)
class _Assignment:
    """A fulfillment order: what a location was told to send, and how. Pieces are counted by line."""

    status: str | None
    hold: Hold | None
    method: Method
    pickup: Pickup | None
    scheduled_at: datetime | None
    window: DeliveryWindow | None
    origin: str | None
    remaining: Mapping[str, int]
    sent: Mapping[str, int]


def read_found(data: Mapping[str, Any], *, on_skipped: OnSkipped = _ignore) -> Found:
    """The answer's `data` of a query that finds → every hit, and the granted scopes if it asks for them."""
    found = []
    for node in nodes(data.get("orders")):
        order_id, name, placed_at = identity(node), node.get("name"), time(node.get("processedAt"))
        if order_id is None or not isinstance(name, str) or placed_at is None:
            on_skipped("order")
            continue
        email, confirmation = node.get("email"), node.get("confirmationNumber")
        found.append(
            FoundOrder(
                id=order_id,
                name=name,
                email=email if isinstance(email, str) and email else None,
                placed_at=placed_at,
                confirmation_number=confirmation if isinstance(confirmation, str) else None,
                customer_id=_customer_id(node.get("customer")),
            )
        )
    scopes = mappings(mapping(data.get("currentAppInstallation")).get("accessScopes"))
    handles = (scope.get("handle") for scope in scopes)
    return Found(tuple(found), frozenset(handle for handle in handles if isinstance(handle, str)))


def _customer_id(customer: object) -> str | None:
    """The digits of a customer's id, as the app proxy tells who is signed in."""
    match = _CUSTOMER.fullmatch(identity(customer) or "")
    return match[1] if match else None


def read_order(
    node: Mapping[str, Any],
    *,
    truncated: bool = False,
    tell_tracking: TellTracking = as_told,
    on_unknown_word: OnUnknownWord = _ignore,
    on_skipped: OnSkipped = _ignore,
) -> Order | None:
    """An order's object, its further pages put in, → its facts; None where it lacks id, name or date.

    `truncated` says that pages are missing; `tell_tracking` is who knows the carriers.
    """
    words = Words(on_unknown_word)
    order_id, name = identity(node), text(node.get("name"), TITLE_LENGTH)
    placed_at = time(node.get("processedAt"))
    if order_id is None or name is None or placed_at is None:
        return None
    lines = _lines(node, on_skipped)
    assignments = [_assignment(part, words) for part in nodes(node.get("fulfillmentOrders"))]
    shipments = tuple(
        _shipment(
            part,
            fallback_name=f"{name}.{position}",
            placed_at=placed_at,
            lines=lines,
            assignments=assignments,
            words=words,
            tell_tracking=tell_tracking,
            on_skipped=on_skipped,
        )
        for position, part in enumerate(mappings(node.get("fulfillments")), start=1)
        if _travels(part, tell_tracking)
    )
    displayed = words.order(node.get("displayFulfillmentStatus"))
    # Fulfillment orders tell which pieces wait; without them the order's own word holds for all that do.
    told = isinstance(node.get("fulfillmentOrders"), dict)
    waiting = Status.ON_HOLD if displayed is Status.ON_HOLD and not told else Status.PROCESSING
    fulfillment = word(node.get("displayFulfillmentStatus"))
    return Order(
        id=order_id,
        name=name,
        placed_at=placed_at,
        displayed=displayed,
        shipments=shipments,
        unshipped=_unshipped(lines.values(), assignments, waiting),
        total_quantity=_wanted(lines, shipments),
        shippable=fulfillment != "FULFILLMENT_NOT_REQUIRED"
        and (node.get("requiresShipping") is not False or bool(shipments)),
        payment=words.passed_through("financial_status", node.get("displayFinancialStatus")),
        fulfillment=fulfillment.lower() if fulfillment else None,
        returned=words.passed_through("return_status", node.get("returnStatus")),
        cancelled_at=time(node.get("cancelledAt")),
        cancel_reason=words.passed_through("cancel_reason", node.get("cancelReason")),
        refund=_refund(node),
        status_page_url=secure_url(node.get("statusPageUrl")),
        truncated=truncated,
        destination=_country(mapping(node.get("shippingAddress")).get("countryCodeV2")),
        contents=tuple(_contents(lines.values(), cancelled=node.get("cancelledAt") is not None)),
        parts=tuple(
            gid
            for part in nodes(node.get("fulfillmentOrders"))
            if word(part.get("status")) not in _ENDED and (gid := identity(part))
        ),
    )


def _country(code: object) -> str | None:
    """A country's code as it is, None for what is none."""
    known = isinstance(code, str) and _COUNTRY.fullmatch(code) and code != _NO_COUNTRY
    return str(code) if known else None


def _lines(node: Mapping[str, Any], on_skipped: OnSkipped) -> dict[str, _Line]:
    lines = {}
    for part in nodes(node.get("lineItems")):
        line_id, title = identity(part), text(part.get("title"), TITLE_LENGTH)
        if line_id is None or title is None:
            on_skipped("item")
            continue
        wanted = count(part.get("currentQuantity"))
        item = Item(
            line_id=line_id,
            title=title,
            quantity=wanted,
            ordered=wanted,
            variant=text(part.get("variantTitle"), TITLE_LENGTH),
            image_url=secure_url(mapping(part.get("image")).get("url")),
        )
        ships = part.get("requiresShipping") is not False
        bought = count(part.get("quantity"))
        lines[line_id] = _Line(item, bought, count(part.get("unfulfilledQuantity")), ships)
    return lines


def _contents(lines: Collection[_Line], *, cancelled: bool) -> Iterator[Item]:
    """What is wanted of an order or, where that is nothing any more, what was bought."""
    over = cancelled or not any(line.item.quantity for line in lines)
    for line in lines:
        if quantity := line.bought if over else line.item.quantity:
            yield replace(line.item, quantity=quantity, ordered=quantity)


def _assignment(part: Mapping[str, Any], words: Words) -> _Assignment:
    status = words.fulfillment_order(part.get("status"))
    delivery = mapping(part.get("deliveryMethod"))
    method = words.method(delivery.get("methodType"))
    location = mapping(part.get("assignedLocation"))
    where = Pickup(text(location.get("name"), NAME_LENGTH), text(location.get("city"), NAME_LENGTH))
    start, end = time(delivery.get("minDeliveryDateTime")), time(delivery.get("maxDeliveryDateTime"))
    remaining: dict[str, int] = {}
    sent: dict[str, int] = {}
    for line in nodes(part.get("lineItems")):
        line_id = identity(line.get("lineItem"))
        if line_id is not None:
            left = count(line.get("remainingQuantity"))
            remaining[line_id] = remaining.get(line_id, 0) + left
            sent[line_id] = sent.get(line_id, 0) + max(0, count(line.get("totalQuantity")) - left)
    return _Assignment(
        status=status,
        hold=_hold(part, words),
        method=method,
        pickup=where if method is Method.PICK_UP and (where.name or where.city) else None,
        # Every fulfillment order has a time at which it could be sent; only a scheduled one waits for it.
        scheduled_at=time(part.get("fulfillAt")) if status == "SCHEDULED" else None,
        window=DeliveryWindow(start, end, Source.SHOPIFY) if start or end else None,
        origin=_country(location.get("countryCode")),
        remaining=remaining,
        sent=sent,
    )


def _hold(part: Mapping[str, Any], words: Words) -> Hold | None:
    """Why a fulfillment order is held. It can be for several reasons, of which the first is told."""
    told = {words.hold(hold.get("reason")) for hold in mappings(part.get("fulfillmentHolds"))}
    return next((hold for hold in Hold if hold in told), None)


def _travels(part: Mapping[str, Any], tell_tracking: TellTracking) -> bool:
    """Whether a fulfillment is a parcel at all: a gift card sent by mail is one only to the shop's books."""
    return part.get("requiresShipping") is not False or bool(_tracking(part, tell_tracking))


def _shipment(
    part: Mapping[str, Any],
    *,
    fallback_name: str,
    placed_at: datetime,
    lines: Mapping[str, _Line],
    assignments: Iterable[_Assignment],
    words: Words,
    tell_tracking: TellTracking,
    on_skipped: OnSkipped,
) -> Shipment:
    items = []
    for piece in nodes(part.get("fulfillmentLineItems")):
        line = lines.get(identity(piece.get("lineItem")) or "")
        quantity = count(piece.get("quantity"))
        if line is None or not quantity:
            on_skipped("item")
            continue
        items.append(replace(line.item, quantity=quantity))
    assignment = _assigned(items, assignments)
    cancelled = part.get("status") == "CANCELLED" or part.get("displayStatus") == "CANCELED"
    events = nodes(part.get("events"))
    window = _estimate(part, events) or (assignment.window if assignment else None)
    return Shipment(
        name=text(part.get("name"), TITLE_LENGTH) or fallback_name,
        displayed=words.display(part.get("displayStatus")) or words.fulfillment(part.get("status")),
        items=tuple(items),
        created_at=time(part.get("createdAt")) or placed_at,
        events=tuple(_events(events, words, on_skipped)),
        tracking=_tracking(part, tell_tracking),
        method=assignment.method if assignment else Method.SHIPPING,
        cancelled=cancelled,
        in_transit_at=time(part.get("inTransitAt")),
        delivered_at=time(part.get("deliveredAt")),
        scheduled_at=assignment.scheduled_at if assignment else None,
        pickup=assignment.pickup if assignment else None,
        delivery_window=window,
        origin=assignment.origin if assignment else None,
    )


def _assigned(items: Iterable[Item], assignments: Iterable[_Assignment]) -> _Assignment | None:
    """The fulfillment order that a parcel came from: the one that sent the most of its pieces.

    One that has nothing sent of these lines counts by its mere lines, so that a parcel that was taken back
    (its pieces remain to be sent) still finds its own.
    """

    def closeness(assignment: _Assignment) -> tuple[int, int]:
        sent = sum(min(item.quantity, assignment.sent.get(item.line_id, 0)) for item in items)
        return sent, sum(item.line_id in assignment.sent for item in items)

    items = list(items)
    live = [assignment for assignment in assignments if assignment.status != "CANCELLED"]
    best = max(live, key=closeness, default=None)
    return best if best is not None and any(closeness(best)) else None


def _events(
    events: Iterable[Mapping[str, Any]], words: Words, on_skipped: OnSkipped
) -> Iterator[TrackingEvent]:
    for event in events:
        occurred_at, reading = time(event.get("happenedAt")), words.event(event.get("status"))
        if occurred_at is None or reading is None:
            on_skipped("event")
            continue
        yield TrackingEvent(
            reading=reading,
            occurred_at=occurred_at,
            source=Source.SHOPIFY,
            message=text(event.get("message"), MESSAGE_LENGTH),
            province=text(event.get("province"), NAME_LENGTH),
            country=text(event.get("country"), NAME_LENGTH),
        )


def _estimate(part: Mapping[str, Any], events: Iterable[Mapping[str, Any]]) -> DeliveryWindow | None:
    """When the parcel is expected: by its own estimate, else by that of its newest event that has one."""
    estimate = time(part.get("estimatedDeliveryAt"))
    if estimate is None:
        told = [
            (happened_at, expected_at)
            for event in events
            if (happened_at := time(event.get("happenedAt")))
            and (expected_at := time(event.get("estimatedDeliveryAt")))
        ]
        estimate = max(told)[1] if told else None
    return DeliveryWindow(None, estimate, Source.SHOPIFY) if estimate else None


def _tracking(part: Mapping[str, Any], tell_tracking: TellTracking) -> tuple[Tracking, ...]:
    told = []
    for info in mappings(part.get("trackingInfo")):
        company, number = text(info.get("company"), NAME_LENGTH), text(info.get("number"), NAME_LENGTH)
        url = info.get("url")
        tracking = tell_tracking(company, number, url if isinstance(url, str) else None)
        if tracking.number or tracking.url:
            told.append(tracking)
    return tuple(dict.fromkeys(told))


def _unshipped(
    lines: Iterable[_Line], assignments: Iterable[_Assignment], waiting: Status
) -> tuple[Unshipped, ...]:
    """What has not left yet. Fulfillment orders that are held or scheduled take their pieces first; the rest
    has the status `waiting`."""
    unshipped = []
    live = [part for part in assignments if part.status != "CANCELLED"]
    assignments = sorted(live, key=lambda part: part.status not in _NOT_BEFORE)
    for line in lines:
        if not line.ships:
            continue
        left = min(line.unfulfilled, line.item.quantity)
        pieces: Counter[tuple[Status, datetime | None, bool, Method, Hold | None]] = Counter()
        for assignment in assignments:
            taken = min(left, assignment.remaining.get(line.item.line_id, 0))
            status = Status.ON_HOLD if assignment.status in _NOT_BEFORE else waiting
            held = assignment.status == "ON_HOLD"
            hold = assignment.hold if held else None
            pieces[status, assignment.scheduled_at, held, assignment.method, hold] += taken
            left -= taken
        pieces[waiting, None, False, Method.SHIPPING, None] += left
        unshipped += [
            Unshipped(replace(line.item, quantity=quantity), *kind)
            for kind, quantity in pieces.items()
            if quantity
        ]
    return tuple(unshipped)


def _wanted(lines: Mapping[str, _Line], shipments: Iterable[Shipment]) -> int:
    """Pieces still wanted of what travels: lines that require shipping, and any that a parcel carries."""
    carried = {item.line_id for shipment in shipments if not shipment.cancelled for item in shipment.items}
    return sum(line.item.quantity for key, line in lines.items() if line.ships or key in carried)


def _refund(node: Mapping[str, Any]) -> Refund | None:
    status = node.get("displayFinancialStatus")
    if status not in ("REFUNDED", "PARTIALLY_REFUNDED"):
        return None
    times = [
        time(part.get("processedAt")) or time(part.get("createdAt")) for part in mappings(node.get("refunds"))
    ]
    return Refund(status.lower(), max((at for at in times if at), default=None))
