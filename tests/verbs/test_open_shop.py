"""A merchant opens the app: tokens are exchanged where that is due, and not for every visit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from tests.fakes import NOON
from tests.webhook_fakes import FakeJobs
from tracker.deadline import Deadline
from tracker.errors import IdTokenRejected, UpstreamError
from tracker.ports.tokens import Granted
from tracker.shop import Shop, Standing, TokenPair
from tracker.store.database import Database
from tracker.store.known_shops import CachedShops
from tracker.store.sealing import Sealer
from tracker.store.shops import SqlShops
from tracker.verbs.open_shop import FRESH, is_due, open_shop

ALICE, BOB = "alice.myshopify.com", "bob.myshopify.com"
SCOPES = frozenset({"read_orders"})
PAIR = TokenPair("access", NOON + timedelta(hours=1), "refresh", NOON + timedelta(days=90))
WELL = Shop(
    ALICE, 1, Standing.INSTALLED, SCOPES, NOON, PAIR, 1, confirmed_at=NOON, scopes_at=NOON - timedelta(1)
)


@dataclass
class FakeExchange:
    """ports.TokenExchange: PAIR for everybody; `error` is raised where it is set."""

    asked: list[tuple[str, str]] = field(default_factory=list)
    error: UpstreamError | None = None

    def exchange(self, shop: str, id_token: str, *, deadline: Deadline) -> Granted:
        """Noted, and given."""
        self.asked.append((shop, id_token))
        if self.error is not None:
            raise self.error
        return Granted(PAIR, SCOPES)


@pytest.fixture
def shops(sqlite_url: str) -> Iterator[SqlShops]:
    database = Database(sqlite_url)
    yield SqlShops(database, [Sealer("a secret that is long enough for this")])
    database.close()


@pytest.fixture
def exchange() -> FakeExchange:
    return FakeExchange()


@pytest.fixture
def jobs() -> FakeJobs:
    return FakeJobs()


def opened(
    shops: SqlShops, exchange: FakeExchange, jobs: FakeJobs, shop: str = ALICE, *, now: datetime = NOON
) -> Shop:
    return open_shop(
        shop,
        "id-token",
        shops=shops,
        known=CachedShops(shops),
        exchange=exchange,
        jobs=jobs,
        settling=("one", "other"),
        clock=lambda: now,
    )


def test_a_new_shop_is_stored_and_the_rest_handed_on(
    shops: SqlShops, exchange: FakeExchange, jobs: FakeJobs
) -> None:
    shop = opened(shops, exchange, jobs)

    assert (Standing.INSTALLED, PAIR, SCOPES) == (shop.standing, shop.tokens, shop.scopes)
    assert shop == shops.get(ALICE)
    assert [(ALICE, "id-token")] == exchange.asked
    assert [("one", ALICE), ("other", ALICE)] == jobs.handed_on
    assert shops.get(BOB) is None


def test_a_second_visit_costs_nothing(shops: SqlShops, exchange: FakeExchange, jobs: FakeJobs) -> None:
    opened(shops, exchange, jobs)
    again = opened(shops, exchange, jobs, now=NOON + timedelta(days=20))

    assert (ALICE, 1, 2) == (again.domain, len(exchange.asked), len(jobs.handed_on))


def test_the_same_merchant_in_another_shop_is_another_shop(
    shops: SqlShops, exchange: FakeExchange, jobs: FakeJobs
) -> None:
    opened(shops, exchange, jobs)
    opened(shops, exchange, jobs, BOB)

    assert [ALICE, BOB] == [shop for shop, _ in exchange.asked]


def test_where_shopify_wants_a_newer_token_nothing_is_stored(
    shops: SqlShops, exchange: FakeExchange, jobs: FakeJobs
) -> None:
    exchange.error = IdTokenRejected()

    with pytest.raises(IdTokenRejected):
        opened(shops, exchange, jobs)
    assert (None, []) == (shops.get(ALICE), jobs.handed_on)


@pytest.mark.parametrize(
    ("shop", "due"),
    [
        (WELL, False),
        (replace(WELL, standing=Standing.NEEDS_REOPENING), True),
        (replace(WELL, standing=Standing.UNINSTALLED), True),
        (replace(WELL, tokens=None), True),
        (replace(WELL, scopes_at=NOON + timedelta(seconds=1)), True),
        (replace(WELL, scopes_at=NOON), False),
        (replace(WELL, scopes_at=None), False),
        (replace(WELL, tokens=replace(PAIR, refresh_expires_at=NOON + FRESH)), False),
        (replace(WELL, tokens=replace(PAIR, refresh_expires_at=NOON + FRESH - timedelta(1))), True),
        (replace(WELL, tokens=TokenPair("that never ends")), False),
    ],
)
def test_an_exchange_is_due_where_the_merchant_alone_can_help(shop: Shop, due: bool) -> None:  # noqa: FBT001 - told by its name
    assert due == is_due(shop, now=NOON)
