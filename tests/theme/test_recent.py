"""A customer who is signed in chooses from their orders and types nothing."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.theme.answers import Answer, answer, html, refusal, story
from tests.theme.harness import Translate, render, words
from tests.theme.shopper import Shopper


def listed(*names: str) -> Answer:
    """A list of these orders, one a day."""
    rows = [{"name": name, "placed_at": f"2026-11-{20 - day}T10:00:00Z"} for day, name in enumerate(names)]
    return Answer(json.dumps({"orders": rows}).encode())


ORDERS = listed("#1004", "<b>#1003</b>")


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


@pytest.mark.parametrize(("width", "size"), [(320, 16), (320, 32), (1280, 16)])
def test_every_order_is_seen_whole_and_those_beyond_the_fourth_by_a_press(
    customer: Shopper, width: int, size: int
) -> None:
    """In the language with the longest rows; nothing is cut off, and nothing scrolls within the page."""
    customer.page.set_viewport_size({"width": width, "height": 900})
    customer.shop.style = f"body{{font-size:{size}px}}"
    customer.shop.orders = listed(*(f"#EN-10{number:02}-DE" for number in range(10)))
    customer.shop.blocks = render(
        email="ann@example.com", orders_count=10, locale="de", translate=Translate(words("de"), "de")
    )
    customer.visit()
    choices = customer.root.locator("[data-recent]").get_by_role("button", include_hidden=True)
    expect(choices).to_have_count(10)
    assert customer.root.get_by_role("list").get_by_role("button").count() == 3
    customer.root.get_by_text(f"{words('de')['track_order']['form']['recent']} (+7)", exact=True).click()
    expect(choices.last).to_be_visible()
    assert customer.root.get_by_role("list").get_by_role("button").count() == 10
    cut = """(all) => all.filter((one) => one.scrollHeight > one.clientHeight + 1
        || one.scrollWidth > one.clientWidth + 1).map((one) => one.outerHTML)"""
    assert (
        customer.root.locator("[data-recent], [data-recent] *:not(details, summary)").evaluate_all(cut) == []
    )
    assert not customer.overflows()
    assert customer.barriers() == []
    choices.last.click()
    expect(customer.result).to_contain_text("#1001")


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
