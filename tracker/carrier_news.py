"""What a shop's sources say of its parcels, joined with what the shop says. Pure, standard library only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from tracker.order import (
    Method,
    Order,
    Shipment,
    ShipmentStory,
    Source,
    Status,
    Story,
    Tracking,
    TrackingEvent,
)
from tracker.parcel import TrackingNews
from tracker.tracking_number import plain_number, same_number

MOST_PARCELS = 100
"""Of one order."""

SHOP_IS_FIRST = timedelta(hours=6)
"""So long the shop is given to tell of a parcel's first scan, once it was sent."""

SHOP_IS_HEARD = timedelta(days=2)
"""So long a scan that the shop told of shows that the shop follows the parcel."""

LONGEST_WAY = timedelta(days=60)
"""A parcel that left longer ago is not followed any more: an account at a source may pay for each anew."""

FOLLOWED_WITHIN = timedelta(hours=1)
"""So long after it is to be asked about a parcel is followed for the first time at the latest, as a rule: the
shop's webhook is minutes old by then. What was not may have been followed before and lost."""

ANSWERED_WITHIN = timedelta(hours=1)
"""So long after that was lost a source is given to answer for such a parcel, until it is told without what
that may say: no shopper is to hear for days that an account is in trouble."""

_UNSCANNED = frozenset(
    {Status.PROCESSING, Status.ON_HOLD, Status.LABEL_CREATED, Status.SHIPPED, Status.UNKNOWN}
)
_BY_A_CARRIER = frozenset({Method.SHIPPING, Method.PICKUP_POINT})
"""Ways that somebody else than the shop goes, even where no number is known."""

_BESIDE_THE_SHOP = frozenset({Source.CARRIER, Source.AGGREGATOR})


def numbers_of(order: Order) -> tuple[str, ...]:
    """The numbers of an order's parcels, each once, MOST_PARCELS at most."""
    told = (plain_number(tracking.number) for part in order.shipments for tracking in part.tracking)
    return tuple(dict.fromkeys(number for number in told if number is not None))[:MOST_PARCELS]


def under_way(story: Story, *, now: datetime) -> tuple[tuple[Tracking, ShipmentStory], ...]:
    """What of an order is worth following: numbers of parcels that have neither come nor been called back,
    and did not leave longer ago than LONGEST_WAY, each with what it is part of. `now` is aware."""
    told: dict[str, tuple[Tracking, ShipmentStory]] = {}
    for part in story.shipments:
        if part.terminal or part.shipment.created_at < now - LONGEST_WAY:
            continue
        for tracking in part.shipment.tracking:
            if (number := plain_number(tracking.number)) is not None:
                told.setdefault(number, (tracking, part))
    return tuple(told.values())[:MOST_PARCELS]


def worth_paying_from(part: ShipmentStory) -> datetime:
    """From when it is worth paying somebody to follow this: once the shop has had its time to tell of it, and
    has then been silent for long. Where several numbers were sent as one it is from the start: the shop does
    not say of which of them it tells."""
    if len(part.shipment.tracking) > 1:
        return part.shipment.created_at
    scanned_at = scanned_by_shop(part)
    return part.shipment.created_at + SHOP_IS_FIRST if scanned_at is None else scanned_at + SHOP_IS_HEARD


def scanned_by_shop(part: ShipmentStory) -> datetime | None:
    """When this was scanned last, of what the shop itself tells; None where it tells of no scan."""
    scans = (
        one.event.occurred_at
        for one in part.events
        if one.event.source is Source.SHOPIFY and one.status not in _UNSCANNED
    )
    return max(scans, default=None)


def is_silent(part: ShipmentStory) -> bool:
    """Whether neither a carrier nor an aggregator has told anything of it."""
    return not any(one.event.source in _BESIDE_THE_SHOP for one in part.events)


