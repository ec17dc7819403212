"""Merchants' accounts at aggregators and carriers; and jobs that are the same are told by a name."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tracker.store.moments import Moment

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Nothing is taken from the version before."""
    op.add_column("jobs", sa.Column("name", sa.Text))
    op.create_table(
        "tracking_accounts",
        sa.Column("id", _id, nullable=False),
        sa.Column("shop_id", _id, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.Column("push_secret", sa.LargeBinary),
        sa.Column("daily_quota", sa.Integer, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("changed_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tracking_accounts"),
        sa.UniqueConstraint("shop_id", "source", name="uq_tracking_accounts_shop_id_source"),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name="fk_tracking_accounts_shop_id_shops", ondelete="CASCADE"
        ),
    )
