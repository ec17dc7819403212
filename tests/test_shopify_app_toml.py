"""What Shopify's tools would refuse on `shopify app deploy` is found here, where no login is needed.

The rules of the app proxy: shopify.dev/docs/apps/build/online-store/app-proxies; of webhooks:
shopify.dev/docs/apps/build/cli-for-apps/app-configuration#webhooks.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from tests.webhook_bodies import FULL_BODIES, cut_down
from tracker.app import create_app
from tracker.check import NEEDED
from tracker.settings import Settings
from tracker.shopify.subscriptions import OPTIONAL, PATH
from tracker.shopify.webhook_body import read_webhook
from tracker.webhook import Envelope, OrderChanged, ScopesChanged, Uninstalled

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def app() -> dict[str, Any]:
    return tomllib.loads((ROOT / "shopify.app.toml").read_text())


def test_it_names_what_the_deploy_command_requires(app: dict[str, Any]) -> None:
    assert {"client_id", "name", "application_url", "embedded"} <= app.keys()
    assert app["application_url"].startswith("https://")


def test_it_carries_no_real_client_id(app: dict[str, Any]) -> None:
    """Everybody's copy has its own; one in the repository would deploy over somebody's app."""
    assert not re.fullmatch(r"[0-9a-f]{32}", app["client_id"])


def test_the_least_scopes_are_asked_for_and_no_other(app: dict[str, Any]) -> None:
    scopes = app["access_scopes"]["scopes"].split(",")

    assert scopes == ["read_orders", "read_fulfillments", "write_app_proxy"]


def test_optional_scopes_only_read_and_repeat_nothing(app: dict[str, Any]) -> None:
    optional = app["access_scopes"]["optional_scopes"]

    assert all(scope.startswith("read_") for scope in optional)
    assert not set(optional) & set(app["access_scopes"]["scopes"].split(","))
    assert len(optional) == len(set(optional))


def test_scopes_without_which_nothing_fails_are_the_merchants_choice(app: dict[str, Any]) -> None:
    optional = set(app["access_scopes"]["optional_scopes"])

    assert {"read_customers", "read_merchant_managed_fulfillment_orders"} <= optional
    assert optional.isdisjoint(NEEDED)


def test_the_app_proxy_address_is_one_that_shopify_accepts(app: dict[str, Any]) -> None:
    proxy = app["app_proxy"]

    assert proxy["prefix"] in {"a", "apps", "community", "tools"}
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,30}", proxy["subpath"])
    assert proxy["subpath"] not in {"admin", "services", "password", "login"}


def test_the_app_proxy_leads_to_the_routes_that_demand_a_signature(app: dict[str, Any]) -> None:
    """A relative address is put behind application_url by Shopify's tools."""
    assert app["app_proxy"]["url"] == "/proxy"


def test_the_theme_block_is_found(app: dict[str, Any]) -> None:
    """Shopify's tools look for *.extension.toml right inside each of these folders."""
    found = [
        tomllib.loads(file.read_text())
        for folder in app["extension_directories"]
        for file in ROOT.glob(f"{folder}/*.extension.toml")
    ]

    assert [extension["type"] for extension in found] == ["theme"]


def test_webhooks_speak_the_version_that_the_service_speaks(app: dict[str, Any]) -> None:
    default = {field.name: field.default for field in fields(Settings)}["api_version"]

    assert app["webhooks"]["api_version"] == default


# Topics that each required scope opens (https://shopify.dev/docs/api/webhooks). For closing a return again,
# Shopify takes the scope of orders as well as that of returns.
OPENED_BY = {
    "read_orders": {
        *("orders/updated", "orders/cancelled", "orders/fulfilled", "orders/partially_fulfilled"),
        *("orders/create", "orders/edited", "orders/delete", "refunds/create"),
        *("returns/cancel", "returns/close", "returns/reopen"),
    },
    "read_fulfillments": {
        *("fulfillments/create", "fulfillments/update"),
        *("fulfillment_events/create", "fulfillment_events/delete"),
    },
    "none": {"app/uninstalled", "app/scopes_update"},
}
COMPLIANCE = ["customers/data_request", "customers/redact", "shop/redact"]
# What a body may be cut down to: ids, times, and what the service is told for.
HARMLESS = {
    *("id", "admin_graphql_api_id", "order_id", "shop_id", "updated_at", "created_at"),
    *("order_edit.id", "order_edit.order_id", "order_edit.committed_at", "myshopify_domain", "current"),
}
# Of these Shopify sends nothing but ids and a status anyhow.
SHORT = {"orders/delete", "returns/cancel", "returns/close", "returns/reopen"}