def join_news(order: Order, news: Mapping[str, Sequence[TrackingNews]]) -> Order:
    """The order with what sources say of its parcels, by number. It may come in any order, and numbers are
    compared without spaces and case. What each says goes into the parcel's own facts, to be told with them:
    its events, when it is expected, and the number of the last mile beside its own."""
    by_number = {same_number(number): told for number, told in news.items() if told}
    if not by_number:
        return order
    return replace(order, shipments=tuple(_joined(part, by_number) for part in order.shipments))


def _joined(shipment: Shipment, news: Mapping[str, Sequence[TrackingNews]]) -> Shipment:
    said = {
        key: news[key]
        for tracking in shipment.tracking
        if tracking.number is not None and (key := same_number(tracking.number)) in news
    }
    if not said:
        return shipment
    pieces = [piece for told in said.values() for piece in told]
    tracking = _with_last_miles(shipment.tracking, said)
    events = {key: [event for piece in told for event in piece.events] for key, told in said.items()}
    return replace(
        shipment,
        tracking=tracking,
        events=(*shipment.events, *_told_together(shipment, said, events)),
        other_windows=(
            *shipment.other_windows,
            *(piece.window for piece in pieces if piece.window is not None),
        ),
    )


def _told_together(
    shipment: Shipment,
    said: Mapping[str, Sequence[TrackingNews]],
    events: Mapping[str, list[TrackingEvent]],
) -> Iterator[TrackingEvent]:
    """Events by number → those of the shipment. The shop may send several parcels as one: that one of them
    has come is told where it belongs, but it has come as a whole only with the last of them."""
    parcel_of = {
        same_number(piece.last_mile.number): number
        for number, told in said.items()
        for piece in told
        if piece.last_mile is not None and piece.last_mile.number is not None
    }
    numbers = {same_number(one.number) for one in shipment.tracking if one.number is not None}
    parcels = {parcel_of.get(number, number) for number in numbers}
    come = {
        parcel_of.get(number, number)
        for number, told in events.items()
        if any(event.reading.status is Status.DELIVERED for event in told)
    }
    for event in (event for told in events.values() for event in told):
        if event.reading.status is Status.DELIVERED and not parcels <= come:
            yield replace(event, reading=replace(event.reading, status=None, detail=None))
        else:
            yield event


def _with_last_miles(
    told: Sequence[Tracking], said: Mapping[str, Sequence[TrackingNews]]
) -> tuple[Tracking, ...]:
    """Each number, and after it those under which other carriers bring the same parcel to the door. Of
    several tellings of one such number the fullest counts."""
    known = {same_number(one.number) for one in told if one.number is not None}
    joined: list[Tracking] = []
    for tracking in told:
        joined.append(tracking)
        fullest: dict[str, Tracking] = {}
        for piece in said.get(same_number(tracking.number), ()) if tracking.number is not None else ():
            last_mile = piece.last_mile
            if last_mile is None or last_mile.number is None:
                continue
            if (key := same_number(last_mile.number)) not in known:
                fullest[key] = max(fullest.get(key, last_mile), last_mile, key=_fullness)
        known.update(fullest)
        joined.extend(fullest[key] for key in sorted(fullest))
    return tuple(joined)


def _fullness(told: Tracking) -> tuple[bool | str, ...]:
    """A carrier counts more than a link; what is as full differs by its words, so that one and the same is
    told whatever order sources answered in."""
    return (
        told.carrier is not None,
        told.url is not None,
        told.carrier or "",
        told.url or "",
        told.carrier_phone or "",
        told.carrier_help_url or "",
        told.number or "",
    )


def heard_at(parcel: ShipmentStory) -> datetime | None:
    """When its carrier was last heard of a parcel; None where nothing was said yet, where the shop hands it
    over itself, and where it was called off, so that another goes in its place."""
    shipment = parcel.shipment
    carried = shipment.method in _BY_A_CARRIER or bool(shipment.tracking)
    if not carried or parcel.status is Status.CANCELLED:
        return None
    return max((told.event.occurred_at for told in parcel.events), default=None)
