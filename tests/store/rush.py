"""One of several processes that do everything at once to one shop."""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from tests.store.shops import ALICE, SECRET
from tracker.shop import Shop, Standing, TokenPair
from tracker.store.database import Database
from tracker.store.sealing import Sealer
from tracker.store.shops import SqlShops

THREADS = 3
SCOPES = frozenset({"read_orders"})


def whole(shop: Shop) -> bool:
    """Are standing, tokens and scopes those of one and the same event?"""
    if shop.standing is Standing.UNINSTALLED:
        return shop.tokens is None and not shop.scopes
    return (
        shop.tokens is not None
        and shop.tokens.access == f"access {shop.tokens.refresh}"
        and shop.tokens.access_expires_at is not None
        and shop.scopes == SCOPES
    )


def rush(url: str, seed: int, rounds: int) -> Counter[str]:
    """What was done how often, by several threads; `half` counts looks that found a half state."""
    database = Database(url, threads=THREADS)
    shops = SqlShops(database, [Sealer(SECRET)])

    def one(number: int) -> Counter[str]:
        done: Counter[str] = Counter()
        chance = random.Random(f"{seed}/{number}")  # noqa: S311 - which of several things to do next
        for turn in range(rounds):
            name = f"{seed}/{number}/{turn}"
            did = chance.choice([_install, _refresh, _refresh, _uninstall])(shops, name)
            done[did] += 1
            seen = shops.get(ALICE)
            done["half"] += seen is not None and not whole(seen)
        return done

    with ThreadPoolExecutor(THREADS) as pool:
        together = sum(pool.map(one, range(THREADS)), Counter())
    database.close()
    return together


def _pair(name: str) -> TokenPair:
    end = datetime.now(UTC) + timedelta(hours=1)
    return TokenPair(f"access {name}", end, name, end)


def _install(shops: SqlShops, name: str) -> str:
    shops.install(ALICE, tokens=_pair(name), scopes=SCOPES, at=datetime.now(UTC))
    return "installed"


def _refresh(shops: SqlShops, name: str) -> str:
    known = shops.get(ALICE)
    if known is None or shops.lease_refresh(ALICE, version=known.version, holder=name, seconds=60) is None:
        return "nothing"
    stored = shops.store_refreshed(ALICE, _pair(name), version=known.version, holder=name)
    return "refreshed" if stored else "too late"


def _uninstall(shops: SqlShops, _name: str) -> str:
    return "uninstalled" if shops.uninstall(ALICE, triggered_at=datetime.now(UTC)) else "ignored"
