"""A database that is locked, read-only, full or gone is the same to whoever asks: StoreUnavailable, soon,
with nothing done and nothing told; and once it is back, all goes on."""

from __future__ import annotations

import shutil
import sqlite3
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import event, make_url, text

from tests.fakes import NOON
from tests.postgres import Postgres
from tests.store.shops import ALICE, SECRET
from tracker.errors import StoreUnavailable
from tracker.shop import Shop, TokenPair
from tracker.store import database as database_module
from tracker.store.database import Database
from tracker.store.sealing import Sealer
from tracker.store.shops import SqlShops

TOKEN = "shpat_nobody_may_see"
Fault = Callable[[], None]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test waits for a lock as long as a webhook would."""
    monkeypatch.setattr(database_module, "PATIENCE_SECONDS", 0.2)


def file_of(url: str) -> Path:
    return Path(make_url(url).database or "")


@contextmanager
def opened(url: str, threads: int = 5) -> Iterator[tuple[Database, SqlShops, list[str]]]:
    words: list[str] = []
    database = Database(url, threads=threads, on_failure=words.append)
    yield database, SqlShops(database, [Sealer(SECRET)]), words
    database.close()


def install(shops: SqlShops) -> Shop:
    tokens = TokenPair(TOKEN, NOON, "shprt_nor_this", NOON)
    return shops.install(ALICE, tokens=tokens, scopes=frozenset(), at=NOON)


def refused(work: Callable[[], object], *causes: str) -> None:
    """It is refused in one of these words, and with nothing of what was to be written."""
    with pytest.raises(StoreUnavailable) as caught:
        work()
    assert caught.value.cause in causes
    told = "".join(traceback.format_exception(caught.value)) + repr(caught.value.__context__)
    assert TOKEN not in told
    assert ALICE not in told


class TestSqlite:
    def test_locked(self, sqlite_url: str) -> None:
        """By another writer. Readers are not disturbed."""
        with opened(sqlite_url) as (_, shops, words):
            install(shops)
            other = sqlite3.connect(file_of(sqlite_url), isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            refused(lambda: install(shops), "sqlite_busy")
            assert (told := shops.get(ALICE)) is not None
            assert told.version == 1
            other.close()

            assert install(shops).version == 2
            assert words == ["sqlite_busy"]

    def test_read_only(self, sqlite_url: str) -> None:
        with opened(sqlite_url) as (database, shops, _):
            before = install(shops)
            database.close()

            @event.listens_for(database.engine, "connect")
            def read_only(connection: sqlite3.Connection, _entry: object) -> None:
                connection.execute("PRAGMA query_only = ON")

            refused(lambda: install(shops), "sqlite_readonly")
            assert shops.get(ALICE) == before

    def test_full(self, sqlite_url: str) -> None:
        with opened(sqlite_url) as (database, shops, _):
            before = install(shops)
            database.close()

            @event.listens_for(database.engine, "connect")
            def full(connection: sqlite3.Connection, _entry: object) -> None:
                connection.execute("PRAGMA max_page_count = 1")

            def fill() -> None:
                with database.writing() as connection:
                    connection.execute(text("UPDATE shops SET standing = 'x'"))
                    connection.execute(text("UPDATE shops SET settings = :much"), {"much": "x" * 10**6})

            refused(fill, "sqlite_full")
            assert shops.get(ALICE) == before

    def test_gone_while_it_was_open(self, sqlite_url: str) -> None:
        """SQLite itself would go on writing to the file that nobody sees any more."""
        with opened(sqlite_url) as (_, shops, _):
            install(shops)
            file_of(sqlite_url).rename(file_of(sqlite_url).with_name("elsewhere"))

            refused(lambda: install(shops), "sqlite_cantopen")
            refused(lambda: shops.get(ALICE), "sqlite_cantopen")

    def test_replaced_by_a_backup(self, sqlite_url: str, tmp_path: Path) -> None:
        """What was restored is what counts from then on."""
        backup = tmp_path / "backup"
        with opened(sqlite_url) as (_, shops, _):
            before = install(shops)
            with sqlite3.connect(file_of(sqlite_url)) as source:
                source.execute(f"VACUUM INTO '{backup}'")
            source.close()
            install(shops)
            for left in tmp_path.glob("store.sqlite3*"):
                left.unlink()
            shutil.copyfile(backup, file_of(sqlite_url))

            assert shops.get(ALICE) == before

    def test_no_database_at_all(self, sqlite_url: str) -> None:
        file_of(sqlite_url).write_bytes(b"not a database, but long enough to look at" * 100)
        with opened(sqlite_url) as (_, shops, _):
            refused(lambda: shops.get(ALICE), "sqlite_notadb")

    @pytest.mark.parametrize("name", ["a b.sqlite3", "q?mode=memory", "h#a%20sh", "ü.sqlite3"])
    def test_any_name_of_a_file_will_do(self, name: str, sqlite_url: str, tmp_path: Path) -> None:
        shutil.copyfile(file_of(sqlite_url), tmp_path / name)
        url = make_url("sqlite://").set(database=str(tmp_path / name))
        with opened(url.render_as_string()) as (_, shops, _):
            assert install(shops) == shops.get(ALICE)

    def test_deleted_rows_are_overwritten(self, sqlite_url: str) -> None:
        """What was erased is not found in the file either."""
        with opened(sqlite_url) as (database, shops, _):
            install(shops)
            shops.remember_path(ALICE, "/apps/a-path-to-be-found")
            shops.erase(ALICE)
            with database.engine.connect() as connection:
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

        assert b"a-path-to-be-found" not in file_of(sqlite_url).read_bytes()


class TestPostgres:
    @pytest.fixture
    def url(self, postgres_url: str) -> str:
        return postgres_url

    @pytest.fixture
    def name(self, postgres_url: str) -> str:
        return make_url(postgres_url).database or ""

    @pytest.fixture
    def elsewhere(self, postgres: Postgres, name: str) -> Iterator[psycopg.Connection]:
        """Another session in the same database."""
        with psycopg.connect(host=str(postgres.directory), user="tracker", dbname=name) as connection:
            yield connection

    def test_locked(self, url: str, elsewhere: psycopg.Connection) -> None:
        with opened(url) as (_, shops, words):
            install(shops)
            elsewhere.execute("LOCK TABLE shops IN ACCESS EXCLUSIVE MODE")
            refused(lambda: install(shops), "55p03")
            refused(lambda: shops.get(ALICE), "55p03")
            elsewhere.rollback()

            assert install(shops).version == 2
            assert words == ["55p03", "55p03"]

    def test_read_only(self, url: str, name: str, postgres: Postgres) -> None:
        """As a replica is, or a server that protects what it has."""
        with opened(url) as (database, shops, _):
            before = install(shops)
            database.close()
            change = sql.SQL("ALTER DATABASE {} {} default_transaction_read_only {}")
            table = sql.Identifier(name)
            postgres.tell(change.format(table, sql.SQL("SET"), sql.SQL("= on")))
            try:
                refused(lambda: install(shops), "25006")
                assert shops.get(ALICE) == before
            finally:
                postgres.tell(change.format(table, sql.SQL("RESET"), sql.SQL("")))

    def test_full(self, url: str, elsewhere: psycopg.Connection) -> None:
        elsewhere.execute(
            """CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
            CREATE TRIGGER full_disk BEFORE INSERT ON shops EXECUTE FUNCTION full_disk()"""
        )
        elsewhere.commit()
        try:
            with opened(url) as (_, shops, _):
                refused(lambda: install(shops), "53100")
                assert shops.get(ALICE) is None
        finally:
            elsewhere.execute("DROP FUNCTION full_disk CASCADE")
            elsewhere.commit()

    def test_gone_and_back(
        self, url: str, name: str, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Connections that were kept are dead; nobody notices, since they are tried before they are used
        where they were idle for a moment."""
        monkeypatch.setattr(database_module, "TRUSTED_SECONDS", 0.0)
        with opened(url) as (_, shops, words):
            before = install(shops)
            allowed = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
            end = sql.SQL("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}")
            postgres.tell(allowed.format(sql.Identifier(name), sql.SQL("false")))
            try:
                postgres.tell(end.format(sql.Literal(name)))
                refused(lambda: shops.get(ALICE), "no_connection", "57p01")
                refused(lambda: install(shops), "no_connection")
            finally:
                postgres.tell(allowed.format(sql.Identifier(name), sql.SQL("true")))
            assert shops.get(ALICE) == before

            words.clear()
            postgres.tell(end.format(sql.Literal(name)))
            assert shops.get(ALICE) == before
            assert words == []

    def test_nobody_there(self, tmp_path: Path) -> None:
        with opened(f"postgresql+psycopg://tracker:{TOKEN}@/tracker?host={tmp_path}") as (_, shops, _):
            refused(lambda: shops.get(ALICE), "no_connection")

    def test_no_tables_yet(self, postgres: Postgres) -> None:
        with opened(postgres.new_database()) as (_, shops, _):
            refused(lambda: shops.get(ALICE), "42p01")


def test_when_all_connections_are_taken_nobody_waits_for_long(store_url: str) -> None:
    with (
        opened(store_url, threads=1) as (database, shops, _),
        database.reading(),
    ):
        refused(lambda: shops.get(ALICE), "no_free_connection")


def test_what_fails_midway_is_not_done(store_url: str) -> None:
    with opened(store_url) as (database, shops, _):
        before = install(shops)

        def fail() -> None:
            with database.writing() as connection:
                connection.execute(text("DELETE FROM shops"))
                raise RuntimeError

        with pytest.raises(RuntimeError):
            fail()
        assert shops.get(ALICE) == before


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("sqlite:////var/lib/tracker.sqlite3", "SQLite in /var/lib/tracker.sqlite3"),
        ("postgresql+psycopg://ada:geheim@db.example:5432/tracker", "Postgres on db.example"),
        ("postgresql+psycopg://ada:geheim@/tracker?host=/run/postgresql", "Postgres on /run/postgresql"),
        ("postgresql+psycopg:///tracker", "Postgres on this host"),
    ],
)
def test_it_is_named_without_user_and_password(url: str, name: str) -> None:
    database = Database(url)

    assert database.name == name
    assert "geheim" not in repr(database) + repr(database.engine.url)
