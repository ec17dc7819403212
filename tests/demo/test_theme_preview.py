"""A merchant tries settings in the theme editor and sees the real blocks take them, as Shopify's would."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Response
from playwright.sync_api import CDPSession, FrameLocator, Locator, Page, expect

from tests.barriers import BEST_PRACTICE, WCAG, barriers
from tests.demo.conftest import ALICE, APP_TOML, FakeApp
from tracker.demo.platform import Platform, create_platform

DIALOG = '<dialog class="track-order-dialog" aria-label="Tracking"><track-order></track-order></dialog>'
LISTEN = """() => {
  window.raised = [];
  for (const event of ['section:unload', 'section:load', 'block:select', 'block:deselect']) {
    document.addEventListener(`shopify:${event}`, ({ target, detail }) => {
      const { sectionId, blockId, load } = detail;
      raised.push([event, target.id || target.tagName, sectionId, blockId, load].filter(Boolean).join(' '));
    });
  }
}"""
SECTION, BLOCK = "template--demo__main", "AdemoB10cktrack_order"


@contextmanager
def _served(app_url: str) -> Iterator[Platform]:
    platform = create_platform(app_toml=APP_TOML, app_url=app_url, shops=(ALICE,), retry_factor=0.0001)
    platform.install(ALICE)
    platform.add_block(ALICE)
    platform.add_block(ALICE, "track-order-button", "index")
    with platform.serve():
        yield platform


@pytest.fixture
def shop(fake_app: FakeApp) -> Iterator[Platform]:
    """Alice's shop with both blocks in its theme; the app behind it answers with a dialog."""
    fake_app.answer = lambda: Response(DIALOG, mimetype="text/html")
    with _served(fake_app.url) as platform:
        yield platform


@pytest.fixture
def preview(shop: Platform, page: Page) -> FrameLocator:
    """What is beside the settings, once the page has a sample in it."""
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{shop.admin(ALICE)}/themes/current/editor")
    shown = page.frame_locator("iframe")
    expect(shown.locator(".track-order__headline")).to_have_text("Your order is on its way.")
    return shown


def settings(page: Page, name: str = "Order tracking") -> Locator:
    """The settings of a block, unfolded, which selects it."""
    block = page.locator("details", has_text=name)
    block.locator("summary").click()
    return block


def inside(page: Page, script: str) -> object:
    """What a script finds within the preview."""
    frame = page.frames[1]
    return frame.evaluate(script)


def test_a_setting_is_seen_as_soon_as_it_is_tried_and_by_shoppers_once_it_is_saved(
    shop: Platform, page: Page, preview: FrameLocator
) -> None:
    """Heading, accent color and the status of the sample; the rest of the page stays as it is."""
    block = settings(page)
    inside(page, "() => { window.stays = true; }")
    block.get_by_label("Heading", exact=True).fill("Where is my parcel?")
    expect(preview.get_by_role("heading", name="Where is my parcel?")).to_be_visible()
    block.get_by_label("Accent color: choose").fill("#7b3fe4")
    expect(preview.locator(".track-order__submit")).to_have_css("background-color", "rgb(123, 63, 228)")
    block.get_by_label("Status of the sample").select_option("delivered")
    expect(preview.locator(".track-order__headline")).to_have_text("Your order was delivered.")
    block.get_by_label("Show a sample order").uncheck()
    expect(preview.locator(".track-order__story")).to_have_count(0)
    assert inside(page, "() => window.stays") is True

    storefront = page.context.new_page()
    tracking = f"{shop.storefront(ALICE)}/pages/track-order"
    storefront.goto(tracking)
    assert storefront.get_by_text("Where is my parcel?").count() == 0
    block.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_label("Heading", exact=True)).to_have_value("Where is my parcel?")
    storefront.goto(tracking)
    expect(storefront.get_by_role("heading", name="Where is my parcel?")).to_be_visible()
    assert storefront.locator("[data-editor], [data-shopify-editor-block]").count() == 0
    storefront.close()


def test_what_can_not_be_is_said_and_what_was_not_saved_is_gone_with_the_editor(
    page: Page, preview: FrameLocator
) -> None:
    """Every field has its name meanwhile."""
    block = settings(page)
    assert barriers(page, (*WCAG, BEST_PRACTICE)) == []
    block.get_by_label("Accent color", exact=True).fill("greenish")
    expect(block.get_by_role("alert")).to_contain_text("accent is a color such as")
    block.get_by_label("Accent color", exact=True).fill("#00ff00")
    button = preview.locator(".track-order__submit")
    expect(button).to_have_css("background-color", "rgb(0, 255, 0)")
    expect(block.get_by_role("alert")).to_be_hidden()
    block.get_by_role("link", name="Discard").click()
    expect(block.get_by_label("Accent color", exact=True)).to_have_value("")
    expect(button).not_to_have_css("background-color", "rgb(0, 255, 0)")


def collected(tools: CDPSession, page: Page) -> bool:
    """Whether the block that was there before has left memory."""
    tools.send("HeapProfiler.collectGarbage")
    return inside(page, "() => window.former.deref() === undefined") is True


def test_the_page_is_told_as_by_shopify_and_a_block_that_is_taken_out_leaves_nothing_behind(
    page: Page, preview: FrameLocator
) -> None:
    """A choice, a change and the end of a choice, each at its element with its ids. No listener, no timer and
    no promise holds the block that was there before, or it would still be in memory."""
    inside(page, LISTEN)
    inside(page, "() => { window.former = new WeakRef(document.querySelector('track-order')); }")
    tools = page.context.new_cdp_session(page)
    assert not collected(tools, page)
    block = settings(page)
    block.get_by_label("Status of the sample").select_option("attempted")
    expect(preview.locator(".track-order__headline")).to_contain_text("tried to deliver")
    expect(preview.locator("track-order")).to_have_count(1)
    expect(preview.locator(".track-order__story")).to_have_count(1)
    block.locator("summary").click()
    page.frames[1].wait_for_function("raised.at(-1).startsWith('block:deselect')")
    section, element = f"shopify-section-{SECTION}", f"track-order-{BLOCK}"
    assert [
        f"block:select {element} {SECTION} {BLOCK}",
        f"section:unload {section} {SECTION}",
        f"section:load {section} {SECTION}",
        f"block:select {element} {SECTION} {BLOCK} true",
        f"block:deselect {element} {SECTION} {BLOCK}",
    ] == inside(page, "() => raised")
    assert any(collected(tools, page) for _ in range(20))
    tools.detach()


def test_the_button_opens_while_it_is_chosen_and_takes_its_settings(
    page: Page, preview: FrameLocator
) -> None:
    """On any page of the shop; whoever is done with it finds the page as it was."""
    page.get_by_label("Preview", exact=True).select_option("Home")
    button = preview.get_by_role("link", name="Track my order")
    expect(button).to_be_visible()
    block = settings(page, "Tracking button")
    expect(preview.get_by_role("dialog")).to_be_visible()
    block.get_by_label("Button label").fill("Where is it?")
    expect(preview.get_by_role("link", name="Where is it?", include_hidden=True)).to_have_count(1)
    expect(preview.get_by_role("dialog")).to_be_visible()
    block.locator("summary").click()
    expect(preview.get_by_role("dialog")).to_be_hidden()
    block.locator("summary").click()
    block.get_by_label("Home page").uncheck()
    expect(preview.get_by_role("link", name="Where is it?", include_hidden=True)).to_have_count(0)
