"""What goes on at each shop, gathered in the process and written every few seconds, so that a look-up waits
for no database. Fills `activity.Activity`, and `ports.ActivityLog` for the merchant's page.

A worker that ends writes what it has; one that is killed loses the last seconds. These are counts for people
to look at: a few that are missing mislead nobody, and none is worth a shopper's time.
"""

from __future__ import annotations

import atexit
import itertools
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import Column, ColumnElement, Connection, and_, case, delete, literal, or_, select, update

from tracker.activity import Activity
from tracker.clock import utc_now
from tracker.errors import StoreUnavailable
from tracker.ports.activity import LookupCount, ShopActivity
from tracker.ports.clock import Clock
from tracker.store.database import Database
from tracker.store.moments import Moment
from tracker.store.tables import LOOKUP_COUNTS, SHOPS
from tracker.store.upsert import insert_or

EVERY_SECONDS = 5.0
SHOPS_AT_ONCE = 200
"""Written in one transaction: SQLite has one writer, who must not keep others waiting."""

MOST_SHOPS = 20_000
"""Gathered while the database is away; of further ones nothing is noted."""

KEPT_DAYS = 60
"""Counts of days before these are deleted, of every shop, once a day by each process that writes any, and by
`tracker tokens refresh`."""

_MOMENTS: Mapping[str, Column[datetime | None]] = {
    "lookup": SHOPS.c.last_lookup_at,
    "webhook": SHOPS.c.last_webhook_at,
    "throttled": SHOPS.c.last_throttled_at,
}


@dataclass(slots=True)
class _Notes:
    """What was noted of one shop since it was last written."""

    moments: dict[str, datetime] = field(default_factory=dict)
    path_prefix: str | None = None
    lookups: Counter[tuple[date, str, str]] = field(default_factory=Counter)

    def add(self, older: _Notes) -> None:
        """What could not be written, back in its place."""
        self.moments = older.moments | self.moments
        self.path_prefix = self.path_prefix or older.path_prefix
        self.lookups += older.lookups


