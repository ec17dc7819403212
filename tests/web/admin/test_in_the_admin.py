"""The merchant's page in its frame in the admin, with App Bridge and Polaris (what stands in for them) and
without."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Locator, Page, Route, ViewportSize, expect

from tests.web.admin.browser import CDN, PATIENCE, Desk
from tests.web.admin.conftest import Service
from tests.web.storefront import ALICE
from tracker.shop import ShopSettings

DESKTOP: ViewportSize = {"width": 1280, "height": 900}
FRESH = {
    "connected": "done",
    "scopes": "optional",
    "email": "done",
    "page": "done",
    "block": "todo",
    "trial": "todo",
}
READY = "All steps are done. Your shoppers can track their orders."


@pytest.fixture(scope="module")
def _tab(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[Page]:
    """One tab for all tests, each of which loads the admin anew."""
    with browser.new_context(**browser_context_args) as context:
        yield context.new_page()


@pytest.fixture
def desk(service: Service, reachable: str, _tab: Page) -> Iterator[Desk]:
    """Alice's staff, who have installed the app and not opened it yet. No script may fail unseen."""
    faults: list[str] = []

    def note(error: Error) -> None:
        faults.append(str(error))

    _tab.set_viewport_size(DESKTOP)
    _tab.set_default_timeout(PATIENCE)
    _tab.on("pageerror", note)
    yield Desk(_tab, service.platform, ALICE)
    _tab.remove_listener("pageerror", note)
    _tab.unroute_all(behavior="wait")
    assert [] == faults


@pytest.fixture
def alone(desk: Desk) -> Desk:
    """The same, where Shopify's CDN does not answer."""

    def abort(route: Route) -> None:
        route.abort()

    desk.page.route(CDN, abort)
    return desk


def stored(service: Service) -> ShopSettings:
    shop = service.edges.desk.shops.get(ALICE)
    assert shop is not None
    return shop.settings


def table(desk: Desk, section: str) -> Locator:
    """The table in a section of the page."""
    return desk.app.get_by_role("region", name=section).get_by_role("table")


def test_from_the_first_opening_to_a_shop_that_is_live(service: Service, desk: Desk) -> None:
    """Each step is found done by itself, or is one click away."""
    desk.open()
    assert FRESH == desk.states()
    assert [] == desk.barriers()

    asked = desk.step("scopes").get_by_role("listitem").filter(has_text="Returns show at once")
    asked.get_by_role("button").click()
    desk.page.get_by_role("dialog").get_by_role("button", name="Allow", exact=True).click()
    expect(asked).to_have_count(0, timeout=PATIENCE)
    desk.checked()

    desk.try_it()
    expect(desk.step("trial")).to_contain_text("It works")
    expect(desk.step("trial")).to_contain_text("Parcels")
    expect(desk.said("guide")).not_to_contain_text(READY)

    desk.step("block").get_by_role("link", name="Add the block").click()
    desk.page.get_by_role("button", name="Add block and save").click()
    service.storefront(ALICE).look_up()
    service.flush()
    desk.open()
    expect(desk.step("block").get_by_role("link")).to_be_hidden()
    desk.try_it()
    expect(desk.said("guide")).to_have_text(READY, timeout=PATIENCE)
    assert {**FRESH, "block": "done", "trial": "done"} == desk.states()
    expect(desk.app.get_by_role("img", name="1 look-ups from")).to_be_visible()
    desk.app.get_by_text("The same as a table").click()
    expect(table(desk, "Look-ups of the last 30 days")).to_contain_text("Found")
    expect(table(desk, "Parcels under way")).to_contain_text("UPS")
    assert [] == desk.barriers()
    no_scrolling_sideways(desk)
    carriers_can_be_read_on_a_phone(desk)


