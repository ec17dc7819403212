"""Tokens of any shop: from the store, renewed before they end, by one worker at a time, and never lost."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.shopify.clocks import START
from tests.shopify.offline import FIRST, HOUR, Worker, asked_with, gives, worker
from tests.shopify.upstream import Behaviour, Upstream, reply, reset
from tests.store.shops import ALICE, BOB, CHARLIE, SECRET
from tracker.errors import (
    AccessTokenRejected,
    ShopUnavailable,
    StoreUnavailable,
    UpstreamBroken,
    UpstreamError,
    UpstreamThrottled,
    UpstreamTimeout,
    UpstreamUnreachable,
)
from tracker.ports import AccessToken
from tracker.shop import Shop, Standing, TokenPair
from tracker.shopify import offline_tokens
from tracker.shopify.offline_tokens import BUSY_SECONDS, MARGIN_SECONDS, REFUSED_SECONDS, RETRY_SECONDS
from tracker.store.database import Database
from tracker.store.sealing import Sealer
from tracker.store.shops import SqlShops

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 20.0
REFUSED = reply({"error": "invalid_request"}, status=401)


class Gate:
    """Lets a behaviour of the server wait until the test has seen enough."""

    def __init__(self, then: Behaviour) -> None:
        self.reached, self.opened = threading.Event(), threading.Event()
        self._then = then

    def __call__(self, connection: socket.socket, stopped: threading.Event) -> None:
        self.reached.set()
        self.opened.wait(PATIENCE_SECONDS)
        self._then(connection, stopped)


def stored(url: str, shop: str = ALICE) -> Shop:
    database = Database(url)
    found = SqlShops(database, [Sealer(SECRET)]).get(shop)
    database.close()
    assert found is not None
    return found


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


class TestTogether:
    """Over two workers, each with threads, on each database."""

    @pytest.fixture
    def gate(self) -> Gate:
        return Gate(gives(2))

    @pytest.fixture
    def server(self, gate: Gate) -> Iterator[Upstream]:
        with Upstream(gate) as server:
            yield server

    @pytest.fixture
    def workers(self, store_url: str, server: Upstream) -> Iterator[list[Worker]]:
        workers = [Worker(store_url, server.origin) for _ in range(2)]
        workers[0].install()
        yield workers
        for one in workers:
            one.close()

    def test_one_asks_and_the_others_go_on_with_the_token_that_works(
        self, workers: list[Worker], server: Upstream, gate: Gate
    ) -> None:
        for one in workers:
            one.token()
            one.time.passed = HOUR - MARGIN_SECONDS
        with ThreadPoolExecutor(1) as pool:
            renewed = pool.submit(workers[0].token)
            assert gate.reached.wait(PATIENCE_SECONDS)
            assert [one.token() for one in workers] == ["access 1", "access 1"]
            gate.opened.set()
            assert renewed.result(PATIENCE_SECONDS) == "access_2"

        workers[1].time.passed += BUSY_SECONDS
        assert [one.token() for one in workers] == ["access_2", "access_2"]
        assert asked_with(server) == ["refresh 1"]

    def test_one_asks_and_the_others_wait_where_none_works(
        self, workers: list[Worker], server: Upstream, gate: Gate
    ) -> None:
        for one in workers:
            one.token()
            one.time.passed = HOUR
        with ThreadPoolExecutor(6) as pool:
            first = pool.submit(workers[0].token)
            assert gate.reached.wait(PATIENCE_SECONDS)
            others = [pool.submit(one.token) for one in workers * 2]
            gate.opened.set()
            assert {run.result(PATIENCE_SECONDS) for run in (first, *others)} == {"access_2"}

        assert asked_with(server) == ["refresh 1"]

    def test_waiting_ends_with_the_time_budget(
        self, workers: list[Worker], server: Upstream, gate: Gate
    ) -> None:
        for one in workers:
            one.time.passed = HOUR
        with ThreadPoolExecutor(1) as pool:
            first = pool.submit(workers[0].token)
            assert gate.reached.wait(PATIENCE_SECONDS)
            for one in workers:
                with pytest.raises(UpstreamTimeout):
                    one.token(seconds=0.05)
            gate.opened.set()
            first.result(PATIENCE_SECONDS)


@pytest.mark.parametrize(
    ("moment", "asked"),
    [
        ("before Shopify was asked", 1),
        ("before the pair was stored", 2),
        ("after the pair was stored", 1),
    ],
)
def test_a_worker_that_is_killed_loses_no_shop(
    moment: str, asked: int, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The refresh token that is stored is good until the new one is used, and the next worker asks with it
    as soon as the lease of the dead has ended."""
    monkeypatch.setattr(offline_tokens, "_POLLS", 1)
    with worker(store_url, gives(2), gives(3)) as (alice, server):
        alice.install()
        killed = subprocess.run(
            [sys.executable, "-m", "tests.shopify.dying_worker", store_url, server.origin, moment],
            cwd=ROOT,
            check=False,
            timeout=60,
        )
        assert killed.returncode == -signal.SIGKILL
        alice.time.passed = HOUR
        token, patience = None, time.monotonic() + PATIENCE_SECONDS
        while token is None and time.monotonic() < patience:
            try:
                token = alice.token()
            except UpstreamTimeout:
                continue

    assert token == ("access_3" if asked == 2 else "access_2")
    assert asked_with(server) == ["refresh 1"] * asked
    assert stored(store_url).tokens is not None


