"""A shop that is to be forgotten is, unless it came back meanwhile."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.fakes import NOON
from tests.webhook_fakes import FakeInstallations, FakePurge, FakeShops, shop_of
from tracker.errors import (
    AccessTokenRejected,
    CacheUnavailable,
    ShopUnavailable,
    UpstreamError,
    UpstreamTimeout,
)
from tracker.verbs.erase_shop import REMOVED_BEFORE, erase_shop

ALICE, BOB = "alice.myshopify.com", "bob.myshopify.com"
HOUR = timedelta(hours=1)
REMOVED = NOON + HOUR
DEMANDED = REMOVED + REMOVED_BEFORE


def installed(at: datetime = NOON) -> FakeShops:
    return FakeShops({ALICE: shop_of(ALICE, installed_at=at), BOB: shop_of(BOB)})


def erase(
    shops: FakeShops, purge: FakePurge | None = None, installations: FakeInstallations | None = None
) -> str:
    return erase_shop(
        ALICE,
        triggered_at=DEMANDED,
        shops=shops,
        known=shops,
        purges=[purge or FakePurge()],
        installations=installations or FakeInstallations(),
    )


def test_everything_goes_and_of_others_nothing() -> None:
    shops, purge = installed(), FakePurge()

    assert "erased" == erase(shops, purge)
    assert [ALICE] == purge.shops
    assert {BOB} == shops.shops.keys()
    assert [ALICE] == shops.forgotten


def test_done_twice_it_does_no_harm() -> None:
    shops = installed()

    assert ["erased", "erased"] == [erase(shops), erase(shops)]


def test_a_shop_that_came_back_stays_but_what_was_kept_of_it_goes() -> None:
    shops, purge, installations = installed(at=REMOVED + HOUR), FakePurge(), FakeInstallations()

    assert "purged" == erase(shops, purge, installations)
    assert {ALICE, BOB} == shops.shops.keys()
    assert [ALICE] == purge.shops
    assert [("read", ALICE)] == installations.asked


@pytest.mark.parametrize("error", [AccessTokenRejected(), ShopUnavailable()])
def test_a_shop_that_seems_to_have_come_back_but_has_not_goes(error: UpstreamError) -> None:
    """Our clock was ahead of Shopify's, so that the removal looked older than the installation."""
    shops = installed(at=REMOVED + HOUR)

    assert "erased" == erase(shops, installations=FakeInstallations(error=error))
    assert {BOB} == shops.shops.keys()


def test_where_that_cannot_be_known_it_is_tried_again() -> None:
    shops = installed(at=REMOVED + HOUR)

    with pytest.raises(UpstreamTimeout):
        erase(shops, installations=FakeInstallations(error=UpstreamTimeout()))
    assert {ALICE, BOB} == shops.shops.keys()


def test_the_store_comes_last_so_that_who_is_interrupted_starts_again() -> None:
    shops = installed()

    with pytest.raises(CacheUnavailable):
        erase(shops, FakePurge(error=CacheUnavailable()))
    assert {ALICE, BOB} == shops.shops.keys()


def test_a_shop_that_nobody_knows_is_looked_for_all_the_same() -> None:
    purge = FakePurge()

    assert "erased" == erase(FakeShops(), purge)
    assert [ALICE] == purge.shops
