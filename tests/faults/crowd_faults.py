"""Two hundred shoppers on one order that nobody asked for before, on two workers: while Shopify answers as
ever, while it takes longer than a look-up has, and while the one who asks for all of them is killed."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.bench.proc import caller, children
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
STORY, REFUSED, CUT = "story", "503 with the time", "cut off"
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


def ask(service: Served, *, sent_it: Callable[[], object] = lambda: None) -> tuple[str, float]:
    """What one shopper is told, in a word, and the seconds that took. `sent_it` is called in between."""
    head, _, body = looked_up(keep=False).partition(b"\r\n\r\n")
    line, *lines = head.decode().split("\r\n")
    sent = time.monotonic()
    with closing(HTTPConnection("127.0.0.1", service.port, timeout=PATIENCE_SECONDS)) as connection:
        try:
            connection.request("POST", line.split(" ")[1], body, dict(each.split(": ") for each in lines))
            sent_it()
            response = connection.getresponse()
            response.read()
        except (ConnectionError, HTTPException):
            return CUT, time.monotonic() - sent
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


def test_a_crowd_whose_leader_is_killed(service: Served, shopify: PretendShopify, note: Note) -> None:
    """With -9, in the middle of the only read. Whoever else was in that worker loses the connection, and none
    of them can be answered. All others wait until the lease has ended, then one of them asks for all. It is
    stopped first, so that half of the crowd comes to the other worker."""
    begun, calls, port = time.monotonic(), shopify.calls(), urlsplit(shopify.origin).port
    assert port is not None
    shopify.switch(delay_ms=TOO_LATE_MS)
    all_asked = threading.Semaphore(0)

    def come(number: int) -> list[Future[tuple[str, float]]]:
        asking = [crowd.submit(ask, service, sent_it=all_asked.release) for _ in range(number)]
        for _ in asking:
            assert all_asked.acquire(timeout=PATIENCE_SECONDS)
        return asking

    with ThreadPoolExecutor(SHOPPERS) as crowd:
        before = come(SHOPPERS // 2)
        leader = caller(port, children(service.process.pid))
        os.kill(leader, signal.SIGSTOP)
        shopify.switch(delay_ms=SOON_MS)  # for whoever asks next
        after = come(SHOPPERS // 2)
        os.kill(leader, signal.SIGKILL)
        heard = [one.result() for one in before + after]
    made = shopify.calls() - calls
    wait_until(lambda: ask(service)[0] == STORY, "told once another worker is there")
    told, slowest = Counter(word for word, _ in heard), max(seconds for _, seconds in heard)
    figure = ", ".join((*(f"{number} {word}" for word, number in told.items()), f"{made} calls"))
    figure += f", slowest {slowest:.1f} s"
    holds = told.keys() <= {STORY, CUT} and told[STORY] >= len(after) and made <= MOST_READS * CALLS
    holds = holds and slowest <= ANSWERED_WITHIN
    name = f"the worker killed (-9) that reads for {SHOPPERS}"
    promise = "a story for each in the other worker, two reads at most"
    note(Finding("The service", name, promise, figure, holds, time.monotonic() - begun))
