"""Merchants choose which parcels an account at a source is asked about."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Accounts that are there are asked about every parcel, and so are those that a worker of the version
    before saves."""
    column = sa.Column("ask_about", sa.Text, nullable=False, server_default="every_parcel")
    op.add_column("tracking_accounts", column)
