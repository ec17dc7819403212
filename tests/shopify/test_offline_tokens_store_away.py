"""Tokens while the store of shops is away, or takes no pair."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.shopify.offline import FIRST, HOUR, Worker, gives, stored
from tests.shopify.upstream import Upstream
from tracker.errors import (
    StoreUnavailable,
)
from tracker.shop import Shop, TokenPair
from tracker.shopify.offline_tokens import MARGIN_SECONDS
from tracker.store.shops import SqlShops


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
