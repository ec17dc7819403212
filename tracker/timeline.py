"""Many sources → one story: an order's parcels told one by one, and the headline over them.

Pure: plain values in, plain values out; no I/O, standard library only. Vendors' words are already ours here
(`order.Reading`). The rules are those of the status model in `docs/architecture.md`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from tracker.business_days import CalendarOf, monday_to_friday
from tracker.order import (
    STEPS,
    Attention,
    DeliveryWindow,
    Hold,
    Item,
    Order,
    Shipment,
    ShipmentStory,
    Status,
    Story,
    Unshipped,
)
from tracker.timeline_events import gravity, rank
from tracker.timeline_parcel import tell_parcel
from tracker.timeline_window import last_moment, promises

_NOT_LEFT = frozenset({Status.PROCESSING, Status.ON_HOLD, Status.CANCELLED})

_NOTHING_TO_DO = frozenset({Status.PROCESSING, Status.ON_HOLD, Status.IN_TRANSIT, None})
"""Where the shopper is told that there is nothing to do, or only to wait for a download."""

_NOTHING_TO_COME = frozenset({Status.CANCELLED, None})
"""Where no parcel and nothing that waits tells what the order is of."""

_UNPAID = frozenset({"pending", "expired", "partially_paid", "voided"})


def tell(
    order: Order,
    *,
    now: datetime | None = None,
    stalled_days: int | None = None,
    calendar_of: CalendarOf = monday_to_friday,
) -> Story:
    """The story of an order from its facts. Never raises for facts whose times are aware.

    `now` (aware, UTC) is the latest time at which anything can have happened: events that are dated later, by
    more than clocks may differ, are left out until then; the shop's own dates count as now. Without it every
    date is believed. `stalled_days` are the business days without news after
    which a parcel stands still; None, or no `now`, and none does.

    A cancelled order is cancelled whatever its parcels say, and nothing of it waits to be shipped. An order
    of which nothing is to be delivered has neither headline nor parcels.
    """
    cancelled = order.cancelled_at is not None
    calendar = partial(calendar_of, order.destination)
    shipments = (
        tuple(
            tell_parcel(shipment, now=now, stalled_days=stalled_days, calendar=calendar)
            for shipment in order.shipments
        )
        if order.shippable
        else ()
    )
    waiting = tuple(
        part for part in order.unshipped if part.item.quantity > 0 and order.shippable and not cancelled
    )
    status, attention, step = _headline(order, shipments, waiting)
    window = None if cancelled else _last_window(shipments)
    payment_due = order.payment if status in _NOTHING_TO_DO and order.payment in _UNPAID else None
    delivered = sum(_pieces(story.shipment) for story in shipments if story.status is Status.DELIVERED)
    if status is not Status.CANCELLED:
        shipments = tuple(_without_what_is_sent_anew(story) for story in shipments)
    return Story(
        order=order,
        status=status,
        attention=attention,
        step=step,
        shipments=shipments,
        unshipped=waiting,
        # Pieces that were delivered and later taken out of the order are no longer among those wanted.
        delivered_quantity=min(delivered, max(order.total_quantity, 0)),
        on_hold_quantity=sum(part.item.quantity for part in waiting if part.held),
        estimated_delivery_at=None if window is None else last_moment(window),
        # What has not left yet has no date.
        delivery_window=None if waiting else window,
        partly=bool(waiting) and any(story.status not in _NOT_LEFT for story in shipments),
        payment_due=payment_due,
        hold=_hold(waiting, payment_due),
        contents=tuple(_contents(order, shipments)) if status in _NOTHING_TO_COME else (),
    )


def _headline(
    order: Order, shipments: Sequence[ShipmentStory], waiting: Sequence[Unshipped]
) -> tuple[Status | None, Attention | None, int | None]:
    """Status, attention and step of the whole order."""
    if order.cancelled_at is not None:
        return Status.CANCELLED, Attention.NONE, None
    if not order.shippable:
        return None, None, None
    parcels = [story for story in shipments if story.status is not Status.CANCELLED]
    attention = max((story.attention for story in parcels), key=gravity, default=Attention.NONE)
    if waiting:
        # On hold only where nothing else is being prepared.
        held = all(part.status is Status.ON_HOLD for part in waiting)
        return (Status.ON_HOLD if held else Status.PROCESSING), attention, 0
    if parcels:
        furthest_back = min(parcels, key=_headline_order)
        return furthest_back.status, attention, furthest_back.step
    nothing_left = order.total_quantity <= 0 and order.displayed in (Status.PROCESSING, Status.ON_HOLD)
    if shipments or nothing_left:
        return Status.CANCELLED, attention, None
    return order.displayed, attention, 0 if order.displayed is Status.UNKNOWN else STEPS[order.displayed]


def _without_what_is_sent_anew(story: ShipmentStory) -> ShipmentStory:
    """A parcel that was called off while the order was not: what it held waits or is in another one, and one
    pair of boots is not to look like two."""
    if story.status is not Status.CANCELLED:
        return story
    return replace(story, shipment=replace(story.shipment, items=()))


def _hold(waiting: Iterable[Unshipped], payment_due: str | None) -> Hold | None:
    """Why something is held, the first where several are. What is still to be paid can be paid before
    anything of it but the address is seen to."""
    told = {part.hold for part in waiting}
    first = next((hold for hold in Hold if hold in told), None)
    return first if payment_due is None or first is Hold.ADDRESS else None


def _contents(order: Order, shipments: Iterable[ShipmentStory]) -> Iterator[Item]:
    """What is in an order, but for what is told of its parcels."""
    told: Counter[str] = Counter()
    for story in shipments:
        for item in story.shipment.items:
            told[item.line_id] += item.quantity
    for item in order.contents:
        if (left := item.quantity - told[item.line_id]) > 0:
            yield replace(item, quantity=left)


def _headline_order(story: ShipmentStory) -> tuple[int, bool, int, bool, int]:
    """The lowest step first; a parcel on its way back just ahead of delivered ones, so that it doesn't go
    under. Of one step, the one that needs looking at, then one of which there is news."""
    step = STEPS[Status.DELIVERED] if story.step is None else story.step
    return (
        step or 0,
        story.status is not Status.RETURNING,
        -gravity(story.attention),
        story.status is Status.UNKNOWN,
        rank(story.status),
    )


def _last_window(shipments: Iterable[ShipmentStory]) -> DeliveryWindow | None:
    """When the last parcel is expected, as far as that is known. While no date holds for one of them, none
    does for the order."""
    if not all(promises(story.attention) for story in shipments if story.status is not Status.CANCELLED):
        return None
    ends = [
        (end, story.delivery_window)
        for story in shipments
        if story.delivery_window is not None and (end := last_moment(story.delivery_window)) is not None
    ]
    return max(ends, key=lambda told: told[0], default=(None, None))[1]


def _pieces(shipment: Shipment) -> int:
    return sum(item.quantity for item in shipment.items)
