"""A shop's own subscriptions: those that its scopes allow, no other, however often that is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from graphql import GraphQLEnumType, GraphQLSchema

from tests.shopify.upstream import Behaviour, Upstream, reply
from tests.webhook_bodies import FULL_BODIES, SHOP_ID
from tracker.deadline import Deadline
from tracker.errors import UpstreamBroken
from tracker.ports.shops import Installation
from tracker.ports.tokens import AccessToken
from tracker.shopify.api import AdminApi
from tracker.shopify.subscriptions import OPTIONAL, ShopSubscriptions
from tracker.shopify.transport import HttpClient

SHOP = "alice.myshopify.com"
URL = "https://track.example"
URI = "https://track.example/webhooks/shopify"
RETURNS = sorted(topic for topic in OPTIONAL if topic.startswith("RETURNS"))
WAITING = sorted(set(OPTIONAL) - set(RETURNS))


class FixedTokens:
    """ports.AccessTokens with one token."""

    def token(self, shop: str, *, deadline: Deadline) -> AccessToken:
        return AccessToken("shpat_alice")

    def rejected(self, shop: str, token: AccessToken) -> None:
        """There is no other."""


class Edge:
    """The edge under test, and what it asked the server for."""

    def __init__(self, subscriptions: ShopSubscriptions, server: Upstream, refused: list[str]) -> None:
        self.subscriptions = subscriptions
        self.server = server
        self.refused = refused

    def subscribe(self) -> Installation:
        return self.subscriptions.subscribe(SHOP, deadline=Deadline(30))

    @property
    def changes(self) -> list[dict[str, Any]]:
        return [request.json["variables"] for request in self.server.requests[1:]]

    @property
    def made(self) -> list[str]:
        return sorted(change["topic"] for change in self.changes if "topic" in change)

    @property
    def ended(self) -> list[str]:
        return [change["id"] for change in self.changes if "id" in change]


@contextmanager
def shop(*behaviours: Behaviour, app_url: str | None = URL) -> Iterator[Edge]:
    http, refused = HttpClient(), list[str]()
    with Upstream(*behaviours) as server:
        api = AdminApi(tokens=FixedTokens(), http=http, api_version="2026-10", origin=server.origin)
        yield Edge(ShopSubscriptions(api, app_url=app_url, on_refused=refused.append), server, refused)
    http.close()


def has(*scopes: str, subscriptions: list[dict[str, Any]] | None = None) -> Behaviour:
    """The app as a shop has it."""
    return reply(
        {
            "data": {
                "shop": {"id": f"gid://shopify/Shop/{SHOP_ID}"},
                "currentAppInstallation": {
                    "accessScopes": [{"handle": scope} for scope in ("read_orders", *scopes)]
                },
                "webhookSubscriptions": {"nodes": subscriptions or []},
            }
        }
    )


def subscription(topic: str, *, uri: str = URI, fields: list[str] | None = None) -> dict[str, Any]:
    wanted = OPTIONAL[topic].fields if topic in OPTIONAL else ()
    return {
        "id": f"gid://shopify/WebhookSubscription/{topic}",
        "topic": topic,
        "uri": uri,
        "includeFields": list(wanted) if fields is None else fields,
    }


def made(*, errors: list[dict[str, Any]] | None = None) -> Behaviour:
    return reply({"data": {"webhookSubscriptionCreate": {"userErrors": errors or []}}})


def ended() -> Behaviour:
    return reply({"data": {"webhookSubscriptionDelete": {"userErrors": []}}})


def test_a_shop_without_optional_scopes_needs_no_change() -> None:
    with shop(has()) as alice:
        installation = alice.subscribe()

    assert Installation(SHOP_ID, frozenset({"read_orders"}), 0) == installation
    assert [] == alice.changes


def test_a_granted_scope_brings_its_topics() -> None:
    with shop(has("read_returns"), *[made()] * len(RETURNS)) as alice:
        installation = alice.subscribe()

    assert RETURNS == alice.made
    assert len(RETURNS) == installation.changed
    for change in alice.changes:
        assert {
            "uri": URI,
            "format": "JSON",
            "includeFields": list(OPTIONAL[change["topic"]].fields),
        } == change["subscription"]


@pytest.mark.parametrize(
    "scope", ["read_assigned_fulfillment_orders", "write_merchant_managed_fulfillment_orders"]
)
def test_any_scope_of_fulfillment_orders_brings_theirs(scope: str) -> None:
    with shop(has(scope), *[made()] * len(WAITING)) as alice:
        alice.subscribe()

    assert WAITING == alice.made


def test_what_is_there_already_is_left_alone() -> None:
    kept = [subscription(topic) for topic in RETURNS]
    with shop(has("read_returns", subscriptions=kept)) as alice:
        assert 0 == alice.subscribe().changed

    assert [] == alice.changes


def test_a_withdrawn_scope_ends_its_topics() -> None:
    kept = [subscription(topic) for topic in RETURNS]
    with shop(has(subscriptions=kept), *[ended()] * len(RETURNS)) as alice:
        alice.subscribe()

    assert sorted(each["id"] for each in kept) == sorted(alice.ended)
    assert [] == alice.made


@pytest.mark.parametrize(
    "stale",
    [
        subscription("RETURNS_UPDATE", uri="https://old.example/webhooks/shopify"),
        subscription("RETURNS_REQUEST", fields=[]),
    ],
    ids=["at an address of before", "with whole bodies"],
)
def test_what_no_longer_fits_is_replaced(stale: dict[str, Any]) -> None:
    kept = [subscription(topic) for topic in RETURNS if topic != stale["topic"]]
    with shop(has("read_returns", subscriptions=[*kept, stale]), ended(), made()) as alice:
        alice.subscribe()

    assert [stale["id"]] == alice.ended
    assert [stale["topic"]] == alice.made


def test_what_somebody_else_subscribed_to_is_none_of_ours() -> None:
    others = [
        subscription("RETURNS_UPDATE", uri="https://other.example/their/hooks"),
        subscription("PRODUCTS_UPDATE"),
        {"id": "gid://shopify/WebhookSubscription/9", "topic": "RETURNS_UPDATE", "uri": "arn:aws:x"},
    ]
    with shop(has(subscriptions=others)) as alice:
        alice.subscribe()

    assert [] == alice.changes


def test_without_an_address_of_our_own_nothing_is_changed() -> None:
    with shop(has("read_returns", subscriptions=[subscription("RETURNS_UPDATE")]), app_url=None) as alice:
        assert frozenset({"read_orders", "read_returns"}) == alice.subscribe().scopes

    assert [] == alice.changes


def test_a_change_that_shopify_does_not_take_is_told() -> None:
    """It would not take it the next time either, and the others are worth having."""
    refused = made(errors=[{"field": ["webhookSubscription", "uri"]}])
    with shop(has("read_returns"), refused, *[made()] * (len(RETURNS) - 1)) as alice:
        alice.subscribe()

    assert 1 == len(alice.refused)
    assert RETURNS == alice.made


def test_reading_changes_nothing() -> None:
    with shop(has("read_returns")) as alice:
        installation = alice.subscriptions.read(SHOP, deadline=Deadline(30))

    assert Installation(SHOP_ID, frozenset({"read_orders", "read_returns"})) == installation
    assert [] == alice.changes


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"shop": {"id": "gid://shopify/Shop/"}, "currentAppInstallation": {"accessScopes": []}},
        {"shop": {"id": "gid://shopify/Shop/१"}, "currentAppInstallation": {"accessScopes": []}},
        {"shop": {"id": f"gid://shopify/Shop/{SHOP_ID}"}, "currentAppInstallation": None},
        {"shop": [], "currentAppInstallation": {"accessScopes": [{"handle": 1}]}},
    ],
)
def test_an_answer_of_another_shape_is_no_installation(data: dict[str, Any]) -> None:
    """Least of all one without scopes, which would end every subscription."""
    with shop(reply({"data": data})) as alice, pytest.raises(UpstreamBroken):
        alice.subscribe()


def test_every_topic_is_one_of_shopifys_and_one_that_is_understood(schema: GraphQLSchema) -> None:
    topics = schema.type_map["WebhookSubscriptionTopic"]
    assert isinstance(topics, GraphQLEnumType)

    assert set(topics.values) >= set(OPTIONAL)
    understood = {topic.upper().replace("/", "_") for topic in FULL_BODIES}
    assert understood >= set(OPTIONAL)