class BufferedActivity(Activity):
    """Activity in memory, written by a thread that starts with the first thing to write. Safe to share
    between threads. `on_lost` is told of how many look-ups there was no room for, `on_error` of what nobody
    foresaw: the notes of that time are lost, and the next are written all the same."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock = utc_now,
        every_seconds: float = EVERY_SECONDS,
        on_lost: Callable[[int], None] = lambda _lookups: None,
        on_error: Callable[[Exception], None] = lambda _error: None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._every_seconds = every_seconds
        self._on_lost = on_lost
        self._on_error = on_error
        self._lock = threading.Lock()
        self._notes: dict[str, _Notes] = {}
        self._paths: dict[str, str] = {}
        self._pruned: date | None = None
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None

    def lookup_ended(self, shop: str, outcome: str, cause: str) -> None:
        now = self._clock()
        with self._lock:
            if (notes := self._of(shop)) is None:
                self._on_lost(1)
                return
            notes.moments["lookup"] = now
            notes.lookups[now.date(), outcome, cause] += 1

    def webhook_arrived(self, shop: str) -> None:
        self._happened(shop, "webhook")

    def throttled(self, shop: str) -> None:
        self._happened(shop, "throttled")

    def proxied(self, shop: str, path_prefix: str) -> None:
        if self._paths.get(shop) == path_prefix:  # as on all but the first of its look-ups
            return
        with self._lock:
            if (notes := self._of(shop)) is not None:
                notes.path_prefix = self._paths[shop] = path_prefix

    def flush(self) -> None:
        """Write what there is. Where the database is away it stays for the next time."""
        with self._lock:
            gathered, self._notes = self._notes, {}
        # In the order of their names, as every process does it: two that write the same shops never wait for
        # each other.
        waiting = iter(sorted(gathered.items()))
        while batch := list(itertools.islice(waiting, SHOPS_AT_ONCE)):
            try:
                if self._pruned != self._clock().date():
                    self.prune()
                with self._database.writing() as connection:
                    self._write(connection, batch)
            except StoreUnavailable:
                self._put_back([*batch, *waiting])
            except Exception as error:  # noqa: BLE001 - the thread must outlive it
                self._on_error(error)

    def prune(self) -> None:
        """Delete the counts of every shop that are too old. Raises StoreUnavailable."""
        today = self._clock().date()
        with self._database.writing() as connection:
            connection.execute(
                delete(LOOKUP_COUNTS).where(LOOKUP_COUNTS.c.day < today - timedelta(days=KEPT_DAYS))
            )
        self._pruned = today

    def close(self) -> None:
        """Write what there is and end the thread."""
        self._ending.set()
        thread = self._thread
        if thread is not None:
            atexit.unregister(self.close)
            thread.join()
        self.flush()

    def _happened(self, shop: str, what: str) -> None:
        now = self._clock()
        with self._lock:
            if (notes := self._of(shop)) is not None:
                notes.moments[what] = now

    def _of(self, shop: str) -> _Notes | None:
        """Under the lock: the notes of a shop, None where there is no room for one more."""
        notes = self._notes.get(shop)
        if notes is None:
            if len(self._notes) >= MOST_SHOPS:
                return None
            notes = self._notes[shop] = _Notes()
            if len(self._paths) >= MOST_SHOPS:
                self._paths.clear()
            self._start()
        return notes

    def _start(self) -> None:
        # In the process that has something to write: a thread of the one that forked would not be in it.
        if self._thread is None and not self._ending.is_set():
            self._thread = threading.Thread(target=self._run, name="activity", daemon=True)
            self._thread.start()
            atexit.register(self.close)

    def _run(self) -> None:
        while not self._ending.wait(self._every_seconds):
            self.flush()

    def _put_back(self, unwritten: Iterable[tuple[str, _Notes]]) -> None:
        with self._lock:
            for shop, notes in unwritten:
                if (newer := self._of(shop)) is None:
                    self._on_lost(notes.lookups.total())
                else:
                    newer.add(notes)

    def _write(self, connection: Connection, batch: Iterable[tuple[str, _Notes]]) -> None:
        for shop, notes in batch:
            changed: dict[str, object] = {
                _MOMENTS[what].key: _later(_MOMENTS[what], moment) for what, moment in notes.moments.items()
            }
            if notes.path_prefix is not None:
                changed["path_prefix"] = notes.path_prefix
            known = connection.execute(
                update(SHOPS).where(SHOPS.c.domain == shop).values(**changed).returning(SHOPS.c.id)
            ).scalar()
            if known is None:  # never installed, or erased meanwhile
                continue
            for (day, outcome, cause), count in sorted(notes.lookups.items()):
                added = insert_or(connection, LOOKUP_COUNTS).values(
                    shop_id=known, day=day, outcome=outcome, cause=cause, count=count
                )
                connection.execute(
                    added.on_conflict_do_update(
                        index_elements=list(LOOKUP_COUNTS.primary_key),
                        set_={"count": LOOKUP_COUNTS.c.count + added.excluded.count},
                    )
                )


class SqlActivityLog:
    """ports.ActivityLog on SQLite or Postgres."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, shop: str, *, since: date) -> ShopActivity:
        """See ports.ActivityLog. One query."""
        counted = and_(LOOKUP_COUNTS.c.shop_id == SHOPS.c.id, LOOKUP_COUNTS.c.day >= since)
        statement = (
            select(
                *_MOMENTS.values(),
                LOOKUP_COUNTS.c.day,
                LOOKUP_COUNTS.c.outcome,
                LOOKUP_COUNTS.c.cause,
                LOOKUP_COUNTS.c.count.label("number"),  # a row has a method called count
            )
            .select_from(SHOPS)
            .outerjoin(LOOKUP_COUNTS, counted)
            .where(SHOPS.c.domain == shop)
            .order_by(LOOKUP_COUNTS.c.day, LOOKUP_COUNTS.c.outcome, LOOKUP_COUNTS.c.cause)
        )
        with self._database.reading() as connection:
            rows = connection.execute(statement).all()
        if not rows:
            return ShopActivity()
        first = rows[0]
        return ShopActivity(
            last_lookup_at=first.last_lookup_at,
            last_webhook_at=first.last_webhook_at,
            last_throttled_at=first.last_throttled_at,
            lookups=[
                LookupCount(row.day, row.outcome, row.cause, row.number)
                for row in rows
                if row.day is not None
            ],
        )


def _later(column: Column[datetime | None], moment: datetime) -> ColumnElement[datetime | None]:
    """Another worker may have written a later time already."""
    return case((or_(column.is_(None), column < moment), literal(moment, Moment)), else_=column)
