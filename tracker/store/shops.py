"""The store of shops, in SQL. Fills `ports.Shops`.

What has to be decided is decided by the database in one statement (who holds a lease, which version stands),
so that threads, workers and hosts need no lock of their own.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Update, case, delete, func, or_, select, update

from tracker.ports.shops import ShopCounts
from tracker.ports.tokens import Resealed
from tracker.shop import Shop, ShopSettings, Standing, TokenPair
from tracker.store.database import Database
from tracker.store.sealing import Sealer
from tracker.store.tables import JOBS, SHOPS
from tracker.store.upsert import insert_or

PURPOSE = "token"
SEALED = ("access_token", "refresh_token")


class SqlShops:
    """ports.Shops on SQLite or Postgres. Tokens are sealed by `sealers[0]`; the others only open what was
    sealed before a rotation."""

    def __init__(self, database: Database, sealers: Sequence[Sealer]) -> None:
        self._database = database
        self._sealers = tuple(sealers)

    def get(self, domain: str) -> Shop | None:
        """See ports.Shops."""
        with self._database.reading() as connection:
            row = connection.execute(select(SHOPS).where(SHOPS.c.domain == domain)).one_or_none()
        return None if row is None else self._shop(row)

    def install(
        self,
        domain: str,
        *,
        tokens: TokenPair,
        scopes: frozenset[str],
        at: datetime,
        shop_id: int | None = None,
    ) -> Shop:
        """See ports.Shops."""
        fresh = {
            "standing": Standing.INSTALLED,
            "scopes": _written(scopes),
            "scopes_at": at,
            "confirmed_at": at,
            **self._sealed(domain, tokens),
        }
        with self._database.writing() as connection:
            insert = insert_or(connection, SHOPS)
            began = case((SHOPS.c.standing == Standing.UNINSTALLED, at), else_=SHOPS.c.installed_at)
            statement = insert.values(
                domain=domain, shop_id=shop_id, installed_at=at, version=1, settings="{}", **fresh
            ).on_conflict_do_update(
                index_elements=[SHOPS.c.domain],
                set_={
                    **fresh,
                    "shop_id": func.coalesce(insert.excluded.shop_id, SHOPS.c.shop_id),
                    "installed_at": began,
                    "uninstalled_at": None,
                    "version": SHOPS.c.version + 1,
                    "lease_holder": None,
                    "lease_until": None,
                },
            )
            return self._shop(connection.execute(statement.returning(*SHOPS.c)).one())

    def lease_refresh(self, domain: str, *, version: int, holder: str, seconds: float) -> Shop | None:
        """See ports.Shops."""
        statement = (
            update(SHOPS)
            .where(SHOPS.c.domain == domain, SHOPS.c.version == version)
            .where(SHOPS.c.standing != Standing.UNINSTALLED, SHOPS.c.refresh_token.is_not(None))
            .where(or_(SHOPS.c.lease_until.is_(None), SHOPS.c.lease_until <= self._database.now()))
            .values(lease_holder=holder, lease_until=self._database.now(later=seconds))
            .returning(*SHOPS.c)
        )
        with self._database.writing() as connection:
            row = connection.execute(statement).one_or_none()
        return None if row is None else self._shop(row)

    def release(self, domain: str, *, holder: str) -> None:
        """See ports.Shops."""
        self._change(
            _of(domain).where(SHOPS.c.lease_holder == holder).values(lease_holder=None, lease_until=None)
        )

    def store_refreshed(self, domain: str, tokens: TokenPair, *, version: int, holder: str) -> bool:
        """See ports.Shops. The holder is asked for as well as the version: where a lease ended and went on,
        Shopify has answered twice, and the later pair is the one that counts."""
        return self._change(
            _of(domain)
            .where(SHOPS.c.version == version, SHOPS.c.lease_holder == holder)
            .values(
                standing=Standing.INSTALLED,
                version=SHOPS.c.version + 1,
                lease_holder=None,
                lease_until=None,
                **self._sealed(domain, tokens),
            )
        )

    def needs_reopening(self, domain: str, *, version: int) -> bool:
        """See ports.Shops."""
        return self._change(
            _of(domain)
            .where(SHOPS.c.version == version, SHOPS.c.standing != Standing.UNINSTALLED)
            .values(standing=Standing.NEEDS_REOPENING, lease_holder=None, lease_until=None)
        )

    def uninstall(self, domain: str, *, triggered_at: datetime) -> bool:
        """See ports.Shops. Once uninstalled, hearing of it again changes nothing but is true all the same."""
        return self._change(
            _of(domain)
            .where(or_(SHOPS.c.confirmed_at <= triggered_at, SHOPS.c.standing == Standing.UNINSTALLED))
            .values(
                standing=Standing.UNINSTALLED,
                uninstalled_at=func.coalesce(SHOPS.c.uninstalled_at, triggered_at),
                version=SHOPS.c.version + 1,
                scopes="",
                access_token=None,
                access_expires_at=None,
                refresh_token=None,
                refresh_expires_at=None,
                lease_holder=None,
                lease_until=None,
            )
        )

    def change_scopes(self, domain: str, scopes: frozenset[str], *, at: datetime) -> bool:
        """See ports.Shops."""
        return self._change(
            _of(domain)
            .where(SHOPS.c.scopes_at <= at, SHOPS.c.standing != Standing.UNINSTALLED)
            .values(scopes=_written(scopes), scopes_at=at)
        )

    def save_settings(self, domain: str, settings: ShopSettings) -> bool:
        """See ports.Shops."""
        return self._change(_of(domain).values(settings=_settings_written(settings)))

    def remember_id(self, domain: str, shop_id: int) -> bool:
        """See ports.Shops."""
        return self._change(_of(domain).values(shop_id=shop_id))

    def remember_path(self, domain: str, path_prefix: str) -> bool:
        """See ports.Shops."""
        return self._change(_of(domain).values(path_prefix=path_prefix))

    def erase(self, domain: str) -> bool:
        """See ports.Shops."""
        with self._database.writing() as connection:
            jobs = connection.execute(delete(JOBS).where(JOBS.c.shop == domain)).rowcount
            return connection.execute(delete(SHOPS).where(SHOPS.c.domain == domain)).rowcount + jobs > 0

    def idle(self, *, refresh_expires_before: datetime, limit: int, after: str = "") -> Sequence[Shop]:
        """See ports.Shops."""
        statement = (
            select(SHOPS)
            .where(SHOPS.c.refresh_expires_at < refresh_expires_before, SHOPS.c.domain > after)
            .where(SHOPS.c.refresh_expires_at > self._database.now())
            .order_by(SHOPS.c.domain)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [self._shop(row) for row in connection.execute(statement)]

    def count(self, *, refresh_expires_before: datetime) -> ShopCounts:
        """See ports.Shops."""
        with self._database.reading() as connection:
            return _counted(connection, refresh_expires_before)

    def reseal(self, *, after: int, limit: int, dry: bool = False) -> Resealed:
        """See ports.Shops."""
        statement = (
            select(SHOPS.c.id, SHOPS.c.domain, SHOPS.c.version, *(SHOPS.c[name] for name in SEALED))
            .where(SHOPS.c.id > after)
            .order_by(SHOPS.c.id)
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
                # Whoever changed the tokens since they were read has sealed them under the new secret.
                unchanged = (SHOPS.c.id == row.id, SHOPS.c.version == row.version)
                if dry or connection.execute(update(SHOPS).where(*unchanged).values(**anew)).rowcount:
                    resealed += len(anew)
        return Resealed(len(rows), resealed, unreadable, rows[-1].id if len(rows) == limit else None)

    def _under_the_new_secret(self, row: Row[Any]) -> tuple[dict[str, bytes], int]:
        """What is still under an older secret, sealed anew by column; and how many open with none."""
        anew, lost = {}, 0
        for name in SEALED:
            sealed = getattr(row, name)
            where = {"purpose": PURPOSE, "shop": row.domain, "place": _place(row.domain, name)}
            if sealed is None or self._sealers[0].open(sealed, **where) is not None:
                continue
            token = self._opened(row.domain, name, sealed)
            if token is None:
                lost += 1
            else:
                anew[name] = self._seal(row.domain, name, token)
        return anew, lost

    def _change(self, statement: Update) -> bool:
        with self._database.writing() as connection:
            return connection.execute(statement).rowcount > 0

    def _shop(self, row: Row[Any]) -> Shop:
        return Shop(
            domain=row.domain,
            shop_id=row.shop_id,
            standing=Standing(row.standing),
            scopes=frozenset(row.scopes.split()),
            installed_at=row.installed_at,
            tokens=self._opened_pair(row),
            version=row.version,
            settings=_settings_read(row.settings),
            path_prefix=row.path_prefix,
            confirmed_at=row.confirmed_at,
            scopes_at=row.scopes_at,
        )

    def _opened_pair(self, row: Row[Any]) -> TokenPair | None:
        access = self._opened(row.domain, "access_token", row.access_token)
        refresh = self._opened(row.domain, "refresh_token", row.refresh_token)
        if access is None or (refresh is None and row.refresh_token is not None):
            return None
        return TokenPair(access, row.access_expires_at, refresh, row.refresh_expires_at)

    def _opened(self, domain: str, column: str, sealed: bytes | None) -> str | None:
        where = {"purpose": PURPOSE, "shop": domain, "place": _place(domain, column)}
        opened = (sealer.open(sealed, **where) for sealer in self._sealers) if sealed else ()
        token = next((plain for plain in opened if plain is not None), None)
        return None if token is None else token.decode()

    def _sealed(self, domain: str, tokens: TokenPair) -> dict[str, object]:
        return {
            "access_token": self._seal(domain, "access_token", tokens.access),
            "access_expires_at": tokens.access_expires_at,
            "refresh_token": None
            if tokens.refresh is None
            else self._seal(domain, "refresh_token", tokens.refresh),
            "refresh_expires_at": tokens.refresh_expires_at,
        }

    def _seal(self, domain: str, column: str, token: str) -> bytes:
        return self._sealers[0].seal(
            token.encode(), purpose=PURPOSE, shop=domain, place=_place(domain, column)
        )


def _of(domain: str) -> Update:
    return update(SHOPS).where(SHOPS.c.domain == domain)


def _place(domain: str, column: str) -> str:
    """What stands beside a sealed value, so that it opens nowhere else: table, column and shop."""
    return f"shops/{column}/{domain}"


def _written(scopes: frozenset[str]) -> str:
    return " ".join(sorted(scopes))


def _settings_written(settings: ShopSettings) -> str:
    return json.dumps(
        {
            "stalled_days": settings.stalled_days,
            "contact_url": settings.contact_url,
            "lookup_limit": settings.lookup_limit,
            "hidden": sorted(settings.hidden),
        }
    )


def _settings_read(text: str) -> ShopSettings:
    kept = json.loads(text)
    default = ShopSettings()
    return ShopSettings(
        stalled_days=kept.get("stalled_days", default.stalled_days),
        contact_url=kept.get("contact_url"),
        lookup_limit=kept.get("lookup_limit"),
        hidden=frozenset(kept.get("hidden", ())),
    )


def _counted(connection: Connection, refresh_expires_before: datetime) -> ShopCounts:
    standings = connection.execute(select(SHOPS.c.standing, func.count()).group_by(SHOPS.c.standing)).all()
    ending = connection.execute(
        select(func.count())
        .select_from(SHOPS)
        .where(SHOPS.c.standing == Standing.INSTALLED, SHOPS.c.refresh_expires_at < refresh_expires_before)
    ).scalar_one()
    return ShopCounts({Standing(standing): number for standing, number in standings}, ending)
