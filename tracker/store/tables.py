"""The tables of the store of shops. Of a person they hold nothing that can be read.

A change here needs a migration beside it (`migrations/versions`); a test compares the two. They are tables,
no mapped classes: statements are all that is wanted, and the mapper would weigh on every worker.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from tracker.store.moments import Moment

# SQLite numbers rows by itself only in a column that is called INTEGER, which has 64 bits there.
_Id = BigInteger().with_variant(Integer, "sqlite")

# Constraints have names, so that a migration can speak of them.
METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

SHOPS = Table(
    "shops",
    METADATA,
    Column("id", _Id, primary_key=True),
    Column("domain", Text, unique=True, nullable=False),
    Column("shop_id", BigInteger),
    Column("standing", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("scopes_at", Moment, nullable=False),
    Column("installed_at", Moment, nullable=False),
    Column("confirmed_at", Moment, nullable=False),
    Column("uninstalled_at", Moment),
    Column("access_token", LargeBinary),
    Column("access_expires_at", Moment),
    Column("refresh_token", LargeBinary),
    Column("refresh_expires_at", Moment, index=True),
    Column("version", Integer, nullable=False),
    Column("lease_holder", Text),
    Column("lease_until", Moment),
    Column("settings", Text, nullable=False),
    Column("path_prefix", Text),
    Column("last_webhook_at", Moment),
    Column("last_lookup_at", Moment),
    Column("last_throttled_at", Moment),
)
"""Shops. Tokens are sealed; `confirmed_at` is the last token exchange, at which the app was surely installed;
`lease_…` is who may refresh the tokens now; `scopes` are separated by spaces."""

JOBS = Table(
    "jobs",
    METADATA,
    Column("id", _Id, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("shop", Text, index=True, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("not_before", Moment, index=True, nullable=False),
    Column("lease_holder", Text),
    Column("lease_until", Moment),
    Column("tries", Integer, nullable=False),
    Column("name", Text),
)
"""Work that outlives the request that brought it. `payload` is sealed under the shop; `name` is a keyed hash
of it, where the same work is to be done once for all who hand it on."""

PRIVACY_REQUESTS = Table(
    "privacy_requests",
    METADATA,
    Column("id", _Id, primary_key=True),
    Column("topic", Text, nullable=False),
    Column("completed_at", Moment, nullable=False),
)
"""That a duty towards somebody's data was done, and when; of nothing else."""

LOOKUP_COUNTS = Table(
    "lookup_counts",
    METADATA,
    Column("shop_id", ForeignKey("shops.id", ondelete="CASCADE"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("outcome", Text, primary_key=True),
    Column("cause", Text, primary_key=True),
    Column("count", BigInteger, nullable=False),
)
"""How many look-ups of a shop ended in what way on a day (UTC), with no word of whose they were."""

TRACKING_ACCOUNTS = Table(
    "tracking_accounts",
    METADATA,
    Column("id", _Id, primary_key=True),
    Column("shop_id", ForeignKey("shops.id", ondelete="CASCADE"), nullable=False),
    Column("source", Text, nullable=False),
    Column("key", LargeBinary, nullable=False),
    Column("push_secret", LargeBinary),
    Column("daily_quota", Integer, nullable=False),
    Column("ask_about", Text, nullable=False, server_default="every_parcel"),
    Column("created_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    UniqueConstraint("shop_id", "source"),
)
"""Merchants' accounts at aggregators and carriers. Key and push secret are sealed."""
