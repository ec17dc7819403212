"""Who is sent a webhook, what stands in its head, and how it misbehaves when it is told to."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Response

from tests.demo.conftest import ALICE, BOB, FakeApp
from tracker.demo import webhooks
from tracker.demo.app import API_SECRET
from tracker.demo.platform import Platform
from tracker.demo.signing import webhook_signature
from tracker.demo.subscriptions import create_subscription
from tracker.demo.topics import COMPLIANCE


@pytest.fixture
def platform(platform: Platform) -> Platform:
    """Alice has installed the app."""
    platform.install(ALICE)
    return platform


def told(platform: Platform, fake_app: FakeApp) -> list[dict[str, Any]]:
    """What the app heard, once nothing is under way any more."""
    assert platform.wait_for_webhooks(20)
    return fake_app.requests


def topics(seen: list[dict[str, Any]]) -> list[str]:
    return [one["headers"]["X-Shopify-Topic"] for one in seen]


def test_the_head_says_what_shopify_says(platform: Platform, fake_app: FakeApp) -> None:
    platform.deliver_webhook(ALICE, "refunds/create")
    (seen,) = told(platform, fake_app)
    headers = seen["headers"]
    assert ("POST", "/webhooks/shopify") == (seen["method"], seen["path"])
    assert "refunds/create" == headers["X-Shopify-Topic"]
    assert ALICE == headers["X-Shopify-Shop-Domain"]
    assert "2026-10" == headers["X-Shopify-Api-Version"]
    assert "2026-11-20T12:00:00.000000000Z" == headers["X-Shopify-Triggered-At"]
    assert webhook_signature(seen["body"], API_SECRET) == headers["X-Shopify-Hmac-Sha256"]
    assert headers["X-Shopify-Event-Id"] != headers["X-Shopify-Webhook-Id"]
    assert "X-Shopify-Name" not in headers


def test_a_subscription_s_name_and_fields_are_kept_to(platform: Platform, fake_app: FakeApp) -> None:
    platform.deliver_webhook(ALICE, "orders/updated", order="#1001")
    (seen,) = told(platform, fake_app)
    assert "short" == seen["headers"]["X-Shopify-Name"]
    assert {"id", "updated_at"} == set(json.loads(seen["body"]))


def test_a_body_of_bytes_and_heads_of_the_caller_go_as_they_are(
    platform: Platform, fake_app: FakeApp
) -> None:
    platform.deliver_webhook(
        ALICE, "refunds/create", body=b"\xff", event_id="e1", headers={"X-Shopify-Shop-Domain": BOB}
    )
    (seen,) = told(platform, fake_app)
    assert b"\xff" == seen["body"]
    assert ("e1", BOB) == (seen["headers"]["X-Shopify-Event-Id"], seen["headers"]["X-Shopify-Shop-Domain"])


@pytest.mark.parametrize("topic", ["orders/cancelled", "returns/close"])
def test_nobody_hears_of_what_nobody_subscribed_to(platform: Platform, topic: str) -> None:
    assert [] == platform.deliver_webhook(ALICE, topic)


def test_a_shop_without_the_app_tells_it_nothing_but_the_duties(
    platform: Platform, fake_app: FakeApp
) -> None:
    assert [] == platform.deliver_webhook(BOB, "refunds/create")
    for topic in COMPLIANCE:
        platform.deliver_webhook(BOB, topic)
    assert sorted(COMPLIANCE) == sorted(topics(told(platform, fake_app)))


def test_a_scope_that_was_taken_back_ends_its_topics(platform: Platform) -> None:
    platform.switch(ALICE, scopes=["read_orders"])
    assert [] == platform.deliver_webhook(ALICE, "fulfillment_events/create")
    assert 1 == len(platform.deliver_webhook(ALICE, "refunds/create"))


@pytest.mark.parametrize(
    ("fields", "left"),
    [
        (["id"], {"id": 1}),
        (["lines.price", "id"], {"id": 1, "lines": [{"price": 2}, {"price": 4}]}),
        (["edit.id", "edit.by.name"], {"edit": {"id": 5, "by": {"name": "Grace"}}}),
        (["edit.by", "edit.by.name"], {"edit": {"by": {"name": "Grace", "age": 79}}}),
        (["gone", "id.within", "edit.gone"], {"id": 1, "edit": {}}),
        ([], {}),
    ],
)
def test_fields_may_lie_within_others(fields: list[str], left: dict[str, Any]) -> None:
    body = {
        "id": 1,
        "lines": [{"price": 2, "sku": 3}, {"price": 4}],
        "edit": {"id": 5, "by": {"name": "Grace", "age": 79}},
    }
    assert left == webhooks.cut_down(body, fields)


def test_an_app_that_runs_nowhere_is_told_nothing(platform: Platform) -> None:
    platform.app_url = None
    assert [] == platform.deliver_webhook(ALICE, "refunds/create")


def test_duplicates_are_one_event_and_two_deliveries(platform: Platform, fake_app: FakeApp) -> None:
    platform.switch(ALICE, webhook_duplicates=1)
    platform.deliver_webhook(ALICE, "refunds/create")
    one, other = told(platform, fake_app)
    assert one["body"] == other["body"]
    assert one["headers"]["X-Shopify-Event-Id"] == other["headers"]["X-Shopify-Event-Id"]
    assert one["headers"]["X-Shopify-Webhook-Id"] != other["headers"]["X-Shopify-Webhook-Id"]


def test_a_retry_is_the_very_same_delivery(platform: Platform, fake_app: FakeApp) -> None:
    answers = iter([503, 200])
    fake_app.answer = lambda: Response(status=next(answers))
    platform.deliver_webhook(ALICE, "refunds/create")
    one, other = told(platform, fake_app)
    assert (one["body"], one["headers"]) == (other["body"], other["headers"])
    assert (1, 1) == (platform.calls(ALICE)["webhooks_failed"], platform.calls(ALICE)["webhooks_taken"])


def test_each_overtakes_the_one_before_when_they_are_reordered(
    platform: Platform, fake_app: FakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "HELD_SECONDS", 600.0)
    platform.switch(ALICE, webhook_reorder=True)
    for event in "abcd":
        platform.deliver_webhook(ALICE, "refunds/create", event_id=event)
    seen = told(platform, fake_app)
    order = [one["headers"]["X-Shopify-Event-Id"] for one in seen]
    assert order.index("b") < order.index("a")
    assert order.index("d") < order.index("c")


def test_a_wrong_signature_is_wrong(platform: Platform, fake_app: FakeApp) -> None:
    platform.switch(ALICE, webhook_wrong_hmac=True)
    platform.deliver_webhook(ALICE, "refunds/create")
    (seen,) = told(platform, fake_app)
    assert webhook_signature(seen["body"], API_SECRET) != seen["headers"]["X-Shopify-Hmac-Sha256"]


def test_a_rotated_secret_signs_from_then_on(platform: Platform, fake_app: FakeApp) -> None:
    platform.rotate_secret("new")
    platform.deliver_webhook(ALICE, "refunds/create")
    (seen,) = told(platform, fake_app)
    assert webhook_signature(seen["body"], "new") == seen["headers"]["X-Shopify-Hmac-Sha256"]


def subscribe(platform: Platform, topic: str, uri: str) -> None:
    """As the app does it by the Admin API."""
    shop = platform.shop(ALICE)
    with shop.lock:
        create_subscription(shop, topic, {"uri": uri})


def test_a_subscription_of_the_admin_api_is_of_one_shop(platform: Platform, fake_app: FakeApp) -> None:
    platform.install(BOB)
    subscribe(platform, "orders/cancelled", f"{fake_app.url}/own")
    platform.deliver_webhook(ALICE, "orders/cancelled")
    assert [] == platform.deliver_webhook(BOB, "orders/cancelled")
    (seen,) = told(platform, fake_app)
    assert ("/own", ALICE) == (seen["path"], seen["headers"]["X-Shopify-Shop-Domain"])


def test_a_subscription_of_the_admin_api_ends_with_a_delivery_that_always_fails(
    platform: Platform, fake_app: FakeApp
) -> None:
    """Those of the app's file stay, as at Shopify."""
    subscribe(platform, "orders/cancelled", f"{fake_app.url}/own")
    fake_app.answer = lambda: Response(status=500)
    platform.deliver_webhook(ALICE, "orders/cancelled")
    platform.deliver_webhook(ALICE, "refunds/create")
    assert platform.wait_for_webhooks(20)
    assert 2 == platform.calls(ALICE)["webhooks_given_up"]
    assert [] == platform.deliver_webhook(ALICE, "orders/cancelled")
    assert 1 == len(platform.deliver_webhook(ALICE, "refunds/create"))
