"""The store of shops on Postgres: killed, hung, locked, read-only, and its disk full."""

from __future__ import annotations

import os
import signal
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

PART = "Postgres"
DISK_MB = 16
LOCK = sql.SQL("LOCK TABLE shops, jobs, privacy_requests, lookup_counts IN ACCESS EXCLUSIVE MODE")


@pytest.fixture(scope="module")
def redis() -> Iterator[EmbeddedRedis]:
    with EmbeddedRedis() as server:
        yield server


@pytest.fixture(scope="module")
def postgres() -> Postgres:
    """A server of these tests' own: the others' is not for breaking."""
    return Postgres.start(until_end_of=os.getpid())


@pytest.fixture(scope="module")
def disk() -> Iterator[SmallDisk]:
    # Where the server's user can look too.
    folder = Path("/tmp") / f"tracker-pg-disk-{os.getpid()}"  # noqa: S108 - made here, and removed
    folder.mkdir(mode=0o755)
    with small_disk(folder, megabytes=DISK_MB) as small:
        yield small
    folder.rmdir()


@pytest.fixture(scope="module")
def url(postgres: Postgres, disk: SmallDisk) -> str:
    """A database on the small disk, in which each row of a job takes a page, so that few fill it."""
    place = disk.folder / "space"
    place.mkdir()
    owner = postgres.directory.stat()
    os.chown(place, owner.st_uid, owner.st_gid)
    url = postgres.new_database()
    name = url.partition("@/")[2].partition("?")[0]
    postgres.tell(sql.SQL("CREATE TABLESPACE small LOCATION {}").format(sql.Literal(str(place))))
    postgres.tell(sql.SQL("ALTER DATABASE {} SET TABLESPACE small").format(sql.Identifier(name)))
    made_store(url)
    # Tests elsewhere may lose what was committed in the last moment, if only it is quick.
    postgres.tell(sql.SQL("ALTER DATABASE {} SET synchronous_commit = on").format(sql.Identifier(name)))
    postgres.tell(sql.SQL("ALTER TABLE jobs SET (fillfactor = 10)"), name)
    return url


@pytest.fixture(scope="module")
def house(
    redis: EmbeddedRedis,
    url: str,
    shopify: PretendShopify,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    with open_house(folder, shopify, redis_url=redis.url, database_url=url) as running:
        yield running


@contextmanager
def killed(url: str) -> Iterator[None]:
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
def hung(postgres: Postgres) -> Iterator[None]:
    """Stopped where it is, as on a machine that swaps: connections stay open and nothing is answered."""
    postgres.pause()
    try:
        yield
    finally:
        postgres.resume()


@contextmanager
def locked(url: str) -> Iterator[None]:
    with psycopg.connect(_plain(url)) as other:
        other.execute(LOCK)
        yield
        other.rollback()


@contextmanager
def read_only(postgres: Postgres) -> Iterator[None]:
    """As a standby is, or a server whose operator keeps it from being written to."""
    for value in ("on", "off"):
        postgres.tell(
            sql.SQL("ALTER SYSTEM SET default_transaction_read_only = {}").format(sql.Literal(value))
        )
        postgres.tell(sql.SQL("SELECT pg_reload_conf()"))
        if value == "on":
            yield


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg", "postgresql")


def test_postgres_killed(house: House, url: str, note: Note) -> None:
    note(endure(house, Fault(PART, "killed (-9)"), killed(url)))


def test_postgres_hung(house: House, postgres: Postgres, note: Note) -> None:
    note(endure(house, Fault(PART, "hung (SIGSTOP)", seconds=6.0), hung(postgres)))


def test_postgres_locked(house: House, url: str, note: Note) -> None:
    note(endure(house, Fault(PART, "locked"), locked(url)))


def test_postgres_read_only(house: House, postgres: Postgres, note: Note) -> None:
    note(endure(house, Fault(PART, "read-only"), read_only(postgres)))


def test_postgres_full(house: House, disk: SmallDisk, note: Note) -> None:
    note(endure(house, Fault(PART, "its disk full"), disk.full()))
