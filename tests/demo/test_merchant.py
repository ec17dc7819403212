"""Installing, granting and uninstalling: what the app holds in a shop, and what it is told."""

from __future__ import annotations

import json

import pytest

from tests.demo.conftest import ALICE, BOB, FakeApp
from tracker.demo.merchant import NotPossible
from tracker.demo.platform import Platform

REQUIRED = ["read_orders", "read_fulfillments", "write_app_proxy"]


def granted(platform: Platform, shop: str = ALICE) -> list[str]:
    installation = platform.shop(shop).installation
    assert installation is not None
    return installation.scopes


def test_an_install_grants_what_is_required_and_what_was_ticked(
    platform: Platform, fake_app: FakeApp
) -> None:
    """The app's own server hears nothing of it, and the other shops have nothing of it."""
    platform.install(ALICE, ["read_customers", "read_returns"])
    assert [*REQUIRED, "read_returns", "read_customers"] == granted(platform)
    assert platform.shop(BOB).installation is None
    assert platform.wait_for_webhooks()
    assert [] == fake_app.requests


def test_no_scope_is_granted_that_is_not_optional(platform: Platform) -> None:
    with pytest.raises(NotPossible, match="read_all_orders"):
        platform.install(ALICE, ["read_returns", "read_all_orders"])
    assert platform.shop(ALICE).installation is None


def test_what_is_installed_is_not_installed_again(platform: Platform) -> None:
    platform.install(ALICE)
    with pytest.raises(NotPossible, match="already"):
        platform.install(ALICE)


@pytest.mark.parametrize("act", ["uninstall", "grant", "revoke"])
def test_nothing_is_done_to_an_app_that_is_not_there(platform: Platform, act: str) -> None:
    rest = [] if act == "uninstall" else [["read_returns"]]
    with pytest.raises(NotPossible, match="not installed"):
        getattr(platform, act)(ALICE, *rest)


def test_scopes_that_change_are_told(platform: Platform, fake_app: FakeApp) -> None:
    platform.install(ALICE)
    platform.grant(ALICE, ["read_returns"])
    assert platform.wait_for_webhooks(20)
    platform.revoke(ALICE, ["read_returns"])
    assert platform.wait_for_webhooks(20)
    first, second = (json.loads(one["body"]) for one in fake_app.requests)
    assert (REQUIRED, [*REQUIRED, "read_returns"]) == (first["previous"], first["current"])
    assert ([*REQUIRED, "read_returns"], REQUIRED) == (second["previous"], second["current"])
    assert REQUIRED == granted(platform) == platform.shop(ALICE).control.scopes


def test_what_is_granted_already_is_no_news(platform: Platform) -> None:
    platform.install(ALICE, ["read_returns"])
    assert [] == platform.grant(ALICE, ["read_returns"])
    assert [] == platform.revoke(ALICE, ["read_customers"])


def test_a_required_scope_can_not_be_taken_back(platform: Platform) -> None:
    platform.install(ALICE)
    with pytest.raises(NotPossible, match="read_orders"):
        platform.revoke(ALICE, ["read_orders"])


def test_an_uninstall_is_told_and_leaves_nothing(platform: Platform, fake_app: FakeApp) -> None:
    platform.install(ALICE)
    platform.add_block(ALICE)
    platform.uninstall(ALICE)
    assert platform.wait_for_webhooks(20)
    (seen,) = fake_app.requests
    assert "app/uninstalled" == seen["headers"]["X-Shopify-Topic"]
    assert ALICE == json.loads(seen["body"])["myshopify_domain"]
    assert (None, []) == (platform.shop(ALICE).installation, platform.shop(ALICE).placements)


def test_an_app_that_comes_back_begins_anew(platform: Platform) -> None:
    """With its own path for the proxy and the scopes of this install."""
    platform.install(ALICE, ["read_returns"])
    platform.customize_proxy_path(ALICE, "/tools/where")
    platform.uninstall(ALICE)
    platform.install(ALICE)
    assert REQUIRED == granted(platform)
    assert "/apps/track-order" == platform.shop(ALICE).proxy_path


def test_a_reset_gives_back_what_the_merchant_granted(platform: Platform) -> None:
    platform.install(ALICE)
    platform.switch(ALICE, scopes=[], webhooks=False)
    platform.reset(ALICE)
    assert REQUIRED == platform.shop(ALICE).control.scopes
    assert platform.shop(ALICE).control.webhooks
