"""A merchant's admin: installing, opening and uninstalling the app, and what the app's frame may ask for."""

from __future__ import annotations

import base64
import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from werkzeug.test import Client

from tests.demo.conftest import ALICE, BOB, FakeApp
from tracker.demo.app import API_SECRET
from tracker.demo.id_token import is_id_token
from tracker.demo.launch import launch_hmac
from tracker.demo.platform import Platform
from tracker.demo.scope_words import scope_words

KEY = "client-of-the-app"
ADMIN = f"/shops/{ALICE}/admin"
APP = f"{ADMIN}/apps/track-my-order"
INSTALL = f"{ADMIN}/oauth/install?client_id={KEY}"


def page(merchant: Client, path: str) -> str:
    answer = merchant.get(path)
    assert (200, "text/html") == (answer.status_code, answer.mimetype)
    return answer.get_data(as_text=True)


def test_an_app_that_is_not_installed_is_offered(merchant: Client) -> None:
    text = page(merchant, ADMIN)
    assert f"{ADMIN}/oauth/install?client_id={KEY}" in text
    assert "Uninstall" not in text


def test_the_question_shows_every_scope_and_lets_optional_ones_be_ticked(
    merchant: Client, platform: Platform
) -> None:
    text = page(merchant, INSTALL)
    for scope in platform.config.scopes:
        assert f"{scope_words(scope)} <code>{scope}</code></li>" in text
    assert list(platform.config.optional_scopes) == re.findall(
        r'type="checkbox" name="optional" value="(\w+)"', text
    )


def test_installing_opens_the_app(merchant: Client, platform: Platform, fake_app: FakeApp) -> None:
    """And the app's server hears of nothing until its page is loaded."""
    answer = merchant.post(INSTALL, data={"optional": ["read_returns"]})
    assert (303, APP) == (answer.status_code, answer.headers["Location"])
    installation = platform.shop(ALICE).installation
    assert installation is not None
    assert "read_returns" in installation.scopes
    assert "read_customers" not in installation.scopes
    assert [] == fake_app.requests
    assert "Uninstall" in page(merchant, ADMIN)


def test_what_can_not_be_installed_is_refused(merchant: Client, platform: Platform) -> None:
    assert 409 == merchant.post(INSTALL, data={"optional": ["read_all_orders"]}).status_code
    assert 404 == merchant.post(f"{ADMIN}/oauth/install?client_id=other").status_code
    assert 404 == merchant.get(f"{ADMIN}/oauth/install?client_id=other").status_code
    platform.install(ALICE)
    assert 409 == merchant.post(INSTALL).status_code
    assert APP == merchant.get(INSTALL).headers["Location"]


def frame_of(text: str) -> tuple[str, dict[str, list[str]]]:
    """The address in the app's frame without its query, and the query."""
    found = re.search(r'<iframe[^>]* src="([^"]*)"', text)
    assert found is not None
    url = urlsplit(unescape(found[1]))
    return f"{url.scheme}://{url.netloc}{url.path}", parse_qs(url.query, strict_parsing=True)


def test_the_frame_loads_the_app_with_all_that_shopify_adds(
    merchant: Client, platform: Platform, fake_app: FakeApp
) -> None:
    platform.install(ALICE)
    address, query = frame_of(page(merchant, APP))
    sent = {name: value for name, (value,) in query.items()}
    assert f"{fake_app.url}/" == address
    assert {"embedded", "hmac", "host", "id_token", "locale", "session", "shop", "timestamp"} == set(sent)
    assert ("1", "en", ALICE, "1795176000") == (
        sent["embedded"],
        sent["locale"],
        sent["shop"],
        sent["timestamp"],
    )
    host = base64.urlsafe_b64decode(sent["host"] + "=" * (-len(sent["host"]) % 4)).decode()
    assert f"localhost{ADMIN}" == host
    assert is_id_token(
        sent["id_token"], secrets=[API_SECRET], client_id=KEY, shop=ALICE, now=int(sent["timestamp"])
    )
    assert (
        launch_hmac({name: value for name, value in sent.items() if name != "hmac"}, API_SECRET)
        == sent["hmac"]
    )


