"""A shop that removed the app is no longer served, and one that came back is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.fakes import NOON
from tests.webhook_fakes import FakeJobs, FakeShops, shop_of
from tracker.errors import StoreUnavailable
from tracker.verbs.uninstall_shop import PURGE, uninstall_shop

ALICE, BOB = "alice.myshopify.com", "bob.myshopify.com"
HOUR = timedelta(hours=1)


def test_it_takes_effect_at_once_and_what_is_kept_goes_soon() -> None:
    shops, jobs = FakeShops({ALICE: shop_of(ALICE)}), FakeJobs()

    outcome = uninstall_shop(ALICE, triggered_at=NOON + HOUR, shops=shops, known=shops, jobs=jobs)

    assert "uninstalled" == outcome
    assert ([ALICE], [ALICE], [(PURGE, ALICE)]) == (shops.gone, shops.forgotten, jobs.handed_on)


@pytest.mark.parametrize(
    ("shop", "at"), [(ALICE, NOON - HOUR), (BOB, NOON + HOUR)], ids=["earlier", "unknown"]
)
def test_an_earlier_installation_and_an_unknown_shop_are_ignored(shop: str, at: object) -> None:
    shops, jobs = FakeShops({ALICE: shop_of(ALICE)}), FakeJobs()

    assert "ignored" == uninstall_shop(shop, triggered_at=at, shops=shops, known=shops, jobs=jobs)  # type: ignore[arg-type] # a time
    assert ([], []) == (shops.gone, jobs.handed_on)


def test_what_could_not_be_stored_is_not_done() -> None:
    shops = FakeShops({ALICE: shop_of(ALICE)}, error=StoreUnavailable("sqlite_busy"))

    with pytest.raises(StoreUnavailable):
        uninstall_shop(ALICE, triggered_at=NOON + HOUR, shops=shops, known=shops, jobs=FakeJobs())
