"""What stands in for App Bridge keeps what Shopify documents of it, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import ConsoleMessage, Error, Frame, Page, expect

from tests.demo.conftest import ALICE, BOB
from tests.demo.embedded_app import KEY, EmbeddedApp, is_of, serve_embedded_app

PATIENCE = 20_000


@pytest.fixture
def app(tmp_path: Path) -> Iterator[EmbeddedApp]:
    """The app, installed in Alice's shop."""
    with serve_embedded_app(tmp_path) as embedded:
        embedded.platform.install(ALICE)
        yield embedded


@pytest.fixture
def opened(app: EmbeddedApp, page: Page) -> Frame:
    """The app's page within Alice's admin."""
    return in_the_admin(app, page)


def in_the_admin(app: EmbeddedApp, page: Page, shop: str = ALICE) -> Frame:
    page.goto(f"{app.platform.admin(shop)}/apps/track-my-order")
    return frame_at(page, app.url)


def frame_at(page: Page, url: str) -> Frame:
    """The app's frame, once what begins with this address is loaded in it."""
    expect(page.locator("iframe.app")).to_be_attached(timeout=PATIENCE)
    page.wait_for_function("frames.length > 0", timeout=PATIENCE)
    frame = next(one for one in page.frames if one.parent_frame is not None)
    frame.wait_for_url(lambda at: at.startswith(url), timeout=PATIENCE)
    return frame


def test_the_app_is_told_who_and_where_it_is(opened: Frame) -> None:
    config: dict[str, Any] = opened.evaluate("shopify.config")
    assert (KEY, ALICE, "en") == (config["apiKey"], config["shop"], config["locale"])
    assert opened.evaluate("shopify.ready.then(() => true)")


def test_an_id_token_is_one_of_this_shop_s_admin(app: EmbeddedApp, opened: Frame) -> None:
    token = opened.evaluate("shopify.idToken()")
    assert is_of(app.platform, token, ALICE)
    assert not is_of(app.platform, token, BOB)


def test_a_request_to_the_app_carries_a_token_and_its_body(app: EmbeddedApp, opened: Frame) -> None:
    answer = opened.evaluate("fetch('/api', { method: 'POST', body: 'abc' }).then((answer) => answer.text())")
    assert "abc" == answer
    (token,) = app.tokens
    assert is_of(app.platform, token, ALICE)


def test_a_request_that_has_its_own_authorization_keeps_it(app: EmbeddedApp, opened: Frame) -> None:
    opened.evaluate("fetch('/api', { headers: { Authorization: 'Bearer own' } }).then(() => null)")
    assert ["own"] == app.tokens


def test_a_request_to_another_origin_carries_none(app: EmbeddedApp, page: Page, opened: Frame) -> None:
    with page.expect_request("**/app-bridge.js") as asked:
        opened.evaluate(f"fetch('{app.platform.origin}/shopifycloud/app-bridge.js').then(() => null)")
    assert "authorization" not in asked.value.all_headers()


@pytest.mark.parametrize(("refuse", "asked", "status"), [(1, 2, 200), (2, 2, 401)])
def test_a_stale_token_is_replaced_once(
    app: EmbeddedApp, opened: Frame, refuse: int, asked: int, status: int
) -> None:
    """The request is sent again with its body and a fresh token, and no third time."""
    app.refuse = refuse
    answer = opened.evaluate(
        """fetch('/api', { method: 'POST', body: 'abc' })
           .then(async (answer) => [answer.status, await answer.text()])"""
    )
    assert [status, "abc" if status == 200 else "once more"] == answer
    assert asked == len(set(app.tokens)) == len(app.tokens)


def test_the_bounce_page_loads_what_was_asked_for_with_a_token(
    app: EmbeddedApp, page: Page, opened: Frame
) -> None:
    opened.evaluate("location.assign('/bounce?shopify-reload=' + encodeURIComponent('/?x=1&id_token=stale'))")
    frame = frame_at(page, f"{app.url}/?x=1")
    query = parse_qs(urlsplit(frame.url).query)
    assert ["1"] == query["x"]
    (token,) = query["id_token"]
    assert is_of(app.platform, token, ALICE)
    assert is_of(app.platform, frame.evaluate("shopify.idToken()"), ALICE)


def test_the_bounce_page_leads_to_no_other_origin(app: EmbeddedApp, page: Page, opened: Frame) -> None:
    with page.expect_event("pageerror") as fault:
        opened.evaluate(
            "location.assign('/bounce?shopify-reload=' + encodeURIComponent('https://x.example/'))"
        )
    assert "shopify-reload" in str(fault.value)