def test_a_page_within_the_app_is_behind_its_address(
    merchant: Client, platform: Platform, fake_app: FakeApp
) -> None:
    platform.install(ALICE)
    assert f"{fake_app.url}/settings/look" == frame_of(page(merchant, f"{APP}/settings/look"))[0]


def test_the_client_id_names_the_app_too(merchant: Client, platform: Platform) -> None:
    platform.install(ALICE)
    assert 200 == merchant.get(f"{ADMIN}/apps/{KEY}").status_code
    assert 404 == merchant.get(f"{ADMIN}/apps/another").status_code


def test_an_app_that_is_not_installed_asks_before_it_opens(merchant: Client, platform: Platform) -> None:
    platform.install(BOB)
    assert INSTALL == merchant.get(APP).headers["Location"]


def test_an_app_that_runs_nowhere_can_not_be_opened(merchant: Client, platform: Platform) -> None:
    platform.install(ALICE)
    platform.app_url = None
    assert 404 == merchant.get(APP).status_code


def test_uninstalling_tells_the_app(merchant: Client, platform: Platform, fake_app: FakeApp) -> None:
    platform.install(ALICE)
    answer = merchant.post(f"{APP}/uninstall")
    assert (303, ADMIN) == (answer.status_code, answer.headers["Location"])
    assert platform.wait_for_webhooks(20)
    assert ["app/uninstalled"] == [one["headers"]["X-Shopify-Topic"] for one in fake_app.requests]
    assert 404 == merchant.post(f"{APP}/uninstall").status_code


def test_the_frame_gets_a_fresh_token_of_this_shop_each_time(merchant: Client, platform: Platform) -> None:
    platform.install(ALICE)
    tokens = {merchant.post(f"{APP}/frame/id-token").get_json()["idToken"] for _ in range(2)}
    now = int(platform.shop(ALICE).clock().timestamp())
    assert 2 == len(tokens)
    for token in tokens:
        assert is_id_token(token, secrets=[API_SECRET], client_id=KEY, shop=ALICE, now=now)
        assert not is_id_token(token, secrets=[API_SECRET], client_id=KEY, shop=BOB, now=now)


def test_the_frame_is_told_of_scopes_and_changes_optional_ones(merchant: Client, platform: Platform) -> None:
    platform.install(ALICE)

    def detail(answer: Any) -> list[str]:
        assert 200 == answer.status_code
        return [one for one in answer.get_json()["granted"] if one not in platform.config.scopes]

    assert [] == detail(merchant.get(f"{APP}/frame/scopes"))
    assert ["read_returns"] == detail(merchant.post(f"{APP}/frame/scopes/grant", json=["read_returns"]))
    assert [] == detail(merchant.post(f"{APP}/frame/scopes/revoke", json=["read_returns"]))
    assert 409 == merchant.post(f"{APP}/frame/scopes/grant", json=["read_all_orders"]).status_code
    assert 422 == merchant.post(f"{APP}/frame/scopes/grant", json="read_returns").status_code
    assert 422 == merchant.post(f"{APP}/frame/scopes/steal", json=["read_returns"]).status_code


@pytest.mark.parametrize("path", ["id-token", "scopes/grant"])
def test_nobody_else_speaks_for_the_frame(merchant: Client, platform: Platform, path: str) -> None:
    """Another site's page can't, nor an app of another name, nor one that is gone."""
    assert 409 == merchant.post(f"{APP}/frame/{path}", json=[]).status_code
    platform.install(ALICE)
    foreign = {"Origin": "http://elsewhere.example"}
    assert 403 == merchant.post(f"{APP}/frame/{path}", json=[], headers=foreign).status_code
    assert 404 == merchant.post(f"{ADMIN}/apps/another/frame/{path}", json=[]).status_code
    own = {"Origin": "http://localhost"}
    assert 200 == merchant.post(f"{APP}/frame/{path}", json=[], headers=own).status_code


