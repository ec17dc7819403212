"""The service for any merchant's shop, and a pretend Shopify of three shops that sends it webhooks."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask

from tests.pretend_shopify import API_KEY, queries_judged_once
from tests.web.storefront import SECRET, Storefront
from tracker.app import create_app
from tracker.deadline import Deadline
from tracker.demo.courier import Delivery
from tracker.demo.platform import Platform, create_platform
from tracker.demo.server import served
from tracker.edges import NO_SOURCES, Edges
from tracker.ports.sources import OfferedSources
from tracker.settings import Settings

ROOT = Path(__file__).parents[2]
PATIENCE = 30.0


@dataclass(frozen=True)
class World:
    """The service, and Shopify as its merchants and shoppers see it. Jobs are done when a test says so."""

    app: Flask
    platform: Platform
    settings: Settings

    @property
    def edges(self) -> Edges:
        edges: Edges = self.app.extensions["tracker_edges"]
        return edges

    def install(self, shop: str, *optional_scopes: str, at: datetime | None = None) -> None:
        """A merchant installs the app and opens it, `at` a time if it was not now."""
        self.platform.install(shop, optional_scopes)
        store = self.edges.store
        assert store is not None
        asked_at = at or datetime.now(UTC)
        granted = self.edges.grants.exchange(shop, self.platform.id_token(shop), deadline=Deadline(PATIENCE))
        store.shops.install(shop, tokens=granted.tokens, scopes=granted.scopes, at=asked_at)
        store.known.forget(shop)

    def take(self, deliveries: list[Delivery]) -> list[int | None]:
        """The answers to webhooks that are on their way, once each was taken or given up."""
        assert deliveries
        for delivery in deliveries:
            delivery.wait(PATIENCE)
        return [delivery.attempts[-1] for delivery in deliveries]

    def do_jobs(self) -> int:
        """Do every job that is due; how many there were."""
        count = 0
        while self.edges.jobs.do_one():  # type: ignore[union-attr] # there is a store, so there is a queue
            count += 1
        return count

    def storefront(self, shop: str, **options: Any) -> Storefront:
        """A shop's storefront."""
        return Storefront(self.app, shop=shop, **options)


@contextmanager
def world(
    store_url: str, redis_url: str, *, offered: OfferedSources = NO_SOURCES, **changes: Any
) -> Iterator[World]:
    """Three shops, none of which has the app yet, until the block ends."""
    platform = create_platform(
        app_toml=ROOT / "shopify.app.toml", api_key=API_KEY, api_secret=SECRET, retry_factor=1e-5
    )
    apps: list[Flask] = []

    def service(environ: Any, start_response: Any) -> Any:
        # Its address is a setting of the service, so it is there before the service is.
        return apps[0](environ, start_response)

    with queries_judged_once(), platform.serve(), served(service, "127.0.0.1", 0) as origin:
        settings = Settings(
            api_key=API_KEY,
            api_secret=SECRET,
            redis_url=redis_url,
            admin_origin=platform.admin_origin,
            cdn_origin=platform.origin,
            database_url=store_url,
            trusted_proxies=0,
            app_url=origin,
            **changes,
        )
        apps.append(create_app(settings, offered=offered))
        platform.app_url = origin
        yield World(apps[0], platform, settings)
    apps[0].extensions["tracker_edges"].close()


def eventually(holds: Callable[[], bool]) -> None:
    """Wait until it does."""
    patience = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < patience
        time.sleep(0.01)
