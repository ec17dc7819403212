"""What axe can't see: what is said and how often, where the keyboard is, and whether one can tell."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.pictures.seeing import FINDINGS
from tests.theme.answers import Answer, answer, refusal, split, story, told_as
from tests.theme.harness import Translate, render, words
from tests.theme.shopper import Shopper

TEXTS = words()["track_order"]

LISTEN = """() => {
  const live = document.querySelector('track-order [data-live]');
  window.heard = [];
  new MutationObserver(() => live.textContent && window.heard.push(live.textContent))
    .observe(live, { childList: true, characterData: true, subtree: true });
}"""

RING = """() => {
  const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
  return outlineStyle === 'none' ? 0 : Number.parseFloat(outlineWidth);
}"""


@pytest.mark.parametrize("told", [told_as("in_transit"), split()])
def test_a_screen_reader_is_told_the_headline_once(shopper: Shopper, told: dict[str, object]) -> None:
    """That it is being looked for, then where it is; nothing else, and nothing twice."""
    shopper.shop.answer = answer(told)
    shopper.visit()
    shopper.page.evaluate(LISTEN)
    shopper.type()
    shopper.send()
    expect(shopper.result).to_contain_text("Order #1001")
    shopper.settle()
    heard = shopper.page.evaluate("window.heard")
    headline = shopper.result.locator(".track-order__headline").inner_text()
    assert heard[0] == TEXTS["form"]["looking"]
    assert [headline in one for one in heard] == [False, True]
    assert heard[1].count(headline) == 1


@pytest.mark.parametrize("sent", [refusal("order_not_found", 404), refusal("upstream_unavailable", 503)])
def test_a_refusal_is_said_by_the_focus_alone(shopper: Shopper, sent: Answer) -> None:
    shopper.shop.answer = sent
    shopper.visit()
    shopper.page.evaluate(LISTEN)
    shopper.type()
    shopper.send()
    title = shopper.result.locator(".track-order__title")
    expect(title).to_be_focused()
    shopper.settle()
    assert [TEXTS["form"]["looking"]] == shopper.page.evaluate("window.heard")


def test_the_whole_way_through_the_dialog_by_keyboard(shopper: Shopper) -> None:
    """From the button to the parcel's link and back, and at each stop one can see where one is."""
    shopper.shop.blocks = render("track-order-button")
    shopper.shop.answer = answer(story())
    shopper.visit()
    keys = shopper.page.keyboard
    stops: list[str] = []

    def press(key: str) -> None:
        keys.press(key)
        assert shopper.page.evaluate(RING) >= 2, f"after {key} at {shopper.focused}"
        stops.append(shopper.focused)

    press("Tab")
    keys.press("Enter")
    expect(shopper.page.get_by_label("Order number")).to_be_focused()
    keys.type("1001")
    press("Tab")
    keys.type("ann@example.com")
    press("Tab")
    keys.press("Enter")
    expect(shopper.result).to_contain_text("Order #1001")
    for _ in range(5):
        press("Tab")
    keys.press("Escape")
    expect(shopper.page.get_by_role("dialog")).to_be_hidden()
    stops.append(shopper.focused)
    assert stops == [
        "Track my order",
        "email",
        "Find my order",
        "Check again",
        "Copy",
        "Follow it with UPS (new tab)",
        "Show 2 earlier updates",
        "Look up another order",
        "Track my order",
    ]


@pytest.mark.parametrize("width", [320, 1280])
def test_the_dialog_fits_and_its_close_button_stays_in_reach(shopper: Shopper, width: int) -> None:
    """However far down the story one has read."""
    shopper.page.set_viewport_size({"width": width, "height": 640})
    shopper.shop.blocks = render("track-order-button")
    shopper.shop.answer = answer(split())
    shopper.visit()
    shopper.page.get_by_role("link", name="Track my order").click()
    dialog = shopper.page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    assert shopper.page.evaluate(FINDINGS)["problems"] == []
    fields = [shopper.page.get_by_label(name).bounding_box() for name in ("Order number", "E-mail address")]
    inside = dialog.bounding_box()
    assert inside is not None
    assert all(field and field["x"] >= inside["x"] for field in fields)
    shopper.type()
    shopper.send()
    expect(dialog).to_contain_text("Order #1001")
    assert shopper.page.evaluate(FINDINGS)["problems"] == []
    dialog.evaluate("(dialog) => dialog.scrollTo(0, dialog.scrollHeight)")
    expect(dialog.get_by_role("button", name="Close")).to_be_in_viewport(ratio=1)