def test_the_duties_are_sent_from_the_panel(merchant: Client, platform: Platform, fake_app: FakeApp) -> None:
    """shop/redact only once the app is gone."""
    platform.install(ALICE)
    panel = f"{ADMIN}/demo"
    customer = re.findall(r'<option value="(\d+)">ada@example.com', page(merchant, panel))[0]
    for topic in ("customers/data_request", "customers/redact"):
        sent = merchant.post(f"{panel}/duties", data={"topic": topic, "customer": customer})
        assert 303 == sent.status_code
    assert 409 == merchant.post(f"{panel}/duties", data={"topic": "shop/redact"}).status_code
    assert 422 == merchant.post(f"{panel}/duties", data={"topic": "customers/redact"}).status_code
    assert 422 == merchant.post(f"{panel}/duties", data={"topic": "orders/updated"}).status_code
    platform.uninstall(ALICE)
    told = merchant.post(f"{panel}/duties", data={"topic": "shop/redact"})
    assert (303, f"{ADMIN}?told=yes") == (told.status_code, told.headers["Location"])
    assert "The app has taken it." in page(merchant, f"{ADMIN}?told=yes")
    assert platform.wait_for_webhooks(20)
    assert {"customers/data_request", "customers/redact", "app/uninstalled", "shop/redact"} == {
        one["headers"]["X-Shopify-Topic"] for one in fake_app.requests
    }


def test_a_duty_that_the_app_does_not_take_is_said_to_come_again(
    merchant: Client, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.demo.admin_panel.TAKEN_SECONDS", 0.0)
    platform.install(ALICE)
    platform.uninstall(ALICE)
    platform.app_url = "http://127.0.0.1:1"
    told = merchant.post(f"{ADMIN}/demo/duties", data={"topic": "shop/redact"})
    assert f"{ADMIN}?told=no" == told.headers["Location"]
    assert "It is sent again" in page(merchant, f"{ADMIN}?told=no")


def test_what_follows_an_uninstall_is_offered_after_one(merchant: Client, platform: Platform) -> None:
    """And to nobody who has the app, again or never had it."""
    assert "48 hours" not in page(merchant, ADMIN)
    platform.install(ALICE)
    platform.uninstall(ALICE)
    assert "48 hours" in page(merchant, ADMIN)
    platform.install(ALICE)
    assert "48 hours" not in page(merchant, ADMIN)


def test_the_panel_sets_the_switches_and_shows_them(merchant: Client, platform: Platform) -> None:
    form = {"fail": "5xx", "token_fault": "lost", "webhook_duplicates": "on", "webhook_reorder": "on"}
    assert 303 == merchant.post(f"{ADMIN}/demo/switches", data=form).status_code
    control = platform.shop(ALICE).control
    assert ("5xx", "lost", 1, True, False, False) == (
        control.fail,
        control.token_fault,
        control.webhook_duplicates,
        control.webhook_reorder,
        control.webhook_wrong_hmac,
        control.protected_email,
    )
    text = page(merchant, f"{ADMIN}/demo")
    assert "<option selected>lost</option>" in text
    assert 2 == text.count(" checked>")
    assert 422 == merchant.post(f"{ADMIN}/demo/switches", data={"fail": "odd"}).status_code
    assert platform.shop(BOB).control.fail is None


def test_every_link_of_a_shop_s_admin_stays_in_that_shop(merchant: Client, platform: Platform) -> None:
    """Or leads to files that all shops share, or to the shop's own page for shoppers."""
    platform.install(BOB)
    admin = f"/shops/{BOB}/admin"
    for path in (
        admin,
        f"{admin}/apps/{KEY}",
        f"{admin}/themes/current/editor",
        f"{admin}/orders",
        f"{admin}/settings/apps",
        f"{admin}/online_store/preferences",
        f"{admin}/demo",
        f"/shops/{BOB}/demo",
    ):
        addresses = re.findall(r'(?:href|action|data-frame-url)="([^"]*)"', page(merchant, path))
        odd = [one for one in addresses if not one.startswith((f"/shops/{BOB}/", "/cdn/demo/", "data:"))]
        assert {"", "/pages/track-order", "/apps/track-order", "http://localhost/shops/"} >= set(odd)
