"""Two hundred shoppers on one order that nobody asked for before, on two workers: while Shopify answers as
ever, and while it takes longer than a look-up has."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.faults.conftest import Note
from tests.faults.findings import Finding
from tests.faults.house import open_service
from tests.faults.keepers import PATIENCE_SECONDS
from tests.faults.reload_faults import looked_up
from tests.faults.trial import ANSWERED_WITHIN, wait_until
from tests.pretend_shopify import PretendShopify
from tests.serving import Served

PART = "Shopify"
SHOPPERS = 200
STORY, REFUSED = "story", "503 with the time"
SOON_MS, TOO_LATE_MS = 100, 4000
"""A look-up has three seconds."""
CALLS = 2
"""Find and read."""
MOST_READS = 2
"""The lease of the first one ends before its time does."""


@pytest.fixture
def service(shopify: PretendShopify, tmp_path: Path) -> Iterator[Served]:
    with open_service(tmp_path, shopify) as running:
        yield running
    with shopify.shop.lock:
        shopify.shop.reset_control()


def ask(service: Served) -> tuple[str, float]:
    """What one shopper is told, in a word, and the seconds that took."""
    head, _, body = looked_up(keep=False).partition(b"\r\n\r\n")
    line, *lines = head.decode().split("\r\n")
    sent = time.monotonic()
    with closing(HTTPConnection("127.0.0.1", service.port, timeout=PATIENCE_SECONDS)) as connection:
        connection.request("POST", line.split(" ")[1], body, dict(each.split(": ") for each in lines))
        response = connection.getresponse()
        response.read()
    word = STORY if response.status == 200 else f"{response.status}"
    if "Retry-After" in response.headers:
        word += " with the time"
    return word, time.monotonic() - sent


@pytest.mark.parametrize("milliseconds", [SOON_MS, TOO_LATE_MS])
def test_a_crowd(milliseconds: int, service: Served, shopify: PretendShopify, note: Note) -> None:
    begun, calls = time.monotonic(), shopify.calls()
    shopify.switch(delay_ms=milliseconds)
    with ThreadPoolExecutor(SHOPPERS) as crowd:
        heard = [one.result() for one in [crowd.submit(ask, service) for _ in range(SHOPPERS)]]
    calls = shopify.calls() - calls
    shopify.switch(delay_ms=0)
    wait_until(lambda: ask(service)[0] == STORY, "told once Shopify is well")
    told, slowest = Counter(word for word, _ in heard), max(seconds for _, seconds in heard)
    figure = ", ".join((*(f"{number} {word}" for word, number in told.items()), f"{calls} calls"))
    figure += f", slowest {slowest:.1f} s"
    if milliseconds == SOON_MS:
        promise, holds = "one read, a story for each", set(told) == {STORY} and calls == CALLS
    else:
        promise = "two reads at most, a 503 with the time for each"
        holds = set(told) == {REFUSED} and calls <= MOST_READS * CALLS
    name = f"{SHOPPERS} on one cold order, answers in {milliseconds / 1000:g} s"
    holds = holds and slowest <= ANSWERED_WITHIN
    note(Finding(PART, name, promise, figure, holds, time.monotonic() - begun))
