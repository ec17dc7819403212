"""Merchants' accounts at aggregators and carriers, in SQL. Fills `ports.SourceAccounts` and
`ports.Resealable`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, ScalarSelect, Select, delete, select, update

from tracker.parcel import AskAbout
from tracker.ports.sources import KeptAccount, SourceAccount
from tracker.ports.tokens import Resealed
from tracker.shop import Standing
from tracker.store.database import Database
from tracker.store.sealing import Sealer
from tracker.store.tables import SHOPS, TRACKING_ACCOUNTS
from tracker.store.upsert import insert_or

PURPOSE = "tracking_account"
SEALED = ("key", "push_secret")

Stamps = tuple[tuple[str, datetime], ...]
"""The sources of a shop, and when each account was changed last: whoever saw the same stamps before knows the
accounts."""


class SqlSourceAccounts:
    """ports.SourceAccounts on SQLite or Postgres. Keys are sealed by `sealers[0]`; the others only open what
    was sealed before a rotation."""

    def __init__(self, database: Database, sealers: Sequence[Sealer]) -> None:
        self._database = database
        self._sealers = tuple(sealers)

    def of(self, shop: str) -> Sequence[KeptAccount]:
        """See ports.SourceAccounts."""
        statement = _accounts(*TRACKING_ACCOUNTS.c).where(SHOPS.c.domain == shop)
        with self._database.reading() as connection:
            rows = connection.execute(statement.order_by(TRACKING_ACCOUNTS.c.source)).all()
        return [kept for row in rows if (kept := self._kept(row)) is not None]

    def listed(self) -> Mapping[str, Stamps]:
        """All shops that have an account, with the stamps of theirs: one small row each. Raises
        StoreUnavailable."""
        columns = TRACKING_ACCOUNTS.c.source, TRACKING_ACCOUNTS.c.changed_at
        with self._database.reading() as connection:
            rows = connection.execute(_accounts(*columns).order_by(TRACKING_ACCOUNTS.c.source)).all()
        listed: dict[str, Stamps] = {}
        for row in rows:
            listed[row.domain] = (*listed.get(row.domain, ()), (row.source, row.changed_at))
        return listed

    def save(self, shop: str, account: SourceAccount, *, at: datetime) -> bool:
        """See ports.SourceAccounts."""
        fresh = {
            "key": self._seal(shop, account.source, "key", account.key),
            "push_secret": None
            if account.push_secret is None
            else self._seal(shop, account.source, "push_secret", account.push_secret),
            "daily_quota": account.daily_quota,
            "ask_about": account.ask_about,
            "changed_at": self._database.now(),
        }
        with self._database.writing() as connection:
            shop_id = connection.execute(
                select(SHOPS.c.id).where(SHOPS.c.domain == shop, SHOPS.c.standing != Standing.UNINSTALLED)
            ).scalar()
            if shop_id is None:
                return False
            insertion = insert_or(connection, TRACKING_ACCOUNTS)
            connection.execute(
                insertion.values(
                    shop_id=shop_id, source=account.source, created_at=at, **fresh
                ).on_conflict_do_update(
                    index_elements=[TRACKING_ACCOUNTS.c.shop_id, TRACKING_ACCOUNTS.c.source], set_=fresh
                )
            )
            return True

    def remove(self, shop: str, source: str) -> bool:
        """See ports.SourceAccounts."""
        with self._database.writing() as connection:
            return connection.execute(delete(TRACKING_ACCOUNTS).where(*_one(shop, source))).rowcount > 0

    def reseal(self, *, after: int, limit: int, dry: bool = False) -> Resealed:
        """See ports.Resealable."""
        columns = (TRACKING_ACCOUNTS.c[name] for name in ("id", "source", "changed_at", *SEALED))
        statement = (
            select(SHOPS.c.domain, *columns)
            .join_from(TRACKING_ACCOUNTS, SHOPS)
            .where(TRACKING_ACCOUNTS.c.id > after)
            .order_by(TRACKING_ACCOUNTS.c.id)
            .limit(limit)
        )
        resealed = unreadable = 0
        with self._database.reading() if dry else self._database.writing() as connection:
            rows = connection.execute(statement).all()
            for row in rows:
                anew, lost = self._under_the_new_secret(row)
                unreadable += lost
                if not anew:
                    continue
                # Whoever saved the account since it was read has sealed it under the new secret.
                unchanged = (
                    TRACKING_ACCOUNTS.c.id == row.id,
                    TRACKING_ACCOUNTS.c.changed_at == row.changed_at,
                )
                statement_anew = update(TRACKING_ACCOUNTS).where(*unchanged).values(**anew)
                if dry or connection.execute(statement_anew).rowcount:
                    resealed += len(anew)
        return Resealed(len(rows), resealed, unreadable, rows[-1].id if len(rows) == limit else None)

    def _under_the_new_secret(self, row: Row[*tuple[Any, ...]]) -> tuple[dict[str, bytes], int]:
        """What is still under an older secret, sealed anew by column; and how many open with none."""
        anew, lost = {}, 0
        for name in SEALED:
            sealed = getattr(row, name)
            if sealed is None or self._opened(row.domain, row.source, name, sealed, self._sealers[:1]):
                continue
            value = self._opened(row.domain, row.source, name, sealed, self._sealers)
            if value is None:
                lost += 1
            else:
                anew[name] = self._seal(row.domain, row.source, name, value)
        return anew, lost

    def _kept(self, row: Row[*tuple[Any, ...]]) -> KeptAccount | None:
        key = self._opened(row.domain, row.source, "key", row.key, self._sealers)
        if key is None:
            return None
        secret = row.push_secret and self._opened(
            row.domain, row.source, "push_secret", row.push_secret, self._sealers
        )
        account = SourceAccount(row.source, key, secret, row.daily_quota, AskAbout(row.ask_about))
        return KeptAccount(account, row.created_at)

    @staticmethod
    def _opened(shop: str, source: str, column: str, sealed: bytes, sealers: Sequence[Sealer]) -> str | None:
        where = {"purpose": PURPOSE, "shop": shop, "place": _place(shop, source, column)}
        opened = (sealer.open(sealed, **where) for sealer in sealers)
        value = next((plain for plain in opened if plain is not None), None)
        return None if value is None else value.decode()

    def _seal(self, shop: str, source: str, column: str, value: str) -> bytes:
        return self._sealers[0].seal(
            value.encode(), purpose=PURPOSE, shop=shop, place=_place(shop, source, column)
        )


def _accounts(*columns: Any) -> Select[Any]:
    """Of shops that have the app."""
    return (
        select(SHOPS.c.domain, *columns)
        .join_from(TRACKING_ACCOUNTS, SHOPS)
        .where(SHOPS.c.standing != Standing.UNINSTALLED)
    )


def _one(shop: str, source: str) -> tuple[Any, ...]:
    shop_id: ScalarSelect[Any] = select(SHOPS.c.id).where(SHOPS.c.domain == shop).scalar_subquery()
    return TRACKING_ACCOUNTS.c.shop_id == shop_id, TRACKING_ACCOUNTS.c.source == source


def _place(shop: str, source: str, column: str) -> str:
    """What stands beside a sealed value, so that it opens nowhere else: table, column, shop and source."""
    return f"tracking_accounts/{column}/{shop}/{source}"
