"""A shop that fails is left alone for a while, no other is; and all of them where Shopify itself fails."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.fakes import SettableMonotonic
from tracker import errors
from tracker.errors import CircuitOpen, UpstreamError, UpstreamThrottled, UpstreamTimeout
from tracker.shopify.breakers import (
    ALL_SECONDS,
    MANY_SECONDS,
    MANY_SHOPS,
    SHOP_FAILURES,
    SHOP_SECONDS,
    Breakers,
)

ALICE = "alice.myshopify.com"
BOB = "bob.myshopify.com"


class Street:
    """Shops behind breakers, by a clock that stands still until it is moved."""

    def __init__(self, **options: int) -> None:
        self.monotonic = SettableMonotonic()
        self.news: list[tuple[str, str | None, str]] = []
        self.breakers = Breakers(
            monotonic=self.monotonic,
            on_change=lambda whose, shop, news: self.news.append((whose, shop, news)),
            **options,
        )

    def ask(self, shop: str, error: UpstreamError | None = None) -> str:
        """How it ended: `ok`, or the error's code."""
        try:
            with self.breakers.guarding(shop):
                if error is not None:
                    raise error
        except UpstreamError as raised:
            return raised.code
        return "ok"

    def fail(self, shop: str, times: int = SHOP_FAILURES) -> list[str]:
        return [self.ask(shop, UpstreamTimeout()) for _ in range(times)]


@pytest.fixture
def street() -> Street:
    return Street()


class TestOneShop:
    def test_it_is_left_alone_after_some_failures_in_a_row(self, street: Street) -> None:
        assert (
            street.fail(ALICE, SHOP_FAILURES + 2)
            == ["upstream_timeout"] * SHOP_FAILURES + ["circuit_open"] * 2
        )
        assert street.news == [("shop", ALICE, "down")]

    def test_who_gave_too_little_time_blames_nobody_for_it(self, street: Street) -> None:
        """For anything else they do."""
        for error, told in ((UpstreamTimeout(), "ok"), (errors.UpstreamBroken(), "circuit_open")):
            for _ in range(SHOP_FAILURES):
                with pytest.raises(type(error)), street.breakers.guarding(ALICE, forgiving=True):
                    raise error
            assert told == street.ask(ALICE)

    def test_no_other_shop_is(self, street: Street) -> None:
        street.fail(ALICE, 100)

        assert street.ask(BOB) == "ok"
        assert street.ask(ALICE) == "circuit_open"

    def test_whoever_asks_meanwhile_is_told_when_somebody_may(self, street: Street) -> None:
        street.fail(ALICE)
        street.monotonic.advance(2)

        for refuse in (street.breakers.check, lambda shop: street.breakers.guarding(shop).__enter__()):
            with pytest.raises(CircuitOpen) as refused:
                refuse(ALICE)
            assert refused.value.retry_after == SHOP_SECONDS - 2
        street.breakers.check(BOB)

    def test_half_open_one_probe_decides(self, street: Street) -> None:
        street.fail(ALICE)
        street.monotonic.advance(SHOP_SECONDS)
        assert street.fail(ALICE, 2) == ["upstream_timeout", "circuit_open"]

        street.monotonic.advance(SHOP_SECONDS)
        assert [street.ask(ALICE) for _ in range(3)] == ["ok"] * 3
        assert street.news == [("shop", ALICE, "down"), ("shop", ALICE, "up")]

    @pytest.mark.parametrize(
        "error",
        [
            UpstreamThrottled(),
            errors.AccessTokenRejected(),
            errors.ShopUnavailable(),
            errors.AccessDenied(),
            errors.UpstreamRejected(),
        ],
        ids=lambda error: error.code,
    )
    def test_a_refusal_is_an_answer(self, street: Street, error: UpstreamError) -> None:
        for _ in range(SHOP_FAILURES):
            street.fail(ALICE, SHOP_FAILURES - 1)
            assert street.ask(ALICE, error) == error.code

        assert street.news == []

    @pytest.mark.parametrize("kind", [errors.UpstreamUnreachable, errors.UpstreamBroken])
    def test_no_answer_and_a_broken_one_are_failures(self, street: Street, kind: type[UpstreamError]) -> None:
        for _ in range(SHOP_FAILURES):
            street.ask(ALICE, kind())

        assert street.ask(ALICE) == "circuit_open"


