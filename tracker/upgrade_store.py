"""What `tracker db upgrade` does."""

from __future__ import annotations

from tracker.store.database import Database
from tracker.store.upgrade import upgrade


def upgrade_store(url: str) -> bool:
    """Bring the tables of this database up to date, making it where it is a file. True where there was
    something to do. Raises SchemaIsNewer and StoreUnavailable."""
    database = Database(url, create=True)
    try:
        return upgrade(database)
    finally:
        database.close()
