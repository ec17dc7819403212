"""Webhooks and jobs in the service as it runs in production: two workers of gunicorn, bytes on the wire."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from tests.serving import Served, serve
from tests.web.storefront import ALICE, SECRET
from tests.webhook_bodies import signature_of
from tracker.embedded_redis import EmbeddedRedis
from tracker.store.database import Database
from tracker.store.jobs import SqlJobs
from tracker.store.sealing import Sealer
from tracker.verbs.uninstall_shop import PURGE

PATIENCE = 60.0
BODY = b'{"id": 820982911946154509, "updated_at": "2026-11-20T12:00:00Z"}'


@pytest.fixture
def jobs(sqlite_url: str) -> Iterator[SqlJobs]:
    """The queue, as another host sees it."""
    database = Database(sqlite_url)
    yield SqlJobs(database, [Sealer(SECRET)])
    database.close()


@pytest.fixture
def environment(sqlite_url: str, redis_server: EmbeddedRedis, redis_url: str) -> dict[str, str]:
    return {
        "SHOPIFY_API_KEY": "key",
        "SHOPIFY_API_SECRET": SECRET,
        "REDIS_URL": redis_url,
        "DATABASE_URL": sqlite_url,
        "WEB_WORKERS": "2",
        "WEB_THREADS": "2",
    }


def webhook(*headers: str, body: bytes = BODY) -> bytes:
    """A signed webhook about an order of Alice's, as bytes; `headers` are sent beside those that it needs."""
    lines = (
        "POST /webhooks/shopify HTTP/1.1",
        "Host: tracker.example",
        "Content-Type: application/json",
        f"X-Shopify-Shop-Domain: {ALICE}",
        "X-Shopify-Topic: orders/updated",
        f"X-Shopify-Hmac-Sha256: {signature_of(BODY)}",
        *headers,
    )
    return "\r\n".join((*lines, "", "")).encode("latin-1") + body


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def in_chunks(body: bytes, size: int = 7) -> bytes:
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in (*pieces, b""))


def eventually_done(jobs: SqlJobs) -> None:
    patience = time.monotonic() + PATIENCE
    while jobs.waiting().jobs:
        assert time.monotonic() < patience
        time.sleep(0.05)


def done_by(service: Served) -> list[str]:
    return [line["shop"] for line in service.lines() if line["event"] == "job" and line["outcome"] == "done"]


def test_a_day_of_webhooks(
    environment: dict[str, str], jobs: SqlJobs, redis_client: Redis, tmp_path: Path
) -> None:
    """Taken over the wire however they are cut, refused with a header too many, and what was handed on while
    nobody ran, or meanwhile, is done."""
    jobs.hand_on(PURGE, "before.myshopify.com")
    length = f"Content-Length: {len(BODY)}"
    with serve(environment, tmp_path) as service:
        answers = [
            service.say(webhook(length)),
            service.say(webhook("Transfer-Encoding: chunked", body=in_chunks(BODY))),
            service.say(webhook(length, "X-Shopify-Topic: orders/updated")),
            service.say(webhook(length, f"X-Shopify-Shop-Domain: {ALICE}")),
            service.say(webhook(length, f"X-Shopify-Hmac-Sha256: {signature_of(BODY)}")),
            service.say(webhook(length, body=BODY[:-1] + b" ")),
            service.say(webhook("Content-Length: 0", body=b"")),
            service.say(webhook("Content-Length: 10485760", body=b"")),
        ]
        jobs.hand_on(PURGE, "meanwhile.myshopify.com")
        eventually_done(jobs)
        code = service.end()

    assert [200, 200, 401, 401, 401, 401, 401, 413] == [status_of(answer) for answer in answers]
    assert ["before.myshopify.com", "meanwhile.myshopify.com"] == sorted(done_by(service))
    assert (code, service.err) == (0, "")
    assert "820982911946154509" not in service.out
