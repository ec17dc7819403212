"""Shopify's words → ours, as tables: Admin API 2026-10, and the words of its unstable version that are known
already. Pure. An unknown word becomes `Status.UNKNOWN` with its raw form kept: a guess would be believed.

The meanings are those of the enums' own descriptions (https://shopify.dev/docs/api/admin-graphql/latest/enums/
FulfillmentDisplayStatus, FulfillmentEventStatus, OrderDisplayFulfillmentStatus, DeliveryMethodType,
FulfillmentHoldReason).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from tracker.order import Attention, Detail, Hold, Method, Reading, Status
from tracker.shopify.shapes import word

OnUnknownWord = Callable[[str, str], None]
"""Told the kind of word (`event_status`) and the word itself (capitals and `_` alone, or `?`)."""


def _table(*rows: tuple[str, Reading]) -> Mapping[str, Reading]:
    return {raw: replace(reading, raw=raw) for raw, reading in rows}


DISPLAY: Mapping[str, Reading] = _table(
    ("CONFIRMED", Reading(Status.PROCESSING)),
    ("SUBMITTED", Reading(Status.PROCESSING)),
    ("LABEL_PURCHASED", Reading(Status.LABEL_CREATED)),
    ("LABEL_PRINTED", Reading(Status.LABEL_CREATED)),
    # A new label is due: nothing to frighten a shopper with.
    ("LABEL_VOIDED", Reading(Status.PROCESSING, voids_label=True)),
    ("FULFILLED", Reading(Status.SHIPPED)),
    ("MARKED_AS_FULFILLED", Reading(Status.SHIPPED)),
    ("CARRIER_PICKED_UP", Reading(Status.IN_TRANSIT)),
    ("IN_TRANSIT", Reading(Status.IN_TRANSIT)),
    ("DELAYED", Reading(None, Attention.DELAYED)),
    ("OUT_FOR_DELIVERY", Reading(Status.OUT_FOR_DELIVERY)),
    ("READY_FOR_PICKUP", Reading(Status.READY_FOR_PICKUP)),
    ("ATTEMPTED_DELIVERY", Reading(Status.ATTEMPTED, Attention.ACTION_NEEDED)),
    ("NOT_DELIVERED", Reading(Status.ATTEMPTED, Attention.ACTION_NEEDED)),
    ("DELIVERED", Reading(Status.DELIVERED)),
    ("PICKED_UP", Reading(Status.DELIVERED, detail=Detail.COLLECTED)),
    # The fulfillment request failed, not a delivery.
    ("FAILURE", Reading(None, Attention.PROBLEM)),
    ("CANCELED", Reading(Status.CANCELLED)),
    # unstable
    ("RETURNING_TO_SENDER", Reading(Status.RETURNING)),
    ("READY_FOR_RECIPIENT_PICKUP", Reading(Status.READY_FOR_PICKUP)),
    ("BUYER_ACTION_REQUIRED", Reading(None, Attention.ACTION_NEEDED)),
)
"""Fulfillment.displayStatus, and the words of FulfillmentEvent.status, which are among them."""

FULFILLMENT: Mapping[str, Reading] = _table(
    ("SUCCESS", Reading(Status.SHIPPED)),
    ("OPEN", Reading(Status.PROCESSING)),
    ("PENDING", Reading(Status.PROCESSING)),
    ("CANCELLED", Reading(Status.CANCELLED)),
    ("ERROR", Reading(None, Attention.PROBLEM)),
    ("FAILURE", Reading(None, Attention.PROBLEM)),
)
"""Fulfillment.status, which says less, for where there is no displayStatus."""

ORDER: Mapping[str, Status] = {
    "FULFILLED": Status.SHIPPED,
    "PARTIALLY_FULFILLED": Status.PROCESSING,
    "ON_HOLD": Status.ON_HOLD,
    "SCHEDULED": Status.ON_HOLD,
    "UNFULFILLED": Status.PROCESSING,
    "OPEN": Status.PROCESSING,
    "IN_PROGRESS": Status.PROCESSING,
    "PENDING_FULFILLMENT": Status.PROCESSING,
    "REQUEST_DECLINED": Status.PROCESSING,
    "RESTOCKED": Status.PROCESSING,
    "FULFILLMENT_NOT_REQUIRED": Status.PROCESSING,
}
"""Order.displayFulfillmentStatus."""

METHOD: Mapping[str, Method] = {
    "SHIPPING": Method.SHIPPING,
    "PICK_UP": Method.PICK_UP,
    "PICKUP_POINT": Method.PICKUP_POINT,
    "LOCAL": Method.LOCAL,
    "RETAIL": Method.RETAIL,
    "NONE": Method.NONE,
}
"""DeliveryMethod.methodType."""

FULFILLMENT_ORDER = frozenset(
    {"CANCELLED", "CLOSED", "INCOMPLETE", "IN_PROGRESS", "ON_HOLD", "OPEN", "SCHEDULED"}
)
"""FulfillmentOrder.status."""

HOLD: Mapping[str, Hold | None] = {
    "INCORRECT_ADDRESS": Hold.ADDRESS,
    "AWAITING_RETURN_ITEMS": Hold.RETURN,
    "INVENTORY_OUT_OF_STOCK": Hold.STOCK,
    # The order's state of payment tells what is to be paid, and how it stands now.
    "AWAITING_PAYMENT": None,
    # The shop's own affair: nobody is told of a suspicion, nor that nobody knows.
    "HIGH_RISK_OF_FRAUD": None,
    "ONLINE_STORE_POST_PURCHASE_CROSS_SELL": None,
    "OTHER": None,
    "UNKNOWN_DELIVERY_DATE": None,
}
"""FulfillmentHold.reason; None for what is not told."""

PASSED_THROUGH: Mapping[str, frozenset[str]] = {
    "financial_status": frozenset(
        {
            "AUTHORIZED",
            "EXPIRED",
            "PAID",
            "PARTIALLY_PAID",
            "PARTIALLY_REFUNDED",
            "PENDING",
            "REFUNDED",
            "VOIDED",
        }
    ),
    "return_status": frozenset(
        {"INSPECTION_COMPLETE", "IN_PROGRESS", "NO_RETURN", "RETURNED", "RETURN_FAILED", "RETURN_REQUESTED"}
    ),
    "cancel_reason": frozenset({"CUSTOMER", "DECLINED", "FRAUD", "INVENTORY", "OTHER", "STAFF"}),
}
"""Words that are shown as they are, in lower case, by kind."""


class Words:
    """The tables, and somebody to tell of every word that they lack."""

    def __init__(self, on_unknown_word: OnUnknownWord) -> None:
        self._on_unknown_word = on_unknown_word

    def display(self, raw: object) -> Reading | None:
        """Fulfillment.displayStatus; None where there is none."""
        return self._reading("display_status", DISPLAY, raw)

    def fulfillment(self, raw: object) -> Reading | None:
        """Fulfillment.status; None where there is none."""
        return self._reading("fulfillment_status", FULFILLMENT, raw)

    def event(self, raw: object) -> Reading | None:
        """FulfillmentEvent.status; None where there is none."""
        return self._reading("event_status", DISPLAY, raw)

    def order(self, raw: object) -> Status:
        """Order.displayFulfillmentStatus."""
        known = ORDER.get(raw) if isinstance(raw, str) else None
        if known is None:
            self._unknown("order_status", raw)
            return Status.UNKNOWN
        return known

    def method(self, raw: object) -> Method:
        """DeliveryMethod.methodType; the usual one where it is absent or unknown."""
        if raw is None:
            return Method.SHIPPING
        known = METHOD.get(raw) if isinstance(raw, str) else None
        if known is None:
            self._unknown("delivery_method", raw)
            return Method.SHIPPING
        return known

    def fulfillment_order(self, raw: object) -> str | None:
        """FulfillmentOrder.status in its own spelling, None for an unknown one."""
        if isinstance(raw, str) and raw in FULFILLMENT_ORDER:
            return raw
        self._unknown("fulfillment_order_status", raw)
        return None

    def hold(self, raw: object) -> Hold | None:
        """FulfillmentHold.reason; None where it is not for the shopper to know."""
        if not isinstance(raw, str) or raw not in HOLD:
            self._unknown("hold_reason", raw)
            return None
        return HOLD[raw]

    def passed_through(self, kind: str, raw: object) -> str | None:
        """A word shown as it is, in lower case; None where there is none. A new one passes and is told of."""
        if raw is None:
            return None
        plain = word(raw)
        if plain not in PASSED_THROUGH[kind]:
            self._unknown(kind, raw)
        return plain.lower() if plain else None

    def _reading(self, kind: str, table: Mapping[str, Reading], raw: object) -> Reading | None:
        if raw is None:
            return None
        known = table.get(raw) if isinstance(raw, str) else None
        if known is None:
            self._unknown(kind, raw)
            return Reading(Status.UNKNOWN, raw=word(raw))
        return known

    def _unknown(self, kind: str, raw: object) -> None:
        self._on_unknown_word(kind, word(raw) or "?")
