"""Several shops of one pretend Shopify, each with a state and faults of its own, and a store of them all."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import make_server

from tests.faults.house import SCOPES, made_store
from tests.pretend_shopify import API_KEY, TOKEN, PretendShopify, queries_judged_once
from tests.web.storefront import SECRET
from tracker.demo.app import create_demo
from tracker.demo.throttle import Bucket
from tracker.shop import TokenPair
from tracker.store.database import Database
from tracker.store.sealing import Sealer
from tracker.store.shops import SqlShops


@dataclass(frozen=True, slots=True)
class Street:
    """`origin` is where the service finds all of them, by the name of each; `shops` are by domain."""

    origin: str
    shops: Mapping[str, PretendShopify]

    def calls(self) -> int:
        """Requests to all of their Admin APIs."""
        return sum(shop.calls() for shop in self.shops.values())


@contextmanager
def open_street(domains: Sequence[str]) -> Iterator[Street]:
    """Shops of these domains with the demo's orders, of the largest plan, until the block ends."""
    demos = {
        domain: create_demo(api_key=API_KEY, api_secret=SECRET, shop=domain, access_token=TOKEN)
        for domain in domains
    }
    together = DispatcherMiddleware(NotFound(), {f"/shops/{name}": demo for name, demo in demos.items()})
    server = make_server("127.0.0.1", 0, together, threaded=True)
    server.daemon_threads = True  # type: ignore[attr-defined] # of ThreadingMixIn, mixed in by threaded=True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    origin = f"http://127.0.0.1:{server.server_port}/shops/"
    shops = {
        name: PretendShopify(f"{origin}{name}", demo.extensions["demo_shop"]) for name, demo in demos.items()
    }
    for each in shops.values():
        each.shop.bucket = Bucket(time.monotonic, maximum=40_000, restore_rate=2_000)
    with queries_judged_once():
        yield Street(origin + "{shop}", shops)
    server.shutdown()
    thread.join()
    server.server_close()


def store_of(folder: Path, domains: Sequence[str]) -> str:
    """The URL of a store with all of these shops installed in it."""
    url = made_store(f"sqlite:///{folder / 'store.sqlite3'}")
    database = Database(url)
    shops = SqlShops(database, [Sealer(SECRET)])
    for domain in domains:
        shops.install(domain, tokens=TokenPair(TOKEN), scopes=SCOPES, at=datetime.now(UTC))
    database.close()
    return url
