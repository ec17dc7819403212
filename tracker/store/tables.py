"""The tables of the store of shops. Of a person they hold nothing that can be read.

A change here needs a migration beside it (`migrations/versions`); a test compares the two.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Date, ForeignKey, Integer, LargeBinary, MetaData, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from tracker.store.moments import Moment

# SQLite numbers rows by itself only in a column that is called INTEGER, which has 64 bits there.
_Id = BigInteger().with_variant(Integer, "sqlite")


class Table(DeclarativeBase):
    """What all tables share: constraints have names, so that a migration can speak of them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class ShopRow(Table):
    """A shop. Tokens are sealed; `confirmed_at` is the last token exchange, at which the app was surely
    installed; `lease_…` is who may refresh the tokens now; `scopes` are separated by spaces."""

    __tablename__ = "shops"

    id: Mapped[int] = mapped_column(_Id, primary_key=True)
    domain: Mapped[str] = mapped_column(Text, unique=True)
    shop_id: Mapped[int | None] = mapped_column(BigInteger)
    standing: Mapped[str] = mapped_column(Text)
    scopes: Mapped[str] = mapped_column(Text)
    scopes_at: Mapped[datetime] = mapped_column(Moment)
    installed_at: Mapped[datetime] = mapped_column(Moment)
    confirmed_at: Mapped[datetime] = mapped_column(Moment)
    uninstalled_at: Mapped[datetime | None] = mapped_column(Moment)
    access_token: Mapped[bytes | None] = mapped_column(LargeBinary)
    access_expires_at: Mapped[datetime | None] = mapped_column(Moment)
    refresh_token: Mapped[bytes | None] = mapped_column(LargeBinary)
    refresh_expires_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    version: Mapped[int] = mapped_column(Integer)
    lease_holder: Mapped[str | None] = mapped_column(Text)
    lease_until: Mapped[datetime | None] = mapped_column(Moment)
    settings: Mapped[str] = mapped_column(Text)
    path_prefix: Mapped[str | None] = mapped_column(Text)
    last_webhook_at: Mapped[datetime | None] = mapped_column(Moment)
    last_lookup_at: Mapped[datetime | None] = mapped_column(Moment)
    last_throttled_at: Mapped[datetime | None] = mapped_column(Moment)


class JobRow(Table):
    """Work that outlives the request that brought it. `payload` is sealed under the shop."""

    __tablename__ = "jobs"

    id: Mapped[int] = mapped_column(_Id, primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    shop: Mapped[str] = mapped_column(Text, index=True)
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(Moment)
    not_before: Mapped[datetime] = mapped_column(Moment, index=True)
    lease_holder: Mapped[str | None] = mapped_column(Text)
    lease_until: Mapped[datetime | None] = mapped_column(Moment)
    tries: Mapped[int] = mapped_column(Integer)


class PrivacyRequestRow(Table):
    """That a duty towards somebody's data was done, and when; of nothing else."""

    __tablename__ = "privacy_requests"

    id: Mapped[int] = mapped_column(_Id, primary_key=True)
    topic: Mapped[str] = mapped_column(Text)
    completed_at: Mapped[datetime] = mapped_column(Moment)


class LookupCountRow(Table):
    """How many look-ups of a shop ended in what way on a day (UTC), with no word of whose they were."""

    __tablename__ = "lookup_counts"

    shop_id: Mapped[int] = mapped_column(ForeignKey("shops.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    outcome: Mapped[str] = mapped_column(Text, primary_key=True)
    cause: Mapped[str] = mapped_column(Text, primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)