def test_with_forced_colors_everything_keeps_an_edge(shopper: Shopper) -> None:
    """Fields, buttons, cards and the button in the corner: none is told from its ground by color alone."""
    shopper.page.emulate_media(forced_colors="active")
    shopper.shop.blocks = render() + render("track-order-button")
    edged = """(selector) => [...document.querySelectorAll(selector)].map((element) => {
      const { borderTopStyle, borderTopWidth, borderTopColor, backgroundColor } = getComputedStyle(element);
      return borderTopStyle !== 'none' && borderTopWidth !== '0px' && borderTopColor !== backgroundColor
        && !/^rgba.* 0\\)$/.test(borderTopColor);
    })"""
    shopper.look_up(refusal("order_not_found", 404))
    form = ".track-order__input, .track-order__submit, .track-order__refusal, .track-order-button__link"
    assert [True] * 5 == shopper.page.evaluate(edged, form)
    shopper.look_up(answer(story()))
    cards = ".track-order__summary, .track-order__parcel, .track-order__button, .track-order__link"
    told = shopper.page.evaluate(edged, cards)
    assert len(told) >= 6
    assert all(told)


def test_two_of_each_block_share_a_page_and_answer_each_for_itself(shopper: Shopper) -> None:
    """No id is there twice, and an answer comes where it was asked for."""
    buttons = {"Track my order": render("track-order-button", block_id="a")}
    elsewhere = {"placement": "start", "button": "Where is it?"}
    buttons["Where is it?"] = render("track-order-button", block_id="b", settings=elsewhere)
    shopper.shop.blocks = "".join([render(block_id="one"), render(block_id="two"), *buttons.values()])
    shopper.visit()
    places = [shopper.page.locator(f"#track-order-{name}") for name in ("one", "two")]
    places += [shopper.page.locator(f"#track-order-button-{name} track-order") for name in ("a", "b")]
    statuses = ("in_transit", "delivered", "attempted", "ready_for_pickup")
    openers = (None, None, *buttons)
    for place, status, opener in zip(places, statuses, openers, strict=True):
        shopper.shop.answer = answer(told_as(status))
        if opener:
            shopper.page.get_by_text(opener, exact=True).click()
            expect(shopper.page.locator("dialog[open]")).to_be_visible()
        place.get_by_label("Order number").fill("1001")
        place.get_by_label("E-mail address").fill("ann@example.com")
        place.get_by_role("button", name="Find my order").click()
        expect(place.locator(".track-order__headline")).to_have_text(TEXTS["status"][status])
        if opener:
            shopper.page.keyboard.press("Escape")
    told = [place.locator(".track-order__headline").text_content() for place in places]
    assert told == [TEXTS["status"][status] for status in statuses]
    ids = shopper.page.evaluate("[...document.querySelectorAll('[id]')].map((each) => each.id)")
    assert len(ids) == len(set(ids)) > 20


@pytest.mark.parametrize("language", ["ar", "he"])
@pytest.mark.parametrize("name", ["#1001", "#1-A", "L-1234"])
def test_an_orders_name_is_read_as_it_was_given(shopper: Shopper, language: str, name: str) -> None:
    """From left to right, among words that run the other way."""
    shopper.shop.language, shopper.shop.direction = language, "rtl"
    shopper.shop.blocks = render(translate=Translate(words(language), language), locale=language)
    shopper.look_up(answer(story(order={"name": name})))
    places = shopper.result.locator(".track-order__title").evaluate(
        """(title, name) => {
          const node = title.firstChild;
          const first = node.data.indexOf(name);
          return [...name].map((_, index) => {
            const range = document.createRange();
            range.setStart(node, first + index);
            range.setEnd(node, first + index + 1);
            return range.getBoundingClientRect().left;
          });
        }""",
        name,
    )
    assert len(places) == len(name)
    assert places == sorted(places)
