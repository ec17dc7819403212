"""A shop with the block in it, and a shopper's browser in front."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, ViewportSize, expect

from tests.pictures.seeing import Onlooker
from tests.pictures.stage import stage
from tests.theme.answers import NOW
from tests.theme.harness import Storefront, serve
from tests.theme.shopper import Shopper
from tracker.embedded_redis import EmbeddedRedis

PATIENCE = 20_000
"""Milliseconds until a wait counts as in vain: a busy machine is no fault of the block."""

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def _storefront() -> Iterator[Storefront]:
    storefront, server = serve()
    yield storefront
    storefront.open.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def storefront(_storefront: Storefront) -> Storefront:
    """The shop, forgetful of other tests: default settings, nothing found at the proxy."""
    _storefront.reset()
    return _storefront


PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A shopper in Berlin who reads British English on a phone."""
    return {**browser_context_args, "locale": "en-GB", "timezone_id": "Europe/Berlin", "viewport": PHONE}


@pytest.fixture(scope="session")
def _tab(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[Page]:
    """One tab for many tests, each of which loads its page anew: the block keeps nothing between loads."""
    with browser.new_context(**browser_context_args) as context:
        yield context.new_page()


@contextmanager
def _watched(page: Page, storefront: Storefront) -> Iterator[Shopper]:
    """A shopper in whose browser no script may fail unseen."""
    faults: list[str] = []

    def note(error: Error) -> None:
        faults.append(str(error))

    page.on("pageerror", note)
    page.set_default_timeout(PATIENCE)
    yield Shopper(page, storefront)
    storefront.open.set()
    page.remove_listener("pageerror", note)
    assert faults == []


@pytest.fixture
def shopper(storefront: Storefront, _tab: Page) -> Iterator[Shopper]:
    """A person with a browser in which the time stands still."""
    _tab.clock.set_fixed_time(NOW)
    _tab.set_viewport_size(PHONE)
    _tab.context.set_offline(False)
    _tab.emulate_media(reduced_motion="null", forced_colors="null")
    with _watched(_tab, storefront) as shopper:
        yield shopper


@pytest.fixture(scope="session")
def _patient_tab(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[Page]:
    """Another such tab, since a clock that stands still and one that is turned are the whole tab's."""
    with browser.new_context(**browser_context_args) as context:
        yield context.new_page()


@pytest.fixture
def patient_shopper(storefront: Storefront, _patient_tab: Page) -> Iterator[Shopper]:
    """A person with a browser whose clock the test turns, and into which other apps bring scripts."""
    # What an earlier test left open must not hear of this one's clock.
    _patient_tab.goto("about:blank")
    _patient_tab.context.set_offline(False)
    _patient_tab.clock.install(time=NOW)
    with _watched(_patient_tab, storefront) as shopper:
        yield shopper
        shopper.forget_scripts()
    _patient_tab.unroute_all(behavior="wait")


@pytest.fixture(scope="session")
def demo_shop(redis_server: EmbeddedRedis) -> Iterator[str]:
    """The demo's storefront with the service behind it; its origin. Nothing is forgotten between tests."""
    with stage(redis_server.url) as origin:
        yield origin


@pytest.fixture
def onlooker(_tab: Page, demo_shop: str) -> Iterator[Onlooker]:
    """Somebody at the demo's storefront, who looks up one order after another."""
    _tab.set_default_timeout(PATIENCE)
    yield Onlooker(_tab, demo_shop)
    _tab.emulate_media(color_scheme="null")
    _tab.context.clear_cookies()
