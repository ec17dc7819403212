"""When a parcel is expected, of how long others of its kind took. Pure, standard library only.

Days are counted from the carrier's first scan or, where there was none, from when the shop called it sent:
two kinds of route, since what lies in between is the shop's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from tracker.business_days import Calendar, day_after, days_between
from tracker.delivery_range import LONGEST_DAYS, delivery_range
from tracker.order import DeliveryWindow, Method, ShipmentStory, Source, Status
from tracker.timeline_window import promises

LATELY = timedelta(days=30)
"""What was delivered before that teaches nothing: it would be counted for being looked at."""

_SCANS = frozenset({Status.IN_TRANSIT, Status.OUT_FOR_DELIVERY, Status.READY_FOR_PICKUP, Status.ATTEMPTED})
_UNDER_WAY = frozenset({Status.SHIPPED, Status.IN_TRANSIT})
"""What is out for delivery comes today, and needs no range."""
_NOON = time(12)
"""A whole day is written as its noon, which is the same day almost everywhere."""


@dataclass(frozen=True, slots=True)
class Route:
    """What parcels have in common that take about as long: the carrier by its name, the countries they come
    from (None where nobody tells) and go to, and whether days count from the carrier's first scan or from
    when the shop called it sent."""

    carrier: str
    origin: str | None
    destination: str
    scanned: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """That a parcel took so many business days on a route."""

    route: Route
    days: int


def taken(story: ShipmentStory, destination: str | None, *, now: datetime, calendar: Calendar) -> list[Taken]:
    """What a parcel teaches: nothing but for one that was delivered lately, whose way is known. `calendar` is
    the destination's."""
    came = story.delivered_at
    if story.status is not Status.DELIVERED or came is None or now - came > LATELY:
        return []
    return [
        Taken(route, min(LONGEST_DAYS, days_between(started.date(), came.date(), calendar)))
        for route, started in _starts(story, destination)
        if started <= came
    ]


def way_of(story: ShipmentStory, destination: str | None) -> tuple[Route, datetime] | None:
    """The route that a parcel under way is on, and since when; None where nothing can or need be said of it:
    it has a window already, or no date may be told."""
    expects = story.status in _UNDER_WAY and story.delivery_window is None and promises(story.attention)
    return next(_starts(story, destination), None) if expects else None


def learned_window(
    started: datetime, weights: Mapping[int, float], *, now: datetime, calendar: Calendar
) -> DeliveryWindow | None:
    """From the median to the ninetieth percentile, in whole days; None where too little is known, or the last
    of them is over. Where the first day is over it begins with the next business day, be it today: the last
    one alone would read as the day on which most come. `calendar` is the destination's."""
    told = delivery_range(weights)
    if told is None:
        return None
    first, last = (day_after(started.date(), days, calendar) for days in (told.median, told.ninetieth))
    if last < now.date():
        return None
    earliest = day_after(now.date() - timedelta(days=1), 1, calendar)
    start, end = (datetime.combine(day, _NOON, now.tzinfo) for day in (min(max(first, earliest), last), last))
    return DeliveryWindow(start, end, Source.RULE)


def _starts(story: ShipmentStory, destination: str | None) -> Iterator[tuple[Route, datetime]]:
    """The routes that a parcel is on and since when, the one that tells more first."""
    shipment = story.shipment
    carrier = next((told.carrier for told in shipment.tracking if told.carrier), None)
    if carrier is None or destination is None or shipment.method is not Method.SHIPPING:
        return
    scans = [one.event.occurred_at for one in story.events if one.status in _SCANS]
    if shipment.in_transit_at is not None:
        scans.append(shipment.in_transit_at)
    if scans:
        yield Route(carrier, shipment.origin, destination, scanned=True), min(scans)
    yield Route(carrier, shipment.origin, destination, scanned=False), shipment.created_at
