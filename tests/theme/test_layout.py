"""Looks that can be measured: no sideways scroll, big targets, readable on any theme, calm if asked for."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.pictures.seeing import FINDINGS
from tests.theme.answers import Answer, answer, item, parcel, refusal, split, story, told_as
from tests.theme.harness import render
from tests.theme.shopper import Shopper

LONG = "Donaudampfschifffahrtsgesellschaftskapitaenskajuetenschluessel" * 2


def crowded() -> dict[str, object]:
    """Everything at once, with words that do not break."""
    told = split()
    told["order"]["name"] = f"#{LONG}"
    told["shipments"].append(
        parcel(
            items=[item(LONG, variant=LONG)],
            tracking=[{"carrier": LONG, "number": LONG, "url": "https://x.example"}],
        )
    )
    return told


@pytest.mark.parametrize("width", [320, 1280])
def test_a_theme_that_sets_its_own_measures_loses_nothing(shopper: Shopper, width: int) -> None:
    """Form, field at fault, refusal and a crowded story, with a merchant's accent (WCAG 1.4.10 asks for
    320 px). The demo's theme, and every story in it, is looked at by test_every_story."""
    shopper.page.set_viewport_size({"width": width, "height": 800})
    shopper.shop.theme = "dark"
    shopper.shop.blocks = render(settings={"contact_url": "/pages/contact", "accent": "#7b3fe4"})
    both = {"order": ["invalid"], "email": ["invalid"]}
    for sent in (
        refusal("invalid_request", 422, errors=both),
        refusal("order_not_found", 404),
        answer(crowded()),
    ):
        shopper.look_up(sent)
        assert shopper.page.evaluate(FINDINGS)["problems"] == []
    assert shopper.barriers() == []


@pytest.mark.parametrize("sent", [refusal("upstream_unavailable", 503), answer(told_as("in_transit"))])
def test_what_can_be_pressed_is_big_enough_for_a_thumb(shopper: Shopper, sent: Answer) -> None:
    shopper.look_up(sent)
    boxes = shopper.root.locator("button:visible, a:visible, summary:visible, input:visible").all()
    heights = [box["height"] for each in boxes if (box := each.bounding_box())]
    assert len(heights) >= 4
    assert min(heights) >= 44


@pytest.mark.parametrize("accent", ["#ffffff", "#000000", "#777777", "#ff0000", "#00ff00", "#0000ff"])
def test_the_buttons_label_is_readable_on_any_accent(shopper: Shopper, accent: str) -> None:
    """Measured on the pixels, so it holds for whatever the style sheet computes."""
    shopper.shop.blocks = render(settings={"accent": accent})
    shopper.visit()
    colors = shopper.page.evaluate(
        """() => {
          const button = document.querySelector('.track-order__submit');
          const paint = document.createElement('canvas').getContext('2d');
          const luminance = (color) => {
            paint.fillStyle = color;
            paint.fillRect(0, 0, 1, 1);
            const [r, g, b] = [...paint.getImageData(0, 0, 1, 1).data].map((byte) => {
              const part = byte / 255;
              return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
            });
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          return [getComputedStyle(button).backgroundColor, getComputedStyle(button.firstElementChild).color]
            .map(luminance).sort();
        }"""
    )
    assert (max(colors) + 0.05) / (min(colors) + 0.05) >= 4.5


@pytest.mark.parametrize("radius", [0, 8, 24])
def test_corners_are_as_chosen(shopper: Shopper, radius: int) -> None:
    shopper.shop.blocks = render(settings={"radius": radius})
    shopper.visit()
    expect(shopper.page.get_by_label("Order number")).to_have_css("border-radius", f"{radius}px")


def test_nothing_turns_for_those_who_asked_for_calm(shopper: Shopper) -> None:
    shopper.page.emulate_media(reduced_motion="reduce")
    shopper.shop.open.clear()
    shopper.visit()
    shopper.type()
    shopper.send()
    expect(shopper.root.get_by_role("status")).to_have_text("Looking for your order…")
    assert shopper.page.evaluate("document.getAnimations().length") == 0


def test_forced_colors_keep_fields_steps_and_button_visible(shopper: Shopper) -> None:
    shopper.page.emulate_media(forced_colors="active")
    shopper.visit()
    background = "(name) => getComputedStyle(document.querySelector(name)).backgroundColor"
    button = shopper.page.evaluate(background, ".track-order__submit")
    label = shopper.page.evaluate(
        "getComputedStyle(document.querySelector('.track-order__submit > span')).color"
    )
    assert button != label
    shopper.look_up(answer(story()))
    done, ahead = (
        shopper.page.evaluate(
            "(step) => getComputedStyle(document.querySelectorAll('.track-order__step')[step], '::before')"
            ".backgroundColor",
            step,
        )
        for step in (0, 4)
    )
    assert done != ahead


def test_a_theme_that_writes_large_and_light_keeps_its_colors(shopper: Shopper) -> None:
    """Text is never fainter than the theme's own."""
    shopper.shop.theme = "dark"
    shopper.look_up(answer(told_as("in_transit")))
    colors = shopper.page.evaluate(
        "[...new Set([...document.querySelectorAll('[data-result] :is(p, h2, h3, h4, li, dt, dd)')]"
        ".map((one) => getComputedStyle(one).color))]"
    )
    assert colors == ["rgb(232, 230, 227)"]
