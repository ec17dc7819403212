"""What happens to orders in a shop, and which webhooks it raises. Hold the shop's lock for all of them."""

from __future__ import annotations

from tracker.demo.bodies import event_body, fulfillment_body
from tracker.demo.courier import Delivery
from tracker.demo.model import Order, Parcel
from tracker.demo.parcels import move
from tracker.demo.state import Shop
from tracker.demo.webhooks import Webhooks


def move_parcel(shop: Shop, webhooks: Webhooks, order: Order, parcel: Parcel, status: str) -> list[Delivery]:
    """A carrier moves a parcel to one of `parcels.MOVES`. Raises KeyError for any other word."""
    event = move(order, parcel, status, event_id=shop.next_id(), now=shop.clock())
    return [
        *webhooks.tell("fulfillment_events/create", event_body(shop, order, parcel, event)),
        *webhooks.tell("fulfillments/update", fulfillment_body(shop, order, parcel)),
    ]
