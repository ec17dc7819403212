"""Why a parcel is as it is, as it can be told beside where it stands. Pure, standard library only.

Sources give finer reasons than there are words for, and a merge of two sources may join an attention and
a reason that cannot both hold. What is told has words of its own or those of who has to act, and never says
that somebody else is dealing with what the shopper is asked for.
"""

from __future__ import annotations

from tracker.order import Attention, Status

_ALIKE = {
    "consignee_closed": "consignee_absent",
    "consignee_moved": "consignee_address",
    "carrier_destroyed": "carrier_damaged",
    # What its carrier does not take is for the shop to send in another way.
    "carrier_rejected": "retailer_rejected",
}
"""What is told in the words of another reason."""

SPECIFIC = frozenset(
    {
        "consignee_absent",
        "consignee_address",
        "consignee_payment",
        "consignee_not_collected",
        "consignee_refused",
        "carrier_lost",
        "carrier_damaged",
        "customs_released",
    }
)
"""Reasons with words of their own."""

GENERAL = frozenset({"carrier", "retailer", "customs", "weather"})
"""Who or what may stand before the first underscore of any other reason, and has words."""

_SENT_BACK = frozenset(
    {"consignee_refused", "consignee_not_collected", "carrier_damaged"},
)
"""Why a parcel goes back, where what to do next is the same as for that reason."""

_OVER = frozenset({Status.DELIVERED, Status.CANCELLED})


def told_reason(status: Status, attention: Attention, reason: str | None) -> str | None:
    """The reason that is told of a parcel that stands so; None where there are no words for it, or where they
    would contradict what is told with it."""
    if reason is None or status in _OVER:
        return None
    reason = _ALIKE.get(reason, reason)
    who = reason.partition("_")[0]
    if reason not in SPECIFIC and who not in GENERAL:
        return None
    if status is Status.RETURNING:
        return reason if reason in _SENT_BACK else None
    if attention is Attention.ACTION_NEEDED:
        asked = who == "consignee" or (who == "customs" and reason != "customs_released")
        return reason if asked else None
    if attention is Attention.PROBLEM and (reason == "customs_released" or who == "weather"):
        return None
    return reason
