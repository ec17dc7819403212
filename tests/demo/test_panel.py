"""Buttons of the panel move a parcel on, the Admin API shows it, and the app is told."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Response
from flask.testing import FlaskClient

from tests.demo.conftest import Ask, Clock, FakeApp
from tracker.demo.app import API_SECRET
from tracker.demo.courier import Courier, Delivery
from tracker.demo.happenings import move_parcel
from tracker.demo.parcels import MOVES
from tracker.demo.signing import webhook_signature
from tracker.demo.state import DOMAIN, Shop
from tracker.demo.webhooks import Webhooks


def address(shop: Shop, name: str, parcel: int = 0) -> str:
    order = next(one for one in shop.orders if one.name == name)
    return f"/demo/parcels/{order.id}/{order.parcels[parcel].id}"


def parcel_of(ask: Ask, name: str) -> dict[str, Any]:
    answer = ask(
        f"""{{ orders(first: 9, query: "name:{name}") {{ nodes {{ fulfillments {{
          displayStatus inTransitAt deliveredAt updatedAt
          events(first: 1, reverse: true) {{ nodes {{ status happenedAt message }} }} }} }} }} }}"""
    )
    return dict(answer["data"]["orders"]["nodes"][0]["fulfillments"][0])


@pytest.mark.parametrize("status", MOVES)
def test_a_button_appends_an_event_and_the_status_follows(
    client: FlaskClient, shop: Shop, ask: Ask, status: str
) -> None:
    answer = client.post(address(shop, "#1003"), data={"to": status})
    assert answer.status_code == 303
    assert "/demo?order=" in answer.headers["Location"]
    parcel = parcel_of(ask, "1003")
    assert parcel["displayStatus"] == parcel["events"]["nodes"][0]["status"] == status
    assert parcel["events"]["nodes"][0]["happenedAt"] == parcel["updatedAt"] == "2026-11-20T12:00:00Z"
    moving = status in {"CARRIER_PICKED_UP", "IN_TRANSIT", "OUT_FOR_DELIVERY"}
    assert (parcel["inTransitAt"] is not None) == moving
    assert (parcel["deliveredAt"] is not None) == (status == "DELIVERED")


def test_a_parcel_that_moves_after_delivery_is_no_longer_delivered(
    client: FlaskClient, shop: Shop, ask: Ask, clock: Clock
) -> None:
    client.post(address(shop, "#1005"), data={"to": "FAILURE"})
    assert parcel_of(ask, "1005")["deliveredAt"] is None
    clock.move(60)
    client.post(address(shop, "#1005"), data={"to": "DELIVERED"})
    assert parcel_of(ask, "1005")["deliveredAt"] == "2026-11-20T12:01:00Z"


def test_what_is_out_for_delivery_is_expected_today(client: FlaskClient, shop: Shop) -> None:
    parcel = next(one for one in shop.orders if one.name == "#1001").parcels[0]
    client.post(address(shop, "#1001"), data={"to": "OUT_FOR_DELIVERY"})
    assert parcel.estimated_delivery_at == datetime(2026, 11, 20, 17, tzinfo=UTC)


def test_a_script_can_press_the_button_too(client: FlaskClient, shop: Shop) -> None:
    answer = client.post(address(shop, "#1002"), json={"to": "DELIVERED"})
    assert answer.get_json()["display_status"] == "DELIVERED"
    listed = next(one for one in client.get("/demo/orders").get_json() if one["name"] == "#1002")
    assert listed["parcels"][0]["events"] == ["LABEL_PURCHASED", "DELIVERED"]
    assert listed["gid"].startswith("gid://shopify/Order/")


@pytest.mark.parametrize("body", [{"to": "LOST"}, {"to": ["DELIVERED"]}, {}, [], None])
def test_a_word_that_is_no_move_is_refused(client: FlaskClient, shop: Shop, body: object) -> None:
    assert client.post(address(shop, "#1002"), json=body).status_code == 422


def test_a_parcel_that_is_not_there_is_404(client: FlaskClient) -> None:
    assert client.post("/demo/parcels/1/2", data={"to": "DELIVERED"}).status_code == 404


def test_the_page_shows_a_button_per_move_and_the_counts(client: FlaskClient, shop: Shop, ask: Ask) -> None:
    ask("{ shop { name } }")
    order = next(one for one in shop.orders if one.name == "#1012")
    text = client.get(f"/demo?order={order.id}").get_data(as_text=True)
    for words, _ in MOVES.values():
        assert text.count(f">{words}</button>") == 2
    assert "<dt>Admin API</dt><dd>1</dd>" in text
    assert "Demo panel</h1>" in text
    embedded = client.get(f"/demo?order={order.id}&embedded=1").get_data(as_text=True)
    assert "Demo panel</h1>" not in embedded
    assert "?embedded=1" in embedded


def test_an_embedded_panel_stays_embedded(client: FlaskClient, shop: Shop) -> None:
    answer = client.post(address(shop, "#1002") + "?embedded=1", data={"to": "DELIVERED"})
    assert "embedded=1" in answer.headers["Location"]


def test_hostile_titles_are_escaped_by_the_panel(client: FlaskClient, shop: Shop) -> None:
    for order in shop.orders:
        if order.parcels:
            assert "<script>document" not in client.get(f"/demo?order={order.id}").get_data(as_text=True)


def move_with_webhook(shop: Shop) -> list[Delivery]:
    shop.control.webhooks = True
    order = shop.find_order("#1001")
    courier = Courier(retries=False)
    with shop.lock:
        sent = move_parcel(shop, Webhooks(shop, courier), order, order.parcels[0], "OUT_FOR_DELIVERY")
    for delivery in sent:
        delivery.wait(20)
    courier.close()
    return sent


def test_the_app_is_told_of_a_move(shop: Shop, fake_app: FakeApp) -> None:
    """Signed over the raw body, with the order's and the fulfilment's numbers as Shopify sends them."""
    move_with_webhook(shop)
    (seen,) = fake_app.requests
    headers, body = seen["headers"], json.loads(seen["body"])
    order = next(one for one in shop.orders if one.name == "#1001")
    assert (seen["method"], seen["path"]) == ("POST", "/webhooks/shopify")
    assert headers["X-Shopify-Topic"] == "fulfillment_events/create"
    assert headers["X-Shopify-Shop-Domain"] == DOMAIN
    assert headers["X-Shopify-Hmac-Sha256"] == webhook_signature(seen["body"], API_SECRET)
    assert (body["order_id"], body["fulfillment_id"]) == (order.id, order.parcels[0].id)
    assert body["status"] == "out_for_delivery"
    assert shop.calls["webhooks_taken"] == 1


@pytest.mark.parametrize("status", [401, 500, 302])
def test_a_webhook_that_is_not_taken_is_counted(shop: Shop, fake_app: FakeApp, status: int) -> None:
    fake_app.answer = lambda: Response(status=status, headers={"Location": "/"})
    move_with_webhook(shop)
    assert (shop.calls["webhooks_failed"], len(fake_app.requests)) == (1, 1)


def test_an_app_is_not_told_while_webhooks_are_switched_off(
    client: FlaskClient, shop: Shop, fake_app: FakeApp
) -> None:
    order = shop.find_order("#1001")
    with shop.lock:
        assert (
            move_parcel(shop, Webhooks(shop, Courier(retries=False)), order, order.parcels[0], "DELIVERED")
            == []
        )
    assert fake_app.requests == []
