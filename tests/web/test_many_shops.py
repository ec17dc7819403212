"""Shops of the store: each is served with its own token, none with another's, and the store costs a look-up
next to nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, make_url, text

from tests.pretend_shopify import TOKEN, PretendShopify
from tests.web.conftest import MakeApp
from tests.web.storefront import ADA, ALICE, BOB, CHARLIE, Storefront
from tracker.ports.shops import Shops
from tracker.ports.tokens import AccessToken
from tracker.shop import TokenPair
from tracker.shop_store import Store

MakeMany = Callable[..., Flask]


@dataclass
class Many:
    """A service of many shops."""

    app: Flask

    @property
    def store(self) -> Store:
        store: Store = self.app.extensions["tracker_edges"].store
        return store

    @property
    def shops(self) -> Shops:
        return self.store.shops

    def install(self, shop: str, token: str = TOKEN) -> None:
        now = datetime.now(UTC)
        pair = TokenPair(token, now + timedelta(hours=1), "shprt_refresh", now + timedelta(days=90))
        self.shops.install(shop, tokens=pair, scopes=frozenset({"read_orders"}), at=now)

    def look_up(self, shop: str, **changes: str) -> tuple[int, Any]:
        response = Storefront(self.app, shop=shop).look_up(ADA | changes)
        return response.status_code, (response.json or {}).get("code")


@pytest.fixture
def many(make_app: MakeApp, store_url: str) -> Many:
    """Without a shop of the operator's own."""
    return Many(make_app(shop=None, admin_token=None, database_url=store_url))


@pytest.fixture
def statements(many: Many) -> Iterator[list[str]]:
    """Every statement that the service sends to its database meanwhile."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(many.store.database.engine, "before_cursor_execute", note)
    yield sent
    event.remove(many.store.database.engine, "before_cursor_execute", note)


def test_an_installed_shop_is_served(many: Many) -> None:
    many.install(ALICE)

    assert many.look_up(ALICE) == (200, None)


def test_each_shop_is_served_with_its_own_token(
    many: Many, shopify: PretendShopify, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bob's is no good, and Alice's is no help to him. Charlie has none."""
    many.install(ALICE)
    many.install(BOB, "shpat_of_bob_and_no_good")
    monkeypatch.setattr(many.store.tokens, "rejected", lambda shop, token: None)

    assert many.look_up(ALICE) == (200, None)
    assert many.look_up(BOB) == (503, "not_set_up")
    asked = shopify.calls()
    assert many.look_up(CHARLIE) == (503, "not_set_up")
    assert shopify.calls() == asked


@pytest.mark.parametrize("how", ["never installed", "needs reopening", "uninstalled", "erased"])
def test_a_shop_whose_merchant_must_act_is_not_set_up(how: str, many: Many, shopify: PretendShopify) -> None:
    if how != "never installed":
        many.install(ALICE)
    match how:
        case "needs reopening":
            many.shops.needs_reopening(ALICE, version=1)
        case "uninstalled":
            many.shops.uninstall(ALICE, triggered_at=datetime.now(UTC))
        case "erased":
            many.shops.erase(ALICE)

    assert many.look_up(ALICE) == (503, "not_set_up")
    assert shopify.calls() == 0


def test_a_shop_that_leaves_is_not_served_by_what_is_remembered(many: Many, shopify: PretendShopify) -> None:
    """Shopify refuses its token from then on, and then the store is asked."""
    many.install(ALICE)
    many.look_up(ALICE)
    many.shops.uninstall(ALICE, triggered_at=datetime.now(UTC))
    shopify.switch(token_valid=False)

    assert many.look_up(ALICE, order="1002") == (503, "not_set_up")


def test_a_warm_look_up_asks_the_store_nothing_and_a_cold_one_one_thing(
    many: Many, statements: list[str]
) -> None:
    many.install(ALICE)
    statements.clear()
    assert many.look_up(ALICE)[0] == 200
    assert len(statements) == 1 + ("BEGIN" in statements[0])
    assert sum("FROM shops" in statement for statement in statements) == 1

    statements.clear()
    assert many.look_up(ALICE) == (200, None)
    assert many.look_up(ALICE, order="1002")[0] in {200, 404}
    assert statements == []


def test_beside_a_shop_of_the_operators_own_others_are_served_too(
    make_app: MakeApp, store_url: str, shopify: PretendShopify
) -> None:
    both = Many(make_app(shop=ALICE, admin_token=TOKEN, database_url=store_url))
    both.install(BOB)

    assert both.look_up(ALICE) == (200, None)
    assert both.look_up(BOB) == (200, None)
    assert both.look_up(CHARLIE) == (503, "not_set_up")
    own = both.app.extensions["tracker_edges"].tokens
    own.rejected(ALICE, AccessToken(TOKEN))
    assert both.look_up(ALICE, order="1002")[0] in {200, 404}


def test_the_service_is_ready_once_its_tables_are(many: Many) -> None:
    answer = many.app.test_client().get("/readyz")

    assert (answer.status_code, answer.json) == (200, {"status": "ready", "redis": "up", "store": "ready"})


@pytest.mark.parametrize("own_shop", [True, False])
def test_without_its_store_it_is_not_ready_and_says_when_to_come_back(
    make_app: MakeApp, tmp_path: Path, *, own_shop: bool
) -> None:
    """A shop of the operator's own is served all the same."""
    nowhere = f"sqlite:///{tmp_path / 'nowhere.sqlite3'}"
    own: dict[str, Any] = {} if own_shop else {"shop": None, "admin_token": None}
    lost = Many(make_app(**own, database_url=nowhere))
    ready = lost.app.test_client().get("/readyz")
    response = Storefront(lost.app, shop=BOB).look_up()

    assert (ready.status_code, (ready.json or {})["store"]) == (503, "unavailable")
    assert (response.status_code, (response.json or {})["code"]) == (503, "upstream_unavailable")
    assert 1 <= int(response.headers["Retry-After"]) <= 10
    assert lost.look_up(ALICE) == ((200, None) if own_shop else (503, "upstream_unavailable"))


def test_what_shoppers_saw_is_there_without_the_store(many: Many) -> None:
    many.install(ALICE)
    many.look_up(ALICE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(many.store.shops, "get", _fail)
        assert many.look_up(ALICE) == (200, None)


def _fail(_domain: str) -> None:
    pytest.fail("The store was asked.")


def test_while_the_next_version_comes_in_this_one_goes_on(many: Many) -> None:
    """Its tables are brought up to date first, and a step takes nothing from the version before."""
    client = many.app.test_client()
    assert client.get("/readyz").status_code == 200
    with many.store.database.writing() as connection:
        (before,) = connection.exec_driver_sql("SELECT version_num FROM alembic_version").one()
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'of tomorrow'")
    answer = client.get("/readyz")
    with many.store.database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :before"), {"before": before})

    assert (answer.status_code, (answer.json or {})["store"]) == (200, "upgraded")


@pytest.mark.parametrize(
    ("state", "change"),
    [
        ("schema_missing", "DROP TABLE alembic_version"),
        ("schema_newer", "UPDATE alembic_version SET version_num = 'of tomorrow'"),
    ],
)
def test_tables_of_another_version_are_said_to_be(
    state: str, change: str, make_app: MakeApp, sqlite_url: str
) -> None:
    many = Many(make_app(shop=None, admin_token=None, database_url=sqlite_url))
    with many.store.database.writing() as connection:
        connection.exec_driver_sql(change)

    answer = many.app.test_client().get("/readyz")

    assert (answer.status_code, (answer.json or {})["store"]) == (503, state)
    assert str(make_url(sqlite_url).database) not in answer.text
