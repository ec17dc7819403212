"""What happens to orders in a shop, and which webhooks it raises. Hold the shop's lock for all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tracker.demo.bodies import edit_body, event_body, fulfillment_body, order_body, refund_body
from tracker.demo.bodies_of_returns import return_body, work_body
from tracker.demo.courier import Delivery
from tracker.demo.model import Hold, Line, Order, Parcel, ParcelLine, Refund, Return, Tracking
from tracker.demo.parcels import move
from tracker.demo.state import Shop
from tracker.demo.webhooks import Webhooks


class NotNow(ValueError):
    """It can't happen to this order as it stands. The text says what it is."""


Told = list[tuple[str, dict[str, object]]]
"""Topics and bodies, in the order in which they are sent."""


@dataclass(frozen=True)
class Happening:
    """`words` are on the panel's button; `can` tells whether it can happen to an order now."""

    words: str
    can: Callable[[Order], object]
    do: Callable[[Shop, Order, datetime], Told]


def move_parcel(shop: Shop, webhooks: Webhooks, order: Order, parcel: Parcel, status: str) -> list[Delivery]:
    """A carrier moves a parcel to one of `parcels.MOVES`. Raises KeyError for any other word."""
    event = move(order, parcel, status, event_id=shop.next_id(), now=shop.clock())
    return [
        *webhooks.tell("fulfillment_events/create", event_body(shop, order, parcel, event)),
        *webhooks.tell("fulfillments/update", fulfillment_body(shop, order, parcel)),
    ]


def happen(shop: Shop, webhooks: Webhooks, order: Order, word: str) -> list[Delivery]:
    """Let one of `HAPPENINGS` happen to an order, and tell the app of that and of the order's update.

    Raises KeyError for any other word, NotNow where it can't happen.
    """
    happening = HAPPENINGS[word]
    if not happening.can(order):
        raise NotNow(word)
    order.updated_at = shop.clock()
    told = happening.do(shop, order, order.updated_at)
    told.append(("orders/updated", order_body(shop, order)))
    return [delivery for topic, body in told for delivery in webhooks.tell(topic, body)]


def possible(order: Order) -> list[str]:
    """The words of what can happen to an order as it stands."""
    return [word for word, happening in HAPPENINGS.items() if happening.can(order)]


def _ship(shop: Shop, order: Order, now: datetime) -> Told:
    work = next(one for one in order.waiting if one.status == "OPEN")
    order.waiting.remove(work)
    number = shop.next_id()
    parcel = Parcel(
        id=number,
        name=f"{order.name}.{len(order.parcels) + 1}",
        lines=[ParcelLine(shop.next_id(), part.line_item, part.remaining_quantity) for part in work.lines],
        created_at=now,
        updated_at=now,
        work=work,
        tracking=[Tracking("UPS", f"1Z{number}", f"https://www.ups.com/track?tracknum=1Z{number}")],
    )
    work.status = "CLOSED"
    for part in work.lines:
        part.remaining_quantity = 0
    order.parcels.append(parcel)
    shop.owners[parcel.id] = order
    whole = order.display_fulfillment_status == "FULFILLED"
    return [
        ("fulfillments/create", fulfillment_body(shop, order, parcel)),
        ("orders/fulfilled" if whole else "orders/partially_fulfilled", order_body(shop, order)),
    ]


def _hold(shop: Shop, order: Order, _: datetime) -> Told:
    held = [work for work in order.waiting if work.status == "OPEN"]
    for work in held:
        work.status = "ON_HOLD"
        work.holds.append(Hold(shop.next_id(), "INCORRECT_ADDRESS", "Incorrect address"))
    order.fulfillment_status = "ON_HOLD"
    topic = "fulfillment_orders/placed_on_hold"
    return [(topic, work_body(topic, work)) for work in held]


def _release(_: Shop, order: Order, __: datetime) -> Told:
    held = [work for work in order.waiting if work.status == "ON_HOLD"]
    for work in held:
        work.status = "OPEN"
        work.holds.clear()
    order.fulfillment_status = None
    topic = "fulfillment_orders/hold_released"
    return [(topic, work_body(topic, work)) for work in held]


