"""A shop's own subscriptions to webhooks: those for which its merchant has to grant a scope first. Fills
`ports.Installations`.

Whatever needs none but the scopes that every merchant grants is subscribed to for all shops at once, by
`shopify.app.toml`. What Shopify sends is cut down to ids here as it is there; where a topic's body would
then be the same twice, something is left in it that changes, since Shopify holds back what it has just sent:
https://shopify.dev/docs/apps/build/webhooks/customize/modify-payloads
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tracker.deadline import Deadline
from tracker.errors import UpstreamBroken
from tracker.ports.shops import Installation
from tracker.shapes import mapping, mappings
from tracker.shopify import queries
from tracker.shopify.api import AdminApi
from tracker.shopify.queries import FULFILLMENT_ORDER_SCOPES
from tracker.shopify.shapes import identity, nodes

PATH = "/webhooks/shopify"
"""Where this service takes webhooks in, below its own address."""

_SHOP_GID = "gid://shopify/Shop/"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A topic, the scopes any of which opens it, and the fields that its body is cut down to (none: all)."""

    scopes: frozenset[str]
    fields: tuple[str, ...]


_RETURN_SCOPES = frozenset({"read_returns", "write_returns"})
_RETURN = Wanted(_RETURN_SCOPES, ("id", "admin_graphql_api_id", "status", "order.id"))
_WHOLE_RETURN = Wanted(_RETURN_SCOPES, ())
_FULFILLMENT_ORDER = ("fulfillment_order.id", "fulfillment_order.status")


def _fulfillment_order(*fields: str) -> Wanted:
    return Wanted(FULFILLMENT_ORDER_SCOPES, fields)


OPTIONAL: Mapping[str, Wanted] = {
    "RETURNS_REQUEST": _RETURN,
    "RETURNS_APPROVE": _RETURN,
    "RETURNS_DECLINE": _RETURN,
    "RETURNS_PROCESS": _WHOLE_RETURN,
    "RETURNS_UPDATE": _WHOLE_RETURN,
    "FULFILLMENT_ORDERS_PLACED_ON_HOLD": _fulfillment_order(
        *_FULFILLMENT_ORDER, "created_fulfillment_hold.id", "remaining_fulfillment_order.id"
    ),
    "FULFILLMENT_ORDERS_HOLD_RELEASED": _fulfillment_order(*_FULFILLMENT_ORDER),
    "FULFILLMENT_ORDERS_RESCHEDULED": _fulfillment_order(*_FULFILLMENT_ORDER, "fulfillment_order.fulfill_at"),
    "FULFILLMENT_ORDERS_MOVED": _fulfillment_order(
        "original_fulfillment_order.id", "moved_fulfillment_order.id", "destination_location_id"
    ),
    "FULFILLMENT_ORDERS_LINE_ITEMS_PREPARED_FOR_PICKUP": _fulfillment_order(*_FULFILLMENT_ORDER),
    "FULFILLMENT_ORDERS_LINE_ITEMS_PREPARED_FOR_LOCAL_DELIVERY": _fulfillment_order(*_FULFILLMENT_ORDER),
    "FULFILLMENT_ORDERS_CANCELLED": _fulfillment_order(
        *_FULFILLMENT_ORDER, "replacement_fulfillment_order.id"
    ),
}
"""By Shopify's name of the topic. https://shopify.dev/docs/api/webhooks says which scope each needs."""


class ShopSubscriptions:
    """ports.Installations by the Admin API.

    `app_url` is the service's own public address; without one nobody can be told where to send webhooks, so
    nothing is subscribed to and nothing ended. `on_refused` is told the topic that Shopify did not take.
    """

    def __init__(
        self,
        api: AdminApi,
        *,
        app_url: str | None,
        on_refused: Callable[[str], None] = lambda _topic: None,
    ) -> None:
        self._api = api
        self._uri = None if app_url is None else app_url.rstrip("/") + PATH
        self._on_refused = on_refused

    def read(self, shop: str, *, deadline: Deadline) -> Installation:
        """See ports.Installations."""
        return _installation(self._read(shop, deadline))

    def subscribe(self, shop: str, *, deadline: Deadline) -> Installation:
        """See ports.Installations. One request for each change: there are few, and rarely any."""
        data = self._read(shop, deadline)
        found = _installation(data)
        if self._uri is None:
            return found
        missing = {topic: wanted for topic, wanted in OPTIONAL.items() if wanted.scopes & found.scopes}
        changed = 0
        for subscription in _ours(data):
            topic = subscription["topic"]
            if topic in missing and self._fits(subscription, missing[topic]):
                del missing[topic]
                continue
            self._change("webhookSubscriptionDelete", shop, topic, {"id": subscription["id"]}, deadline)
            changed += 1
        for topic, wanted in missing.items():
            variables = {
                "topic": topic,
                "subscription": {"uri": self._uri, "format": "JSON", "includeFields": list(wanted.fields)},
            }
            self._change("webhookSubscriptionCreate", shop, topic, variables, deadline)
            changed += 1
        return Installation(found.shop_id, found.scopes, changed)

    def _read(self, shop: str, deadline: Deadline) -> dict[str, Any]:
        return self._api.ask("installation", shop, queries.installation(), {}, deadline).data

    def _fits(self, subscription: Mapping[str, Any], wanted: Wanted) -> bool:
        fields = subscription.get("includeFields")
        same = isinstance(fields, list) and set(fields) == set(wanted.fields)
        return same and subscription["uri"] == self._uri

    def _change(
        self, field: str, shop: str, topic: str, variables: Mapping[str, object], deadline: Deadline
    ) -> None:
        """Done twice this does no harm: Shopify refuses to make or to end a subscription again."""
        text = queries.subscribe() if field == "webhookSubscriptionCreate" else queries.unsubscribe()
        data = self._api.ask("subscribe", shop, text, variables, deadline).data
        payload = data.get(field)
        if not isinstance(payload, dict):
            raise UpstreamBroken
        if mappings(payload.get("userErrors")):
            self._on_refused(topic)


def _installation(data: Mapping[str, Any]) -> Installation:
    gid = identity(data.get("shop")) or ""
    scopes = mapping(data.get("currentAppInstallation")).get("accessScopes")
    number = gid.removeprefix(_SHOP_GID)
    if not (gid.startswith(_SHOP_GID) and number.isascii() and number.isdigit() and isinstance(scopes, list)):
        raise UpstreamBroken
    handles = (scope.get("handle") for scope in mappings(scopes))
    return Installation(int(number), frozenset(handle for handle in handles if isinstance(handle, str)))


def _ours(data: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What this service once subscribed to, at whatever address it was then; nobody else's."""
    for subscription in nodes(data.get("webhookSubscriptions")):
        uri, topic = subscription.get("uri"), subscription.get("topic")
        if identity(subscription) and topic in OPTIONAL and isinstance(uri, str) and uri.endswith(PATH):
            yield subscription
