"""Plain orders and parcels for tests, each fact in one short line."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.strategies import START
from tracker.order import (
    Attention,
    DeliveryWindow,
    Detail,
    Hold,
    Item,
    Method,
    Order,
    Reading,
    Shipment,
    ShipmentStory,
    Source,
    Status,
    Tracking,
    TrackingEvent,
    Unshipped,
)
from tracker.timeline import tell


def at(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


def event(
    status: Status | None,
    minutes: int,
    *,
    source: Source = Source.SHOPIFY,
    attention: Attention = Attention.NONE,
    detail: Detail | None = None,
    message: str | None = None,
    language: str | None = None,
    city: str | None = None,
    country: str | None = None,
) -> TrackingEvent:
    reading = Reading(status, attention=attention, detail=detail)
    return TrackingEvent(reading, at(minutes), source, message, language, city=city, country=country)


def parcel(
    *events: TrackingEvent,
    displayed: Reading | Status | None = None,
    pieces: int = 1,
    method: Method = Method.SHIPPING,
    cancelled: bool = False,
    in_transit_at: datetime | None = None,
    delivered_at: datetime | None = None,
    window: tuple[datetime | None, datetime | None] | None = None,
    other_windows: tuple[DeliveryWindow, ...] = (),
    tracking: tuple[Tracking, ...] = (),
) -> Shipment:
    return Shipment(
        name="#1001.1",
        displayed=Reading(displayed) if isinstance(displayed, Status) else displayed,
        items=(Item("1", "Mug", pieces),),
        created_at=START,
        events=events,
        tracking=tracking,
        method=method,
        cancelled=cancelled,
        in_transit_at=in_transit_at,
        delivered_at=delivered_at,
        delivery_window=None if window is None else DeliveryWindow(*window, source=Source.SHOPIFY),
        other_windows=other_windows,
    )


def order(
    *parcels: Shipment,
    waiting: tuple[Unshipped, ...] = (),
    total: int = 10,
    displayed: Status = Status.PROCESSING,
    shippable: bool = True,
    cancelled: bool = False,
) -> Order:
    return Order(
        id="gid://shopify/Order/1",
        name="#1001",
        placed_at=START,
        displayed=displayed,
        shipments=parcels,
        unshipped=waiting,
        total_quantity=total,
        shippable=shippable,
        cancelled_at=at(9) if cancelled else None,
    )


def waiting(
    status: Status = Status.PROCESSING, *, pieces: int = 1, held: bool = False, hold: Hold | None = None
) -> Unshipped:
    return Unshipped(Item("2", "Bowl", pieces), status=status, held=held, hold=hold)


def told(
    shipment: Shipment, *, now: datetime | None = None, stalled_days: int | None = None
) -> ShipmentStory:
    return tell(order(shipment), now=now, stalled_days=stalled_days).shipments[0]
