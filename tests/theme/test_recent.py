"""A customer who is signed in chooses from their orders and types nothing."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.theme.answers import Answer, answer, html, refusal, story
from tests.theme.harness import render
from tests.theme.shopper import Shopper

ORDERS = Answer(
    json.dumps(
        {
            "orders": [
                {"name": "#1004", "placed_at": "2026-11-20T10:00:00Z"},
                {"name": "<b>#1003</b>", "placed_at": "2026-11-02T10:00:00Z"},
            ]
        }
    ).encode()
)


@pytest.fixture
def customer(shopper: Shopper) -> Shopper:
    """Ann, signed in."""
    shopper.shop.blocks = render(email="ann@example.com")
    shopper.shop.orders = ORDERS
    shopper.shop.answer = answer(story())
    return shopper


def test_a_choice_is_looked_up_without_an_address(customer: Shopper) -> None:
    customer.visit()
    choices = customer.root.get_by_role("list").get_by_role("button")
    expect(choices).to_have_count(2)
    expect(choices.first).to_contain_text("Order #1004")
    expect(choices.first).to_contain_text("20 Nov 2026")
    expect(choices.last).to_contain_text("Order <b>#1003</b>")
    assert customer.barriers() == []
    choices.first.click()
    expect(customer.result).to_contain_text("Your order is on its way.")
    [asked] = customer.shop.asked
    assert asked.path == "/apps/track-order/orders/lookup"
    assert asked.headers["Accept"] == "application/json"
    assert asked.form == {"order": ["#1004"], "locale": ["en"]}
    expect(choices.first).to_be_hidden()


def test_a_second_look_asks_for_the_same_order(customer: Shopper) -> None:
    customer.visit()
    customer.root.get_by_role("list").get_by_role("button").first.click()
    customer.page.get_by_role("button", name="Check again").click()
    expect(customer.root).not_to_have_attribute("data-waiting", "")
    assert [asked.form["order"] for asked in customer.shop.asked] == [["#1004"], ["#1004"]]
    customer.page.get_by_role("button", name="Look up another order").click()
    expect(customer.root.get_by_role("list").get_by_role("button").first).to_be_visible()


@pytest.mark.parametrize(
    "sent",
    [
        html(404),
        html(200),
        refusal("rate_limited", 429),
        Answer(b'{"orders": []}'),
        Answer(b'{"orders": "none"}'),
        Answer(b"[1"),
        Answer(b"", 302, "text/html", {"Location": "/password"}),
    ],
)
def test_without_a_list_the_form_is_as_ever(customer: Shopper, sent: Answer) -> None:
    customer.shop.orders = sent
    with customer.page.expect_response("**/orders"):
        customer.visit()
    customer.settle()
    assert customer.root.get_by_role("button").count() == 1
    expect(customer.page.get_by_label("E-mail address")).to_have_value("ann@example.com")


def test_whoever_is_not_signed_in_causes_no_request(shopper: Shopper) -> None:
    """And a page that nobody uses loads one script and one style sheet."""
    shopper.visit()
    shopper.page.wait_for_load_state("networkidle")
    assert sorted(shopper.shop.got) == [
        "/assets/track-order.css",
        "/assets/track-order.js",
        "/pages/track",
        "/theme.css",
    ]
    assert shopper.shop.asked == []


def test_a_block_that_is_put_back_offers_the_list_once(customer: Shopper) -> None:
    customer.visit()
    expect(customer.root.get_by_role("list").get_by_role("button")).to_have_count(2)
    customer.page.evaluate(
        "{ const block = document.querySelector('track-order'), place = block.parentNode;"
        " block.remove(); place.append(block); }"
    )
    customer.page.wait_for_load_state("networkidle")
    expect(customer.root.get_by_role("list").get_by_role("button")).to_have_count(2)
