"""What Shopify's tools would refuse on `shopify app deploy` is found here, where no login is needed.

The rules of the app proxy: shopify.dev/docs/apps/build/online-store/app-proxies.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from tracker.check import NEEDED
from tracker.settings import Settings

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def app() -> dict[str, Any]:
    return tomllib.loads((ROOT / "shopify.app.toml").read_text())


def test_it_names_what_the_deploy_command_requires(app: dict[str, Any]) -> None:
    assert {"client_id", "name", "application_url", "embedded"} <= app.keys()
    assert app["application_url"].startswith("https://")


def test_it_carries_no_real_client_id(app: dict[str, Any]) -> None:
    """Everybody's copy has its own; one in the repository would deploy over somebody's app."""
    assert not re.fullmatch(r"[0-9a-f]{32}", app["client_id"])


def test_the_least_scopes_are_asked_for_and_no_other(app: dict[str, Any]) -> None:
    scopes = app["access_scopes"]["scopes"].split(",")

    assert scopes == ["read_orders", "read_fulfillments", "write_app_proxy"]


def test_optional_scopes_only_read_and_repeat_nothing(app: dict[str, Any]) -> None:
    optional = app["access_scopes"]["optional_scopes"]

    assert all(scope.startswith("read_") for scope in optional)
    assert not set(optional) & set(app["access_scopes"]["scopes"].split(","))
    assert len(optional) == len(set(optional))


def test_scopes_without_which_nothing_fails_are_the_merchants_choice(app: dict[str, Any]) -> None:
    optional = set(app["access_scopes"]["optional_scopes"])

    assert {"read_customers", "read_merchant_managed_fulfillment_orders"} <= optional
    assert optional.isdisjoint(NEEDED)


def test_the_app_proxy_address_is_one_that_shopify_accepts(app: dict[str, Any]) -> None:
    proxy = app["app_proxy"]

    assert proxy["prefix"] in {"a", "apps", "community", "tools"}
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,30}", proxy["subpath"])
    assert proxy["subpath"] not in {"admin", "services", "password", "login"}


def test_the_app_proxy_leads_to_the_routes_that_demand_a_signature(app: dict[str, Any]) -> None:
    """A relative address is put behind application_url by Shopify's tools."""
    assert app["app_proxy"]["url"] == "/proxy"


def test_the_theme_block_is_found(app: dict[str, Any]) -> None:
    """Shopify's tools look for *.extension.toml right inside each of these folders."""
    found = [
        tomllib.loads(file.read_text())
        for folder in app["extension_directories"]
        for file in ROOT.glob(f"{folder}/*.extension.toml")
    ]

    assert [extension["type"] for extension in found] == ["theme"]


def test_webhooks_speak_the_version_that_the_service_speaks(app: dict[str, Any]) -> None:
    default = {field.name: field.default for field in fields(Settings)}["api_version"]

    assert app["webhooks"]["api_version"] == default
