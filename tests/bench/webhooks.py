"""What a webhook costs, and whether any is lost where many come: at a steady rate, as Shopify sends them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json
import statistics
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from redis import Redis

from tests.bench import load, paced, proc, servers, shoppers, table
from tests.bench.measures import Effort
from tests.bench.table import Finding
from tracker.shop import TokenPair
from tracker.store.database import Database
from tracker.store.sealing import Sealer
from tracker.store.shops import SqlShops
from tracker.store.upgrade import upgrade

RATE = 200
MOST_MS = 20.0
CONNECTIONS = 16
SHOPS = 20
PARTS_OF_ORDERS = ("fulfillments/update", "fulfillment_events/create", "refunds/create")
TOPICS = ("orders/create", "orders/updated", "orders/fulfilled", *PARTS_OF_ORDERS)


def measure(folder: Path, redis_url: str, effort: Effort) -> list[Finding]:
    """Webhooks of many shops about orders that nobody looked up, each once, at RATE for a while; with two
    workers and the store of shops on SQLite. None is lost if each was answered by 200 and is remembered."""
    settings = {"DATABASE_URL": _store(folder), "SHOPIFY_SHOP": "", "SHOPIFY_ADMIN_TOKEN": ""}
    with servers.service(folder, redis_url, 1, **settings) as service, Redis.from_url(redis_url) as client:
        _at_rate(service, load.Stream(webhooks(), CONNECTIONS), effort.seconds)
        remembered = _remembered(client)
        stream, before = load.Stream(webhooks(), CONNECTIONS), _used(service)
        sent = _at_rate(service, stream, effort.webhooks)
        used, lost = _used(service) - before, sent - (_remembered(client) - remembered)
        full = load.Stream(webhooks(), CONNECTIONS)
        took = load.run(service.port, [full], seconds=effort.seconds)
    table.write(
        f"Webhooks of {SHOPS} shops, two workers",
        [
            ("how", "webhooks/s", "p50 ms", "p99 ms", "worker CPU µs"),
            (
                f"{RATE} a second for {effort.webhooks} s",
                f"{sent / effort.webhooks:.0f}",
                f"{stream.median:.1f}",
                f"{stream.quantile(0.99):.1f}",
                f"{used / sent * 1e6:.0f}",
            ),
            (
                f"as many as {CONNECTIONS} connections take",
                f"{len(full.seconds) / took:.0f}",
                f"{full.median:.1f}",
                f"{full.quantile(0.99):.1f}",
                "",
            ),
        ],
    )
    return [
        Finding(
            f"a webhook is answered in under {MOST_MS:.0f} ms at the median",
            f"{statistics.median(stream.seconds) * 1000:.1f} ms",
            stream.median < MOST_MS,
        ),
        Finding(
            f"{RATE} webhooks a second for {effort.webhooks} s: none is lost",
            f"{lost} of {sent} lost",
            lost == 0,
        ),
    ]


def _at_rate(service: servers.Server, stream: load.Stream, seconds: float) -> int:
    """How many were sent."""
    return paced.run(service, [(stream, paced.evenly(RATE, seconds))]).sent


def webhooks() -> Iterator[bytes]:
    """One after the other, each about another order, of each shop in turn, signed."""
    for number in itertools.count(next(_serial)):
        shop, topic = domain(number % SHOPS), TOPICS[number % len(TOPICS)]
        body: dict[str, object] = {"id": 10**17 + number, "updated_at": datetime.now(UTC).isoformat()}
        if topic in PARTS_OF_ORDERS:
            body["order_id"] = 10**17 + number
        yield request(shop, topic, f"event-{number}", json.dumps(body).encode())


_serial = itertools.count(0, 10**6)


def domain(number: int) -> str:
    """The name of a shop."""
    return f"shop-{number}.myshopify.com"


def request(shop: str, topic: str, event_id: str, body: bytes) -> bytes:
    """A webhook as it comes over the wire."""
    signature = hmac.new(shoppers.SECRET.encode(), body, hashlib.sha256).digest()
    lines = (
        "POST /webhooks/shopify HTTP/1.1",
        "Host: tracker.example",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        f"X-Shopify-Topic: {topic}",
        f"X-Shopify-Shop-Domain: {shop}",
        f"X-Shopify-Event-Id: {event_id}",
        f"X-Shopify-Triggered-At: {datetime.now(UTC).isoformat()}",
        f"X-Shopify-Hmac-Sha256: {base64.b64encode(signature).decode()}",
    )
    return "\r\n".join((*lines, "", "")).encode() + body


def _store(folder: Path) -> str:
    url = f"sqlite:///{folder / 'webhooks.sqlite3'}"
    database = Database(url, create=True)
    upgrade(database)
    shops = SqlShops(database, [Sealer(shoppers.SECRET)])
    for number in range(SHOPS):
        shops.install(domain(number), tokens=TokenPair("t"), scopes=frozenset(), at=datetime.now(UTC))
    database.close()
    return url


def _remembered(client: Redis) -> int:
    return sum(1 for _ in client.scan_iter(match="*}:s:*", count=5000))


def _used(service: servers.Server) -> float:
    return sum(proc.cpu_seconds(pid) for pid in service.workers)
