"""The webhook topics that the demo raises, and the scopes any one of which lets an app hear of them.

Figures: the descriptions of WebhookSubscriptionTopic in the Admin schema 2026-10.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

COMPLIANCE = ("customers/data_request", "customers/redact", "shop/redact")
"""Mandatory topics, declared in the app's file alone.
https://shopify.dev/docs/apps/build/compliance/privacy-law-compliance"""

_ORDERS = ("read_orders", "read_marketplace_orders")
_ORDERS_OR_MEMBERSHIPS = (*_ORDERS, "read_buyer_membership_orders")
_FULFILLMENTS = ("read_fulfillments", "read_marketplace_orders")
_EVENTS = ("read_fulfillments",)
_RETURNS = ("read_returns", "read_marketplace_returns", "read_buyer_membership_orders")
_RETURNS_OR_ORDERS = (*_ORDERS, *_RETURNS)
_FULFILLMENT_ORDERS = (
    "read_merchant_managed_fulfillment_orders",
    "read_assigned_fulfillment_orders",
    "read_third_party_fulfillment_orders",
    "read_marketplace_fulfillment_orders",
)


@dataclass(frozen=True)
class Topic:
    """`scopes`: any one of them opens the topic; none are needed where it is empty."""

    scopes: tuple[str, ...] = ()

    def opened_by(self, granted: Collection[str]) -> bool:
        """Whether an app with these scopes may hear of the topic."""
        return not self.scopes or not set(self.scopes).isdisjoint(granted)


TOPICS: dict[str, Topic] = {
    "app/uninstalled": Topic(),
    "app/scopes_update": Topic(),
    "orders/create": Topic(_ORDERS),
    "orders/updated": Topic(_ORDERS_OR_MEMBERSHIPS),
    "orders/cancelled": Topic(_ORDERS_OR_MEMBERSHIPS),
    "orders/fulfilled": Topic(_ORDERS),
    "orders/partially_fulfilled": Topic(_ORDERS),
    "orders/edited": Topic(_ORDERS_OR_MEMBERSHIPS),
    "orders/delete": Topic(("read_orders",)),
    "fulfillments/create": Topic(_FULFILLMENTS),
    "fulfillments/update": Topic(_FULFILLMENTS),
    "fulfillment_events/create": Topic(_EVENTS),
    "fulfillment_events/delete": Topic(_EVENTS),
    "refunds/create": Topic(_ORDERS_OR_MEMBERSHIPS),
    **{f"returns/{word}": Topic(_RETURNS) for word in ("request", "approve", "decline", "process", "update")},
    **{f"returns/{word}": Topic(_RETURNS_OR_ORDERS) for word in ("cancel", "close", "reopen")},
    **{
        f"fulfillment_orders/{word}": Topic(_FULFILLMENT_ORDERS)
        for word in (
            "placed_on_hold",
            "hold_released",
            "rescheduled",
            "moved",
            "line_items_prepared_for_pickup",
            "line_items_prepared_for_local_delivery",
            "cancelled",
        )
    },
}
"""Topic → who may hear of it."""


def enum_of(topic: str) -> str:
    """The topic as the Admin API spells it: `orders/updated` → `ORDERS_UPDATED`."""
    return topic.replace("/", "_").upper()


BY_ENUM = {enum_of(topic): topic for topic in TOPICS}
"""The Admin API's spelling → the topic."""
