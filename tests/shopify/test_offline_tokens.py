"""Tokens of any shop: from the store, renewed before they end, by one worker at a time, and never lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.shopify.clocks import START
from tests.shopify.offline import (
    FIRST,
    HOUR,
    PATIENCE_SECONDS,
    Gate,
    Worker,
    asked_with,
    gives,
    stored,
    worker,
)
from tests.shopify.upstream import Behaviour, reply, reset
from tests.store.shops import ALICE, BOB, CHARLIE
from tracker.errors import (
    AccessTokenRejected,
    ShopUnavailable,
    UpstreamBroken,
    UpstreamError,
    UpstreamThrottled,
    UpstreamUnreachable,
)
from tracker.ports.tokens import AccessToken
from tracker.shop import Standing, TokenPair
from tracker.shopify.offline_tokens import MARGIN_SECONDS, REFUSED_SECONDS, RETRY_SECONDS

REFUSED = reply({"error": "invalid_request"}, status=401)


class TestGiven:
    def test_a_token_is_given_as_it_is_until_shortly_before_its_end(self, sqlite_url: str) -> None:
        with worker(sqlite_url, gives(2)) as (alice, server):
            alice.install()
            assert alice.token() == "access 1"
            alice.time.passed = HOUR - MARGIN_SECONDS - 1
            assert alice.token() == "access 1"
            assert server.requests == []

            alice.time.passed = HOUR - MARGIN_SECONDS
            assert [alice.token(), alice.token()] == ["access_2", "access_2"]

        assert asked_with(server) == ["refresh 1"]
        told = stored(sqlite_url)
        assert told.tokens == TokenPair(
            "access_2",
            START + timedelta(seconds=2 * HOUR - MARGIN_SECONDS),
            "refresh_2",
            START + timedelta(days=90, seconds=HOUR - MARGIN_SECONDS),
        )

    def test_chance_lets_processes_that_began_together_ask_apart(self, sqlite_url: str) -> None:
        with worker(sqlite_url, gives(2), jitter=1.0) as (alice, _):
            alice.install()
            alice.token()
            alice.time.passed = HOUR - 2 * MARGIN_SECONDS
            assert alice.token() == "access_2"

    def test_a_token_of_a_short_life_is_of_some_use(self, sqlite_url: str) -> None:
        with worker(sqlite_url, gives(2, seconds=60)) as (alice, server):
            alice.install(replace(FIRST, access_expires_at=START + timedelta(seconds=60)))
            alice.token()
            alice.time.passed = 29
            alice.token()
            assert server.requests == []
            alice.time.passed = 31
            assert [alice.token(), alice.token()] == ["access_2", "access_2"]

        assert len(server.requests) == 1

    def test_a_token_without_an_end_is_given_for_ever(self, sqlite_url: str) -> None:
        with worker(sqlite_url) as (alice, server):
            alice.install(TokenPair("endless"))
            alice.time.passed = 10_000 * HOUR
            assert alice.token() == "endless"

        assert server.requests == []

    def test_each_shop_has_its_own(self, sqlite_url: str) -> None:
        with worker(sqlite_url, gives(2)) as (both, server):
            both.install()
            both.install(replace(FIRST, access="of bob", refresh="refresh of bob"), shop=BOB)
            both.token(ALICE)
            both.token(BOB)
            both.tokens.rejected(BOB, AccessToken("of bob"))
            assert [both.token(ALICE), both.token(BOB)] == ["access 1", "access_2"]
            with pytest.raises(AccessTokenRejected):
                both.token(CHARLIE)

        assert asked_with(server) == ["refresh of bob"]

    def test_a_shop_that_is_not_installed_has_none(self, sqlite_url: str) -> None:
        with worker(sqlite_url) as (alice, server):
            alice.install()
            alice.shops.uninstall(ALICE, triggered_at=START)
            with pytest.raises(AccessTokenRejected):
                alice.token()

        assert server.requests == []

    def test_nothing_of_a_token_is_in_a_repr(self, sqlite_url: str) -> None:
        with worker(sqlite_url) as (alice, _):
            alice.install()
            alice.token()
            assert "access 1" not in repr(vars(alice.tokens))


class TestFailures:
    @pytest.mark.parametrize("status", [400, 401])
    def test_a_refusal_is_final(self, status: int, sqlite_url: str) -> None:
        """Shopify is not asked again, and the merchant has to act."""
        with worker(sqlite_url, reply({"error": "any"}, status=status)) as (alice, server):
            alice.install()
            alice.time.passed = HOUR
            for _ in range(3):
                with pytest.raises(AccessTokenRejected):
                    alice.token()
            assert alice.reopening == [ALICE]

        assert len(server.requests) == 1
        assert stored(sqlite_url).standing is Standing.NEEDS_REOPENING

    def test_the_token_that_still_works_is_not_used_after_a_final_refusal(self, sqlite_url: str) -> None:
        """Shopify refuses like this when the app was uninstalled."""
        with worker(sqlite_url, REFUSED) as (alice, _):
            alice.install()
            alice.token()
            alice.time.passed = HOUR - MARGIN_SECONDS
            with pytest.raises(AccessTokenRejected):
                alice.token()

    @pytest.mark.parametrize(
        ("behaviours", "error"),
        [
            ([reply(status=429, headers={"Retry-After": "60"})], UpstreamThrottled),
            ([reply(status=503)] * 2, UpstreamBroken),
            ([reset] * 2, UpstreamUnreachable),
            ([reply(status=402)], ShopUnavailable),
        ],
    )
    def test_anything_else_is_tried_again(
        self, behaviours: list[Behaviour], error: type[UpstreamError], sqlite_url: str
    ) -> None:
        with worker(sqlite_url, *behaviours, gives(2)) as (alice, server):
            alice.install()
            alice.time.passed = HOUR
            with pytest.raises(error):
                alice.token()
            assert stored(sqlite_url).standing is Standing.INSTALLED
            assert alice.token() == "access_2"

        assert set(asked_with(server)) == {"refresh 1"}

    def test_while_the_old_token_works_a_failure_is_not_felt_and_not_repeated(self, sqlite_url: str) -> None:
        with worker(sqlite_url, reply(status=402), gives(2)) as (alice, server):
            alice.install()
            alice.time.passed = HOUR - 100
            alice.token()
            alice.time.passed = HOUR - 40
            assert [alice.token(), alice.token()] == ["access 1", "access 1"]
            assert len(server.requests) == 1

            alice.time.passed += RETRY_SECONDS
            assert alice.token() == "access_2"

    def test_a_refresh_that_comes_too_late_is_void(self, sqlite_url: str) -> None:
        """The merchant opened the app meanwhile: its pair retired the one that was under way."""
        gate = Gate(gives(2))
        with worker(sqlite_url, gate) as (alice, _), ThreadPoolExecutor(1) as pool:
            alice.install()
            alice.time.passed = HOUR
            late = pool.submit(alice.token)
            assert gate.reached.wait(PATIENCE_SECONDS)
            newer = replace(FIRST, access="newer", access_expires_at=START + timedelta(hours=9))
            alice.install(newer)
            gate.opened.set()
            assert late.result(PATIENCE_SECONDS) == "newer"
            assert alice.token() == "newer"

        assert stored(sqlite_url).tokens == newer

    def test_a_shop_that_was_uninstalled_meanwhile_stays_so(self, sqlite_url: str) -> None:
        gate = Gate(gives(2))
        with worker(sqlite_url, gate) as (alice, _), ThreadPoolExecutor(1) as pool:
            alice.install()
            alice.time.passed = HOUR
            late = pool.submit(alice.token)
            assert gate.reached.wait(PATIENCE_SECONDS)
            alice.shops.uninstall(ALICE, triggered_at=START + timedelta(seconds=1))
            gate.opened.set()
            with pytest.raises(AccessTokenRejected):
                late.result(PATIENCE_SECONDS)

        assert stored(sqlite_url).tokens is None


class TestRejected:
    def test_a_token_that_the_admin_api_refuses_is_renewed(self, sqlite_url: str) -> None:
        with worker(sqlite_url, gives(2)) as (alice, _):
            alice.install()
            alice.tokens.rejected(ALICE, AccessToken(alice.token()))
            assert alice.token() == "access_2"

    def test_what_another_worker_stored_meanwhile_is_taken_first(self, sqlite_url: str) -> None:
        with worker(sqlite_url, gives(2)) as (alice, server):
            alice.install()
            other = Worker(sqlite_url, server.origin)
            old = other.token()
            alice.tokens.rejected(ALICE, AccessToken(alice.token()))
            alice.token()
            other.tokens.rejected(ALICE, AccessToken(old))
            assert other.token() == "access_2"
            other.close()

        assert len(server.requests) == 1

    def test_a_new_token_that_is_refused_at_once_is_not_renewed_by_every_look_up(
        self, sqlite_url: str
    ) -> None:
        with worker(sqlite_url, gives(2), gives(3)) as (alice, server):
            alice.install()
            alice.tokens.rejected(ALICE, AccessToken(alice.token()))
            alice.tokens.rejected(ALICE, AccessToken(alice.token()))
            for _ in range(3):
                with pytest.raises(AccessTokenRejected):
                    alice.token()
            assert len(server.requests) == 1

            alice.time.passed += REFUSED_SECONDS
            assert alice.token() == "access_3"

    def test_one_without_an_end_that_is_refused_cannot_be_renewed(self, sqlite_url: str) -> None:
        with worker(sqlite_url) as (alice, server):
            alice.install(TokenPair("endless"))
            alice.tokens.rejected(ALICE, AccessToken(alice.token()))
            with pytest.raises(AccessTokenRejected):
                alice.token()

        assert server.requests == []
        assert stored(sqlite_url).standing is Standing.NEEDS_REOPENING

    def test_an_older_token_that_is_refused_is_no_news(self, sqlite_url: str) -> None:
        with worker(sqlite_url) as (alice, server):
            alice.install()
            alice.token()
            alice.tokens.rejected(ALICE, AccessToken("access 0"))
            assert alice.token() == "access 1"

        assert server.requests == []


class TestRenew:
    def test_a_shop_is_renewed_whatever_is_left_of_its_token(self, sqlite_url: str) -> None:
        with worker(sqlite_url, gives(2)) as (alice, _):
            alice.install()
            alice.tokens.renew(stored(sqlite_url), deadline=alice.time.deadline())
            assert alice.token() == "access_2"

    def test_one_that_somebody_else_renewed_is_left(self, sqlite_url: str) -> None:
        with worker(sqlite_url) as (alice, server):
            alice.install()
            before = stored(sqlite_url)
            alice.install()
            alice.tokens.renew(before, deadline=alice.time.deadline())

        assert server.requests == []

    def test_one_that_needs_reopening_may_turn_out_well(self, sqlite_url: str) -> None:
        """Its refusal was about the app's secret, which the operator has put right since."""
        with worker(sqlite_url, REFUSED, gives(2)) as (alice, _):
            alice.install()
            with pytest.raises(AccessTokenRejected):
                alice.tokens.renew(stored(sqlite_url), deadline=alice.time.deadline())
            assert stored(sqlite_url).standing is Standing.NEEDS_REOPENING

            alice.tokens.renew(stored(sqlite_url), deadline=alice.time.deadline())
            assert alice.token() == "access_2"

    def test_a_failure_is_told_and_changes_nothing(self, sqlite_url: str) -> None:
        with worker(sqlite_url, reply(status=402), gives(2)) as (alice, _):
            alice.install()
            with pytest.raises(ShopUnavailable):
                alice.tokens.renew(stored(sqlite_url), deadline=alice.time.deadline())
            alice.tokens.renew(stored(sqlite_url), deadline=alice.time.deadline())

        assert stored(sqlite_url).version == 2
