"""Bringing the tables up to date, and saying whether they are."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from tracker.errors import TrackerError
from tracker.store.database import Database

MIGRATIONS = Path(__file__).with_name("migrations")
_LOCK = 7_305_811_126_204_427_153
"""Any number will do, as long as every version of this service takes the same."""


class SchemaState(StrEnum):
    """How the tables stand to this code: `newer` means that a later version of it made them."""

    CURRENT = "current"
    MISSING = "missing"
    OLDER = "older"
    NEWER = "newer"


class SchemaIsNewer(TrackerError):
    """A later version of this service changed the tables. What this one would do to them, nobody knows."""

    def __init__(self) -> None:
        super().__init__(
            "The database was brought up to date by a newer version of this service. Run that version, or "
            "restore a backup from before."
        )


def schema_state(database: Database) -> SchemaState:
    """How the tables stand to this code, by one query. Raises StoreUnavailable."""
    with database.reading() as connection:
        return _state(_revision(connection))


def upgrade(database: Database) -> bool:
    """Bring the tables up to date, all steps or none. True where there was something to do.

    Raises SchemaIsNewer, with nothing changed, and StoreUnavailable. Safe to run on several hosts at once.
    """
    with database.writing() as connection:
        if connection.dialect.name == "postgresql":
            # Moving a large table takes as long as it takes.
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text("SET LOCAL lock_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        match _state(_revision(connection)):
            case SchemaState.NEWER:
                raise SchemaIsNewer
            case SchemaState.CURRENT:
                return False
            case _:
                config = Config(attributes={"connection": connection})
                config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
                command.upgrade(config, "head")
                return True


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _state(revision: str | None) -> SchemaState:
    head, known = _revisions()
    if revision is None:
        return SchemaState.MISSING
    if revision == head:
        return SchemaState.CURRENT
    return SchemaState.OLDER if revision in known else SchemaState.NEWER


@cache
def _revisions() -> tuple[str, frozenset[str]]:
    script = ScriptDirectory(str(MIGRATIONS))
    head = script.get_current_head()
    assert head is not None  # noqa: S101 - a test holds that there is one line of migrations
    return head, frozenset(revision.revision for revision in script.walk_revisions())
