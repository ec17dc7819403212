"""What Alembic runs for each command. The connection, and the transaction around everything, are given by
`tracker.store.schema`; there is no way to run it without them."""

from __future__ import annotations

from alembic import context

from tracker.store.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    # SQLite can do without Alembic's own commits: the transaction around it takes table changes along.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