class LossyShops(SqlShops):
    """A store that does not take the next so many pairs, or is away altogether."""

    losses = 0
    away = False

    def get(self, domain: str) -> Shop | None:
        if self.away:
            raise StoreUnavailable("away")
        return super().get(domain)

    def lease_refresh(self, domain: str, *, version: int, holder: str, seconds: float) -> Shop | None:
        if self.away:
            raise StoreUnavailable("away")
        return super().lease_refresh(domain, version=version, holder=holder, seconds=seconds)

    def store_refreshed(self, domain: str, tokens: TokenPair, *, version: int, holder: str) -> bool:
        if self.losses > 0:
            self.losses -= 1
            raise StoreUnavailable("sqlite_busy")
        return super().store_refreshed(domain, tokens, version=version, holder=holder)


class TestStoreAway:
    @pytest.fixture
    def server(self) -> Iterator[Upstream]:
        with Upstream(gives(2), gives(3)) as server:
            yield server

    @pytest.fixture
    def alice(self, sqlite_url: str, server: Upstream) -> Iterator[Worker]:
        alice = Worker(sqlite_url, server.origin, shops=LossyShops)
        alice.install()
        yield alice
        alice.close()

    @pytest.fixture
    def shops(self, alice: Worker) -> LossyShops:
        assert isinstance(alice.shops, LossyShops)
        return alice.shops

    def test_a_pair_is_offered_to_it_more_than_once(self, alice: Worker, shops: LossyShops) -> None:
        shops.losses = 2
        alice.time.passed = HOUR
        assert alice.token() == "access_2"

    def test_a_pair_that_it_does_not_take_is_not_used(
        self, alice: Worker, shops: LossyShops, sqlite_url: str
    ) -> None:
        """Used, it would make the refresh token void that is stored."""
        shops.losses = 3
        alice.time.passed = HOUR - MARGIN_SECONDS
        assert alice.token() == "access 1"
        alice.time.passed = HOUR
        assert stored(sqlite_url).tokens == FIRST

    def test_with_nothing_that_works_it_is_said_that_the_store_is_away(
        self, alice: Worker, shops: LossyShops
    ) -> None:
        alice.token()
        shops.away = True
        alice.time.passed = HOUR
        with pytest.raises(StoreUnavailable):
            alice.token()

    def test_a_token_that_works_goes_on_without_it(
        self, alice: Worker, shops: LossyShops, server: Upstream
    ) -> None:
        alice.token()
        shops.away = True
        alice.time.passed = HOUR - 1
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
