"""A shop in the store, and its tokens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from tests.fakes import NOON
from tests.store.shops import ALICE
from tracker.shop import Shop, TokenPair
from tracker.store.database import Database
from tracker.store.shops import SqlShops
from tracker.store.tables import SHOPS

SCOPES = frozenset({"read_orders", "read_fulfillments"})
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FAR = NOON + timedelta(days=36_500)


def pair(name: str = "one", *, days: float = 90) -> TokenPair:
    return TokenPair(f"shpat_{name}", NOON + HOUR, f"shprt_{name}", NOON + timedelta(days=days))


def future_pair(name: str, days: float) -> TokenPair:
    """Ends by the database's own clock, not the tests'."""
    now = datetime.now(UTC)
    return TokenPair(f"shpat_{name}", now + HOUR, f"shprt_{name}", now + timedelta(days=days))


def install(shops: SqlShops, domain: str = ALICE, **changes: Any) -> Shop:
    given: dict[str, Any] = {"tokens": pair(), "scopes": SCOPES, "at": NOON, **changes}
    return shops.install(domain, **given)


def row(database: Database, domain: str = ALICE) -> Any:
    with database.reading() as connection:
        return connection.execute(select(SHOPS).where(SHOPS.c.domain == domain)).one()
