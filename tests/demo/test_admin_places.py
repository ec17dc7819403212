"""The pages that apps link to, a shop that asks for a password, and a shop's own domain."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
import requests
from flask import Response, jsonify, request
from werkzeug.test import Client

from tests.demo.conftest import ALICE, BOB, FakeApp
from tracker.demo.id_token import is_id_token
from tracker.demo.platform import Platform

ADMIN = f"/shops/{ALICE}/admin"
SETTINGS = f"{ADMIN}/settings/apps"
PREFERENCES = f"{ADMIN}/online_store/preferences"
VISIT = {"Sec-Fetch-Mode": "navigate"}


def test_every_order_is_listed_with_whose_it_is_and_a_way_to_move_it_on(
    merchant: Client, platform: Platform
) -> None:
    text = merchant.get(f"{ADMIN}/orders").text
    for order in platform.shop(ALICE).orders:
        assert f'<th scope="row">{order.name}</th>' in text
        assert f"/shops/{ALICE}/demo?order={order.id}" in text
    assert "<td>ada@example.com</td>" in text
    assert "<td>none</td>" in text


def test_an_order_has_an_address_of_its_own(merchant: Client, platform: Platform) -> None:
    order = platform.shop(ALICE).orders[0]
    found = merchant.get(f"{ADMIN}/orders/{order.id}")

    assert (302, True) == (
        found.status_code,
        found.location.endswith(f"/shops/{ALICE}/demo?order={order.id}"),
    )
    assert 404 == merchant.get(f"{ADMIN}/orders/7").status_code


def test_a_merchant_grants_optional_scopes_and_takes_them_back(
    merchant: Client, platform: Platform, fake_app: FakeApp
) -> None:
    assert "No app is installed" in merchant.get(SETTINGS).text
    assert 409 == merchant.post(SETTINGS).status_code
    platform.install(ALICE)
    installation = platform.shop(ALICE).installation
    assert installation is not None
    for ticked in (["read_returns"], []):
        assert 303 == merchant.post(SETTINGS, data={"optional": ticked}).status_code
        assert [*platform.config.scopes, *ticked] == installation.scopes
        assert (f'value="read_returns"{" checked" if ticked else ""}>') in merchant.get(SETTINGS).text
    assert platform.wait_for_webhooks(20)
    assert ["app/scopes_update"] * 2 == [one["headers"]["X-Shopify-Topic"] for one in fake_app.requests]
    assert 409 == merchant.post(SETTINGS, data={"optional": ["read_everything"]}).status_code


def test_a_shop_that_is_not_open_asks_for_a_password_whatever_one_wants_to_see(
    merchant: Client, platform: Platform, fake_app: FakeApp
) -> None:
    """But its staff, and no other shop."""
    platform.install(ALICE)
    platform.install(BOB)
    assert 303 == merchant.post(PREFERENCES, data={"password": "on"}).status_code
    for path in ("/", "/pages/track-order", "/products/tent", "/apps/track-order"):
        answer = merchant.get(f"/shops/{ALICE}{path}")
        assert (302, f"/shops/{ALICE}/password") == (answer.status_code, answer.headers["Location"])
        assert 200 == merchant.get(f"/shops/{BOB}{path}").status_code
    assert "Opening soon" in merchant.get(f"/shops/{ALICE}/password").text
    assert "Open the shop" in merchant.get(PREFERENCES).text
    assert 303 == merchant.post(PREFERENCES).status_code
    assert "fine" == merchant.get(f"/shops/{ALICE}/apps/track-order").text


@pytest.fixture
def served(platform: Platform) -> Iterator[Platform]:
    platform.install(BOB)
    with platform.serve():
        yield platform


@pytest.mark.parametrize("path", ["/", "/pages/track-order?locale=de", "/apps/track-order"])
def test_a_browser_at_the_permanent_name_is_sent_to_the_shops_own_domain(served: Platform, path: str) -> None:
    """An app's server that looks there is answered there."""
    permanent = f"{served.admin_origin.format(shop=BOB)}{path}"
    answer = requests.get(permanent, headers=VISIT, timeout=20, allow_redirects=False)
    assert (302, served.storefront(BOB) + path) == (answer.status_code, answer.headers["Location"])
    assert 200 == requests.get(permanent, timeout=20, allow_redirects=False).status_code


@pytest.mark.parametrize("path", ["admin", "admin/orders", "demo"])
def test_staff_stays_at_the_permanent_name(served: Platform, path: str) -> None:
    address = f"{served.admin_origin.format(shop=BOB)}/{path}"
    assert 200 == requests.get(address, headers=VISIT, timeout=20, allow_redirects=False).status_code


def test_to_go_live_at_once_is_to_do_what_a_merchant_does(
    merchant: Client, platform: Platform, fake_app: FakeApp
) -> None:
    """Install with every scope, add every block, open the app once, and fill in the keys of the carriers."""
    fake_app.answer = accounts_taken
    assert 303 == merchant.post(f"{ADMIN}/demo/go-live").status_code
    shop = platform.shop(ALICE)
    assert shop.installation is not None
    assert {*platform.config.scopes, *platform.config.optional_scopes} == set(shop.installation.scopes)
    assert {"button", "note", "track-order"} == {one.handle for one in shop.placements}
    opened, *filled_in = fake_app.requests
    assert ("GET", "/") == (opened["method"], opened["path"])
    assert "id_token=" in opened["query"]
    keys = platform.carriers.keys(ALICE)
    assert [("/admin/account", "seventeen_track", keys.aggregator), ("/admin/account", "dhl", keys.dhl)] == [
        (one["path"], json.loads(one["body"])["source"], json.loads(one["body"])["key"]) for one in filled_in
    ]
    assert all(is_of_alice(platform, one["headers"]["Authorization"]) for one in filled_in)
    assert f"{fake_app.url}/pushes" == keys.account.push_to
    assert 409 == merchant.post(f"{ADMIN}/demo/go-live").status_code


@pytest.mark.parametrize(
    "answer",
    [
        lambda: Response("no", 422),
        lambda: jsonify({"accounts": []}),
        lambda: jsonify({"accounts": [{"source": "seventeen_track", "path": None}]}),
    ],
)
def test_an_app_that_takes_no_key_is_not_live(
    merchant: Client, fake_app: FakeApp, answer: Callable[[], Response]
) -> None:
    """Or tells of none that it took, or not where the aggregator may push."""
    fake_app.answer = lambda: answer() if request.path == "/admin/account" else Response("fine")
    refused = merchant.post(f"{ADMIN}/demo/go-live")
    assert (502, True) == (refused.status_code, "it did not take" in refused.text)


def accounts_taken() -> Response:
    """What the app answers to a key."""
    told = [{"source": "seventeen_track", "path": "/pushes"}, {"source": "dhl", "path": None}]
    return jsonify({"accounts": told})


def is_of_alice(platform: Platform, authorization: str) -> bool:
    shop = platform.shop(ALICE)
    token = authorization.removeprefix("Bearer ")
    now = int(shop.clock().timestamp())
    return is_id_token(token, secrets=shop.app_secrets, client_id=shop.api_key, shop=ALICE, now=now)


def test_an_app_that_does_not_open_is_not_live(merchant: Client, platform: Platform) -> None:
    platform.app_url = "http://127.0.0.1:1"
    answer = merchant.post(f"{ADMIN}/demo/go-live")
    assert (502, True) == (answer.status_code, "no answer" in answer.text)
