"""Installs, refreshes and uninstalls of one shop at the same time, from several processes of several threads,
on each database: never a half state, and nothing that was said to be done is lost."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import pytest

from tests.fakes import NOON
from tests.store import rush
from tests.store.shops import ALICE, BOB, SECRET
from tracker.shop import TokenPair
from tracker.store.database import Database
from tracker.store.sealing import Sealer
from tracker.store.shops import SqlShops

PROCESSES, ROUNDS, RUSHES = 2, 25, 20
"""Rushes end with the first after which each of the three has come through; a refresh seldom does."""


def test_never_a_half_state_and_nothing_lost(store_url: str) -> None:
    """The version tells: everything that was said to be done has raised it, once."""
    done: Counter[str] = Counter()
    with ProcessPoolExecutor(PROCESSES, mp_context=multiprocessing.get_context("spawn")) as pool:
        for again in range(RUSHES):
            seeds = range(again * PROCESSES, (again + 1) * PROCESSES)
            runs = [pool.submit(rush.rush, store_url, seed, ROUNDS) for seed in seeds]
            done = sum((run.result() for run in runs), done)
            if min(done["installed"], done["refreshed"], done["uninstalled"]) > 0:
                break

    database = Database(store_url)
    shop = SqlShops(database, [Sealer(SECRET)]).get(ALICE)
    database.close()
    assert shop is not None
    assert rush.whole(shop)
    assert done["half"] == 0
    assert min(done["installed"], done["refreshed"], done["uninstalled"]) > 0
    assert shop.version == done["installed"] + done["refreshed"] + done["uninstalled"]


@pytest.mark.parametrize("threads", [8])
def test_of_many_that_want_to_refresh_one_may(store_url: str, threads: int) -> None:
    database = Database(store_url, threads=threads)
    shops = SqlShops(database, [Sealer(SECRET)])
    for domain in (ALICE, BOB):
        shops.install(domain, tokens=TokenPair("a", NOON, "r", NOON), scopes=frozenset(), at=NOON)

    with ThreadPoolExecutor(threads) as pool:
        told = list(
            pool.map(
                lambda n: shops.lease_refresh(ALICE, version=1, holder=str(n), seconds=60), range(threads)
            )
        )

    assert len([shop for shop in told if shop is not None]) == 1
    assert shops.lease_refresh(BOB, version=1, holder="b", seconds=60) is not None
    database.close()
