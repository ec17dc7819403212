"""The store begins: shops, jobs, the record of privacy requests, and counts of look-ups."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tracker.store.moments import Moment

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """From nothing."""
    op.create_table(
        "shops",
        sa.Column("id", _id, nullable=False),
        sa.Column("domain", sa.Text, nullable=False),
        sa.Column("shop_id", sa.BigInteger),
        sa.Column("standing", sa.Text, nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("scopes_at", Moment, nullable=False),
        sa.Column("installed_at", Moment, nullable=False),
        sa.Column("confirmed_at", Moment, nullable=False),
        sa.Column("uninstalled_at", Moment),
        sa.Column("access_token", sa.LargeBinary),
        sa.Column("access_expires_at", Moment),
        sa.Column("refresh_token", sa.LargeBinary),
        sa.Column("refresh_expires_at", Moment),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("lease_holder", sa.Text),
        sa.Column("lease_until", Moment),
        sa.Column("settings", sa.Text, nullable=False),
        sa.Column("path_prefix", sa.Text),
        sa.Column("last_webhook_at", Moment),
        sa.Column("last_lookup_at", Moment),
        sa.Column("last_throttled_at", Moment),
        sa.PrimaryKeyConstraint("id", name="pk_shops"),
        sa.UniqueConstraint("domain", name="uq_shops_domain"),
    )
    op.create_index("ix_shops_refresh_expires_at", "shops", ["refresh_expires_at"])
    op.create_table(
        "jobs",
        sa.Column("id", _id, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("shop", sa.Text, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("not_before", Moment, nullable=False),
        sa.Column("lease_holder", sa.Text),
        sa.Column("lease_until", Moment),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
    )
    op.create_index("ix_jobs_shop", "jobs", ["shop"])
    op.create_index("ix_jobs_not_before", "jobs", ["not_before"])
    op.create_table(
        "privacy_requests",
        sa.Column("id", _id, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("completed_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_privacy_requests"),
    )
    op.create_table(
        "lookup_counts",
        sa.Column("shop_id", _id, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("shop_id", "day", "outcome", "cause", name="pk_lookup_counts"),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name="fk_lookup_counts_shop_id_shops", ondelete="CASCADE"
        ),
    )
