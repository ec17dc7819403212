"""A database that is there and says nothing, as one does whose machine swaps or whose disk hangs: a stopped
Postgres. Nobody waits for it without an end, and once it goes on, so does the service."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from sqlalchemy import delete, select

import tracker.store.known_shops
from tests.fakes import NOON
from tests.postgres import Postgres
from tests.web.shops import PATIENCE, eventually, world
from tests.web.storefront import ADA, ALICE, BOB, CHARLIE, SECRET
from tests.webhook_bodies import Sender
from tracker.errors import StoreUnavailable
from tracker.shop import Standing, TokenPair
from tracker.store import database as database_module
from tracker.store.database import Database
from tracker.store.schema import SchemaState, schema_state
from tracker.store.sealing import Sealer
from tracker.store.shops import SqlShops
from tracker.store.tables import SHOPS

T = TypeVar("T")


@pytest.fixture
def silent(pausable_postgres: tuple[Postgres, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Postgres]:
    """A server to pause, and a service that is not patient with it."""
    monkeypatch.setattr(database_module, "PATIENCE_SECONDS", 0.4)
    monkeypatch.setattr(tracker.store.known_shops, "RETRY_SECONDS", 0.0)
    yield pausable_postgres[0]
    pausable_postgres[0].resume()


def ends(work: Callable[[], T]) -> T:
    """What it gives, and that it ends at all."""
    pool = ThreadPoolExecutor(1)
    try:
        return pool.submit(work).result(PATIENCE)
    finally:
        pool.shutdown(wait=False)


def standing(shops: SqlShops, shop: str) -> Standing | None:
    found = shops.get(shop)
    return None if found is None else found.standing


def test_nobody_waits_for_ever_and_nothing_has_to_be_restarted(
    silent: Postgres, pausable_postgres: tuple[Postgres, str], redis_url: str
) -> None:
    """Who is known is served, who is not is refused kindly, and Shopify is asked to tell it again."""
    with world(pausable_postgres[1], redis_url) as shops:
        assert shops.edges.store is not None
        for shop in (ALICE, BOB, CHARLIE):
            shops.install(shop)
        for shop in (ALICE, CHARLIE):
            assert 200 == shops.storefront(shop).look_up().status_code
        sender, client = Sender(shops.app, shop=BOB), shops.app.test_client()
        silent.pause()

        kept = ends(shops.storefront(ALICE).look_up)
        cold = ends(lambda: shops.storefront(CHARLIE).look_up(ADA | {"order": "1002"}))
        unknown = ends(shops.storefront(BOB).look_up)
        left = ends(lambda: sender.send("app/uninstalled", {"myshopify_domain": BOB}, event_id="left"))
        ready = ends(lambda: client.get("/readyz"))

        assert [200, 200] == [kept.status_code, cold.status_code]
        assert (503, "upstream_unavailable") == (unknown.status_code, (unknown.json or {})["code"])
        assert 1 <= int(unknown.headers["Retry-After"]) <= 10
        assert (503, "try_again") == (left.status_code, (left.json or {})["code"])
        assert (503, "unavailable") == (ready.status_code, (ready.json or {})["store"])

        silent.resume()
        eventually(lambda: 200 == client.get("/readyz").status_code)

        assert 200 == shops.storefront(BOB).look_up().status_code
        again = sender.send("app/uninstalled", {"myshopify_domain": BOB}, event_id="left")
        assert 200 == again.status_code
        assert Standing.UNINSTALLED == standing(shops.edges.store.shops, BOB)


def test_a_transaction_that_was_cut_off_is_not_done(
    silent: Postgres, pausable_postgres: tuple[Postgres, str]
) -> None:
    """Its connection is given up: what the server says on it later belongs to nobody."""
    database = Database(pausable_postgres[1])
    shops = SqlShops(database, [Sealer(SECRET)])
    shops.install(ALICE, tokens=TokenPair("access"), scopes=frozenset(), at=NOON)

    def cut_off() -> None:
        with database.writing() as connection:
            connection.execute(delete(SHOPS))
            silent.pause()
            connection.execute(select(SHOPS.c.id))

    with pytest.raises(StoreUnavailable) as caught:
        ends(cut_off)
    with pytest.raises(StoreUnavailable):
        ends(lambda: shops.get(ALICE))
    silent.resume()
    eventually(lambda: answers(database))

    assert "no_answer" == caught.value.cause
    assert Standing.INSTALLED == standing(shops, ALICE)
    database.close()


def answers(database: Database) -> bool:
    try:
        return schema_state(database) is SchemaState.CURRENT
    except StoreUnavailable:
        return False
