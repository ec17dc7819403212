"""What a store of shops adds to a look-up: one shop in it or ten thousand, on SQLite and on Postgres."""

from __future__ import annotations

import os
import random
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.bench import load, proc, servers, shoppers, table
from tests.bench.measures import Effort
from tests.bench.table import Finding
from tests.postgres import Postgres
from tracker.deadline import Deadline
from tracker.shop import TokenPair
from tracker.shopify.grants import TokenGrants
from tracker.shopify.offline_tokens import OfflineTokens
from tracker.shopify.transport import HttpClient
from tracker.store.database import Database
from tracker.store.known_shops import CachedShops
from tracker.store.sealing import Sealer
from tracker.store.shops import SqlShops
from tracker.store.upgrade import upgrade

MANY = 10_000
NO_STORE = "one own shop, no store"
MOST_ADDED_MS = 2.0
MOST_MEGABYTES = 90
UNTIL = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Kept:
    """A store with so many shops, one of which is the bench's."""

    name: str
    url: str
    shops: int


@dataclass(frozen=True, slots=True)
class Weight:
    """Of a process, in MB: what is resident; that, each shared page by its share; what it has for itself."""

    resident: float
    by_its_share: float
    own: float


def compare(folder: Path, redis_url: str, upstream_port: int, effort: Effort) -> list[Finding]:
    """Measure kept answers by each store and by none, then what a token costs that is not in memory."""
    server = Postgres.start(until_end_of=os.getpid())
    stores = [
        Kept(f"{kind}, {number} shop{'s' if number > 1 else ''}", url, number)
        for kind in ("SQLite", "Postgres")
        for number in (1, MANY)
        for url in [
            server.new_database() if kind == "Postgres" else f"sqlite:///{folder / f'{number}.sqlite3'}"
        ]
    ]
    for store in stores:
        fill(store.url, store.shops)
    return [*_warm(folder, redis_url, upstream_port, stores, effort), *_cold(stores, effort)]


def domain(number: int) -> str:
    """The name of a shop; the bench's own is the first."""
    return f"shop-{number}.myshopify.com" if number else shoppers.SHOP


def fill(url: str, number: int) -> None:
    """Make a store with so many shops that are installed."""
    database = Database(url, create=True)
    upgrade(database)
    shops = SqlShops(database, [Sealer(shoppers.SECRET)])
    now = datetime.now(UTC)
    pair = TokenPair("bench", now + UNTIL, "bench-refresh", now + UNTIL)
    for shop in range(number):
        shops.install(domain(shop), tokens=pair, scopes=frozenset({"read_orders"}), at=now)
    database.close()


def _warm(
    folder: Path, redis_url: str, upstream_port: int, stores: list[Kept], effort: Effort
) -> list[Finding]:
    with ExitStack() as stack:
        streams: dict[str, tuple[int, load.Stream]] = {}
        running: dict[str, servers.Server] = {}
        for name, settings in [(NO_STORE, {}), *((kept.name, _of_store(kept)) for kept in stores)]:
            service = servers.service(folder, redis_url, upstream_port, WEB_WORKERS="1", **settings)
            running[name] = stack.enter_context(service)
            streams[name] = running[name].port, load.Stream(iter(_again()), 1, 200)
        for _ in range(effort.rounds):
            for port, stream in streams.values():
                load.in_turn(port, [stream], times=effort.single)
        weighed = {
            name: Weight(
                proc.resident_megabytes(worker),
                proc.proportional_megabytes(worker),
                proc.own_megabytes(worker),
            )
            for name, server in running.items()
            for worker in server.workers
        }
    medians = {name: stream.median for name, (_, stream) in streams.items()}
    table.write(
        f"Kept answers: {effort.rounds * effort.single} of each, one at a time",
        [("", "p50 ms"), *((name, f"{median:.2f}") for name, median in medians.items())],
    )
    apart = max(medians.values()) / min(medians.values()) - 1
    promise = "a kept answer with a store of 10 000 shops, of one, and without: medians within 10 %"
    return [Finding(promise, f"{apart:.1%}", apart <= 0.1), *_weight(weighed)]


def _weight(weighed: dict[str, Weight]) -> list[Finding]:
    """What a worker holds after all that, and what of it is not shared with the one it was forked from."""
    table.write(
        "A worker after that",
        [
            ("", "resident MB", "by its share MB", "its own MB"),
            *(
                (name, f"{of.resident:.0f}", f"{of.by_its_share:.0f}", f"{of.own:.0f}")
                for name, of in weighed.items()
            ),
        ],
    )
    return [
        Finding(
            f"{name}: a worker of at most {MOST_MEGABYTES} MB after load",
            f"{of.resident:.0f} MB",
            of.resident <= MOST_MEGABYTES,
        )
        for name, of in weighed.items()
        if f" {MANY} " in name
    ]


def _of_store(kept: Kept) -> dict[str, str]:
    """An empty setting counts as not given."""
    return {"DATABASE_URL": kept.url, "SHOPIFY_SHOP": "", "SHOPIFY_ADMIN_TOKEN": ""}


def _again() -> Iterator[bytes]:
    while True:
        yield from shoppers.warm()


@contextmanager
def _first_time(store: Kept) -> Iterator[Callable[[], float]]:
    """A call that asks for the token of some shop as a process does that has never heard of it, and gives the
    milliseconds that took."""
    database = Database(store.url)
    shops = SqlShops(database, [Sealer(shoppers.SECRET)])
    http = HttpClient()
    with closing(http):
        grants = TokenGrants(client_id="bench", client_secret=shoppers.SECRET, http=http)
        chance = random.Random(1)  # noqa: S311 - which shop is asked for

        def call() -> float:
            name = domain(chance.randrange(store.shops))
            tokens = OfflineTokens(shops=shops, known=CachedShops(shops), grants=grants)
            started = time.perf_counter()
            tokens.token(name, deadline=Deadline(10))
            return (time.perf_counter() - started) * 1000

        call()  # connects
        yield call
    database.close()


def _cold(stores: list[Kept], effort: Effort) -> list[Finding]:
    rows: list[tuple[str, str, str]] = [("", "p50 ms", "p99 ms")]
    findings = []
    for store in stores:
        with _first_time(store) as ask:
            times = sorted(ask() for _ in range(effort.single * effort.rounds))
        median, slow = statistics.median(times), times[int(len(times) * 0.99)]
        rows.append((store.name, f"{median:.2f}", f"{slow:.2f}"))
        if store.shops == MANY:
            promise = f"{store.name}: at most {MOST_ADDED_MS:.0f} ms for a token that is not in memory"
            findings.append(Finding(promise, f"{median:.2f} ms", median <= MOST_ADDED_MS))
    table.write(f"A token that is not in memory: {effort.single * effort.rounds} of each", rows)
    return findings
