"""The whole of it, running: `tracker serve` with two workers, the pretend Shopify, a store, a small load."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from tests.faults.traffic import Traffic
from tests.faults.truth import Truth
from tests.pretend_shopify import API_KEY, TOKEN, PretendShopify
from tests.serving import SERVE, Served, serve
from tests.web.storefront import ALICE, SECRET
from tracker.embedded_redis import EmbeddedRedis
from tracker.shop import TokenPair
from tracker.store.database import Database
from tracker.store.sealing import Sealer
from tracker.store.shops import SqlShops
from tracker.store.upgrade import upgrade

SCOPES = frozenset({"read_orders", "read_fulfillments", "write_app_proxy"})
NO_LIMIT = "email=10000000/hour,number_network=10000000/hour,number=10000000/hour,shop=10000000/hour"
DUTY_SECONDS = 100.0
"""A job whose worker was killed is begun anew after a minute."""
IN_A_ROW = 6
"""So many answers of /readyz make it likely that each of two workers gave some."""


@dataclass
class House:
    """A running service under load."""

    service: Served
    shopify: PretendShopify
    traffic: Traffic
    database_url: str

    def ready(self) -> bool:
        """Whether both workers say that Redis and the store are there."""
        for _ in range(IN_A_ROW):
            try:
                status, body = self.service.get("/readyz")
            except OSError:
                return False
            if status != 200 or json.loads(body)["redis"] != "up":
                return False
        return True

    def lines_so_far(self) -> int:
        """How long its log is, for `kept_since`."""
        return len(self.service.out)

    def kept_since(self, length: int) -> bool:
        """Whether an answer came from the cache since its log was so long."""
        return '"cache":"kept"' in self.service.out[length:].replace('": "', '":"')

    def duties(self) -> tuple[int, int]:
        """Duties that are recorded as done, and those still to be done."""
        database = Database(self.database_url)
        try:
            with database.reading() as connection:
                done = connection.execute(text("SELECT count(*) FROM privacy_requests")).scalar_one()
                waiting = connection.execute(text("SELECT count(*) FROM jobs")).scalar_one()
        finally:
            database.close()
        return done, waiting


def environment(shopify_origin: str, redis_url: str, database_url: str) -> dict[str, str]:
    """Settings as in production, but that nobody is refused for asking often, and that stories grow old in a
    second: so that the load meets every way that an answer can take."""
    return {
        "SHOPIFY_API_KEY": API_KEY,
        "SHOPIFY_API_SECRET": SECRET,
        "SHOPIFY_ADMIN_ORIGIN": shopify_origin,
        "REDIS_URL": redis_url,
        "DATABASE_URL": database_url,
        "TRUSTED_PROXIES": "0",
        "LOOKUP_LIMIT": "1000000/minute",
        "GUESS_LIMITS": NO_LIMIT,
        "SOFT_AGES": "in_transit=1,out_for_delivery=1",
        "WEB_WORKERS": "2",
    }


def made_store(url: str) -> str:
    """The same URL, with its tables made and Alice's shop installed in it."""
    database = Database(url, create=True)
    upgrade(database)
    shops = SqlShops(database, [Sealer(SECRET)])
    shops.install(ALICE, tokens=TokenPair(TOKEN), scopes=SCOPES, at=datetime.now(UTC))
    database.close()
    return url


@contextmanager
def open_service(
    folder: Path, shopify: PretendShopify, *, settings: Mapping[str, str] | None = None
) -> Iterator[Served]:
    """The same without any load, with a Redis and a store of its own, until the block ends."""
    with EmbeddedRedis() as redis, open_service_on(redis, folder, shopify, settings=settings) as running:
        yield running


@contextmanager
def open_service_on(
    redis: EmbeddedRedis, folder: Path, shopify: PretendShopify, *, settings: Mapping[str, str] | None = None
) -> Iterator[Served]:
    """The same on this Redis."""
    url = made_store(f"sqlite:///{folder / 'store.sqlite3'}")
    with serve(environment(shopify.origin, redis.url, url) | dict(settings or {}), folder) as running:
        yield running


@contextmanager
def open_house(
    folder: Path,
    shopify: PretendShopify,
    *,
    redis_url: str,
    database_url: str | None = None,
    settings: Mapping[str, str] | None = None,
    origin: str | None = None,
    command: Sequence[str] = SERVE,
    now: Callable[[], float] = time.time,
) -> Iterator[House]:
    """Until the block ends; at its end every duty that was answered by 200 has to be done. `origin` is where
    the service finds the Admin API, where that is not the pretend shop itself; `database_url` names a store
    that is made already; `command` is the module that serves, `now` the clock of whoever signs."""
    url = database_url or made_store(f"sqlite:///{folder / 'store.sqlite3'}")
    environ = environment(origin or shopify.origin, redis_url, url) | dict(settings or {})
    with serve(environ, folder, command=command) as service:
        traffic = Traffic(service.port, Truth(shopify), now=now)
        house = House(service, shopify, traffic, url)
        with traffic.running():
            yield house
        patience = time.monotonic() + DUTY_SECONDS
        done, waiting = house.duties()
        while (waiting or done < traffic.webhooks.duties) and time.monotonic() < patience:
            time.sleep(0.1)
            done, waiting = house.duties()
        lost = f"{traffic.webhooks.duties} duties were answered by 200, {done} done, {waiting} wait still"
        assert done >= traffic.webhooks.duties, lost
        assert service.process.poll() is None, "the service ended by itself"