@pytest.fixture(scope="module")
def subscriptions(app: dict[str, Any]) -> list[dict[str, Any]]:
    return list(app["webhooks"]["subscriptions"])


def topics(subscriptions: list[dict[str, Any]]) -> list[str]:
    return [topic for subscription in subscriptions for topic in subscription.get("topics", [])]


def test_every_topic_that_the_required_scopes_open_is_subscribed_to_once(
    app: dict[str, Any], subscriptions: list[dict[str, Any]]
) -> None:
    """And no other: one that needs an optional scope would make the deploy fail."""
    required = {*app["access_scopes"]["scopes"].split(","), "none"}
    opened = {topic for scope, topics in OPENED_BY.items() if scope in required for topic in topics}

    assert sorted(opened) == sorted(topics(subscriptions))


def test_topics_of_optional_scopes_are_left_to_each_shop(
    app: dict[str, Any], subscriptions: list[dict[str, Any]]
) -> None:
    """None of them twice, and none that no optional scope of the file would open."""
    own = {topic.lower().replace("_", "/", 1) for topic in OPTIONAL if topic.startswith("RETURNS")}
    own |= {
        topic.lower().replace("fulfillment_orders_", "fulfillment_orders/")
        for topic in OPTIONAL
        if topic.startswith("FULFILLMENT_ORDERS")
    }
    optional = set(app["access_scopes"]["optional_scopes"])

    assert len(OPTIONAL) == len(own)
    assert set() == own & set(topics(subscriptions))
    assert all(wanted.scopes & optional for wanted in OPTIONAL.values())


def test_the_three_duties_are_subscribed_to_once(subscriptions: list[dict[str, Any]]) -> None:
    demanded = [topic for each in subscriptions for topic in each.get("compliance_topics", [])]

    assert COMPLIANCE == sorted(demanded)


def test_each_subscription_is_one_that_the_deploy_command_takes(subscriptions: list[dict[str, Any]]) -> None:
    """Known names, something to subscribe to, and an address below the app's own."""
    for subscription in subscriptions:
        assert subscription.keys() <= {"topics", "compliance_topics", "uri", "include_fields"}
        assert subscription.get("topics") or subscription.get("compliance_topics")
        assert PATH == subscription["uri"]


def test_every_webhook_leads_to_the_route_that_demands_a_signature() -> None:
    assert [PATH] == [
        rule.rule
        for rule in create_app(Settings("key", "secret", "redis://127.0.0.1")).url_map.iter_rules()
        if rule.endpoint.startswith("webhooks.")
    ]


def test_nothing_of_a_person_comes_in_a_body(subscriptions: list[dict[str, Any]]) -> None:
    for subscription in subscriptions:
        fields, named = subscription.get("include_fields"), set(subscription.get("topics", []))
        if fields is None:
            assert named <= SHORT
        else:
            assert HARMLESS >= set(fields)


def test_what_is_cut_down_still_changes_from_one_body_to_the_next(
    subscriptions: list[dict[str, Any]],
) -> None:
    """Shopify holds back a body that is the same as the one it has just sent."""
    for subscription in subscriptions:
        if fields := subscription.get("include_fields"):
            assert {"updated_at", "created_at", "order_edit.committed_at"} & set(fields)


@pytest.mark.parametrize("topic", sorted({topic for topics in OPENED_BY.values() for topic in topics}))
def test_what_a_body_is_cut_down_to_is_enough_to_act_on(
    topic: str, subscriptions: list[dict[str, Any]]
) -> None:
    [subscription] = [each for each in subscriptions if topic in each.get("topics", [])]
    body = FULL_BODIES[topic]
    if fields := subscription.get("include_fields"):
        body = cut_down(body, fields)

    read = read_webhook(Envelope("alice.myshopify.com", topic), json.dumps(body).encode()).event

    assert isinstance(read, OrderChanged | Uninstalled | ScopesChanged)
