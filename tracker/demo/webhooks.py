"""Telling the app that a parcel moved, as Shopify's webhooks do: signed, once, without waiting.

https://shopify.dev/docs/apps/build/webhooks/subscribe/https
"""

from __future__ import annotations

import json
import threading
import uuid
from typing import Any

import requests

from tracker.demo.model import Event, Order, Parcel
from tracker.demo.signing import webhook_signature
from tracker.demo.state import SHOP_ID, Shop

PATH = "/webhooks/shopify"
API_VERSION = "2026-10"
TIME_OUT = 5.0
"""Seconds the app has, https://shopify.dev/docs/apps/build/webhooks/subscribe/https."""


class Webhooks:
    """Sends to the app at `app_url` (an origin); counts what was taken and what was not."""

    def __init__(self, shop: Shop, app_url: str) -> None:
        self._shop = shop
        self._address = app_url + PATH

    def parcel_moved(self, order: Order, parcel: Parcel, event: Event) -> threading.Thread | None:
        """Send fulfillment_events/create from a thread of its own, which is returned. Hold the shop's lock.

        None where webhooks are switched off.
        """
        if not self._shop.control.webhooks:
            return None
        body = json.dumps(_event_body(order, parcel, event)).encode()
        thread = threading.Thread(target=self._send, args=("fulfillment_events/create", body), daemon=True)
        thread.start()
        return thread

    def _send(self, topic: str, body: bytes) -> None:
        headers = {
            "Content-Type": "application/json",
            "X-Shopify-Topic": topic,
            "X-Shopify-Shop-Domain": self._shop.domain,
            "X-Shopify-API-Version": API_VERSION,
            "X-Shopify-Webhook-Id": str(uuid.uuid4()),
            "X-Shopify-Event-Id": str(uuid.uuid4()),
            "X-Shopify-Triggered-At": self._shop.clock().strftime("%Y-%m-%dT%H:%M:%SZ"),
            "X-Shopify-Hmac-Sha256": webhook_signature(body, self._shop.api_secret),
        }
        try:
            with requests.Session() as session:
                session.trust_env = False
                answer = session.post(
                    self._address, data=body, headers=headers, timeout=TIME_OUT, allow_redirects=False
                )
            taken = answer.ok and not answer.is_redirect
        except requests.RequestException:
            taken = False
        with self._shop.lock:
            self._shop.calls["webhooks_taken" if taken else "webhooks_failed"] += 1


def _event_body(order: Order, parcel: Parcel, event: Event) -> dict[str, Any]:
    happened = event.happened_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "id": event.id,
        "fulfillment_id": parcel.id,
        "status": event.status.lower(),
        "message": event.message,
        "happened_at": happened,
        "city": event.city,
        "province": event.province,
        "country": event.country,
        "zip": None,
        "address1": None,
        "latitude": None,
        "longitude": None,
        "shop_id": SHOP_ID,
        "created_at": happened,
        "updated_at": happened,
        "estimated_delivery_at": None,
        "order_id": order.id,
        "admin_graphql_api_id": f"gid://shopify/FulfillmentEvent/{event.id}",
    }
