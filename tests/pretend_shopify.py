"""The demo's pretend Shopify as an upstream for tests: Alice's shop, served from a thread on the loopback."""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import graphql
import pytest
from werkzeug.serving import make_server

from tests.web.storefront import ALICE, SECRET
from tracker.demo import admin_api
from tracker.demo.app import create_demo
from tracker.demo.state import Shop
from tracker.demo.switches import counts
from tracker.demo.throttle import Bucket

TOKEN = "shpat_of_alice_and_nobody_else"
API_KEY = "key-of-the-app"


@dataclass(frozen=True)
class PretendShopify:
    """Alice's shop: where its Admin API is, and its state."""

    origin: str
    shop: Shop

    def calls(self) -> int:
        """Requests to the Admin API since the last reset."""
        with self.shop.lock:
            return int(counts(self.shop)["admin"])

    def tokens_fetched(self) -> int:
        """Requests for an access token since the last reset."""
        with self.shop.lock:
            return int(counts(self.shop)["token"])

    def switch(self, **switches: object) -> None:
        """Make it behave badly."""
        with self.shop.lock:
            self.shop.control.change(switches)

    def reset(self) -> None:
        """Well behaved again, with nothing counted yet."""
        with self.shop.lock:
            self.shop.reset_control()
            self.shop.forget_tokens()
            self.shop.bucket = Bucket(time.monotonic)
            self.shop.calls.clear()


@contextmanager
def queries_judged_once() -> Iterator[None]:
    """The service sends the same few queries over and over; judging one takes longer than answering it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(admin_api, "parse", functools.cache(graphql.parse))
        patch.setattr(admin_api, "validate", functools.cache(graphql.validate))
        yield


@contextmanager
def serve_pretend_shopify() -> Iterator[PretendShopify]:
    """A shop with all orders of the demo, until the block ends."""
    demo = create_demo(api_key=API_KEY, api_secret=SECRET, shop=ALICE, access_token=TOKEN)
    server = make_server("127.0.0.1", 0, demo, threaded=True)
    server.daemon_threads = True  # type: ignore[attr-defined] # of ThreadingMixIn, mixed in by threaded=True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    with queries_judged_once():
        yield PretendShopify(f"http://127.0.0.1:{server.server_port}", demo.extensions["demo_shop"])
    server.shutdown()
    thread.join()
    server.server_close()
