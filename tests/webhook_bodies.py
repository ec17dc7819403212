"""Bodies of webhooks as Shopify sends them whole, with the people in them, and a sender that signs them.

The names are those of Shopify's own payloads (https://shopify.dev/docs/api/webhooks); values are ours, and
ids beyond 2^53, where a float would be another number.
"""

from __future__ import annotations

import base64
import copy
import hashlib
import hmac
import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.web.storefront import ALICE, SECRET

ORDER_ID = 820_982_911_946_154_509
ORDER = f"gid://shopify/Order/{ORDER_ID}"
RETURN_ID = 945_000_000_000_000_001
RETURN = f"gid://shopify/Return/{RETURN_ID}"
FULFILLMENT_ORDER = "gid://shopify/FulfillmentOrder/1046000791"
CUSTOMER_ID = 706_405_506_930_370_085
SHOP_ID = 548_380_009
EMAIL = "grace@example.com"
PEOPLE = ("Grace", "Hopper", EMAIL, "+1-202-555-0100", "12 Navy Road", "Arlington")
"""What of a person is in the bodies below: none of it may be found anywhere afterwards."""

_ADDRESS = {
    "first_name": "Grace",
    "last_name": "Hopper",
    "name": "Grace Hopper",
    "phone": "+1-202-555-0100",
    "address1": "12 Navy Road",
    "city": "Arlington",
    "zip": "22202",
    "country_code": "US",
}
_ORDER = {
    "id": ORDER_ID,
    "admin_graphql_api_id": ORDER,
    "name": "#1001",
    "email": EMAIL,
    "contact_email": EMAIL,
    "phone": "+1-202-555-0100",
    "updated_at": "2026-11-20T12:00:00-05:00",
    "cancelled_at": None,
    "customer": {"id": CUSTOMER_ID, "email": EMAIL, "first_name": "Grace"},
    "shipping_address": _ADDRESS,
    "fulfillments": [],
    "line_items": [{"id": 487_817_672_276_298_554, "title": "Aviator sunglasses", "quantity": 1}],
}
_FULFILLMENT = {
    "id": 123_456_789_012_345_678,
    "admin_graphql_api_id": "gid://shopify/Fulfillment/123456789012345678",
    "order_id": ORDER_ID,
    "status": "success",
    "email": EMAIL,
    "destination": _ADDRESS,
    "tracking_number": "1Z001985YW99744790",
    "updated_at": "2026-11-20T12:00:00-05:00",
}
_FULFILLMENT_EVENT = {
    "id": 987_654_321_098_765_432,
    "admin_graphql_api_id": "gid://shopify/FulfillmentEvent/987654321098765432",
    "fulfillment_id": 123_456_789_012_345_678,
    "order_id": ORDER_ID,
    "shop_id": SHOP_ID,
    "status": "in_transit",
    "message": "Left with Grace Hopper's neighbour",
    "city": "Arlington",
    "updated_at": "2026-11-20T12:00:00-05:00",
}
_RETURN = {
    "id": RETURN_ID,
    "admin_graphql_api_id": RETURN,
    "status": "open",
    "order": {"id": ORDER_ID, "admin_graphql_api_id": ORDER},
    "return_line_items": [],
}
_RETURN_ENDS = {
    "id": RETURN_ID,
    "admin_graphql_api_id": RETURN,
    "order_id": ORDER_ID,
    "status": "closed",
}
_HOLD = {"id": "gid://shopify/FulfillmentHold/1", "reason": "other", "reason_notes": "Grace Hopper moved"}
_WAITS = {"id": FULFILLMENT_ORDER, "status": "open"}
_PERSON = {
    "shop_id": SHOP_ID,
    "shop_domain": ALICE,
    "customer": {"id": CUSTOMER_ID, "email": EMAIL, "phone": "+1-202-555-0100"},
}

