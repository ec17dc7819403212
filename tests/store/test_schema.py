"""The tables are brought up to date by an installed service itself, once, whole, and never backwards."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import alembic.command
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from tests.fakes import NOON
from tests.postgres import Postgres
from tracker.errors import StoreUnavailable
from tracker.parcel import AskAbout
from tracker.store import schema
from tracker.store.database import Database
from tracker.store.schema import MIGRATIONS, SchemaState, known_steps, schema_state
from tracker.store.tables import METADATA, SHOPS
from tracker.store.upgrade import SchemaIsNewer, upgrade

ROOT = Path(__file__).parents[2]


@pytest.fixture(params=["sqlite", "postgres"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of this test's own."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new.sqlite3'}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.new_database()


@pytest.fixture
def new(new_url: str) -> Iterator[Database]:
    database = Database(new_url, create=True)
    yield database
    database.close()


def test_from_nothing_to_the_tables_of_this_code(new: Database) -> None:
    assert schema_state(new) is SchemaState.MISSING
    assert [upgrade(new), upgrade(new)] == [True, False]
    assert schema_state(new) is SchemaState.CURRENT


def test_the_migrations_make_what_the_code_believes_in(store_url: str) -> None:
    database = Database(store_url)
    with database.reading() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), METADATA)
    database.close()

    assert differences == []


def test_tables_of_a_newer_version_are_left_alone(new: Database) -> None:
    upgrade(new)
    with new.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'of_tomorrow'"))

    assert schema_state(new) is SchemaState.NEWER
    with pytest.raises(SchemaIsNewer, match="newer version"):
        upgrade(new)
    with new.reading() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).all() == [("of_tomorrow",)]


def test_tables_of_an_earlier_version_are_told_from_newer_ones(
    new: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade(new)
    monkeypatch.setattr(schema, "known_steps", lambda: (*known_steps(), "9999"))

    assert schema_state(new) is SchemaState.OLDER


def test_accounts_of_the_release_before_are_asked_about_every_parcel(
    new: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So is what a worker of that release saves meanwhile, which knows no such choice."""
    to_the_newest = alembic.command.upgrade
    with monkeypatch.context() as patch:
        patch.setattr(alembic.command, "upgrade", lambda config, _: to_the_newest(config, "0002"))
        upgrade(new)
    save = text(
        "INSERT INTO tracking_accounts (shop_id, source, key, daily_quota, created_at, changed_at) "
        "SELECT id, :source, access_token, 7, installed_at, installed_at FROM shops"
    )
    with new.writing() as connection:
        shop = {"domain": "alice.myshopify.com", "standing": "installed", "scopes": "", "settings": "{}"}
        moments = dict.fromkeys(("scopes_at", "installed_at", "confirmed_at"), NOON)
        connection.execute(SHOPS.insert().values(**shop, **moments, access_token=b"x", version=0))
        connection.execute(save, {"source": "dhl"})
    upgrade(new)

    with new.writing() as connection:
        connection.execute(save, {"source": "aftership"})
        chosen = connection.execute(text("SELECT ask_about FROM tracking_accounts")).all()
    assert [(AskAbout.EVERY_PARCEL,)] * 2 == chosen


def test_a_step_that_fails_leaves_nothing_of_itself(new: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also on SQLite, whose driver would keep half of it."""

    def fail(config: Config, _revision: str) -> None:
        config.attributes["connection"].execute(text("CREATE TABLE half (id INTEGER)"))
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(alembic.command, "upgrade", fail)
        with pytest.raises(RuntimeError):
            upgrade(new)

    with new.reading() as connection:
        assert not connection.dialect.has_table(connection, "half")
    assert schema_state(new) is SchemaState.MISSING


def test_several_hosts_may_do_it_at_once(new_url: str) -> None:
    databases = [Database(new_url, create=True) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(upgrade, databases))

    assert sorted(done) == [False, False, True]
    for database in databases:
        database.close()


def test_a_service_does_not_make_a_database_that_is_not_there(tmp_path: Path) -> None:
    """An empty one would look like a service without a shop."""
    database = Database(f"sqlite:///{tmp_path / 'nowhere.sqlite3'}")

    with pytest.raises(StoreUnavailable, match="store_unavailable"):
        schema_state(database)
    assert list(tmp_path.iterdir()) == []


def test_there_is_one_line_of_steps_and_their_files_tell_it() -> None:
    """Alembic goes by what stands in them, a worker by their names."""
    steps = [step.revision for step in ScriptDirectory(str(MIGRATIONS)).walk_revisions()]

    assert list(reversed(steps)) == list(known_steps())


def test_an_installed_wheel_carries_them(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        names = set(packed.namelist())

    steps = [path.relative_to(ROOT).as_posix() for path in MIGRATIONS.rglob("*.py")]
    assert len(steps) > 3
    assert set(steps) <= names
