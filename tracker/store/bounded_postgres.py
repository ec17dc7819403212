"""Connections to Postgres on which no answer is waited for without an end.

A server that is gone closes its connections, or the kernel does it in its place. One that is stopped, swaps,
or waits for its disk leaves them open and says nothing; its own time-outs stand still with it, and to the
kernel all is well. So each wait is bounded on this side.
"""

from __future__ import annotations

from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen

_T = TypeVar("_T")


class NoAnswer(psycopg.OperationalError):
    """The server said nothing for as long as is bearable. `word` is for log and count."""

    word = "no_answer"


class BoundedConnection(psycopg.Connection[Any]):
    """A connection that waits `seconds` for each answer (None: for ever) and is closed where none came, since
    what the server may say later belongs to nobody any more. Raises NoAnswer then."""

    seconds: float | None = None

    @classmethod
    def connect(cls, conninfo: str = "", **arguments: Any) -> BoundedConnection:
        """As psycopg's own, whose `connect_timeout` holds for each address of the server."""
        try:
            return super().connect(conninfo, **arguments)
        except psycopg.errors.ConnectionTimeout:
            raise NoAnswer from None

    def wait(self, gen: PQGen[_T], interval: float = 0.1, timeout: float | None = None) -> _T:
        """As psycopg's own, which waits for ever where it is given no `timeout`."""
        try:
            return super().wait(gen, interval, self.seconds if timeout is None else timeout)
        except psycopg.errors._WaitTimeout:  # what `wait` says that it raises
            self.close()
            raise NoAnswer from None
