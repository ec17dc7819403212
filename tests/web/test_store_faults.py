"""A database that can be read and not written: locked by somebody, read-only, or full. Shoppers do not
notice, and whatever had to be written is refused, to be sent or tried again, and then is done."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from sqlalchemy import event, make_url
from sqlalchemy.pool import Pool

from tests.web.shops import World, world
from tests.web.storefront import ADA, ALICE, BOB, CHARLIE
from tests.webhook_bodies import Sender
from tracker.shop import Standing
from tracker.store import database as database_module

Fault = Callable[[str], AbstractContextManager[object]]
HOUR = timedelta(hours=1)


@contextmanager
def sqlite_locked(url: str) -> Iterator[None]:
    other = sqlite3.connect(make_url(url).database or "", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.close()


@contextmanager
def _elsewhere(url: str) -> Iterator[psycopg.Connection]:
    """Another session in the same Postgres."""
    address = make_url(url)
    with psycopg.connect(
        host=str(address.query["host"]), user="tracker", dbname=address.database, autocommit=True
    ) as connection:
        yield connection


@contextmanager
def _forbidden(url: str, code: str) -> Iterator[None]:
    """No row is written any more; SQLSTATEs as https://www.postgresql.org/docs/current/errcodes-appendix.html"""
    with _elsewhere(url) as connection:
        connection.execute(
            f"""CREATE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'fault' USING ERRCODE = '{code}'; END $$;
            CREATE TRIGGER fault BEFORE INSERT OR UPDATE ON shops EXECUTE FUNCTION fault();
            CREATE TRIGGER fault BEFORE INSERT OR UPDATE ON jobs EXECUTE FUNCTION fault()""".encode()
        )
        try:
            yield
        finally:
            connection.execute("DROP FUNCTION fault CASCADE")


@contextmanager
def postgres_locked(url: str) -> Iterator[None]:
    with _elsewhere(url) as connection, connection.transaction():
        connection.execute("LOCK TABLE shops, jobs IN EXCLUSIVE MODE")
        yield


@contextmanager
def sqlite_read_only(_url: str) -> Iterator[None]:
    def tell(word: str) -> Callable[..., None]:
        return lambda connection, *_: connection.execute(f"PRAGMA query_only = {word}")

    forbid, allow = tell("ON"), tell("OFF")
    event.listen(Pool, "checkout", forbid)
    event.listen(Pool, "checkin", allow)
    try:
        yield
    finally:
        event.remove(Pool, "checkout", forbid)
        event.remove(Pool, "checkin", allow)


FAULTS: dict[str, tuple[str, Fault]] = {
    "locked SQLite": ("sqlite", sqlite_locked),
    "read-only SQLite": ("sqlite", sqlite_read_only),
    "locked Postgres": ("postgres", postgres_locked),
    "read-only Postgres": ("postgres", lambda url: _forbidden(url, "25006")),
    "full Postgres": ("postgres", lambda url: _forbidden(url, "53100")),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_has_to_be_written_is_refused_and_then_done(
    name: str, request: pytest.FixtureRequest, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "PATIENCE_SECONDS", 0.3)
    kind, fault = FAULTS[name]
    url: str = request.getfixturevalue(f"{kind}_url")
    with world(url, redis_url) as shops:
        for shop in (ALICE, BOB, CHARLIE):
            shops.install(shop)
        assert shops.edges.store is not None
        sender, client = Sender(shops.app), shops.app.test_client(use_cookies=False)

        def save() -> int:
            chosen: dict[str, object] = {
                "stalled_days": 9,
                "contact_url": None,
                "lookup_limit": None,
                "hidden": [],
            }
            headers = {"Authorization": f"Bearer {shops.platform.id_token(ALICE)}"}
            return client.post("/admin/settings", headers=headers, json=chosen).status_code

        with fault(url):
            seen = shops.storefront(BOB).look_up().status_code
            changed = sender.send("orders/updated").status_code
            saved = save()
            answers = [
                sender.send(topic, event_id=topic) for topic in ("app/uninstalled", "customers/redact")
            ]
            opened = client.get(
                "/admin", query_string={"shop": ALICE, "id_token": shops.platform.id_token(ALICE)}
            ).status_code
            ready = client.get("/readyz").status_code

        assert (200, 200, 503, 200, 200) == (seen, changed, saved, opened, ready)
        assert ["try_again"] * 2 == [(answer.json or {})["code"] for answer in answers]
        assert Standing.INSTALLED is standing(shops)

        assert 200 == save()
        assert 200 == sender.send("customers/redact", event_id="customers/redact").status_code
        assert 200 == sender.send("app/uninstalled", event_id="app/uninstalled").status_code
        assert Standing.UNINSTALLED is standing(shops)
        assert 200 == shops.storefront(BOB).look_up(ADA | {"order": "1002"}).status_code


@pytest.mark.parametrize("off", [-HOUR, HOUR], ids=["behind", "ahead"])
def test_a_clock_that_is_off_by_an_hour_lets_nobody_in(
    off: timedelta, sqlite_url: str, redis_url: str
) -> None:
    """Webhooks count whenever they were triggered. An uninstall that seems to be of before the installation
    is passed over, and the shop is not served all the same, since Shopify takes its tokens no more."""
    with world(sqlite_url, redis_url) as shops:
        shops.install(ALICE)
        shops.install(BOB)
        told = datetime.now(UTC) + off
        sender = Sender(shops.app)
        shops.storefront(ALICE).look_up()
        shops.platform.switch(ALICE, webhooks=False)
        shops.platform.uninstall(ALICE)

        assert 200 == sender.send("orders/updated", triggered_at=told).status_code
        assert 200 == sender.send("app/uninstalled", triggered_at=told).status_code

        believed = Standing.INSTALLED if off < timedelta() else Standing.UNINSTALLED
        assert believed is standing(shops)
        refused = shops.storefront(ALICE).look_up(ADA | {"order": "1002"})
        assert (503, "not_set_up") == (refused.status_code, (refused.json or {})["code"])
        assert 200 == shops.storefront(BOB).look_up().status_code


def standing(shops: World) -> Standing:
    assert shops.edges.store is not None
    found = shops.edges.store.shops.get(ALICE)
    assert found is not None
    return found.standing
