"""Insertions that say what to do where the row is there already."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

from sqlalchemy import Connection, Table

if TYPE_CHECKING:
    from sqlalchemy.dialects.postgresql import Insert as PostgresInsert
    from sqlalchemy.dialects.sqlite import Insert as SqliteInsert


def insert_or(connection: Connection, table: Table) -> PostgresInsert | SqliteInsert:
    """An insertion into `table` in the words of this connection's database, which takes `on_conflict_…`.

    Those words are of the dialect, which the engine has loaded. To name both kinds at the top of a module
    would load every driver of either that SQLAlchemy knows, at each start and into each worker.
    """
    dialect = import_module(f"sqlalchemy.dialects.{connection.dialect.name}")
    return cast("PostgresInsert | SqliteInsert", dialect.insert(table))