class TestAllOfShopify:
    def fail_many(self, street: Street, shops: int = MANY_SHOPS) -> None:
        for number in range(shops):
            street.fail(f"{number}.myshopify.com", 1)

    def test_many_shops_that_fail_at_once_are_all_of_them(self, street: Street) -> None:
        """Even a shop that nobody has asked yet, after one failure of each."""
        self.fail_many(street)

        with pytest.raises(CircuitOpen) as refused:
            street.breakers.check(BOB)
        assert refused.value.retry_after == ALL_SECONDS
        assert street.ask(BOB) == "circuit_open"
        assert street.news == [("shopify", None, "down")]

    def test_fewer_are_not(self, street: Street) -> None:
        self.fail_many(street, MANY_SHOPS - 1)
        street.fail("0.myshopify.com", 3)

        assert street.ask(BOB) == "ok"

    def test_an_answer_from_any_shop_in_between_says_that_shopify_is_up(self, street: Street) -> None:
        self.fail_many(street, MANY_SHOPS - 1)
        street.ask(BOB, UpstreamThrottled())
        street.fail("another.myshopify.com", 1)

        assert street.ask(BOB) == "ok"

    def test_failures_of_long_ago_do_not_count(self, street: Street) -> None:
        self.fail_many(street, MANY_SHOPS - 1)
        street.monotonic.advance(MANY_SECONDS + 1)
        street.fail("another.myshopify.com", 1)

        assert street.ask(BOB) == "ok"

    def test_one_probe_of_any_shop_ends_it(self, street: Street) -> None:
        self.fail_many(street)
        street.monotonic.advance(ALL_SECONDS)

        assert [street.ask(BOB), street.ask(ALICE), street.ask("0.myshopify.com")] == ["ok"] * 3
        assert street.news == [("shopify", None, "down"), ("shopify", None, "up")]

    def test_a_probe_that_fails_keeps_it_open(self, street: Street) -> None:
        self.fail_many(street)
        street.monotonic.advance(ALL_SECONDS)

        assert street.fail(BOB, 2) == ["upstream_timeout", "circuit_open"]

    def test_a_shop_that_is_down_does_not_use_up_the_probe(self, street: Street) -> None:
        street.fail(ALICE)
        self.fail_many(street)
        street.monotonic.advance(ALL_SECONDS)
        assert SHOP_SECONDS > ALL_SECONDS

        assert [street.ask(ALICE), street.ask(BOB)] == ["circuit_open", "ok"]


def test_shops_that_are_well_take_no_memory(street: Street) -> None:
    for number in range(10_000):
        street.ask(f"{number}.myshopify.com")
        street.ask(ALICE, UpstreamTimeout() if number % 2 else None)
    street.ask(ALICE)

    assert len(street.breakers) == 0


def test_however_many_fail_only_the_last_are_remembered() -> None:
    street = Street(most=100)
    for number in range(10_000):
        street.monotonic.advance(MANY_SECONDS)  # so that they are not taken for all of Shopify
        street.fail(f"{number}.myshopify.com", 1)

    assert len(street.breakers) == 100


def test_many_threads_at_once_find_the_same(street: Street) -> None:
    together = threading.Barrier(16)

    def ask(number: int) -> str:
        together.wait()
        return street.fail(ALICE if number % 2 else BOB, 50)[-1]

    with ThreadPoolExecutor(16) as threads:
        ends = set(threads.map(ask, range(16)))

    assert ends == {"circuit_open"}
    assert sorted(street.news, key=str) == [("shop", ALICE, "down"), ("shop", BOB, "down")]
