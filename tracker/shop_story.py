"""An order's story with what its shop's other parcels taught, and what it teaches itself.

Not a verb: what each verb that reads an order tells of it. The shop's parcels are looked at before the answer
only where a parcel is under way of which no source says when it comes; what there is to learn is noted behind
the answer.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial

from tracker.business_days import CalendarOf
from tracker.learned_window import learned_window, taken, way_of
from tracker.order import Order, Shipment, Story
from tracker.parcel_note import notes_of
from tracker.ports.jobs import Background
from tracker.ports.parcels import DeliveryTimes, ShopParcels
from tracker.timeline import tell


def shop_story(
    shop: str,
    order: Order,
    *,
    now: datetime,
    stalled_days: int,
    generation: int | None,
    calendar_of: CalendarOf,
    times: DeliveryTimes,
    parcels: ShopParcels,
    background: Background,
) -> Story:
    """The story of an order of a shop, read at `now` (aware, UTC); `generation` as in `ports.Answers`, None
    where nothing may be kept. Never raises: without what was learned, the story is told without it."""
    story = tell(order, now=now, stalled_days=stalled_days, calendar_of=calendar_of)
    if order.cancelled_at is None:
        expecting = _expecting(shop, order, story, now=now, calendar_of=calendar_of, times=times)
        if expecting is not order:
            story = tell(expecting, now=now, stalled_days=stalled_days, calendar_of=calendar_of)
    if generation is not None and story.shipments:
        note = partial(
            _note,
            shop,
            story,
            now=now,
            generation=generation,
            calendar_of=calendar_of,
            times=times,
            parcels=parcels,
        )
        background.submit(note)
    return story


def _expecting(
    shop: str, order: Order, story: Story, *, now: datetime, calendar_of: CalendarOf, times: DeliveryTimes
) -> Order:
    """The same order, its parcels with the windows that were learned."""
    ways = [way_of(one, order.destination) for one in story.shipments]
    routes = list(dict.fromkeys(way[0] for way in ways if way is not None))
    known = times.of(shop, routes, now=now) if routes else {}
    if not known:
        return order
    calendar = calendar_of(order.destination)
    shipments: list[Shipment] = []
    for shipment, way in zip(order.shipments, ways, strict=True):
        weights = None if way is None else known.get(way[0])
        window = (
            None
            if way is None or weights is None
            else learned_window(way[1], weights, now=now, calendar=calendar)
        )
        windows = shipment.other_windows if window is None else (*shipment.other_windows, window)
        shipments.append(replace(shipment, other_windows=windows))
    return replace(order, shipments=tuple(shipments))


def _note(
    shop: str,
    story: Story,
    *,
    now: datetime,
    generation: int,
    calendar_of: CalendarOf,
    times: DeliveryTimes,
    parcels: ShopParcels,
) -> None:
    order = story.order
    parcels.keep(shop, order.id, notes_of(order, now=now), generation=generation, at=now)
    calendar = calendar_of(order.destination)
    for one in story.shipments:
        if (learned := taken(one, order.destination, now=now, calendar=calendar)) and one.delivered_at:
            parcel = f"{order.id} {one.shipment.name}"
            times.count(shop, parcel, learned, at=one.delivered_at)
