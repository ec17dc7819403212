"""Which access scope each type needs, and which fields are protected customer data.

Figures: the `requiredAccess` and `protected` annotations of the Admin schema 2026-10 (npm package
@shopify/dev-mcp), and https://shopify.dev/docs/apps/launch/protected-customer-data.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from graphql import GraphQLError, GraphQLResolveInfo, get_named_type

_ORDERS = ("read_orders", "read_marketplace_orders")
_FULFILLMENT_ORDERS = (
    "read_assigned_fulfillment_orders",
    "read_merchant_managed_fulfillment_orders",
    "read_third_party_fulfillment_orders",
    "read_marketplace_fulfillment_orders",
)
_RETURNS = ("read_returns", "read_marketplace_returns")

REQUIRED: dict[str, tuple[str, ...]] = {
    "Order": (*_ORDERS, "read_quick_sale"),
    "LineItem": _ORDERS,
    "Refund": _ORDERS,
    "FulfillmentLineItem": _ORDERS,
    "FulfillmentEvent": ("read_orders",),
    "Fulfillment": (*_ORDERS, *_FULFILLMENT_ORDERS),
    "FulfillmentTrackingInfo": (*_ORDERS, *_FULFILLMENT_ORDERS),
    "DeliveryMethod": ("read_orders", *_FULFILLMENT_ORDERS),
    "FulfillmentOrder": _FULFILLMENT_ORDERS,
    "FulfillmentOrderAssignedLocation": _FULFILLMENT_ORDERS,
    "FulfillmentHold": _FULFILLMENT_ORDERS,
    "FulfillmentOrderLineItem": _FULFILLMENT_ORDERS[:3],
    "Customer": ("read_customers",),
    "Return": _RETURNS,
    "ReverseFulfillmentOrder": _RETURNS,
    "ReverseDelivery": _RETURNS,
    "ReverseDeliveryShippingDeliverable": _RETURNS,
    "ReverseDeliveryTrackingV2": _RETURNS,
}
"""Type → scopes, any one of which opens it."""

PROTECTED: dict[tuple[str, str], str] = {
    ("Customer", "displayName"): "name",
    ("Customer", "email"): "email",
    ("Customer", "firstName"): "name",
    ("Order", "email"): "email",
    ("Order", "phone"): "phone",
    ("Order", "statusPageUrl"): "name",
    ("FulfillmentEvent", "city"): "address",
}
"""(type, field) → the kind of personal data that must have been approved for it."""

ALL_SCOPES = (
    "read_orders",
    "read_fulfillments",
    "read_customers",
    "read_returns",
    "read_merchant_managed_fulfillment_orders",
    "read_third_party_fulfillment_orders",
    "write_app_proxy",
)
"""What the demo's app was granted: all it can use, but not read_all_orders."""

_DOCUMENTATION = "https://shopify.dev/api/usage/access-scopes"


def check_scope(info: GraphQLResolveInfo[Any], scopes: Collection[str]) -> None:
    """Raise ACCESS_DENIED where the field leads to a type that none of the granted scopes opens."""
    parent = info.parent_type.name
    if parent.endswith(("Connection", "Edge")):
        return  # the connection's own field was checked
    name = get_named_type(info.return_type).name.removesuffix("Connection")
    required = REQUIRED.get(name)
    if required is None or not set(required).isdisjoint(scopes):
        return
    words = " or ".join(f"`{scope}` access scope" for scope in required)
    raise GraphQLError(
        f"Access denied for {info.field_name} field. Required access: {words}.",
        extensions={"code": "ACCESS_DENIED", "documentation": _DOCUMENTATION, "requiredAccess": f"{words}."},
    )


def check_protected(info: GraphQLResolveInfo[Any], approved: Collection[str]) -> None:
    """Raise ACCESS_DENIED where the field is personal data that the app was not approved for."""
    kind = PROTECTED.get((info.parent_type.name, info.field_name))
    if kind is None or kind in approved:
        return
    raise GraphQLError(
        f"This app is not approved to use the {info.field_name} field. "
        "See https://partners.shopify.com/apps/customer_data for more details.",
        extensions={"code": "ACCESS_DENIED", "documentation": _DOCUMENTATION},
    )
