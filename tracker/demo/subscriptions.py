"""Webhook subscriptions that an app makes for one shop by the Admin API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from tracker.demo.installation import Subscription
from tracker.demo.state import Shop
from tracker.demo.topics import TOPICS

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class BadSubscription(ValueError):
    """The text is the message of a `UserError`, `field` the path to what is wrong."""

    def __init__(self, message: str, *field: str) -> None:
        super().__init__(message)
        self.field = list(field)


def create_subscription(shop: Shop, topic: str | None, wanted: Mapping[str, Any]) -> Subscription:
    """Subscribe the app to a topic (None: one that this shop never raises). Raises BadSubscription.

    As in Shopify the address is https, but for one on this machine. A filter is refused rather than ignored.
    """
    installation = shop.installation
    if installation is None or topic is None or not TOPICS[topic].opened_by(shop.control.scopes):
        raise BadSubscription("You cannot create a webhook subscription with the specified topic", "topic")
    uri = wanted.get("uri") or wanted.get("callbackUrl")
    place = ("webhookSubscription", "callbackUrl")
    if not uri:
        raise BadSubscription("Address can't be blank", *place)
    address = urlsplit(uri)
    if address.hostname is None or (address.scheme != "https" and address.hostname not in _LOOPBACK):
        raise BadSubscription("Address is not allowed: https is wanted", *place)
    if wanted.get("filter") or wanted.get("format") == "XML" or wanted.get("metafieldNamespaces"):
        raise BadSubscription("Filters, XML and metafields are not understood here", "webhookSubscription")
    if any((one.topic, one.uri) == (topic, uri) for one in installation.subscriptions):
        raise BadSubscription("Address for this topic has already been taken", *place)
    now = shop.clock()
    made = Subscription(
        shop.next_id(), topic, uri, now, now, list(wanted.get("includeFields") or ()), wanted.get("name")
    )
    installation.subscriptions.append(made)
    return made
