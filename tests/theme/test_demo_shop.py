"""The demo's storefront in a browser: the tracking button on every page, as a merchant would have it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.barriers import BEST_PRACTICE, WCAG, barriers
from tests.pictures.seeing import Onlooker

NAME = "Track my order"


def looked_up_in_dialog(onlooker: Onlooker, opener: Locator) -> Locator:
    """The dialog with an order in it."""
    opener.click()
    dialog = onlooker.page.get_by_role("dialog", name="Track your order")
    dialog.get_by_label("Order number").fill("1004")
    dialog.get_by_label("E-mail address").fill("ada@example.com")
    dialog.get_by_role("button", name="Find my order").click()
    expect(dialog).to_contain_text("Your order is out for delivery.")
    return dialog


@pytest.mark.parametrize("path", ["/", "/products/tent"])
def test_an_order_is_found_from_every_page(onlooker: Onlooker, path: str) -> None:
    onlooker.open(path)
    looked_up_in_dialog(onlooker, onlooker.page.get_by_role("link", name=NAME))
    assert barriers(onlooker.page, (*WCAG, BEST_PRACTICE), exclude=".demo") == []


@pytest.mark.parametrize("path", ["/pages/track-order", "/apps/track-order"])
def test_where_the_widget_is_no_button_lies_over_it(onlooker: Onlooker, path: str) -> None:
    """It stands at the foot of the page, and opens the same there."""
    onlooker.open(path)
    button = onlooker.page.get_by_role("link", name=NAME)
    expect(button).to_have_css("position", "static")
    looked_up_in_dialog(onlooker, button)


def test_the_button_goes_where_it_is_put(onlooker: Onlooker) -> None:
    """To the other corner, into the theme's own link, or away; and back."""
    page = onlooker.page
    onlooker.open("/")
    button = page.get_by_role("link", name=NAME)

    def put(place: str) -> None:
        page.get_by_role("button", name=place, exact=True).click()
        expect(page.get_by_role("button", name=place, exact=True)).to_have_attribute("aria-pressed", "true")

    put("at the start")
    box = button.bounding_box()
    assert box is not None
    assert box["x"] < 100

    put("opened by “Track order” above")
    expect(button).to_have_count(0)
    looked_up_in_dialog(onlooker, page.get_by_role("link", name="Track order"))
    page.keyboard.press("Escape")

    put("off")
    page.get_by_role("link", name="Track order").click()
    page.wait_for_url("**/pages/track-order")
    expect(page.locator("track-order-button")).to_have_count(0)

    put("at the end")
    onlooker.open("/")
    expect(button).to_be_visible()


def test_the_language_goes_along_from_page_to_page(onlooker: Onlooker) -> None:
    onlooker.open("/?locale=ar")
    onlooker.page.get_by_role("link", name="Track order").click()
    widget = onlooker.page.locator("track-order")
    expect(widget).to_have_attribute("lang", "ar")
    expect(onlooker.page.locator("html")).to_have_attribute("dir", "rtl")
