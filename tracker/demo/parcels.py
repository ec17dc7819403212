"""Moving a parcel on: what the panel's buttons do, and how the stories were written."""

from __future__ import annotations

from datetime import datetime, timedelta

from tracker.demo.model import Event, Order, Parcel

MOVES: dict[str, tuple[str, str]] = {
    "LABEL_PURCHASED": ("Label bought", "Shipping label created"),
    "CARRIER_PICKED_UP": ("Picked up by the carrier", "Picked up by the carrier"),
    "IN_TRANSIT": ("In transit", "Arrived at a sorting centre"),
    "OUT_FOR_DELIVERY": ("Out for delivery", "Out for delivery"),
    "READY_FOR_PICKUP": ("Ready for pick-up", "Ready to be collected"),
    "ATTEMPTED_DELIVERY": ("Attempted", "Nobody was at home"),
    "DELAYED": ("Delayed", "Delayed on the way"),
    "DELIVERED": ("Delivered", "Delivered"),
    "FAILURE": ("Failed", "The carrier reports a problem"),
}
"""Event status → (words on the panel's button, the message the carrier leaves)."""

_ROUND = timedelta(hours=5)
"""How long a van is out: what is on it comes today, whatever was expected before."""

_MOVING = {"CARRIER_PICKED_UP", "IN_TRANSIT", "OUT_FOR_DELIVERY"}


def record(parcel: Parcel, event: Event) -> None:
    """Append one event and let the fulfilment follow it, as a carrier integration would."""
    parcel.events.append(event)
    parcel.display_status = event.status
    parcel.updated_at = max(parcel.updated_at, event.happened_at)
    if event.status in _MOVING and parcel.in_transit_at is None:
        parcel.in_transit_at = event.happened_at
    if event.status == "DELIVERED":
        parcel.delivered_at = event.happened_at
    elif event.estimated_delivery_at is not None:
        parcel.estimated_delivery_at = event.estimated_delivery_at


def move(order: Order, parcel: Parcel, status: str, *, event_id: int, now: datetime) -> Event:
    """Move a parcel to one of `MOVES` at the time `now` (UTC). Raises KeyError for any other word.

    The new event is never older than the parcel's newest one, so that pressing a button always shows.
    """
    _, message = MOVES[status]
    newest = max((event.happened_at for event in parcel.events), default=parcel.created_at)
    event = Event(event_id, status, max(now, newest), message, "Seattle", "Washington", "US")
    if status == "OUT_FOR_DELIVERY":
        event.estimated_delivery_at = event.happened_at + _ROUND
    record(parcel, event)
    if status != "DELIVERED":
        parcel.delivered_at = None
    order.updated_at = event.happened_at
    return event
