"""What a merchant grants counts where it is surely about this shop, and the newest of it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.fakes import NOON
from tests.webhook_fakes import FakeJobs, FakeShops, shop_of
from tracker.verbs.change_scopes import SYNCHRONISE, change_scopes

ALICE, BOB = "alice.myshopify.com", "bob.myshopify.com"
SCOPES = frozenset({"read_orders", "read_returns"})


@pytest.fixture
def shops() -> FakeShops:
    return FakeShops({ALICE: shop_of(ALICE, shop_id=7), BOB: shop_of(BOB, shop_id=None)})


@pytest.fixture
def jobs() -> FakeJobs:
    return FakeJobs()


def change(
    shops: FakeShops,
    jobs: FakeJobs,
    *,
    shop: str = ALICE,
    shop_id: int = 7,
    at: datetime = NOON,
    scopes: frozenset[str] = SCOPES,
    noting: str | None = "note",
) -> str:
    return change_scopes(
        shop, scopes, shop_id=shop_id, triggered_at=at, shops=shops, known=shops, jobs=jobs, noting=noting
    )


def test_new_scopes_are_noted_and_its_subscriptions_looked_after(shops: FakeShops, jobs: FakeJobs) -> None:
    assert "changed" == change(shops, jobs)
    assert SCOPES == shops.scopes[ALICE]
    assert [ALICE] == shops.forgotten
    assert [(SYNCHRONISE, ALICE)] == jobs.handed_on


@pytest.mark.parametrize(
    ("noting", "expected"),
    [("note", [(SYNCHRONISE, ALICE), ("note", ALICE)]), (None, [(SYNCHRONISE, ALICE)])],
)
def test_the_block_is_told_that_there_is_a_list_of_orders_now(
    noting: str | None, expected: list[tuple[str, str]], shops: FakeShops, jobs: FakeJobs
) -> None:
    """Where anything is noted in shops at all."""
    change(shops, jobs, scopes=SCOPES | {"read_customers"}, noting=noting)

    assert expected == jobs.handed_on


def test_older_news_are_ignored(shops: FakeShops, jobs: FakeJobs) -> None:
    change(shops, jobs)

    assert "ignored" == change(shops, jobs, at=NOON - timedelta(seconds=1))
    assert NOON == shops.scopes_at[ALICE]


@pytest.mark.parametrize(("shop", "shop_id"), [(ALICE, 8), (BOB, 7)], ids=["another shop's id", "unknown id"])
def test_what_may_be_another_shops_is_asked_of_the_shop(
    shops: FakeShops, jobs: FakeJobs, shop: str, shop_id: int
) -> None:
    """Somebody else's body under this shop's header is signed as well."""
    assert "asked" == change(shops, jobs, shop=shop, shop_id=shop_id)
    assert {} == shops.scopes
    assert [(SYNCHRONISE, shop)] == jobs.handed_on


def test_a_shop_that_is_not_known_is_ignored(shops: FakeShops, jobs: FakeJobs) -> None:
    assert "ignored" == change(shops, jobs, shop="charlie.myshopify.com")
    assert [] == jobs.handed_on
