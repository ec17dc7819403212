"""What a merchant sets is what a shopper sees; what is left empty is the theme's own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from tests.theme.answers import answer, item, parcel, refusal, split, story, told_as
from tests.theme.harness import render, schema, words
from tests.theme.shopper import Shopper

TEXTS = words()["track_order"]

PARTS = {
    "show_items": "Stoneware mug",
    "show_events": "What happened",
    "show_freshness": "Carrier news",
    "show_expected": "Expected",
    "show_status_page": "See the whole order",
}


@pytest.mark.parametrize("setting", PARTS)
def test_a_part_that_is_switched_off_is_not_there(shopper: Shopper, setting: str) -> None:
    """And nothing else goes with it."""
    told = answer(story(order={"status_page_url": "https://shop.example/orders/1"}))
    shopper.shop.blocks = render(settings={setting: False})
    shopper.look_up(told)
    for each, text in PARTS.items():
        assert (text in shopper.result.inner_text()) == (each != setting), each


def test_colors_width_and_space_are_as_chosen(shopper: Shopper) -> None:
    shopper.page.set_viewport_size({"width": 1280, "height": 800})
    chosen = {"text_color": "#112233", "background": "#ddeeff", "width": 480, "density": "compact"}
    shopper.shop.blocks = render(settings=chosen)
    shopper.visit()
    expect(shopper.root).to_have_css("color", "rgb(17, 34, 51)")
    expect(shopper.root).to_have_css("background-color", "rgb(221, 238, 255)")
    expect(shopper.root).to_have_css("width", "480px")
    expect(shopper.root).to_have_css("padding", "12px")
    expect(shopper.page.get_by_text(TEXTS["form"]["order_help"])).to_have_css("color", "rgb(17, 34, 51)")


def test_without_settings_the_look_is_the_themes(shopper: Shopper) -> None:
    shopper.shop.theme = "dark"
    shopper.shop.blocks = render(settings={"radius": None, "width": None})
    shopper.visit()
    expect(shopper.root).to_have_css("color", "rgb(232, 230, 227)")
    expect(shopper.root).to_have_css("background-color", "rgba(0, 0, 0, 0)")
    expect(shopper.root).to_have_css("padding", "0px")


def test_settings_hold_before_and_without_javascript(shopper: Shopper) -> None:
    """Where the browser can read them from the attributes; no layout shift then."""
    shopper.shop.blocks = render(settings={"accent": "#00ff00", "radius": 3}).replace(
        "track-order.js", "none.js"
    )
    shopper.visit()
    expect(shopper.root.locator(".track-order__submit")).to_have_css("background-color", "rgb(0, 255, 0)")
    expect(shopper.page.get_by_label("Order number")).to_have_css("border-radius", "3px")


def test_help_is_under_the_form_and_under_refusals_alone(shopper: Shopper) -> None:
    shopper.shop.blocks = render(settings={"help": "<p>Call us.</p>", "faq_url": "/pages/faq"})
    shopper.look_up(refusal("order_not_found", 404))
    expect(shopper.page.get_by_text("Call us.")).to_be_visible()
    expect(shopper.result.get_by_role("link", name="Questions and answers")).to_be_visible()
    shopper.look_up(answer(story()))
    expect(shopper.page.get_by_text("Call us.")).to_be_hidden()
    expect(shopper.result.get_by_role("link", name="Questions and answers")).to_be_visible()


def test_labels_of_the_merchants_own(shopper: Shopper) -> None:
    shopper.shop.blocks = render(settings={"order_label": "Bestell-Nr. <1>", "email_label": "Mail"})
    shopper.visit()
    expect(shopper.page.get_by_label("Bestell-Nr. <1>")).to_be_visible()
    expect(shopper.page.get_by_label("Mail", exact=True)).to_be_visible()


CHOICES = next(each for each in schema()["settings"] if each.get("id") == "preview_status")["options"]
HEADLINES = {"split": "processing"}


@pytest.mark.parametrize("choice", [option["value"] for option in CHOICES])
def test_the_editor_shows_a_sample_of_each_kind(shopper: Shopper, choice: str) -> None:
    """Without a request, under a form that works, and again after the block was put back."""
    # The sample's times are counted from when Liquid makes it.
    shopper.page.clock.set_fixed_time(datetime.now(UTC))
    shopper.shop.blocks = render(design_mode=True, settings={"preview_status": choice})
    shopper.visit()
    group = {"split": "partly", "problem": "attention"}.get(choice, "status")
    headline = TEXTS[group][HEADLINES.get(choice, choice)]
    expect(shopper.result).to_contain_text(headline)
    expect(shopper.result).to_contain_text(TEXTS["form"]["sample"])
    expect(shopper.page.get_by_label("Order number")).to_be_visible()
    assert (TEXTS["attention"]["problem"] in shopper.result.inner_text()) == (choice == "problem")
    due = {
        "label_created": "tomorrow",
        "shipped": "tomorrow",
        "in_transit": "tomorrow",
        "out_for_delivery": "today",
    }
    dates = [f"Expected {due[choice]}."] if choice in due else []
    told = shopper.result.locator(".track-order__expected").all_inner_texts()
    assert dates == [date for date in told if date.startswith("Expected")]
    shopper.page.evaluate(
        "{ const block = document.querySelector('track-order'), place = block.parentNode;"
        " block.remove(); place.append(block); }"
    )
    expect(shopper.result.locator(".track-order__story")).to_have_count(1)
    assert shopper.shop.asked == []
    assert shopper.barriers() == []


def test_shoppers_never_see_the_sample() -> None:
    assert "data-sample" not in render()
    assert "data-sample" not in render(design_mode=True, settings={"show_preview": False})


def test_a_long_order_is_folded(shopper: Shopper) -> None:
    """250 lines: ten are shown, the rest are counted."""
    lines = [item(f"Thing {number}") for number in range(250)]
    shopper.look_up(answer(story(shipments=[parcel(items=lines)])))
    assert shopper.result.locator(".track-order__item:visible").count() == 10
    shopper.result.get_by_text("Show 240 more items").click()
    assert shopper.result.locator(".track-order__item:visible").count() == 250


def test_a_tracking_number_is_copied_by_a_press(shopper: Shopper) -> None:
    shopper.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    shopper.look_up(answer(split()))
    shopper.result.get_by_role("button", name="Copy 4212345678").click()
    expect(shopper.root.get_by_role("status")).to_have_text("Copied")
    assert shopper.page.evaluate("navigator.clipboard.readText()") == "4212345678"
    shopper.page.context.clear_permissions()


def test_without_a_clipboard_there_is_nothing_to_press(patient_shopper: Shopper) -> None:
    """As on a page without HTTPS."""
    shopper = patient_shopper
    shopper.bring_script("delete Navigator.prototype.clipboard")
    shopper.look_up(answer(split()))
    expect(shopper.result).to_contain_text("4212345678")
    assert shopper.result.get_by_role("button", name="Copy").count() == 0


ADVISED = {
    "delivered": (told_as("delivered"), False),
    "attempted": (told_as("attempted"), True),
    "stalled": (
        story(order={"attention": "stalled", "advice": "stalled"}, shipments=[parcel(attention="stalled")]),
        True,
    ),
    "problem": (
        story(order={"attention": "problem", "advice": "problem"}, shipments=[parcel(attention="problem")]),
        True,
    ),
}


@pytest.mark.parametrize("name", ADVISED)
def test_who_has_reason_to_worry_is_told_what_to_do(shopper: Shopper, name: str) -> None:
    """Unfolded where something is wrong; at hand where it may be."""
    told, unfolded = ADVISED[name]
    shopper.look_up(answer(told))
    advice = TEXTS["advice"][name]
    title = shopper.result.get_by_text(advice.get("title", TEXTS["advice"]["title"]))
    expect(title).to_be_visible()
    first = shopper.result.get_by_text(advice["first"])
    assert first.is_visible() == unfolded
    if not unfolded:
        title.click()
    for step in ("first", "second", "third"):
        if step in advice:
            expect(shopper.result.get_by_text(advice[step])).to_be_visible()
    assert "There is nothing you need to do." not in shopper.result.inner_text()
