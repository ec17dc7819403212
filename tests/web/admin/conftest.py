"""The service with a store, in front of a pretend Shopify of three shops: Alice and Bob installed the app,
Charlie never did."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.pretend_shopify import API_KEY
from tests.web.admin.serving import served
from tests.web.storefront import ALICE, BOB, SECRET, Storefront
from tracker.app import create_app
from tracker.demo.platform import Platform, create_platform
from tracker.edges import NO_SOURCES, Edges
from tracker.settings import Settings

ROOT = Path(__file__).parents[3]
APP_URL = "http://127.0.0.1:9"


@pytest.fixture(scope="session")
def _platform() -> Iterator[Platform]:
    platform = create_platform(
        app_toml=ROOT / "shopify.app.toml", app_url=APP_URL, api_key=API_KEY, api_secret=SECRET
    )
    with platform.serve():
        yield platform


@pytest.fixture
def platform(_platform: Platform) -> Iterator[Platform]:
    """Three shops of which Alice's and Bob's have the app, well behaved and with nothing counted yet."""
    for shop in _platform.domains:
        _platform.reset(shop)
    for shop in (ALICE, BOB):
        _platform.install(shop)
    yield _platform
    for shop in _platform.domains:
        _platform.reset(shop)
        if _platform.shop(shop).installation is not None:
            _platform.uninstall(shop)


class Merchant:
    """A member of the staff of one shop, in its admin."""

    def __init__(self, app: Flask, platform: Platform, shop: str) -> None:
        self.shop = shop
        self._app = app
        self._platform = platform

    def token(self, **claims: Any) -> str:
        """A fresh ID token of this shop."""
        return self._platform.id_token(self.shop, **claims)

    def open(self, **query: str) -> TestResponse:
        """Open the app, as the admin's frame does."""
        sent = {"shop": self.shop, "embedded": "1", "id_token": self.token(), **query}
        return self._app.test_client(use_cookies=False).get("/admin", query_string=sent)

    def post(self, path: str, json: object = None, *, token: str | None = None) -> TestResponse:
        """What the page's script asks for."""
        headers = {"Authorization": f"Bearer {self.token() if token is None else token}"}
        sent = {} if json is None else {"json": json}
        return self._app.test_client(use_cookies=False).post(path, headers=headers, **sent)


@dataclass
class Service:
    """The service, and what it stands on."""

    app: Flask
    edges: Edges
    platform: Platform

    def merchant(self, shop: str) -> Merchant:
        """Somebody of this shop's staff."""
        return Merchant(self.app, self.platform, shop)

    def storefront(self, shop: str) -> Storefront:
        """This shop's storefront."""
        return Storefront(self.app, shop=shop)

    def do_jobs(self) -> None:
        """What the worker's thread would do."""
        while self.edges.jobs.do_one():  # type: ignore[union-attr] # with a store it is a JobRunner
            pass

    def flush(self) -> None:
        """What was noted is written."""
        self.edges.activity.flush()  # type: ignore[attr-defined] # with a store it is buffered


@pytest.fixture
def make_service(platform: Platform, redis_url: str, sqlite_url: str) -> Iterator[Any]:
    """Makes the service with other settings, and a clock of the test's own."""
    made: list[Edges] = []

    def make(*, clock: Any = None, offered: Any = NO_SOURCES, **settings: Any) -> Service:
        values: dict[str, Any] = {
            "api_key": API_KEY,
            "api_secret": SECRET,
            "redis_url": redis_url,
            "database_url": sqlite_url,
            "admin_origin": platform.admin_origin,
            "cdn_origin": platform.origin,
            "trusted_proxies": 0,
        }
        given = {"offered": offered} | ({} if clock is None else {"clock": clock})
        app = create_app(Settings(**values | settings), **given)
        edges: Edges = app.extensions["tracker_edges"]
        made.append(edges)
        return Service(app, edges, platform)

    yield make
    for edges in made:
        edges.close()


@pytest.fixture
def service(make_service: Any) -> Service:
    """The service as it runs for any shop."""
    made: Service = make_service()
    return made


@pytest.fixture
def alice(service: Service) -> Merchant:
    """Alice, who has opened the app."""
    merchant = service.merchant(ALICE)
    assert merchant.open().status_code == 200
    return merchant


@pytest.fixture
def reachable(service: Service) -> Iterator[str]:
    """The service's origin, where the pretend Shopify finds it: its app proxy, its webhooks, and the frame of
    its admin."""
    with served(service.app) as origin:
        before, service.platform.app_url = service.platform.app_url, origin
        yield origin
        service.platform.app_url = before


@pytest.fixture
def live(reachable: str, alice: Merchant) -> Merchant:
    """Alice, with the service where her shop's app proxy finds it."""
    return alice


@pytest.fixture
def bob(service: Service) -> Merchant:
    """Bob, who has opened the app."""
    merchant = service.merchant(BOB)
    assert merchant.open().status_code == 200
    return merchant
