"""The one way to the database: SQLite in a file of this host, or Postgres for many hosts.

Transactions are short, on one connection each, and what the database cannot do becomes StoreUnavailable, with
nothing of the statement or its values in it.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import (
    URL,
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    Engine,
    create_engine,
    event,
    func,
    literal,
    make_url,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    InvalidatePoolError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from tracker.breaker import Breaker
from tracker.clock import utc_now
from tracker.errors import StoreUnavailable
from tracker.store.moments import Moment

_NOT_SET_UP = {"42P01", "42703", "42501"}
"""SQLSTATEs of a table or column that is not there, or that this user may not touch, which is no mistake in a
statement. https://www.postgresql.org/docs/current/errcodes-appendix.html"""

PATIENCE_SECONDS = 2.0
"""For a lock that somebody else holds, for a free connection, and for a new one. A webhook has five seconds,
and a shopper's look-up has less: a server that says nothing costs whoever meets it first the question whether
a kept connection is alive and the try to make a new one, or one statement, and all others nothing."""

STATEMENT_SHARE = 1.25
"""A statement may take longer than a lock may be waited for; then the server itself ends it."""

ANSWER_SHARE = 1.5
"""A server that did not even do that has stopped."""

PING_SHARE = 0.5

NO_ANSWER = "no_answer"
"""The word for a server that says nothing."""

TRUSTED_SECONDS = 1.0
"""So long after it was used a connection to Postgres is taken to be there still."""

CONNECTIONS = 5
"""Kept open in each process; more are opened for a moment where more threads ask at once."""


