"""While one question finds out for all whether a shop is well again, a few who come wait for its news."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

import pytest

from tests.fakes import SettableMonotonic
from tests.store.shops import ALICE
from tracker.deadline import Deadline
from tracker.errors import CircuitOpen, UpstreamBusy, UpstreamTimeout, UpstreamUnreachable
from tracker.shopify import api as api_module
from tracker.shopify.api import MOST_WAITING, WORTHWHILE_SECONDS, AdminApi
from tracker.shopify.breakers import SHOP_FAILURES, SHOP_SECONDS, Breakers
from tracker.shopify.slots import ShopSlots
from tracker.shopify.tokens import FixedToken
from tracker.shopify.transport import HttpClient

NOBODY = "http://127.0.0.1:1"
SLOTS = 8


class Shop:
    """One that did not answer. Whoever asks it finds nobody, which shows that it was asked."""

    def __init__(self, *, most_waiting: int = MOST_WAITING) -> None:
        self.monotonic = SettableMonotonic()
        self.slots = ShopSlots(SLOTS)
        self.breakers = Breakers(monotonic=self.monotonic)
        self.pauses: list[float] = []
        self.while_waiting: Callable[[], object] = lambda: None
        self._api = AdminApi(
            tokens=FixedToken(ALICE, "a token"),
            http=HttpClient(sleep=lambda _seconds: None),
            api_version="2026-10",
            origin=NOBODY,
            slots=self.slots,
            breakers=self.breakers,
            most_waiting=most_waiting,
            sleep=self._sleep,
        )

    def ask(self, *, seconds: float = 30) -> None:
        self._api.ask("find", ALICE, "query", {}, Deadline(seconds))

    def time_out(self) -> None:
        with pytest.raises(UpstreamTimeout), self.slots.taken(ALICE):
            raise UpstreamTimeout

    def fail(self) -> None:
        for _ in range(SHOP_FAILURES):
            with pytest.raises(UpstreamTimeout), self.breakers.guarding(ALICE):
                raise UpstreamTimeout

    def _sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.while_waiting()


@pytest.fixture
def shop() -> Shop:
    return Shop()


def test_who_comes_beside_the_one_that_asks_a_slow_shop_asks_after_it(shop: Shop) -> None:
    shop.time_out()
    probe = ExitStack()
    probe.enter_context(shop.slots.taken(ALICE))
    shop.while_waiting = lambda: probe.close() if len(shop.pauses) == 3 else None

    with pytest.raises(UpstreamUnreachable):
        shop.ask()
    assert 3 == len(shop.pauses)


def test_who_comes_beside_the_probe_of_a_breaker_asks_after_it(shop: Shop) -> None:
    shop.fail()
    shop.monotonic.advance(SHOP_SECONDS)
    probe = ExitStack()
    probe.enter_context(shop.breakers.guarding(ALICE))
    shop.while_waiting = lambda: probe.close() if len(shop.pauses) == 3 else None

    with pytest.raises(UpstreamUnreachable):
        shop.ask()
    assert 3 == len(shop.pauses)


def test_where_it_finds_that_nothing_is_well_they_are_told_when_to_come_back(shop: Shop) -> None:
    shop.fail()
    shop.monotonic.advance(SHOP_SECONDS)
    probe = ExitStack()
    probe.enter_context(shop.breakers.guarding(ALICE))

    def fails() -> None:
        with pytest.raises(UpstreamTimeout), probe:
            raise UpstreamTimeout

    shop.while_waiting = fails
    with pytest.raises(CircuitOpen) as refused:
        shop.ask()
    assert (SHOP_SECONDS, 1) == (refused.value.retry_after, len(shop.pauses))


def test_nobody_waits_where_nobody_is_finding_out(shop: Shop) -> None:
    shop.fail()

    with pytest.raises(CircuitOpen):
        shop.ask()
    assert [] == shop.pauses


def test_nor_where_a_shop_that_answers_has_no_room(shop: Shop) -> None:
    with ExitStack() as all_of_them:
        for _ in range(SLOTS):
            all_of_them.enter_context(shop.slots.taken(ALICE))
        with pytest.raises(UpstreamBusy):
            shop.ask()
    assert [] == shop.pauses


def test_a_probe_that_takes_long_is_not_waited_for(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_module, "PROBE_SECONDS", 0)
    shop.time_out()

    with shop.slots.taken(ALICE), pytest.raises(UpstreamBusy):
        shop.ask()
    assert 1 == len(shop.pauses)


def test_only_a_few_wait_at_a_time(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Or a shop that hangs would have the threads of all others after all."""
    monkeypatch.setattr(api_module, "PROBE_SECONDS", 0)
    shop.time_out()

    def one_more() -> None:
        with pytest.raises(UpstreamBusy):
            shop.ask()

    shop.while_waiting = one_more
    with shop.slots.taken(ALICE):
        one_more()
    assert MOST_WAITING == len(shop.pauses)


def test_nobody_waits_who_would_have_no_time_left_to_ask(shop: Shop) -> None:
    """The shop, well again, would be called slow for it."""
    shop.time_out()

    with shop.slots.taken(ALICE), pytest.raises(UpstreamBusy):
        shop.ask(seconds=WORTHWHILE_SECONDS)
    assert [] == shop.pauses


def test_a_worker_of_few_threads_has_nobody_wait() -> None:
    shop = Shop(most_waiting=0)
    shop.time_out()

    with shop.slots.taken(ALICE), pytest.raises(UpstreamBusy):
        shop.ask()
    assert [] == shop.pauses
