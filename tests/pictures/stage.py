"""The demo's storefront and the service behind it, for a browser: as in `make demo`, but in this process."""

from __future__ import annotations

import functools
import logging
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import Any

import graphql
import pytest
import structlog
from flask import Flask
from werkzeug.serving import make_server

import tracker.edges
import tracker.verbs.lookup
from tests.pictures.further import FurtherOrders, further_orders
from tracker.app import create_app
from tracker.demo import admin_api
from tracker.demo.app import API_KEY, API_SECRET, create_demo
from tracker.demo.state import DOMAIN
from tracker.order import Order
from tracker.settings import Settings
from tracker.shopify.admin import AdminOrders
from tracker.store.redis import GuardedRedis

TOKEN = "shpat_of_the_demo"
PATIENT_SECONDS = 30.0
"""A busy machine is no fault of a story."""


@contextmanager
def stage(redis_url: str) -> Iterator[str]:
    """The origin of a shop with both blocks on it and every story behind it, until the block ends. Nobody is
    counted or limited there."""
    apps: dict[str, Flask] = {}
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch, structlog.testing.capture_logs():
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        service = stack.enter_context(_served(apps, "service"))
        shop = stack.enter_context(_served(apps, "shop"))
        orders = {name: order for name, (order, _) in further_orders(datetime.now(UTC), shop).items()}
        patch.setattr(tracker.verbs.lookup, "BUDGET_SECONDS", PATIENT_SECONDS)
        # The service sends the same few queries over and over; judging one takes longer than answering it.
        patch.setattr(admin_api, "parse", functools.cache(graphql.parse))
        patch.setattr(admin_api, "validate", functools.cache(graphql.validate))
        settings = Settings(
            api_key=API_KEY,
            api_secret=API_SECRET,
            redis_url=redis_url,
            admin_origin=shop,
            shop=DOMAIN,
            admin_token=TOKEN,
            trusted_proxies=0,
            rate_limits_enabled=False,
        )
        apps["service"] = _service(settings, orders)
        apps["shop"] = create_demo(app_url=service, access_token=TOKEN)
        yield shop
        apps["service"].extensions["tracker_edges"].http.close()


def _service(settings: Settings, orders: Mapping[str, Order]) -> Flask:
    """The service with further orders. Other services of this process are made of what they always are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            tracker.edges,
            "AdminOrders",
            lambda api, **edges: FurtherOrders(AdminOrders(api, **edges), orders),
        )
        patch.setattr(
            tracker.edges, "GuardedRedis", functools.partial(GuardedRedis, timeout_seconds=PATIENT_SECONDS)
        )
        return create_app(settings)


@contextmanager
def _served(apps: Mapping[str, Flask], name: str) -> Iterator[str]:
    """One of the applications on a port of its own; its origin. It may come later: each has to know where
    the other is before it can be made."""

    def app(*call: Any) -> Iterable[bytes]:
        return apps[name](*call)

    server = make_server("127.0.0.1", 0, app, threaded=True)
    server.daemon_threads = True  # type: ignore[attr-defined] # of ThreadingMixIn, mixed in by threaded=True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
