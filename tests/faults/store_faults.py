"""The store of shops away, locked, read-only and full, on both databases."""

from __future__ import annotations

import os
import signal
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tests.faults.conftest import Note
from tests.faults.house import House, made_store, open_house
from tests.faults.small_disk import SmallDisk, small_disk
from tests.faults.trial import Fault, endure
from tests.postgres import Postgres
from tests.pretend_shopify import PretendShopify
from tracker.embedded_redis import EmbeddedRedis

DISK_MB = 2
POSTGRES_DISK_MB = 16
LOCK = sql.SQL("LOCK TABLE shops, jobs, privacy_requests, lookup_counts IN ACCESS EXCLUSIVE MODE")


@pytest.fixture(scope="module")
def redis() -> Iterator[EmbeddedRedis]:
    with EmbeddedRedis() as server:
        yield server


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallDisk]:
    with small_disk(tmp_path_factory.mktemp("disk"), megabytes=DISK_MB) as small:
        yield small


@pytest.fixture(scope="module")
def sqlite_house(
    redis: EmbeddedRedis,
    disk: SmallDisk,
    shopify: PretendShopify,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[House]:
    url = made_store(f"sqlite:///{disk.folder / 'store.sqlite3'}")
    folder = tmp_path_factory.mktemp("house")
    with open_house(folder, shopify, redis_url=redis.url, database_url=url) as running:
        yield running


@contextmanager
def sqlite_locked(disk: SmallDisk) -> Iterator[None]:
    """By a program that has begun to write and does not come to an end."""
    with sqlite3.connect(disk.folder / "store.sqlite3", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
    other.close()


@contextmanager
def sqlite_gone(disk: SmallDisk) -> Iterator[None]:
    """Its files moved away, as by a restore that goes wrong, and put back."""
    aside = disk.folder / "aside"
    aside.mkdir()
    names = [file.name for file in disk.folder.glob("store.sqlite3*")]
    for name in names:
        (disk.folder / name).rename(aside / name)
    yield
    for name in names:
        (aside / name).rename(disk.folder / name)
    aside.rmdir()


def test_sqlite_locked(sqlite_house: House, disk: SmallDisk, note: Note) -> None:
    note(endure(sqlite_house, Fault("SQLite", "locked"), sqlite_locked(disk)))


def test_sqlite_gone(sqlite_house: House, disk: SmallDisk, note: Note) -> None:
    note(endure(sqlite_house, Fault("SQLite", "its file moved away"), sqlite_gone(disk)))


def test_sqlite_read_only(sqlite_house: House, disk: SmallDisk, note: Note) -> None:
    note(endure(sqlite_house, Fault("SQLite", "read-only"), disk.read_only()))


def test_sqlite_full(sqlite_house: House, disk: SmallDisk, note: Note) -> None:
    note(endure(sqlite_house, Fault("SQLite", "its disk full"), disk.full()))


@pytest.fixture(scope="module")
def postgres() -> Postgres:
    """A server of these tests' own: the others' is not for breaking."""
    return Postgres.start(until_end_of=os.getpid())


@pytest.fixture(scope="module")
def postgres_disk() -> Iterator[SmallDisk]:
    # Where the server's user can look too.
    folder = Path("/tmp") / f"tracker-pg-disk-{os.getpid()}"  # noqa: S108 - made here, and removed
    folder.mkdir(mode=0o755)
    with small_disk(folder, megabytes=POSTGRES_DISK_MB) as small:
        yield small
    folder.rmdir()


@pytest.fixture(scope="module")
def postgres_url(postgres: Postgres, postgres_disk: SmallDisk) -> str:
    """A database on the small disk, in which each row of a job takes a page, so that few fill it."""
    place = postgres_disk.folder / "space"
    place.mkdir()
    owner = postgres.directory.stat()
    os.chown(place, owner.st_uid, owner.st_gid)
    url = postgres.new_database()
    name = url.partition("@/")[2].partition("?")[0]
    postgres.tell(sql.SQL("CREATE TABLESPACE small LOCATION {}").format(sql.Literal(str(place))))
    postgres.tell(sql.SQL("ALTER DATABASE {} SET TABLESPACE small").format(sql.Identifier(name)))
    made_store(url)
    postgres.tell(sql.SQL("ALTER TABLE jobs SET (fillfactor = 10)"), name)
    return url


@pytest.fixture(scope="module")
def postgres_house(
    redis: EmbeddedRedis,
    postgres_url: str,
    shopify: PretendShopify,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    with open_house(folder, shopify, redis_url=redis.url, database_url=postgres_url) as running:
        yield running


@contextmanager
def postgres_killed(postgres: Postgres, url: str) -> Iterator[None]:
    """A process of it killed with -9, again and again: each time it throws everybody out and recovers."""
    stopped = threading.Event()

    def keep_on() -> None:
        while not stopped.wait(0.2):
            with suppress(psycopg.OperationalError), psycopg.connect(_plain(url)) as connection:
                os.kill(connection.info.backend_pid, signal.SIGKILL)

    thread = threading.Thread(target=keep_on, daemon=True)
    thread.start()
    yield
    stopped.set()
    thread.join()


@contextmanager
def postgres_locked(url: str) -> Iterator[None]:
    with psycopg.connect(_plain(url)) as other:
        other.execute(LOCK)
        yield
        other.rollback()


@contextmanager
def postgres_read_only(postgres: Postgres) -> Iterator[None]:
    """As a standby is, or a server whose operator keeps it from being written to."""
    for value in ("on", "off"):
        postgres.tell(sql.SQL("ALTER SYSTEM SET default_transaction_read_only = {}").format(sql.Literal(value)))
        postgres.tell(sql.SQL("SELECT pg_reload_conf()"))
        if value == "on":
            yield


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg", "postgresql")


def test_postgres_killed(postgres_house: House, postgres: Postgres, postgres_url: str, note: Note) -> None:
    note(endure(postgres_house, Fault("Postgres", "killed (-9)"), postgres_killed(postgres, postgres_url)))


def test_postgres_locked(postgres_house: House, postgres_url: str, note: Note) -> None:
    note(endure(postgres_house, Fault("Postgres", "locked"), postgres_locked(postgres_url)))


def test_postgres_read_only(postgres_house: House, postgres: Postgres, note: Note) -> None:
    note(endure(postgres_house, Fault("Postgres", "read-only"), postgres_read_only(postgres)))


def test_postgres_full(postgres_house: House, postgres_disk: SmallDisk, note: Note) -> None:
    note(endure(postgres_house, Fault("Postgres", "its disk full"), postgres_disk.full()))
