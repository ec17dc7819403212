"""Shops as they were a moment ago: cheap for a look-up, and a store that is away is not felt."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fakes import NOON, SettableMonotonic
from tests.store.shops import ALICE, BOB, SECRET
from tracker.errors import StoreUnavailable
from tracker.shop import Shop, ShopSettings, Standing, TokenPair
from tracker.store.database import Database
from tracker.store.known_shops import RETRY_SECONDS, SECONDS, UNWELL_SECONDS, CachedShops
from tracker.store.sealing import Sealer
from tracker.store.shops import SqlShops


class CountedShops(SqlShops):
    """The real store, which counts how often it is asked, and may be away."""

    asked = 0
    away = False

    def get(self, domain: str) -> Shop | None:
        self.asked += 1
        if self.away:
            raise StoreUnavailable("away")
        return super().get(domain)


@pytest.fixture
def shops(sqlite_url: str) -> Iterator[CountedShops]:
    database = Database(sqlite_url)
    shops = CountedShops(database, [Sealer(SECRET)])
    for domain in (ALICE, BOB):
        shops.install(domain, tokens=TokenPair("a", NOON, "r", NOON), scopes=frozenset(), at=NOON)
    yield shops
    database.close()


@pytest.fixture
def known(shops: CountedShops, monotonic: SettableMonotonic) -> CachedShops:
    return CachedShops(shops, most=2, monotonic=monotonic)


def days(shop: Shop | None) -> int | None:
    return None if shop is None else shop.settings.stalled_days


def test_the_store_is_asked_once_a_minute(
    known: CachedShops, shops: CountedShops, monotonic: SettableMonotonic
) -> None:
    assert days(known.get(ALICE)) == 4
    shops.save_settings(ALICE, ShopSettings(stalled_days=7))
    monotonic.advance(SECONDS - 0.1)
    assert days(known.get(ALICE)) == 4
    assert shops.asked == 1

    monotonic.advance(0.1)
    assert days(known.get(ALICE)) == 7


def test_what_was_changed_here_is_asked_for_again(known: CachedShops, shops: CountedShops) -> None:
    known.get(ALICE)
    shops.save_settings(ALICE, ShopSettings(stalled_days=7))
    known.forget(ALICE)
    known.forget("nobody.myshopify.com")

    assert days(known.get(ALICE)) == 7


def test_a_shop_that_is_installed_meanwhile_is_served_soon(
    known: CachedShops, shops: CountedShops, monotonic: SettableMonotonic
) -> None:
    new = "charlie.myshopify.com"
    assert [known.get(new), known.get(new)] == [None, None]
    shops.needs_reopening(ALICE, version=1)
    known.get(ALICE)
    assert shops.asked == 2
    for domain in (new, ALICE):
        shops.install(domain, tokens=TokenPair("a", NOON, "r", NOON), scopes=frozenset(), at=NOON)

    monotonic.advance(UNWELL_SECONDS)
    for domain in (new, ALICE):
        assert (told := known.get(domain)) is not None
        assert told.standing is Standing.INSTALLED


def test_only_so_many_are_known_and_the_newest_of_them(known: CachedShops, shops: CountedShops) -> None:
    for domain in (ALICE, BOB, "charlie.myshopify.com", BOB):
        known.get(domain)
    assert shops.asked == 3

    known.get(ALICE)
    assert shops.asked == 4


def test_while_the_store_is_away_a_shop_is_what_it_was(
    known: CachedShops, shops: CountedShops, monotonic: SettableMonotonic
) -> None:
    known.get(ALICE)
    shops.away = True
    known.forget(ALICE)
    monotonic.advance(SECONDS)

    assert days(known.get(ALICE)) == 4
    with pytest.raises(StoreUnavailable):
        known.get(BOB)


def test_a_store_that_is_away_is_not_asked_by_everybody(
    known: CachedShops, shops: CountedShops, monotonic: SettableMonotonic
) -> None:
    """Each would wait for it."""
    shops.away = True
    for _ in range(3):
        with pytest.raises(StoreUnavailable):
            known.get(ALICE)
    assert shops.asked == 1

    shops.away = False
    monotonic.advance(RETRY_SECONDS)
    assert days(known.get(ALICE)) == 4
    assert days(known.get(BOB)) == 4
