"""What can happen to an order raises the topics that Shopify raises, and shows in the order itself."""

from __future__ import annotations

from typing import Any

import pytest

from tests.demo.conftest import ALICE, FakeApp
from tracker.demo.happenings import HAPPENINGS, NotNow, possible
from tracker.demo.model import Order
from tracker.demo.parcels import MOVES
from tracker.demo.platform import Platform
from tracker.demo.subscriptions import create_subscription
from tracker.demo.topics import TOPICS

RAISED: dict[str, list[str]] = {
    "ship": ["fulfillments/create", "orders/fulfilled"],
    "hold": ["fulfillment_orders/placed_on_hold"],
    "release": ["fulfillment_orders/hold_released"],
    "edit": ["orders/edited"],
    "cancel": ["orders/cancelled", "fulfillment_orders/cancelled"],
    "refund": ["refunds/create"],
    "change_email": [],
    "forget_event": ["fulfillment_events/delete"],
    "request_return": ["returns/request"],
    "approve_return": ["returns/approve"],
    "close_return": ["returns/close"],
}


@pytest.fixture
def platform(platform: Platform, fake_app: FakeApp) -> Platform:
    """Alice has installed the app with every scope, and it is subscribed to every topic."""
    platform.install(ALICE, platform.config.optional_scopes)
    shop = platform.shop(ALICE)
    with shop.lock:
        for topic in TOPICS:
            create_subscription(shop, topic, {"uri": f"{fake_app.url}/own"})
    return platform


def first_that_can(platform: Platform, word: str) -> Order:
    return next(order for order in platform.shop(ALICE).orders if HAPPENINGS[word].can(order))


def raised(platform: Platform, fake_app: FakeApp) -> set[str]:
    """Topics that came by the shop's own subscriptions, once nothing is under way."""
    assert platform.wait_for_webhooks(20)
    seen: list[dict[str, Any]] = [one for one in fake_app.requests if one["path"] == "/own"]
    return {one["headers"]["X-Shopify-Topic"] for one in seen}


@pytest.mark.parametrize(
    "word", [one for one in HAPPENINGS if not one.endswith(("approve_return", "close_return"))]
)
def test_it_raises_its_topics_and_an_update_of_the_order(
    platform: Platform, fake_app: FakeApp, word: str
) -> None:
    order = first_that_can(platform, word)
    platform.happen(ALICE, order.name, word)
    assert {*RAISED[word], "orders/updated"} == raised(platform, fake_app)


def test_a_return_goes_from_asked_for_to_closed(platform: Platform, fake_app: FakeApp) -> None:
    order = first_that_can(platform, "request_return")
    states = []
    for word in ("request_return", "approve_return", "close_return"):
        platform.happen(ALICE, order.name, word)
        states.append(order.return_status)
    assert ["RETURN_REQUESTED", "IN_PROGRESS", "RETURNED"] == states
    wanted = {
        topic for word in ("request_return", "approve_return", "close_return") for topic in RAISED[word]
    }
    assert {*wanted, "orders/updated"} == raised(platform, fake_app)
    assert {"request_return", "approve_return", "close_return"}.isdisjoint(possible(order))


def test_shipping_a_part_is_not_the_whole(platform: Platform, fake_app: FakeApp) -> None:
    order = next(one for one in platform.shop(ALICE).orders if one.waiting and len(one.waiting[0].lines) > 1)
    for work in order.waiting:
        work.status = "OPEN"
    order.fulfillment_status = None
    del order.waiting[0].lines[1:]
    platform.happen(ALICE, order.name, "ship")
    assert {"fulfillments/create", "orders/partially_fulfilled", "orders/updated"} == raised(
        platform, fake_app
    )


def test_what_was_shipped_is_a_parcel_that_can_be_moved(platform: Platform) -> None:
    order = first_that_can(platform, "ship")
    platform.happen(ALICE, order.name, "ship")
    platform.move_parcel(ALICE, order.name, "DELIVERED", parcel=len(order.parcels) - 1)
    assert "DELIVERED" == order.parcels[-1].display_status
    assert order is platform.shop(ALICE).owners[order.parcels[-1].id]


def test_a_hold_and_its_release_show_in_the_order(platform: Platform) -> None:
    order = first_that_can(platform, "hold")
    platform.happen(ALICE, order.name, "hold")
    assert "ON_HOLD" == order.display_fulfillment_status
    platform.happen(ALICE, order.name, "release")
    assert "ON_HOLD" != order.display_fulfillment_status


def test_refunds_add_up_to_a_refunded_order(platform: Platform) -> None:
    order = first_that_can(platform, "refund")
    while HAPPENINGS["refund"].can(order):
        platform.happen(ALICE, order.name, "refund")
    assert "REFUNDED" == order.display_financial_status
    assert sum(line.price for line in order.lines) == sum(one.amount for one in order.refunds)


@pytest.mark.parametrize("word", HAPPENINGS)
def test_what_can_not_happen_changes_and_tells_nothing(platform: Platform, word: str) -> None:
    order = next(one for one in platform.shop(ALICE).orders if not HAPPENINGS[word].can(one))
    before = order.updated_at
    with pytest.raises(NotNow):
        platform.happen(ALICE, order.name, word)
    assert before == order.updated_at


def test_a_carrier_s_move_tells_of_the_event_and_of_the_parcel(platform: Platform, fake_app: FakeApp) -> None:
    assert "IN_TRANSIT" in MOVES
    platform.move_parcel(ALICE, "#1002", "IN_TRANSIT")
    assert {"fulfillment_events/create", "fulfillments/update"} == raised(platform, fake_app)


def test_an_order_nobody_placed_is_said_so(platform: Platform) -> None:
    with pytest.raises(KeyError):
        platform.happen(ALICE, "#9", "cancel")
    with pytest.raises(KeyError):
        platform.move_parcel(ALICE, "#1002", "LOST")
