"""What stands in for Polaris shows its words, and its fields and buttons work in a form."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.barriers import barriers
from tests.demo.conftest import ALICE
from tests.demo.embedded_app import EmbeddedApp, serve_embedded_app

PATIENCE = 20_000

BODY = """
<s-page heading="Tracking">
  <s-banner heading="Not live yet" tone="warning"><s-paragraph>Two steps are left.</s-paragraph></s-banner>
  <s-section heading="Settings">
    <form id="settings">
      <s-stack>
        <s-number-field label="Days" name="days" value="4" min="1" details="Business days"></s-number-field>
        <s-url-field label="Contact" name="contact" error="An address is wanted"></s-url-field>
        <s-text-area label="Note" name="note"></s-text-area>
        <s-select label="Look" name="look">
          <s-option value="light">Light</s-option><s-option value="dark" selected>Dark</s-option>
        </s-select>
        <s-checkbox label="Pictures" name="pictures" checked></s-checkbox>
        <s-switch label="Prices" name="prices" value="yes"></s-switch>
        <s-button type="submit" variant="primary">Save</s-button>
        <s-button type="reset">Discard</s-button>
        <s-button disabled>Later</s-button>
        <s-link href="/api">Read more</s-link>
      </s-stack>
    </form>
    <s-unordered-list><s-list-item>First of all</s-list-item></s-unordered-list>
    <s-badge tone="success">Done</s-badge>
  </s-section>
</s-page>"""


@pytest.fixture
def app(tmp_path: Path) -> Iterator[EmbeddedApp]:
    with serve_embedded_app(tmp_path) as embedded:
        embedded.platform.install(ALICE)
        embedded.body = BODY
        yield embedded


@pytest.fixture
def shown(app: EmbeddedApp, page: Page) -> FrameLocator:
    """The app's page within the admin."""
    page.goto(f"{app.platform.admin(ALICE)}/apps/track-my-order")
    frame = page.frame_locator("iframe.app")
    expect(frame.get_by_role("heading", name="Tracking", level=1)).to_be_visible(timeout=PATIENCE)
    return frame


def values(shown: FrameLocator) -> dict[str, str]:
    """What the form would send."""
    sent: dict[str, str] = shown.locator("#settings").evaluate(
        "(form) => Object.fromEntries(new FormData(form))"
    )
    return sent


def test_words_are_readable_under_a_policy_that_allows_no_style_of_the_page(shown: FrameLocator) -> None:
    for words in (
        "Not live yet",
        "Two steps are left.",
        "Business days",
        "An address is wanted",
        "First of all",
        "Done",
    ):
        expect(shown.get_by_text(words)).to_be_visible()
    expect(shown.get_by_role("heading", name="Settings", level=2)).to_be_visible()
    expect(shown.get_by_role("status")).to_contain_text("Two steps are left.")


def test_fields_are_in_the_form_with_their_first_values(shown: FrameLocator) -> None:
    assert {"days": "4", "contact": "", "note": "", "look": "dark", "pictures": "on"} == values(shown)


def test_what_is_typed_and_chosen_is_sent_and_told(shown: FrameLocator) -> None:
    shown.locator("#settings").evaluate(
        """(form) => { window.told = [];
        for (const kind of ['input', 'change']) form.addEventListener(kind, ({ target }) =>
          window.told.push(kind + ' ' + target.getAttribute('name'))); }"""
    )
    shown.get_by_label("Days").fill("6")
    shown.get_by_label("Look").select_option("light")
    shown.get_by_label("Pictures").uncheck()
    shown.get_by_label("Prices").check()
    assert {"days": "6", "contact": "", "note": "", "look": "light", "prices": "yes"} == values(shown)
    told: list[str] = shown.locator("#settings").evaluate("() => window.told")
    assert {"input days", "change look", "change pictures", "change prices"} <= set(told)


def test_a_script_can_set_and_read_what_is_in_a_field(shown: FrameLocator) -> None:
    shown.locator("s-number-field").evaluate("(field) => { field.value = '9'; }")
    shown.locator("s-checkbox").evaluate("(field) => { field.checked = false; }")
    assert ("9", None) == (values(shown)["days"], values(shown).get("pictures"))
    assert shown.locator("s-number-field").evaluate("(field) => field.value") == "9"
    assert not shown.locator("s-checkbox").evaluate("(field) => field.checked")


def test_buttons_submit_and_discard(shown: FrameLocator) -> None:
    shown.locator("#settings").evaluate(
        """(form) => { window.sent = 0;
        form.addEventListener('submit', (event) => { event.preventDefault(); window.sent += 1; }); }"""
    )
    shown.get_by_label("Days").fill("6")
    shown.get_by_role("button", name="Save").click()
    assert 1 == shown.locator("#settings").evaluate("() => window.sent")
    shown.get_by_role("button", name="Discard").click()
    assert "4" == values(shown)["days"]
    expect(shown.get_by_role("button", name="Later")).to_be_disabled()


def test_a_link_leads(app: EmbeddedApp, page: Page, shown: FrameLocator) -> None:
    with page.expect_request(f"{app.url}/api"):
        shown.get_by_role("link", name="Read more").click()


def test_the_admin_itself_is_accessible(app: EmbeddedApp, page: Page) -> None:
    """Every page of it, by the rules of axe."""
    admin = app.platform.admin(ALICE)
    for path in (
        "",
        "/themes/current/editor",
        "/orders",
        "/settings/apps",
        "/online_store/preferences",
        "/demo",
    ):
        page.goto(admin + path)
        assert [] == barriers(page)
    app.platform.uninstall(ALICE)
    page.goto(f"{admin}/apps/track-my-order")
    assert [] == barriers(page)
    page.goto(f"{app.platform.origin}/shops/")
    assert [] == barriers(page)