FULL_BODIES: dict[str, dict[str, Any]] = {
    **dict.fromkeys(
        [
            *("orders/create", "orders/updated", "orders/cancelled"),
            *("orders/fulfilled", "orders/partially_fulfilled"),
        ],
        _ORDER,
    ),
    "orders/edited": {
        "order_edit": {
            "id": 78_912_328_793,
            "order_id": ORDER_ID,
            "committed_at": "2026-11-20T12:00:00Z",
            "staff_note": "Grace Hopper called",
            "line_items": {"additions": [], "removals": []},
        }
    },
    "orders/delete": {"id": ORDER_ID},
    **dict.fromkeys(["fulfillments/create", "fulfillments/update"], _FULFILLMENT),
    **dict.fromkeys(["fulfillment_events/create", "fulfillment_events/delete"], _FULFILLMENT_EVENT),
    "refunds/create": {
        "id": 890_088_186_047_892_319,
        "admin_graphql_api_id": "gid://shopify/Refund/890088186047892319",
        "order_id": ORDER_ID,
        "created_at": "2026-11-20T12:00:00-05:00",
        "note": "Grace Hopper was not at home",
    },
    **dict.fromkeys(["returns/request", "returns/approve", "returns/decline", "returns/process"], _RETURN),
    **dict.fromkeys(["returns/cancel", "returns/close", "returns/reopen"], _RETURN_ENDS),
    "returns/update": {"admin_graphql_api_id": RETURN, "return_line_items": {"removals": []}},
    "fulfillment_orders/placed_on_hold": {
        "fulfillment_order": _WAITS,
        "created_fulfillment_hold": _HOLD,
        "remaining_fulfillment_order": {
            "id": 1_046_000_792,
            "destination": _ADDRESS | {"id": 1_046_000_777},
            "delivery_method": {"id": 119_408, "method_type": "shipping"},
        },
    },
    "fulfillment_orders/moved": {
        "original_fulfillment_order": _WAITS,
        "moved_fulfillment_order": {"id": "gid://shopify/FulfillmentOrder/1046000793"},
        "source_location": {"id": "gid://shopify/Location/1"},
        "destination_location_id": "gid://shopify/Location/2",
    },
    "fulfillment_orders/cancelled": {"fulfillment_order": _WAITS, "replacement_fulfillment_order": None},
    **{
        f"fulfillment_orders/{action}": {"fulfillment_order": _WAITS}
        for action in (
            *("hold_released", "rescheduled"),
            *("line_items_prepared_for_pickup", "line_items_prepared_for_local_delivery"),
        )
    },
    "app/uninstalled": {
        "id": SHOP_ID,
        "name": "Alice's attic",
        "email": "alice@example.com",
        "domain": "attic.example",
        "myshopify_domain": ALICE,
        "updated_at": "2026-11-20T12:00:00-05:00",
    },
    "app/scopes_update": {
        "id": 1,
        "shop_id": f"gid://shopify/Shop/{SHOP_ID}",
        "previous": ["read_orders"],
        "current": ["read_orders", "read_returns"],
        "updated_at": "2026-11-20T12:00:00.000Z",
    },
    "customers/data_request": _PERSON | {"orders_requested": [ORDER_ID], "data_request": {"id": 9999}},
    "customers/redact": _PERSON | {"orders_to_redact": [ORDER_ID]},
    "shop/redact": {"shop_id": SHOP_ID, "shop_domain": ALICE},
}
"""By topic: each that the service knows what to do with, from Alice's shop and about one order of Grace's."""


def changed(topic: str, **values: Any) -> dict[str, Any]:
    """The body of a topic with other values at its top."""
    return copy.deepcopy(FULL_BODIES[topic]) | values


def cut_down(body: Mapping[str, Any], fields: Sequence[str]) -> dict[str, Any]:
    """What `include_fields` leaves of a body."""
    left: dict[str, Any] = {}
    for field in fields:
        name, _, inner = field.partition(".")
        if name not in body:
            continue
        if not inner:
            left[name] = body[name]
        elif isinstance(body[name], dict):
            left.setdefault(name, {}).update(cut_down(body[name], [inner]))
    return left


def signature_of(body: bytes, secret: str = SECRET) -> str:
    """https://shopify.dev/docs/apps/build/webhooks/subscribe/https"""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


class Sender:
    """Shopify, sending webhooks of one shop to `app`."""

    def __init__(self, app: Flask, *, shop: str = ALICE, secret: str = SECRET) -> None:
        self._client = app.test_client(use_cookies=False)
        self._shop = shop
        self._secret = secret

    def headers(
        self,
        topic: str,
        body: bytes,
        *,
        event_id: str | None = None,
        triggered_at: datetime | None = None,
    ) -> dict[str, str]:
        """All that Shopify adds."""
        return {
            "X-Shopify-Topic": topic,
            "X-Shopify-Shop-Domain": self._shop,
            "X-Shopify-API-Version": "2026-10",
            "X-Shopify-Webhook-Id": str(uuid.uuid4()),
            "X-Shopify-Event-Id": event_id or str(uuid.uuid4()),
            "X-Shopify-Triggered-At": (triggered_at or datetime.now(UTC)).isoformat(),
            "X-Shopify-Hmac-Sha256": signature_of(body, self._secret),
        }

    def post(self, body: bytes, headers: Mapping[str, str | None]) -> TestResponse:
        """Exactly these bytes with exactly these headers; None takes one away."""
        sent = {name: value for name, value in headers.items() if value is not None}
        return self._client.post(
            "/webhooks/shopify", data=body, headers=sent, content_type="application/json"
        )

    def send(
        self,
        topic: str,
        body: Mapping[str, Any] | bytes | None = None,
        *,
        event_id: str | None = None,
        triggered_at: datetime | None = None,
        headers: Mapping[str, str | None] | None = None,
    ) -> TestResponse:
        """A webhook of this topic; its body is that of the topic above unless another is given. `headers` are
        put over those that Shopify adds."""
        body = FULL_BODIES[topic] if body is None else body
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        all_headers = self.headers(topic, raw, event_id=event_id, triggered_at=triggered_at)
        return self.post(raw, all_headers | dict(headers or {}))
