"""The embed: a button, or a link of the merchant's, that opens the tracking page in a dialog."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import BrowserType, Locator, expect

from tests.theme.answers import answer, story
from tests.theme.harness import Storefront, render
from tests.theme.shopper import Shopper

NAME = "Track my order"
LONG = "<p style='height: 300vh'>Much to see</p>"


@pytest.fixture
def passer_by(shopper: Shopper) -> Shopper:
    """Somebody on a page that has the button, and more below than fits."""
    shopper.shop.blocks, shopper.shop.embed = LONG, render("track-order-button")
    shopper.shop.answer = answer(story())
    return shopper


def opened(shopper: Shopper) -> Locator:
    """The dialog after a press of the button."""
    shopper.page.get_by_role("link", name=NAME).click()
    dialog = shopper.page.get_by_role("dialog", name="Track your order")
    expect(dialog).to_be_visible()
    return dialog


def test_whoever_goes_from_landmark_to_landmark_comes_by_the_button(passer_by: Shopper) -> None:
    """Behind a theme's footer it is a place of its own, with a name."""
    passer_by.visit()
    region = passer_by.page.get_by_role("region", name="Track your order")
    expect(region.get_by_role("link", name=NAME)).to_be_visible()
    assert passer_by.barriers() == []


def test_before_it_is_opened_it_fetches_nothing_but_itself(passer_by: Shopper) -> None:
    passer_by.visit()
    passer_by.page.wait_for_load_state("networkidle")
    # The page of these tests links the style sheet of the other block.
    assert {path for path in passer_by.shop.got if "track-order" in path} == {
        "/assets/track-order-button.js",
        "/assets/track-order-button.css",
        "/assets/track-order.css",
    }


def test_it_opens_the_widget_in_a_dialog_and_finds_the_order(passer_by: Shopper) -> None:
    """The focus goes to the first field, the page behind does not scroll, axe finds nothing."""
    passer_by.visit()
    dialog = opened(passer_by)
    assert passer_by.focused == "order"
    assert passer_by.page.evaluate("getComputedStyle(document.documentElement).overflowY") == "hidden"
    assert passer_by.barriers() == []
    passer_by.type()
    passer_by.send()
    expect(dialog).to_contain_text("Your order is on its way.")
    assert passer_by.focused == "Order #1001"
    assert passer_by.barriers() == []
    [asked] = passer_by.shop.asked
    assert asked.path == "/apps/track-order/lookup"


def test_the_focus_stays_in_it_and_goes_back_with_escape(passer_by: Shopper) -> None:
    passer_by.visit()
    passer_by.page.get_by_role("link", name=NAME).focus()
    passer_by.page.keyboard.press("Enter")
    dialog = passer_by.page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    for _ in range(6):
        passer_by.page.keyboard.press("Tab")
        inside = "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        assert passer_by.page.evaluate(inside)
    passer_by.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert passer_by.focused == NAME


@pytest.mark.parametrize("way", ["button", "backdrop"])
def test_it_closes_and_keeps_what_was_found(passer_by: Shopper, way: str) -> None:
    passer_by.visit()
    dialog = opened(passer_by)
    passer_by.type()
    passer_by.send()
    expect(dialog).to_contain_text("Order #1001")
    if way == "button":
        dialog.get_by_role("button", name="Close").click()
    else:
        passer_by.page.mouse.click(3, 3)
    expect(dialog).to_be_hidden()
    fetched = len(passer_by.shop.got)
    expect(opened(passer_by)).to_contain_text("Order #1001")
    assert len(passer_by.shop.got) == fetched


@pytest.mark.parametrize("placement", ["start", "end"])
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_it_stays_in_its_corner_and_is_big_enough(passer_by: Shopper, placement: str, direction: str) -> None:
    """Readable on any accent, for axe measures the contrast."""
    passer_by.shop.direction = direction
    settings = {"placement": placement, "accent": "#ffee00"}
    passer_by.shop.embed = render("track-order-button", settings=settings)
    passer_by.visit()
    passer_by.page.mouse.wheel(0, 900)
    link = passer_by.page.get_by_role("link", name=NAME)
    expect(link).to_be_in_viewport(ratio=1)
    box = link.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert (box["x"] < 100) == ((placement == "start") == (direction == "ltr"))
    assert passer_by.barriers() == []


