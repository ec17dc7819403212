"""Bringing the tables up to date, by Alembic. Apart from `schema.py`, since a worker has no use for it."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from tracker.errors import TrackerError
from tracker.store.database import Database
from tracker.store.schema import MIGRATIONS, SchemaState, state_of

_LOCK = 7_305_811_126_204_427_153
"""Any number will do, as long as every version of this service takes the same."""


class SchemaIsNewer(TrackerError):
    """A later version of this service changed the tables. What this one would do to them, nobody knows."""

    def __init__(self) -> None:
        super().__init__(
            "The database was brought up to date by a newer version of this service. Run that version, or "
            "restore a backup from before."
        )


def upgrade(database: Database) -> bool:
    """Bring the tables up to date, all steps or none. True where there was something to do.

    Raises SchemaIsNewer, with nothing changed, and StoreUnavailable. Safe to run on several hosts at once.
    """
    with database.writing() as connection:
        if connection.dialect.name == "postgresql":
            # Moving a large table does.
            database.as_long_as_it_takes(connection)
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        match state_of(connection):
            case SchemaState.NEWER:
                raise SchemaIsNewer
            case SchemaState.CURRENT:
                return False
            case _:
                config = Config(attributes={"connection": connection})
                config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
                command.upgrade(config, "head")
                return True
