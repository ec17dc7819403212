"""A shop of the smallest plan while somebody guesses as fast as they can: what is left of its budget at the
Admin API goes to those who need it most."""

from __future__ import annotations

import itertools
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from tests.faults.asking import NOT_FOUND, STORY, Told, ask
from tests.faults.conftest import Note
from tests.faults.findings import Finding
from tests.faults.house import open_service
from tests.faults.truth import STEP, WATCHED
from tests.faults.two_hosts_faults import changed
from tests.pretend_shopify import PretendShopify
from tests.serving import Served
from tracker.demo.throttle import Bucket

PART = "Shopify"
GUESSERS = 6
WARM = 200
CHANGES = 8
BETWEEN_CHANGES = 0.4
MOST_TIMES, MOST_SECONDS = 3, 0.1
"""So much slower may one in a hundred warm look-ups be, or so slow, beside those who compute the refusals."""
KEPT = {"SOFT_AGES": "in_transit=600,out_for_delivery=600"}


@contextmanager
def of_the_smallest_plan(shopify: PretendShopify) -> Iterator[None]:
    """2 000 points, of which 100 come back in a second."""
    with shopify.shop.lock:
        before, shopify.shop.bucket = shopify.shop.bucket, Bucket(time.monotonic)
    yield
    with shopify.shop.lock:
        shopify.shop.bucket = before


def warm(service: Served, emails: dict[str, str]) -> tuple[Counter[str], float]:
    """What buyers are told whose story is kept, and the seconds within which all but one in a hundred are."""
    turn = itertools.islice(itertools.cycle(emails.items()), WARM)
    told = [ask(service.port, order, email, address="203.0.113.1") for order, email in turn]
    return Counter(each.word for each in told), sorted(each.seconds for each in told)[WARM * 99 // 100]


def test_guesses_at_a_shop_that_throttles(shopify: PretendShopify, tmp_path: Path, note: Note) -> None:
    """Stories that are kept never notice, misses are refused first and told when to come back, and who was
    right before is read to even where a webhook dropped their story."""
    begun, over, guesses = time.monotonic(), threading.Event(), list[Told]()
    emails = {order: shopify.shop.find_order(order).email or "" for order in WATCHED}

    def guess(who: int) -> None:
        for serial in itertools.count():
            if over.is_set():
                return
            number, address = f"88{who}{serial:06d}", f"198.51.100.{who}"
            guesses.append(ask(service.port, number, "mallory@example.com", address=address))

    with open_service(tmp_path, shopify, settings=KEPT) as service, of_the_smallest_plan(shopify):
        first = Counter(ask(service.port, *each).word for each in emails.items())
        _, before = warm(service, emails)
        throttled = shopify.shop.calls["throttled"]
        with ThreadPoolExecutor(GUESSERS) as guessers:
            guessing = [guessers.submit(guess, who) for who in range(GUESSERS)]
            while not any(told.word == "503" for told in guesses):
                threading.Event().wait(0.05)
            words, during = warm(service, emails)
            dropped = []
            for serial, name in zip(range(CHANGES), itertools.cycle(WATCHED), strict=False):
                order, said = shopify.shop.find_order(name), f"{STEP}{2000 + serial}"
                changed(shopify, order, service, said)
                dropped.append((ask(service.port, name, emails[name]), said))
                threading.Event().wait(BETWEEN_CHANGES)
            over.set()
            for one in guessing:
                one.result()
        throttled = shopify.shop.calls["throttled"] - throttled
    heard = Counter(told.word for told in guesses)
    named = sum(told.word == "503" and told.retry_after is not None for told in guesses)
    served = sum(told.word == STORY and told.newest == said for told, said in dropped)
    figure = (
        f"{len(guesses)} guesses, {heard[NOT_FOUND]} asked, {named} refused with the time; "
        f"{words[STORY]} of {WARM} kept stories told, one in a hundred slower than {during * 1000:.0f} ms "
        f"({before * 1000:.0f} before); {served} of {CHANGES} dropped ones read, throttled {throttled} times"
    )
    holds = (
        first == {STORY: len(emails)}
        and words == {STORY: WARM}
        and during <= max(MOST_TIMES * before, MOST_SECONDS)
        and set(heard) <= {NOT_FOUND, "503"}
        and named == heard["503"] > 0
        and served == CHANGES
    )
    promise = "kept stories never notice, misses are refused first, who was right before is read to"
    name = "throttling while somebody guesses"
    note(Finding(PART, name, promise, figure, holds, time.monotonic() - begun))
