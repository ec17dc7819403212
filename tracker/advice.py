"""What helps a shopper whose order, or one parcel of it, is as it is. Pure, standard library only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from tracker.order import Attention, Method, ShipmentStory, Status, Story

MISSED = timedelta(days=30)
"""For so long after a delivery somebody may still miss the parcel and look for it."""

_GRAVE = frozenset({Attention.STALLED, Attention.PROBLEM})

_COLLECTED = frozenset({Method.PICK_UP, Method.PICKUP_POINT, Method.RETAIL})
"""Ways on which the shopper comes for it: nobody else is asked for it."""

_TRIED_AGAIN = frozenset({None, "consignee_absent", "consignee_address"})
"""Why a delivery failed that another day, another place or a name on the door may mend."""

_UNANSWERED = frozenset({None, "customs_released"})
"""Reasons that say nothing of what is to be done."""


def order_advice(story: Story, *, now: datetime) -> str | None:
    """What there is advice for in a whole order, read at `now` (aware): the attention `stalled` or `problem`,
    the status `attempted` or `delivered`, None where nothing more helps. What to do about a reason that is
    known is said with it."""
    reason = next((one.reason for one in story.shipments if one.attention is story.attention), None)
    return _advice(story.status, story.attention, reason, story.shipments, story.order.returned, now=now)


def parcel_advice(parcel: ShipmentStory, returned: str | None, *, now: datetime) -> str | None:
    """The same for one parcel of an order whose state of return is `returned`, in the shop's words."""
    return _advice(parcel.status, parcel.attention, parcel.reason, [parcel], returned, now=now)


def _advice(
    status: Status | None,
    attention: Attention | None,
    reason: str | None,
    parcels: Sequence[ShipmentStory],
    returned: str | None,
    *,
    now: datetime,
) -> str | None:
    if attention in _GRAVE and reason in _UNANSWERED:
        return attention
    carried = any(parcel.shipment.method not in _COLLECTED for parcel in parcels)
    if not carried:
        return None
    if status is Status.ATTEMPTED and reason in _TRIED_AGAIN:
        return status
    if status is Status.DELIVERED and returned in (None, "no_return"):
        delivered = max((one.delivered_at for one in parcels if one.delivered_at is not None), default=now)
        return status if now - delivered < MISSED else None
    return None