def test_the_dialog_has_the_themes_colors(passer_by: Shopper) -> None:
    passer_by.shop.theme = "dark"
    passer_by.visit()
    dialog = opened(passer_by)
    expect(dialog).to_have_css("background-color", "rgb(22, 24, 28)")
    expect(dialog.get_by_role("heading")).to_have_css("color", "rgb(232, 230, 227)")
    assert passer_by.barriers() == []


def test_a_theme_without_a_background_gets_a_readable_dialog(passer_by: Shopper) -> None:
    passer_by.shop.style = "body{background:none;color:#ddd}html{background:#111}"
    passer_by.visit()
    dialog = opened(passer_by)
    expect(dialog).to_have_css("background-color", "rgb(255, 255, 255)")
    assert passer_by.barriers() == []


def test_a_click_within_does_not_close_it(passer_by: Shopper) -> None:
    passer_by.visit()
    dialog = opened(passer_by)
    dialog.get_by_role("heading").click()
    expect(dialog).to_be_visible()


def test_settings_of_the_button_hold_in_the_dialog(passer_by: Shopper) -> None:
    settings = {"accent": "#ff0000", "contact_url": "/pages/contact", "radius": 0}
    passer_by.shop.embed = render("track-order-button", settings=settings)
    passer_by.shop.answer = answer(story())
    passer_by.visit()
    dialog = opened(passer_by)
    expect(passer_by.page.get_by_label("Order number")).to_have_css("border-radius", "0px")
    expect(dialog.locator(".track-order__submit")).to_have_css("background-color", "rgb(255, 0, 0)")
    passer_by.type()
    passer_by.send()
    expect(dialog.get_by_role("link", name="Contact the shop")).to_be_visible()


def test_a_link_of_the_merchants_opens_it(shopper: Shopper) -> None:
    """A click with a key held goes where the link leads, and so does every other link."""
    settings = {"placement": "link", "selector": 'a[href$="/pages/track"]'}
    shopper.shop.blocks = '<a href="/pages/track"><b>Track</b></a> <a href="/pages/other">Other</a>'
    shopper.shop.embed = render("track-order-button", settings=settings)
    shopper.visit()
    assert shopper.page.get_by_text(NAME).count() == 0
    assert shopper.page.get_by_role("region").count() == 0
    assert shopper.barriers() == []
    shopper.page.get_by_text("Track", exact=True).click()
    expect(shopper.page.get_by_role("dialog")).to_be_visible()
    shopper.page.keyboard.press("Escape")
    shopper.page.get_by_text("Other").click()
    shopper.page.wait_for_url("**/pages/other")


def test_a_list_of_selectors_opens_it_from_each(shopper: Shopper) -> None:
    shopper.shop.blocks = '<a class="one" href="/one">One</a> <a class="two" href="/two">Two</a>'
    settings = {"placement": "link", "selector": ".one, .two"}
    shopper.shop.embed = render("track-order-button", settings=settings)
    shopper.visit()
    for name in ("One", "Two"):
        shopper.page.get_by_role("link", name=name).click()
        expect(shopper.page.get_by_role("dialog")).to_be_visible()
        shopper.page.keyboard.press("Escape")


@pytest.mark.parametrize("placement", ["start", "end"])
def test_where_the_block_is_the_button_stands_at_the_foot(shopper: Shopper, placement: str) -> None:
    """So that it covers nothing of it, on its own side and away from the edges."""
    shopper.shop.embed = render("track-order-button", settings={"placement": placement})
    shopper.visit()
    link = shopper.page.locator(".track-order-button__link")
    expect(link).to_have_css("position", "static")
    block, button = shopper.page.locator("track-order").first.bounding_box(), link.bounding_box()
    assert block is not None
    assert button is not None
    assert block["y"] + block["height"] <= button["y"] - 16
    width = shopper.page.evaluate("document.body.getBoundingClientRect().right")
    assert (placement == "start") == (button["x"] < 100)
    assert (placement == "end") == (width - 100 < button["x"] + button["width"] <= width - 16)