def test_settings_are_saved_or_their_faults_are_shown(service: Service, desk: Desk) -> None:
    desk.open()
    desk.field("Days until a parcel stands still").fill("99")
    desk.field("Contact link").fill("javascript:alert(1)")
    desk.press("save")
    expect(desk.said("settings")).to_have_text("Check the marked fields. Nothing was saved.")
    expect(desk.field("Days until a parcel stands still")).to_be_focused()
    expect(desk.app.get_by_text("Write a whole number from 1 to 30.").locator("visible=true")).to_be_visible()
    assert (ShopSettings(), []) == (stored(service), desk.barriers())

    desk.field("Days until a parcel stands still").fill("9")
    desk.field("Contact link").fill("/pages/contact")
    desk.field("Pictures of products").uncheck()
    desk.press("save")
    expect(desk.page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    expect(desk.app.get_by_text("Write a whole number from 1 to 30.").locator("visible=true")).to_have_count(
        0
    )
    assert ShopSettings(9, "/pages/contact", None, frozenset({"pictures"})) == stored(service)

    desk.open()
    expect(desk.field("Days until a parcel stands still")).to_have_value("9")
    expect(desk.field("Pictures of products")).not_to_be_checked()


def test_everything_can_be_done_by_keyboard(service: Service, desk: Desk) -> None:
    desk.open()
    desk.frame.locator("body").evaluate("(body) => { body.tabIndex = -1; body.focus(); }")

    desk.tab_to("trial")
    desk.page.keyboard.press("Enter")
    expect(desk.step("trial")).to_have_attribute("data-state", "done", timeout=PATIENCE)
    desk.tab_to("check")
    choose_by_keyboard(service, desk, days=12)


def choose_by_keyboard(service: Service, desk: Desk, *, days: int) -> None:
    """From wherever the keyboard is to the saved settings."""
    desk.tab_to("stalled_days")
    desk.page.keyboard.press("ControlOrMeta+a")
    desk.page.keyboard.type(str(days))
    desk.tab_to("events")
    desk.page.keyboard.press("Space")
    desk.tab_to("save")
    desk.page.keyboard.press("Enter")
    expect(desk.said("settings")).to_have_text("Saved. Your shop shows it within a minute.")
    assert "save" == desk.focused()
    assert ShopSettings(days, None, None, frozenset({"events"})) == stored(service)


def carriers_can_be_read_on_a_phone(desk: Desk) -> None:
    """All columns are there, and no short name is broken."""
    desk.page.set_viewport_size({"width": 390, "height": 844})
    desk.frame.evaluate("document.documentElement.style.fontSize = '100%'")
    counts = (
        desk.app.get_by_role("region", name="Parcels under way").filter(has=desk.app.locator("table")).last
    )
    lines = """(cell) => {
        const text = document.createRange();
        text.selectNodeContents(cell);
        return text.getClientRects().length;
    }"""

    assert counts.evaluate("({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth")
    assert 1 == counts.get_by_role("rowheader", name="UPS", exact=True).evaluate(lines)


def no_scrolling_sideways(desk: Desk) -> None:
    """On a small phone and with letters of twice the size nothing is cut off or has to be pushed about."""
    narrow = "({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth"
    for width, letters in ((320, "100%"), (640, "200%"), (1280, "200%")):
        desk.page.set_viewport_size({"width": width, "height": 800})
        desk.frame.evaluate("(size) => { document.documentElement.style.fontSize = size; }", letters)
        assert not desk.overflows(), (width, letters)
        for part in desk.app.locator(".step, form, figure, .facts > div").all():
            assert part.evaluate(narrow), (width, letters, part.inner_text())


def test_where_the_cdn_does_not_answer_the_page_is_plainer_and_works(service: Service, alone: Desk) -> None:
    """Who has the block in the theme only the admin can tell, so that step says so and leads there."""
    desk = alone
    service.storefront(ALICE).look_up({"order": "9", "email": "x@y.example"})
    desk.open()
    assert "undefined" == desk.frame.evaluate("typeof window.shopify")
    assert FRESH | {"block": "unknown"} == desk.states()
    assert desk.step("block").get_by_role("link", name="Add the block").is_visible()
    desk.try_it()
    expect(desk.step("trial")).to_contain_text("It works")

    desk.field("Days until a parcel stands still").fill("0")
    desk.press("save")
    expect(desk.field("Days until a parcel stands still")).to_be_focused()
    expect(desk.field("Days until a parcel stands still")).to_have_accessible_description(
        "Business days without news, after which shoppers are told so. 1 to 30."
        " Write a whole number from 1 to 30."
    )
    assert [] == desk.barriers()
    desk.step("trial").get_by_role("button").focus()
    choose_by_keyboard(service, desk, days=8)
    no_scrolling_sideways(desk)


def test_a_shop_that_was_shut_out_is_connected_again_by_one_click(service: Service, desk: Desk) -> None:
    desk.open()
    service.platform.switch(ALICE, token_valid=False, token_fault="invalid_grant")
    desk.press("check")
    desk.checked()
    expect(desk.step("connected")).to_contain_text("does not let this app in any more")
    assert ("todo", "unknown", "unknown") == tuple(
        desk.states()[name] for name in ("connected", "scopes", "email")
    )
    assert [] == desk.barriers()
    assert 503 == service.storefront(ALICE).look_up().status_code

    service.platform.reset(ALICE)
    desk.step("connected").get_by_role("link", name="Open the app again").click()
    expect(desk.step("connected")).to_have_attribute("data-state", "done", timeout=PATIENCE)
    desk.checked()
    assert 200 == service.storefront(ALICE).look_up().status_code


def test_a_shop_that_gives_no_answer_is_told_and_asked_again(service: Service, desk: Desk) -> None:
    service.platform.switch(ALICE, token_fault="5xx")
    desk.page.goto(f"{service.platform.admin(ALICE)}/apps/track-my-order")
    expect(desk.app.get_by_role("heading", name="The app cannot be opened right now")).to_be_visible()
    assert [] == desk.barriers()
    service.platform.reset(ALICE)

    desk.open()

    assert FRESH == desk.states()


def test_a_stale_page_fetches_a_token_and_comes_back(service: Service, desk: Desk) -> None:
    """As when the admin was left open over night: by way of the bounce page, in the real frame."""
    desk.open()
    stale = f"{service.platform.app_url}/admin?shop={ALICE}&host=aG9zdA&id_token=stale"
    desk.frame.evaluate("(address) => location.assign(address)", stale)
    desk.frame.wait_for_url("**/admin?**bounced=**", timeout=PATIENCE)
    desk.checked()

    assert FRESH == desk.states()


def test_an_admin_that_never_answers_keeps_nobody_waiting_for_ever(
    service: Service, reachable: str, browser: Browser, browser_context_args: dict[str, Any]
) -> None:
    """Its part of App Bridge is asked for a token, and for where the block is, and says nothing."""
    with browser.new_context(**browser_context_args) as context:
        page = context.new_page()
        page.route("**/app-host.js", lambda route: route.fulfill(content_type="text/javascript", body=""))
        page.clock.install()
        page.goto(f"{service.platform.admin(ALICE)}/apps/track-my-order")
        desk = Desk(page, service.platform, ALICE)
        expect(desk.step("scopes")).to_have_attribute("data-state", "checking", timeout=PATIENCE)
        page.clock.run_for(30_000)
        expect(desk.step("scopes")).to_have_attribute("data-state", "unknown", timeout=PATIENCE)
        expect(desk.step("block")).to_have_attribute("data-state", "unknown", timeout=PATIENCE)
