"""The store of shops on SQLite: its file away, locked, read-only, and its disk full."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.faults.conftest import Note
from tests.faults.house import House, made_store, open_house
from tests.faults.small_disk import SmallDisk, small_disk
from tests.faults.trial import Fault, endure
from tests.pretend_shopify import PretendShopify
from tracker.embedded_redis import EmbeddedRedis

PART = "SQLite"
DISK_MB = 2


@pytest.fixture(scope="module")
def redis() -> Iterator[EmbeddedRedis]:
    with EmbeddedRedis() as server:
        yield server


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallDisk]:
    with small_disk(tmp_path_factory.mktemp("disk"), megabytes=DISK_MB) as small:
        yield small


@pytest.fixture(scope="module")
def house(
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
def locked(disk: SmallDisk) -> Iterator[None]:
    """By a program that has begun to write and does not come to an end."""
    with sqlite3.connect(disk.folder / "store.sqlite3", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
    other.close()


@contextmanager
def moved_away(disk: SmallDisk) -> Iterator[None]:
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


def test_sqlite_locked(house: House, disk: SmallDisk, note: Note) -> None:
    note(endure(house, Fault(PART, "locked"), locked(disk)))


def test_sqlite_moved_away(house: House, disk: SmallDisk, note: Note) -> None:
    note(endure(house, Fault(PART, "its file moved away"), moved_away(disk)))


def test_sqlite_read_only(house: House, disk: SmallDisk, note: Note) -> None:
    note(endure(house, Fault(PART, "read-only"), disk.read_only()))


def test_sqlite_full(house: House, disk: SmallDisk, note: Note) -> None:
    note(endure(house, Fault(PART, "its disk full"), disk.full()))
