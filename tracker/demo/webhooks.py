"""Telling the app what happened in a shop: who is subscribed, what they are sent, and how it is signed.

https://shopify.dev/docs/apps/build/webhooks/subscribe/https
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tracker.demo.courier import Courier, Delivery, Overtaking
from tracker.demo.installation import Subscription
from tracker.demo.signing import webhook_signature
from tracker.demo.state import Shop
from tracker.demo.topics import COMPLIANCE, TOPICS

HELD_SECONDS = 2.0
"""How long one that is to be overtaken waits for another."""

Body = Mapping[str, Any] | bytes


@dataclass(frozen=True)
class _Address:
    uri: str
    include_fields: tuple[str, ...] = ()
    name: str | None = None
    subscription: Subscription | None = None


class Webhooks:
    """Sends what happens in one shop by a courier; counts what was taken and what was not."""

    def __init__(self, shop: Shop, courier: Courier) -> None:
        self._shop = shop
        self._courier = courier
        self._overtaking = Overtaking(courier, held_seconds=HELD_SECONDS)

    def tell(
        self,
        topic: str,
        body: Body,
        *,
        event_id: str | None = None,
        triggered_at: datetime | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> list[Delivery]:
        """Send one event to every subscription of its topic; what is on its way. Hold the shop's lock.

        Nothing is sent where webhooks are switched off, the app is nowhere, or lacks the topic's scope. A
        `body` of bytes goes as it is. `event_id` and `triggered_at` (aware) are new and now unless given,
        `headers` replace those of the same name.
        """
        shop = self._shop
        if not shop.control.webhooks:
            return []
        fixed = {
            "X-Shopify-Event-Id": event_id or str(uuid.uuid4()),
            "X-Shopify-Triggered-At": _precise(triggered_at or shop.clock()),
        }
        sent = []
        for address in self._addresses(topic):
            raw = body if isinstance(body, bytes) else _written(body, address.include_fields)
            for _ in range(1 + max(0, shop.control.webhook_duplicates)):
                delivery = self._delivery(topic, address, raw, {**fixed, **(headers or {})})
                self._send(delivery)
                sent.append(delivery)
        return sent

    def _addresses(self, topic: str) -> Iterator[_Address]:
        shop = self._shop
        if shop.app_url is None:
            return
        config = shop.config
        if topic in COMPLIANCE:
            if topic in config.compliance:
                yield _Address(config.reached_at(config.compliance[topic], shop.app_url))
            return
        if shop.installation is None or not TOPICS[topic].opened_by(shop.control.scopes):
            return
        for one in config.subscriptions:
            if one.topic == topic:
                yield _Address(config.reached_at(one.uri, shop.app_url), one.include_fields, one.name)
        for own in shop.installation.subscriptions:
            if own.topic == topic:
                yield _Address(own.uri, tuple(own.include_fields), own.name, own)

    def _delivery(self, topic: str, address: _Address, body: bytes, fixed: Mapping[str, str]) -> Delivery:
        shop = self._shop
        secret = "another-secret" if shop.control.webhook_wrong_hmac else shop.api_secret
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Shopify-Captain-Hook",
            "X-Shopify-Topic": topic,
            "X-Shopify-Shop-Domain": shop.domain,
            "X-Shopify-API-Version": shop.config.api_version,
            "X-Shopify-Webhook-Id": str(uuid.uuid4()),
            "X-Shopify-Hmac-Sha256": webhook_signature(body, secret),
            **({"X-Shopify-Name": address.name} if address.name else {}),
            **fixed,
        }

        def count(taken: bool) -> None:  # noqa: FBT001 - the shape that a courier calls
            with shop.lock:
                shop.calls["webhooks_taken" if taken else "webhooks_failed"] += 1

        def give_up() -> None:
            with shop.lock:
                shop.calls["webhooks_given_up"] += 1
                self._drop(address.subscription)

        return Delivery(topic, address.uri, body, headers, on_attempt=count, on_given_up=give_up)

    def _drop(self, subscription: Subscription | None) -> None:
        """A subscription that the Admin API made ends once a delivery failed every time."""
        installation = self._shop.installation
        if installation is not None and subscription in installation.subscriptions:
            installation.subscriptions.remove(subscription)

    def _send(self, delivery: Delivery) -> None:
        if not self._shop.control.webhook_reorder:
            self._courier.send(delivery)
        else:
            self._overtaking.send(delivery)


def cut_down(body: Mapping[str, Any], include_fields: Iterable[str]) -> dict[str, Any]:
    """What `include_fields` leave of a body: a field, or with a period what is within one or within each of a
    list. https://shopify.dev/docs/apps/build/webhooks/customize/modify-payloads"""
    inner: dict[str, list[str]] = {}
    for field in include_fields:
        name, _, rest = field.partition(".")
        inner.setdefault(name, []).append(rest)
    return {name: _within(value, inner[name]) for name, value in body.items() if name in inner}


def _within(value: Any, fields: list[str]) -> Any:
    if "" in fields:
        return value
    if isinstance(value, list):
        return [_within(one, fields) for one in value]
    return cut_down(value, fields) if isinstance(value, Mapping) else value


def _written(body: Mapping[str, Any], include_fields: tuple[str, ...]) -> bytes:
    kept = cut_down(body, include_fields) if include_fields else body
    return json.dumps(kept, separators=(",", ":"), ensure_ascii=False).encode()


def _precise(at: datetime) -> str:
    """Nanoseconds, as Shopify has them here."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.%f") + "000Z"