def test_a_theme_that_styles_every_element_leaves_the_button_as_it_is(passer_by: Shopper) -> None:
    passer_by.shop.style = "*{font-size:40px;line-height:3;text-transform:uppercase;margin:30px;padding:9px}"
    passer_by.visit()
    link = passer_by.page.get_by_role("link", name=NAME)
    label = link.locator("span")
    for each in (link, label):
        expect(each).to_have_css("font-size", "20px")
        expect(each).to_have_css("text-transform", "none")
        expect(each).to_have_css("margin", "0px")
    box = link.bounding_box()
    assert box is not None
    assert 44 <= box["height"] <= 52


@pytest.mark.parametrize("page", [LONG, "<p>Little</p>"])
def test_where_a_scrollbar_takes_room_nothing_moves(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any], storefront: Storefront, page: str
) -> None:
    """A window of a browser that shows its scrollbars, on a page with one and on a page without."""
    storefront.blocks, storefront.embed = f"<h2 id=here>Here</h2>{page}", render("track-order-button")
    shown = browser_type_launch_args | {"ignore_default_args": ["--hide-scrollbars"]}
    with browser_type.launch(**shown) as browser:
        tab = browser.new_page()
        tab.goto(f"{storefront.origin}/pages/any")
        here = tab.locator("#here")
        width = here.bounding_box()
        tab.get_by_role("link", name=NAME).click()
        expect(tab.get_by_role("dialog")).to_be_visible()
        assert width == here.bounding_box()


def test_a_selector_that_is_none_does_no_harm(shopper: Shopper) -> None:
    shopper.shop.blocks = '<a href="/pages/other">Other</a>'
    shopper.shop.embed = render("track-order-button", settings={"placement": "link", "selector": "a[["})
    shopper.visit()
    shopper.page.get_by_text("Other").click()
    shopper.page.wait_for_url("**/pages/other")


def test_without_an_app_behind_it_it_is_a_link(passer_by: Shopper) -> None:
    """As after an uninstall: the shop's own page says what is the matter."""
    passer_by.shop.installed = False
    passer_by.visit()
    passer_by.page.get_by_text(NAME).click()
    passer_by.page.wait_for_url("**/apps/track-order")


def test_a_merchant_who_chooses_it_in_the_editor_sees_it(passer_by: Shopper) -> None:
    passer_by.visit()
    tell = """(name) => document.querySelector('track-order-button').parentNode.dispatchEvent(
        new Event(`shopify:block:${name}`, { bubbles: true }))"""
    passer_by.page.evaluate(tell, "select")
    dialog = passer_by.page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    passer_by.page.evaluate(tell, "deselect")
    expect(dialog).to_be_hidden()
    passer_by.page.evaluate("document.querySelector('track-order-button').remove()")
    assert passer_by.page.locator("dialog").count() == 0


TEMPLATES = {
    "index": "on_home",
    "product": "on_product",
    "collection": "on_collection",
    "list-collections": "on_collection",
    "cart": "on_cart",
    "page": "on_page",
    "article": "on_other",
    "404": "on_other",
}


@pytest.mark.parametrize(("template", "setting"), TEMPLATES.items())
def test_it_stands_on_the_pages_that_the_merchant_chose(template: str, setting: str) -> None:
    every = {name: name == setting for name in TEMPLATES.values()}
    assert NAME in render("track-order-button", settings=every, template=template)
    others = {name: name != setting for name in TEMPLATES.values()}
    assert render("track-order-button", settings=others, template=template).strip() == ""


def test_without_javascript_it_leads_to_the_page() -> None:
    assert '<a class="track-order-button__link" href="/tools/parcels">' in render(
        "track-order-button", settings={"proxy_path": "/tools/parcels/"}
    )