def _cancel(shop: Shop, order: Order, now: datetime) -> Told:
    order.cancelled_at, order.cancel_reason = now, "CUSTOMER"
    for work in order.waiting:
        work.status = "CANCELLED"
    topic = "fulfillment_orders/cancelled"
    return [
        ("orders/cancelled", order_body(shop, order)),
        *((topic, work_body(topic, work)) for work in order.waiting),
    ]


def _refund(shop: Shop, order: Order, now: datetime) -> Told:
    line = _refundable(order)[0]
    refund = Refund(shop.next_id(), now, line.price)
    order.refunds.append(refund)
    order.display_financial_status = "REFUNDED" if len(_refundable(order)) == 0 else "PARTIALLY_REFUNDED"
    return [("refunds/create", refund_body(order, refund))]


def _refundable(order: Order) -> list[Line]:
    """The lines that were not paid back yet: each refund here pays back the next one."""
    return [line for line in order.lines if line.price][len(order.refunds) :]


def _edit(shop: Shop, order: Order, _: datetime) -> Told:
    line = _removable(order)[0]
    line.removed += 1
    order.edited = True
    return [("orders/edited", edit_body(order, shop.next_id(), {line.id: 1}))]


def _removable(order: Order) -> list[Line]:
    """The lines of which a piece can be taken off and something is left."""
    return [line for line in order.lines if order.unfulfilled(line) > 1]


def _change_email(_: Shop, order: Order, __: datetime) -> Told:
    order.email = f"changed-{order.email}"
    return []


def _forget_event(shop: Shop, order: Order, _: datetime) -> Told:
    parcel = next(one for one in order.parcels if one.events)
    event = parcel.events.pop()
    parcel.display_status = parcel.events[-1].status if parcel.events else "FULFILLED"
    return [("fulfillment_events/delete", event_body(shop, order, parcel, event))]


def _request_return(shop: Shop, order: Order, now: datetime) -> Told:
    number = len(order.returns) + 1
    pieces = sum(part.quantity for part in order.parcels[0].lines)
    returned = Return(shop.next_id(), f"{order.name}-R{number}", "REQUESTED", now, pieces)
    order.returns.append(returned)
    order.return_status = "RETURN_REQUESTED"
    return [("returns/request", return_body("returns/request", order, returned))]


def _approve_return(_: Shop, order: Order, now: datetime) -> Told:
    returned = _return_in(order, "REQUESTED")
    returned.status, returned.request_approved_at = "OPEN", now
    order.return_status = "IN_PROGRESS"
    return [("returns/approve", return_body("returns/approve", order, returned))]


def _close_return(_: Shop, order: Order, now: datetime) -> Told:
    returned = _return_in(order, "OPEN")
    returned.status, returned.closed_at = "CLOSED", now
    order.return_status = "RETURNED"
    return [("returns/close", return_body("returns/close", order, returned))]


def _return_in(order: Order, status: str) -> Return:
    return next(one for one in order.returns if one.status == status)


def _waits(status: str) -> Callable[[Order], bool]:
    return lambda order: any(work.status == status for work in order.waiting) and not order.cancelled_at


def _returns(status: str) -> Callable[[Order], bool]:
    return lambda order: any(one.status == status for one in order.returns)


HAPPENINGS: dict[str, Happening] = {
    "ship": Happening("Ship what waits", _waits("OPEN"), _ship),
    "hold": Happening("Hold", _waits("OPEN"), _hold),
    "release": Happening("Release the hold", _waits("ON_HOLD"), _release),
    "edit": Happening("Take a piece off", lambda order: _removable(order) and not order.cancelled_at, _edit),
    "cancel": Happening(
        "Cancel", lambda order: not order.cancelled_at and not order.parcels and order.waiting, _cancel
    ),
    "refund": Happening("Refund a line", _refundable, _refund),
    "change_email": Happening("Change the e-mail", lambda order: order.email, _change_email),
    "forget_event": Happening(
        "Delete the last event", lambda order: any(one.events for one in order.parcels), _forget_event
    ),
    "request_return": Happening(
        "Request a return", lambda order: order.parcels and not order.returns, _request_return
    ),
    "approve_return": Happening("Approve the return", _returns("REQUESTED"), _approve_return),
    "close_return": Happening("Close the return", _returns("OPEN"), _close_return),
}
"""Word → what it is."""