def test_scopes_are_asked_for_in_the_admin(app: EmbeddedApp, page: Page, opened: Frame) -> None:
    """Both answers of the merchant are told; what is granted already is not asked for."""
    ask = "void (window.answer = shopify.scopes.request(['read_returns', 'read_orders']))"
    opened.evaluate(ask)
    expect(page.get_by_role("dialog").get_by_role("listitem")).to_have_text(
        ["read_returns"], timeout=PATIENCE
    )
    page.get_by_role("button", name="Don't allow").click()
    assert "declined-all" == opened.evaluate("window.answer")["result"]
    opened.evaluate(ask)
    page.get_by_role("button", name="Allow", exact=True).click()
    answer = opened.evaluate("window.answer")
    assert "granted-all" == answer["result"]
    assert "read_returns" in answer["detail"]["granted"]
    opened.evaluate(ask)
    assert "granted-all" == opened.evaluate("window.answer")["result"]
    assert answer["detail"] == opened.evaluate("shopify.scopes.query()")
    opened.evaluate("shopify.scopes.revoke(['read_returns']).then(() => null)")
    assert "read_returns" not in opened.evaluate("shopify.scopes.query()")["granted"]


def test_what_can_not_be_asked_for_is_refused(opened: Frame) -> None:
    with pytest.raises(Error, match="read_all_orders"):
        opened.evaluate("shopify.scopes.request(['read_all_orders'])")
    with pytest.raises(Error, match="read_orders"):
        opened.evaluate("shopify.scopes.revoke(['read_orders'])")


def test_the_app_learns_which_of_its_blocks_are_in_the_theme(
    app: EmbeddedApp, page: Page, opened: Frame
) -> None:
    """From the deep link to the button in the editor."""
    statuses = """shopify.app.extensions().then(([one]) =>
        Object.fromEntries(one.activations.map(({ handle, status }) => [handle, status])))"""
    assert "available" == opened.evaluate(statuses)["track-order"]
    link = f"template=page&addAppBlockId={KEY}/track-order&target=newAppsSection"
    page.goto(f"{app.platform.admin(ALICE)}/themes/current/editor?{link}")
    page.get_by_role("button", name="Add block and save").click()
    page.get_by_role("link", name="See it in the online store").click()
    expect(page.locator(".shopify-app-block")).to_be_attached(timeout=PATIENCE)
    assert "active" == in_the_admin(app, page).evaluate(statuses)["track-order"]


def test_a_toast_shows_in_the_admin_and_goes_again(page: Page, opened: Frame) -> None:
    assert "1" == opened.evaluate("shopify.toast.show('Saved', { duration: 60000 })")
    expect(page.get_by_role("status")).to_have_text("Saved", timeout=PATIENCE)
    opened.evaluate("shopify.toast.hide('1')")
    expect(page.get_by_role("status")).to_have_text("", timeout=PATIENCE)


def test_an_app_that_is_opened_by_itself_goes_into_the_admin(app: EmbeddedApp, page: Page) -> None:
    page.goto(app.platform.launch_url(ALICE))
    page.wait_for_url(f"{app.platform.admin(ALICE)}/apps/{KEY}", timeout=PATIENCE)
    frame_at(page, app.url)


def test_it_goes_into_no_admin_of_another_origin(app: EmbeddedApp, page: Page) -> None:
    """The host is whatever stands in the address, so it may be anybody's."""
    page.goto(f"{app.url}/?host=eC5leGFtcGxlL2FkbWlu")  # x.example/admin
    expect(page.get_by_role("heading")).to_have_text("Ready", timeout=PATIENCE)


def test_the_admin_answers_nobody_but_the_app_s_frame(app: EmbeddedApp, page: Page, opened: Frame) -> None:
    """A frame of another origin, put into the admin's page, gets no token."""
    heard = page.evaluate(
        """(origin) => new Promise((resolve) => {
            addEventListener('message', ({ data }) => { if (data?.to === 'test') resolve(data.heard); });
            const other = document.createElement('iframe');
            other.srcdoc = `<script>
              const heard = [];
              addEventListener('message', ({ data }) => heard.push(data));
              parent.postMessage({ to: 'admin', id: 1, call: 'idToken' }, '*');
              setTimeout(() => parent.postMessage({ to: 'test', heard }, '*'), 300);
            </script>`;
            document.body.append(other);
        })""",
        app.url,
    )
    assert [] == heard
    assert is_of(app.platform, opened.evaluate("shopify.idToken()"), ALICE)


@pytest.mark.parametrize(
    ("page_text", "words"),
    [
        ('<script>0</script><script src="{source}"></script>', "first script"),
        ('<script defer src="{source}"></script>', "first script"),
        ('<script src="{source}"></script>', "shopify-api-key"),
    ],
)
def test_it_has_to_be_the_first_script_of_a_page_that_names_the_app(
    app: EmbeddedApp, page: Page, page_text: str, words: str
) -> None:
    """As Shopify's own does it: with a word in the console, and nothing defined."""
    said: list[str] = []

    def note(error: Error) -> None:
        said.append(str(error))

    def hear(message: ConsoleMessage) -> None:
        said.append(message.text)

    app.alone = page_text.format(source=f"{app.platform.origin}/shopifycloud/app-bridge.js")
    page.on("console", hear)
    page.on("pageerror", note)
    page.goto(f"{app.url}/alone")
    page.remove_listener("console", hear)
    page.remove_listener("pageerror", note)
    assert page.evaluate("typeof window.shopify") == "undefined"
    assert words in "".join(said)
