"""Two hosts that share nothing but Redis and a store: what one is told the other knows, and both ask once."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.faults.asking import STORY, ask
from tests.faults.conftest import Note
from tests.faults.crowd_faults import CALLS, SHOPPERS, SOON_MS
from tests.faults.findings import Finding
from tests.faults.house import environment, made_store
from tests.faults.traffic import PATIENCE_SECONDS
from tests.faults.trial import ANSWERED_WITHIN
from tests.faults.truth import STEP, WATCHED
from tests.faults.way import Way
from tests.pretend_shopify import PretendShopify
from tests.serving import Served, serve
from tests.web.storefront import ADA, ALICE
from tests.webhook_bodies import signature_of
from tracker.demo.bodies import event_body
from tracker.demo.model import Order
from tracker.demo.parcels import move
from tracker.embedded_redis import EmbeddedRedis

PART = "Two hosts"
LATE_SECONDS = 0.25
"""Is each piece of an answer, so that a change falls into the find or the read."""
MOMENTS = (0.2, 0.7, 1.1)
"""Seconds after the question at which something changes: during the find, the read, just after it."""
ROUNDS = 2
FIRST_STEP = 1000
"""Beyond what any other trial has come to."""
GROWING_OLD = {"SOFT_AGES": "in_transit=600,out_for_delivery=600", "WEB_WORKERS": "1"}
"""No story is read anew because it is old, so that only the webhook can do it."""


@pytest.fixture
def way(shopify: PretendShopify) -> Iterator[Way]:
    """Between both hosts and Shopify."""
    found = urlsplit(shopify.origin)
    assert found.hostname is not None
    assert found.port is not None
    with Way((found.hostname, found.port)) as way:
        yield way


@pytest.fixture
def hosts(way: Way, shopify: PretendShopify, tmp_path: Path) -> Iterator[tuple[Served, Served]]:
    url = made_store(f"sqlite:///{tmp_path / 'store.sqlite3'}")
    with EmbeddedRedis() as redis:
        settings = environment(f"http://127.0.0.1:{way.port}", redis.url, url) | GROWING_OLD
        folders = [tmp_path / name for name in ("one", "other")]
        for folder in folders:
            folder.mkdir()
        with serve(settings, folders[0]) as one, serve(settings, folders[1]) as other:
            yield one, other
    with shopify.shop.lock:
        shopify.shop.reset_control()


def changed(shopify: PretendShopify, order: Order, told: Served, said: str) -> None:
    """The order's parcel moves on, and `told` takes the webhook about it."""
    shop = shopify.shop
    with shop.lock:
        status = "OUT_FOR_DELIVERY" if order.parcels[0].events[-1].status == "IN_TRANSIT" else "IN_TRANSIT"
        event = move(order, order.parcels[0], status, event_id=shop.next_id(), now=shop.clock())
        event.message = said
        body = json.dumps(event_body(shop, order, order.parcels[0], event)).encode()
    headers = {
        "Content-Type": "application/json",
        "X-Shopify-Topic": "fulfillment_events/create",
        "X-Shopify-Shop-Domain": ALICE,
        "X-Shopify-Event-Id": str(uuid.uuid4()),
        "X-Shopify-Hmac-Sha256": signature_of(body),
    }
    with closing(HTTPConnection("127.0.0.1", told.port, timeout=PATIENCE_SECONDS)) as connection:
        connection.request("POST", "/webhooks/shopify", body, headers)
        assert connection.getresponse().status == 200


def test_a_webhook_to_one_while_the_other_reads(
    hosts: tuple[Served, Served], way: Way, shopify: PretendShopify, note: Note
) -> None:
    """What the other had under way may be old; it is told to whoever asked then, and never again."""
    begun, (one, other) = time.monotonic(), hosts
    words, under_way, old = Counter[str](), 0, 0
    with ThreadPoolExecutor(len(MOMENTS)) as crowd:
        for turn in range(ROUNDS):
            names = WATCHED[turn * len(MOMENTS) :][: len(MOMENTS)]
            orders = [shopify.shop.find_order(name) for name in names]
            news = [f"{STEP}{FIRST_STEP + number}" for number, _ in enumerate(orders)]
            with way.slow(LATE_SECONDS):
                reading = [crowd.submit(ask, other.port, each.name, each.email or "") for each in orders]
                sent = time.monotonic()
                for moment, order, said in zip(MOMENTS, orders, news, strict=True):
                    threading.Event().wait(sent + moment - time.monotonic())
                    changed(shopify, order, one, said)
                first = [each.result() for each in reading]
            under_way += sum(told.newest != said for told, said in zip(first, news, strict=True))
            asked = [(host, *pair) for pair in zip(orders, news, strict=True) for host in (other, one, other)]
            then = [(ask(host.port, order.name, order.email or ""), said) for host, order, said in asked]
            old += sum(told.newest != said for told, said in then)
            words.update(told.word for told in [*first, *(told for told, _ in then)])
    figure = (
        f"{under_way} of {ROUNDS * len(MOMENTS)} reads overtaken by a webhook, {old} old stories after it"
    )
    holds = set(words) == {STORY} and under_way > 0 and not old
    promise = "from then on either tells what changed, and the old story never comes back"
    name = "a webhook to one while the other reads"
    note(Finding(PART, name, promise, figure, holds, time.monotonic() - begun))


def test_a_crowd_before_both(hosts: tuple[Served, Served], shopify: PretendShopify, note: Note) -> None:
    """As many before each, on one order that nobody asked for before."""
    begun, calls = time.monotonic(), shopify.calls()
    shopify.switch(delay_ms=SOON_MS)
    with ThreadPoolExecutor(SHOPPERS) as crowd:
        coming = [
            crowd.submit(ask, hosts[number % 2].port, ADA["order"], ADA["email"])
            for number in range(SHOPPERS)
        ]
        heard = [one.result() for one in coming]
    calls = shopify.calls() - calls
    words, slowest = Counter(told.word for told in heard), max(told.seconds for told in heard)
    figure = ", ".join(f"{number} {word}" for word, number in words.items())
    figure += f", {calls} calls, slowest {slowest:.1f} s"
    holds = set(words) == {STORY} and calls == CALLS and slowest <= ANSWERED_WITHIN
    name = f"{SHOPPERS} before both, on one cold order"
    note(Finding(PART, name, "one read, a story for each", figure, holds, time.monotonic() - begun))
