"""What somebody is reading or about to press stays where it is, however late something comes.

Measured as the web does (https://www.w3.org/TR/layout-instability/): what moves within half a second of a
press is what was asked for, and does not count. Here nothing is pressed, so everything counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Route, ViewportSize, expect

from tests.theme.answers import Answer, answer, item, parcel, refusal, story
from tests.theme.conftest import PHONE
from tests.theme.harness import render
from tests.theme.shopper import Shopper

LATER = "2026-11-21T12:10:00Z"
DESK: ViewportSize = {"width": 1280, "height": 800}
ANN = "ann@example.com"
FOOTER = "<footer><a href='/'>What the theme has below</a></footer>"

WATCH = """() => {
  window.moved = 0;
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) window.moved += value;
  }).observe({ type: 'layout-shift', buffered: true });
}"""
FRAMES = """() => new Promise((seen) => {
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(seen)));
})"""
ASK = """() => {
  const form = document.querySelector('track-order form');
  form.elements.order.value = '1001';
  form.elements.email.value = 'ann@example.com';
  form.requestSubmit();
}"""


def orders(count: int) -> Answer:
    listed = [{"name": f"#100{number}", "placed_at": "2026-11-20T10:00:00Z"} for number in range(count)]
    return Answer(json.dumps({"orders": listed}).encode())


def moved(shopper: Shopper) -> float:
    """How much has moved, in the web's own measure, since it was last asked for."""
    shopper.page.evaluate(FRAMES)
    return float(shopper.page.evaluate("() => { const sum = window.moved; window.moved = 0; return sum; }"))


def visit(shopper: Shopper, query: str = "") -> None:
    """Open the page, and watch from its first moment on."""
    shopper.visit(query)
    shopper.page.evaluate(WATCH)


@contextmanager
def held(shopper: Shopper) -> Iterator[None]:
    """What the shop is asked for meanwhile comes when this ends."""
    shopper.shop.open.clear()
    yield
    shopper.shop.open.set()


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def reader(shopper: Shopper, request: pytest.FixtureRequest) -> Shopper:
    """Somebody who sees what the theme has below the block."""
    shopper.page.set_viewport_size(request.param)
    return shopper


def test_a_page_with_both_blocks_opens(shopper: Shopper) -> None:
    """Not even where settings come by script, or an order number out of the address."""
    shopper.shop.blocks = render(settings={"accent": "#7b3fe4", "width": 480, "help": "<p>Help</p>"})
    shopper.shop.embed = render("track-order-button")
    visit(shopper, "?order=1001")
    expect(shopper.page.get_by_label("Order number")).to_have_value("1001")
    assert moved(shopper) == 0
    shopper.page.evaluate("document.querySelector('main').prepend(document.createElement('hr'), 'News')")
    assert moved(shopper) > 0


@pytest.mark.parametrize(
    ("sent", "rows", "choices"),
    [(orders(1), 1, 1), (orders(9), 3, 2), (orders(0), 1, 0), (refusal("rate_limited", 429), 1, 0)],
    ids=["fewer", "more", "none", "refused"],
)
def test_a_customers_orders_come_late(reader: Shopper, sent: Answer, rows: int, choices: int) -> None:
    """There are as many places as the shop knows orders, though the list may hold fewer, or more, which the
    last place folds; and they are as high as what comes, also in large text on a small screen."""
    if reader.page.viewport_size == PHONE:
        reader.shop.style = "body{font-size:32px}"
    reader.shop.blocks = render(email=ANN, orders_count=3) + FOOTER
    reader.shop.orders = sent
    with held(reader):
        visit(reader)
        places = reader.root.get_by_role("listitem")
        expect(places).to_have_count(3)
        assert moved(reader) == 0
    expect(places).to_have_count(rows)
    expect(reader.root.get_by_role("list").get_by_role("button")).to_have_count(choices)
    assert moved(reader) == 0


@pytest.mark.parametrize("sent", [answer(story()), refusal("order_not_found", 404)], ids=["story", "refusal"])
def test_an_answer_comes_late(reader: Shopper, sent: Answer) -> None:
    """What is below makes room when the question is put: nobody knows how much the answer will take."""
    reader.shop.blocks = render(settings={"help": "<p>Call us.</p>"}) + FOOTER
    reader.shop.answer = sent
    with held(reader):
        visit(reader)
        assert moved(reader) == 0
        reader.page.evaluate(ASK)
        expect(reader.root.get_by_role("status")).to_have_text("Looking for your order…")
        moved(reader)
    expect(reader.result.get_by_role("heading").first).to_be_visible()
    assert moved(reader) == 0


def test_all_comes_late_into_the_dialog_of_the_button(reader: Shopper) -> None:
    """It has its places by the page that it is made of, and whatever makes it longer does so at its foot."""
    reader.shop.embed, reader.shop.customer, reader.shop.orders = render("track-order-button"), ANN, orders(2)
    reader.shop.blocks = FOOTER
    reader.shop.answer = answer(story())
    with held(reader):
        visit(reader)
        reader.page.evaluate("document.querySelector('.track-order-button__link').click()")
        dialog = reader.page.get_by_role("dialog")
        expect(dialog.get_by_role("listitem")).to_have_count(3)
        assert moved(reader) == 0
    expect(dialog.get_by_role("list").get_by_role("button")).to_have_count(2)
    assert moved(reader) == 0
    with held(reader):
        reader.page.evaluate(ASK)
        expect(reader.root.get_by_role("status")).to_have_text("Looking for your order…")
        moved(reader)
    expect(reader.result.get_by_role("heading").first).to_be_visible()
    assert moved(reader) == 0


def test_a_sample_comes_into_the_theme_editor(reader: Shopper) -> None:
    reader.shop.blocks = render(design_mode=True) + FOOTER
    visit(reader)
    expect(reader.result.locator(".track-order__story")).to_be_visible()
    assert moved(reader) == 0


def test_pictures_and_fresh_news_come_into_a_story(shopper: Shopper) -> None:
    """25 parcels of ten lines. A picture has its room before it is there, and is fetched when it is nearly
    seen; a story that is the same as before but fresher stays as it is."""
    waiting: list[Route] = []
    lines = [
        item(f"Thing {number}", image_url=f"{shopper.shop.origin}/mug.svg?{number}") for number in range(10)
    ]
    shopper.shop.answer = answer(story(shipments=[parcel(items=lines) for _ in range(25)]))
    shopper.page.route("**/mug.svg*", lambda route: waiting.append(route))  # noqa: PLW0108 - no built-in is taken
    visit(shopper)
    shopper.page.evaluate(ASK)
    pictures = shopper.result.locator("img")
    expect(pictures).to_have_count(250)
    moved(shopper)
    assert {("lazy", "48", "48")} == {
        tuple(each)
        for each in pictures.evaluate_all(
            "(all) => all.map((one) => ['loading', 'width', 'height'].map((name) => one.getAttribute(name)))"
        )
    }
    pictures.first.scroll_into_view_if_needed()
    seen = len(waiting)
    for route in waiting:
        route.continue_()
    shopper.page.unroute("**/mug.svg*")
    expect(pictures.first).to_have_js_property("complete", True)  # noqa: FBT003 - what is expected
    assert moved(shopper) == 0
    assert 0 < seen < 250

    shopper.page.clock.set_fixed_time(LATER)
    shopper.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(shopper.result.get_by_text("checked 15 minutes ago").first).to_be_attached()
    assert len(shopper.shop.asked) == 2
    assert moved(shopper) == 0