class Database:
    """Connections to the database of `url`, in bounded number. Nothing is connected before it is needed.

    A SQLite file that is not there is not made, unless `create` says so: an empty one would look like a
    service without a shop. `on_failure` is told a short stable word each time a transaction failed.
    """

    def __init__(
        self,
        url: str,
        *,
        threads: int = CONNECTIONS,
        create: bool = False,
        on_failure: Callable[[str], None] = lambda _word: None,
    ) -> None:
        self._on_failure = on_failure
        # A refusal is as quick as an answer. Only who says nothing makes everybody wait.
        self._silence = Breaker(open_seconds=PATIENCE_SECONDS)
        self._url = make_url(url)
        self._sqlite = self._url.get_backend_name() == "sqlite"
        self.engine = (
            self._sqlite_engine(threads, create=create) if self._sqlite else self._postgres_engine(threads)
        )
        self._reader = self.engine
        if not self._sqlite:
            self._reader = self.engine.execution_options(isolation_level="AUTOCOMMIT")

    def __repr__(self) -> str:
        return f"Database({self._url.get_backend_name()})"

    @property
    def name(self) -> str:
        """For people: which database, and where, without user and password."""
        if self._sqlite:
            return f"SQLite in {self._url.database}"
        return f"Postgres on {self._url.host or self._url.query.get('host') or 'this host'}"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """What is read here; on SQLite as of one moment, on Postgres as of each statement, which saves the
        round trips of a transaction. Raises StoreUnavailable."""
        with self._translated(), self._reader.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes, kept as a whole or not at all. Raises StoreUnavailable.

        On SQLite it takes its turn when it begins: one that read first and wrote later could be sent away
        without a wait.
        """
        with (
            self._translated(),
            self.engine.connect().execution_options(tracker_writes=True) as connection,
            connection.begin(),
        ):
            yield connection

    def now(self, *, later: float = 0) -> ColumnElement[datetime]:
        """The time, or so many seconds later, by the clock that all who share the database share: the
        server's own, or this host's."""
        delay = timedelta(seconds=later)
        if self._sqlite:
            return literal(utc_now() + delay, Moment)
        return func.clock_timestamp(type_=DateTime(timezone=True)) + delay

    def close(self) -> None:
        """End the connections that nobody uses now."""
        self.engine.dispose()

    def as_long_as_it_takes(self, connection: Connection) -> None:
        """For the rest of this transaction no statement and no lock is waited for too long. Only for what is
        no part of a request."""
        if not self._sqlite:
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
            _bound(connection.connection.driver_connection, None)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        if not self._silence.allows():
            raise self._unavailable(NO_ANSWER)
        try:
            yield
        except (IntegrityError, DataError):
            raise
        except PoolTimeout:
            raise self._unavailable("no_free_connection") from None
        except DBAPIError as error:
            if isinstance(error, ProgrammingError) and _sqlstate(error) not in _NOT_SET_UP:
                raise
            word = _word(error)
            if word == NO_ANSWER:
                self._silence.failed()
            raise self._unavailable(word) from None
        else:
            self._silence.succeeded()

    def _unavailable(self, word: str) -> StoreUnavailable:
        self._on_failure(word)
        return StoreUnavailable(word)

    def _postgres_engine(self, threads: int) -> Engine:
        # A service that keeps its shops in SQLite has no use for the driver.
        from tracker.store.bounded_postgres import BoundedConnection  # noqa: PLC0415

        engine = create_engine(
            self._url,
            hide_parameters=True,
            pool_size=min(CONNECTIONS, threads),
            max_overflow=max(0, threads - CONNECTIONS),
            pool_timeout=PATIENCE_SECONDS,
            connect_args={
                "connect_timeout": math.ceil(PATIENCE_SECONDS),
                "keepalives_idle": 10,
                "keepalives_interval": 2,
                "keepalives_count": 3,
                "tcp_user_timeout": int(PATIENCE_SECONDS * 1000),
                "application_name": "track-my-order",
                # A connection pooler in between may hand each transaction to another server.
                "prepare_threshold": None,
            },
        )
        milliseconds = PATIENCE_SECONDS * 1000
        bound = PATIENCE_SECONDS * ANSWER_SHARE

        @event.listens_for(engine, "do_connect")
        def _bounded(
            _dialect: Dialect, _: ConnectionPoolEntry | None, arguments: list[Any], named: dict[str, Any]
        ) -> BoundedConnection:
            connection = BoundedConnection.connect(*arguments, **named)
            connection.seconds = bound
            return connection

        @event.listens_for(engine, "connect")
        def _limits(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
            cursor = connection.cursor()
            cursor.execute(
                f"SET lock_timeout = {milliseconds:.0f};"
                f"SET statement_timeout = {milliseconds * STATEMENT_SHARE:.0f}"
            )
            cursor.close()
            connection.commit()

        @event.listens_for(engine, "checkin")
        def _used(connection: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
            entry.info["used_at"] = time.monotonic()
            _bound(connection, bound)

        @event.listens_for(engine, "checkout")
        def _is_there(
            connection: DBAPIConnection, entry: ConnectionPoolEntry, _: PoolProxiedConnection
        ) -> None:
            # A server that was restarted is noticed before a statement is lost to it. What was used a moment
            # ago is not asked: no server restarts so quickly, and each look-up would pay for it.
            now = time.monotonic()
            if now - entry.info.get("used_at", now) <= TRUSTED_SECONDS:
                return
            _bound(connection, PATIENCE_SECONDS * PING_SHARE)
            if not _answers(engine, connection):
                raise InvalidatePoolError
            _bound(connection, bound)

        return engine

    def _sqlite_engine(self, threads: int, *, create: bool) -> Engine:
        path = Path(self._url.database or "").absolute()
        engine = create_engine(
            URL.create(
                "sqlite",
                database=f"file:{quote(str(path))}",
                query={"mode": "rwc" if create else "rw", "uri": "true"},
            ),
            hide_parameters=True,
            pool_size=min(CONNECTIONS, threads),
            max_overflow=max(0, threads - CONNECTIONS),
            pool_timeout=PATIENCE_SECONDS,
            connect_args={"timeout": PATIENCE_SECONDS},
        )

        @event.listens_for(engine, "connect")
        def _prepare(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
            # The driver would begin by itself, too late, and commit before table changes.
            connection.isolation_level = None
            cursor = connection.cursor()
            cursor.execute("PRAGMA journal_mode = WAL")
            cursor.execute("PRAGMA synchronous = NORMAL")
            cursor.execute("PRAGMA foreign_keys = ON")
            cursor.execute("PRAGMA secure_delete = ON")
            cursor.close()
            entry.info["file"] = _identity(path)

        @event.listens_for(engine, "checkout")
        def _same_file(_: DBAPIConnection, entry: ConnectionPoolEntry, __: PoolProxiedConnection) -> None:
            # SQLite would go on writing to a file that was deleted or replaced, and that nobody sees again.
            if entry.info["file"] != _identity(path):
                raise InvalidatePoolError

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            writes = connection.get_execution_options().get("tracker_writes")
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

        return engine


def _bound(connection: object, seconds: float | None) -> None:
    """How long this connection to Postgres waits for each answer."""
    if connection is not None:
        connection.seconds = seconds  # type: ignore[attr-defined]  # a BoundedConnection


def _answers(engine: Engine, connection: DBAPIConnection) -> bool:
    try:
        return engine.dialect.do_ping(connection)
    except engine.dialect.loaded_dbapi.Error:
        return False


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _sqlstate(error: DBAPIError) -> str | None:
    return getattr(error.orig, "sqlstate", None)


def _word(error: DBAPIError) -> str:
    if (word := getattr(error.orig, "word", None)) is not None:
        return str(word)
    name = getattr(error.orig, "sqlite_errorname", None) or _sqlstate(error)
    return "no_connection" if name is None else str(name).lower()
