"""Who is left alone after it failed, who is not, and whether the time that a shopper is told is true."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.asking import STORY, Told, ask
from tests.faults.conftest import Note
from tests.faults.findings import Finding
from tests.faults.house import environment, open_service
from tests.faults.street import Street, open_street, store_of
from tests.faults.trial import ANSWERED_WITHIN
from tests.faults.truth import WATCHED
from tests.pretend_shopify import PretendShopify
from tests.serving import Served, serve
from tracker.embedded_redis import EmbeddedRedis
from tracker.shopify.breakers import ALL_SECONDS, MANY_SHOPS, SHOP_FAILURES

PART = "Shopify"
FAILING = {"503 in a storm": {"fail": "5xx"}, "hanging": {"fail": "hang"}}
BETWEEN_SHOPPERS = 0.25
TRIES = 2
"""Of one question: what a second request may mend is asked twice."""
ONE_WORKER = {"WEB_WORKERS": "1"}
"""Each finds out for itself, so one is watched."""
FAULT_SECONDS = 4.0
"""Longer than a look-up waits for the shop, and shorter than anybody is told to wait."""


def come(service: Served, order: str, email: str, number: int, *, after: float) -> Told:
    """Shopper `number` asks, so many seconds from now."""
    threading.Event().wait(after)
    return ask(service.port, order, email, address=f"203.0.113.{number}")


@pytest.mark.parametrize("name", FAILING)
def test_who_comes_back_when_told(name: str, shopify: PretendShopify, tmp_path: Path, note: Note) -> None:
    """Each asks for an order of their own, and whoever is refused comes back when they were told to. Shopify
    is well by then, and the first of them finds that out for all."""
    begun = time.monotonic()
    emails = {order: shopify.shop.find_order(order).email or "" for order in WATCHED}

    def shopper(number: int, order: str, email: str) -> list[Told]:
        told = [come(service, order, email, number, after=number * BETWEEN_SHOPPERS)]
        if (seconds := told[0].retry_after) is not None:
            told.append(come(service, order, email, number, after=seconds))
        return told

    with open_service(tmp_path, shopify) as service, ThreadPoolExecutor(len(emails)) as crowd:
        shopify.switch(**FAILING[name])
        coming = [crowd.submit(shopper, number, *pair) for number, pair in enumerate(emails.items())]
        threading.Event().wait(FAULT_SECONDS)
        with shopify.shop.lock:
            shopify.shop.reset_control()
        heard = [one.result() for one in coming]
    refused, last = [told[0] for told in heard if len(told) > 1], Counter(told[-1].word for told in heard)
    times = Counter(told.retry_after for told in refused)
    figure = f"{len(refused)} of {len(heard)} refused, back "
    figure += ", ".join(f"{number} after {seconds} s" for seconds, number in times.items()) + ": "
    figure += ", ".join(f"{number} {word}" for word, number in last.items())
    slowest = max(each.seconds for told in heard for each in told)
    figure += f", slowest {slowest:.1f} s"
    holds = bool(refused) and set(last) == {STORY} and slowest <= ANSWERED_WITHIN
    name, promise = f"{name}, then well again", "whoever comes back when told gets the story"
    note(Finding(PART, name, promise, figure, holds, time.monotonic() - begun))


@dataclass(frozen=True)
class Shops:
    """Of one service: the first fails alone, the next five together, and the last one is well all along."""

    service: Served
    street: Street

    @property
    def alone(self) -> str:
        return self.names[0]

    @property
    def together(self) -> list[str]:
        return self.names[1:-1]

    @property
    def well(self) -> str:
        return self.names[-1]

    @property
    def names(self) -> list[str]:
        return [*self.street.shops]

    def fail(self, names: Sequence[str], **switches: object) -> None:
        for name in names:
            self.street.shops[name].switch(**switches)

    def ask(self, name: str, order: str) -> Told:
        email = self.street.shops[name].shop.find_order(order).email or ""
        return ask(self.service.port, order, email, shop=name)

    def ask_each(self, names: Sequence[str], order: str) -> tuple[Counter[str], int]:
        """At once: what they are told, and how often Shopify was called for it."""
        calls = self.street.calls()
        with ThreadPoolExecutor(len(names)) as crowd:
            told = Counter(one.word for one in crowd.map(lambda name: self.ask(name, order), names))
        return told, self.street.calls() - calls


def test_five_shops_that_fail(tmp_path: Path, note: Note) -> None:
    """One shop that fails is left alone and no other is. Five that fail are all of Shopify, for a shop that
    is well too, until a probe of one of them finds that it is over."""
    begun = time.monotonic()
    names = [f"shop-{number}.myshopify.com" for number in range(MANY_SHOPS + 2)]
    one, two, three, *others = WATCHED
    with open_street(names) as street, EmbeddedRedis() as redis:
        settings = environment(street.origin, redis.url, store_of(tmp_path, names)) | ONE_WORKER
        with serve(settings, tmp_path) as service:
            shops = Shops(service, street)
            shops.fail([shops.alone], fail="5xx")
            for order in others[:SHOP_FAILURES]:
                shops.ask(shops.alone, order)
            left_alone = shops.ask_each([shops.alone], one)
            elsewhere, _ = shops.ask_each(names[1:], one)

            shops.fail([shops.alone], fail=None)
            shops.fail(shops.together, fail="5xx")
            shops.ask_each(shops.together, two)
            calls, refused = street.calls(), shops.ask(shops.well, two)
            calls, seconds = street.calls() - calls, refused.retry_after or 0
            threading.Event().wait(seconds)
            still, probes = shops.ask_each(shops.together, two)

            shops.fail(shops.together, fail=None)
            threading.Event().wait(ALL_SECONDS)
            first = shops.ask(shops.well, three)
            again, _ = shops.ask_each(names, three)
    figure = (
        f"alone: {left_alone[1]} calls, {elsewhere[STORY]} stories elsewhere; five: {calls} calls for one "
        f"that is well, told {seconds} s, then {probes} calls for {still.total()}; {again[STORY]} stories"
    )
    holds = (
        left_alone == ({"503": 1}, 0)
        and elsewhere == {STORY: len(names) - 1}
        and (refused.word, calls, 0 < seconds <= ALL_SECONDS) == ("503", 0, True)
        and (still == {"503": MANY_SHOPS} and probes <= TRIES)
        and (first.word, again) == (STORY, {STORY: len(names)})
    )
    promise = "no other shop is left alone, all are where five fail, one probe finds out for all"
    name = f"one shop of {len(names)} that fails, then five"
    note(Finding(PART, name, promise, figure, holds, time.monotonic() - begun))
