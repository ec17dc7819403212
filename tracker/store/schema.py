"""How the tables of the database stand to this code."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, text

from tracker.store.database import Database

MIGRATIONS = Path(__file__).with_name("migrations")
VERSION_TABLE = "alembic_version"
"""Alembic's own, with the last step that was taken in its one row."""


class SchemaState(StrEnum):
    """`newer` means that a later version of this code made them."""

    CURRENT = "current"
    MISSING = "missing"
    OLDER = "older"
    NEWER = "newer"


def schema_state(database: Database) -> SchemaState:
    """How the tables stand to this code. Raises StoreUnavailable."""
    with database.reading() as connection:
        return state_of(connection)


def state_of(connection: Connection) -> SchemaState:
    """The same, within a transaction."""
    if not connection.dialect.has_table(connection, VERSION_TABLE):
        return SchemaState.MISSING
    taken = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608 - ours
    steps = known_steps()
    if taken is None:
        return SchemaState.MISSING
    if taken == steps[-1]:
        return SchemaState.CURRENT
    return SchemaState.OLDER if taken in steps else SchemaState.NEWER


@cache
def known_steps() -> tuple[str, ...]:
    """The steps that this code knows, in order: the numbers in the names of their files."""
    names = sorted(path.name for path in (MIGRATIONS / "versions").glob("v*.py"))
    return tuple(found[1] for name in names if (found := re.match(r"v([0-9]{4})_", name)))
