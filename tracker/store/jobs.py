"""Jobs that outlive the request and the process, in the database. Fills `ports.JobQueue` and
`ports.Resealable`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Text, delete, exists, func, insert, literal, or_, select, update

from tracker.ports.jobs import Job, Waiting
from tracker.ports.tokens import Resealed
from tracker.store.database import Database
from tracker.store.sealing import Sealer
from tracker.store.tables import JOBS, PRIVACY_REQUESTS

PURPOSE = "job"
PATIENCE_SECONDS = 60
"""A job that is due for longer than this is overdue."""


class SqlJobs:
    """ports.JobQueue on SQLite or Postgres. Payloads are sealed by `sealers[0]`; the others only open what
    was sealed before a rotation."""

    def __init__(self, database: Database, sealers: Sequence[Sealer]) -> None:
        self._database = database
        self._sealers = tuple(sealers)

    def hand_on(
        self, kind: str, shop: str, payload: bytes = b"", *, after: float = 0.0, once: bool = False
    ) -> None:
        """See ports.Jobs."""
        now, due = self._database.now(), self._database.now(later=after)
        sealed = self._seal(kind, shop, payload)
        name = self._sealers[0].name(PURPOSE, kind, shop, payload.hex()) if once and payload else None
        columns = [
            JOBS.c.kind,
            JOBS.c.shop,
            JOBS.c.payload,
            JOBS.c.created_at,
            JOBS.c.not_before,
            JOBS.c.tries,
            JOBS.c.name,
        ]
        job = select(literal(kind), literal(shop), literal(sealed), now, due, literal(0), literal(name, Text))
        if once or not payload:
            same = JOBS.c.kind == kind, JOBS.c.shop == shop, JOBS.c.lease_holder.is_(None)
            job = job.where(~exists().where(*same, JOBS.c.name.is_not_distinct_from(name)))
        with self._database.writing() as connection:
            connection.execute(insert(JOBS).from_select(columns, job))

    def lease(self, *, holder: str, seconds: float) -> Job | None:
        """See ports.JobQueue. Looks before it writes: most of the time there is nothing to do."""
        now = self._database.now()
        due = (
            select(JOBS.c.id)
            .where(JOBS.c.not_before <= now, or_(JOBS.c.lease_until.is_(None), JOBS.c.lease_until <= now))
            .order_by(JOBS.c.not_before, JOBS.c.id)
            .limit(1)
        )
        with self._database.reading() as connection:
            if connection.execute(due).first() is None:
                return None
        statement = (
            update(JOBS)
            .where(JOBS.c.id == due.with_for_update(skip_locked=True).scalar_subquery())
            .values(
                lease_holder=holder,
                lease_until=self._database.now(later=seconds),
                tries=JOBS.c.tries + 1,
            )
            .returning(*JOBS.c)
        )
        with self._database.writing() as connection:
            row = connection.execute(statement).one_or_none()
        return None if row is None else self._job(row)

    def finish(self, job: Job, *, holder: str, duty: str | None = None) -> bool:
        """See ports.JobQueue."""
        done = delete(JOBS).where(JOBS.c.id == job.id, JOBS.c.lease_holder == holder)
        record = insert(PRIVACY_REQUESTS).values(topic=duty, completed_at=self._database.now())
        with self._database.writing() as connection:
            if not connection.execute(done).rowcount:
                return False
            if duty is not None:
                connection.execute(record)
            return True

    def put_off(self, job: Job, *, holder: str, seconds: float) -> bool:
        """See ports.JobQueue."""
        statement = (
            update(JOBS)
            .where(JOBS.c.id == job.id, JOBS.c.lease_holder == holder)
            .values(not_before=self._database.now(later=seconds), lease_holder=None, lease_until=None)
        )
        with self._database.writing() as connection:
            return connection.execute(statement).rowcount > 0

    def waiting(self) -> Waiting:
        """See ports.JobQueue."""
        overdue = self._database.now(later=-PATIENCE_SECONDS)
        statement = select(
            func.count(), func.min(JOBS.c.created_at).filter(JOBS.c.created_at < overdue)
        ).select_from(JOBS)
        with self._database.reading() as connection:
            count, since = connection.execute(statement).one()
        return Waiting(count, since)

    def reseal(self, *, after: int, limit: int, dry: bool = False) -> Resealed:
        """See ports.Resealable. A payload never changes; a job that is done meanwhile needs no secret."""
        statement = (
            select(JOBS.c.id, JOBS.c.kind, JOBS.c.shop, JOBS.c.payload)
            .where(JOBS.c.id > after)
            .order_by(JOBS.c.id)
            .limit(limit)
        )
        resealed = unreadable = 0
        with self._database.reading() if dry else self._database.writing() as connection:
            rows = connection.execute(statement).all()
            for row in rows:
                if _opened(row, self._sealers[:1]) is not None:
                    continue
                if (payload := _opened(row, self._sealers)) is None:
                    unreadable += 1
                    continue
                anew = update(JOBS).where(JOBS.c.id == row.id)
                sealed = self._seal(row.kind, row.shop, payload)
                if dry or connection.execute(anew.values(payload=sealed)).rowcount:
                    resealed += 1
        return Resealed(len(rows), resealed, unreadable, rows[-1].id if len(rows) == limit else None)

    def _seal(self, kind: str, shop: str, payload: bytes) -> bytes:
        return self._sealers[0].seal(payload, purpose=PURPOSE, shop=shop, place=_place(kind, shop))

    def _job(self, row: Row[Any]) -> Job:
        return Job(row.id, row.kind, row.shop, _opened(row, self._sealers), row.tries)


def _opened(row: Row[*tuple[Any, ...]], sealers: Sequence[Sealer]) -> bytes | None:
    where = {"purpose": PURPOSE, "shop": row.shop, "place": _place(row.kind, row.shop)}
    opened = (sealer.open(row.payload, **where) for sealer in sealers)
    return next((plain for plain in opened if plain is not None), None)


def _place(kind: str, shop: str) -> str:
    """What stands beside a sealed payload, so that it opens for no other work and no other shop."""
    return f"jobs/payload/{kind}/{shop}"
