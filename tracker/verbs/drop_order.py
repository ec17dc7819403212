"""Something of an order changed: what is kept of it no longer holds."""

from __future__ import annotations

from tracker.ports.answers import KeptOrders
from tracker.webhook import OrderChanged


def drop_order(shop: str, changed: OrderChanged, *, kept: KeptOrders) -> str:
    """Drop every kept answer about exactly this order, so that the next look-up reads it anew.

    Where a part of it was named beside the order, that is remembered, for a body that names only the part.
    Gives `dropped`, or `unresolved` for a part of an order that nobody has named yet: what may be kept of it
    ends by its age. Raises CacheUnavailable.
    """
    if changed.order_id is not None:
        order_ids = {changed.order_id}
        for part in changed.parts:
            kept.know_part(shop, part, changed.order_id)
    else:
        order_ids = {order for part in changed.parts if (order := kept.order_of(shop, part))}
    for order_id in order_ids:
        kept.drop(shop, order_id)
    return "dropped" if order_ids else "unresolved"
