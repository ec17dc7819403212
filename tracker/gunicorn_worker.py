"""gunicorn's threaded worker, taught to refuse as the application does: one constant problem document, one
JSON line, and nothing of what was sent in either of them. Loaded by gunicorn, by the name of this module.

gunicorn itself answers what it cannot read as HTTP with a page that repeats it, and logs it beside the
caller's address.
"""

from __future__ import annotations

import io
import json
import mmap
import socket
import struct
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress
from http import HTTPStatus
from types import FrameType
from typing import Any

import structlog
from gunicorn.http import errors  # type: ignore[import-untyped]  # gunicorn has no types
from gunicorn.http.body import Body  # type: ignore[import-untyped]  # the same
from gunicorn.sock import BaseSocket  # type: ignore[import-untyped]  # the same
from gunicorn.util import http_date, write_nonblock  # type: ignore[import-untyped]  # the same
from gunicorn.workers.gthread import TConn, ThreadWorker  # type: ignore[import-untyped]  # the same

from tracker.logs import exception_fields
from tracker.web.headers import DOCUMENTS

log = structlog.get_logger()

OURS = (errors.InvalidResponseHeader, errors.InvalidResponseHeaderName, errors.ConfigurationProblem)
"""What gunicorn raises beside the caller's mistakes, but for mistakes of the service."""
STATUSES = {
    errors.LimitRequestLine: HTTPStatus.REQUEST_URI_TOO_LONG,
    errors.LimitRequestHeaders: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
}

SUCCESSORS_SECONDS = 60.0
"""So long a worker that is replaced waits for those that take its place; they load in about one."""

HELD_SECONDS = 10.0
"""So long one request may hold a thread. An answer takes half of it at most; the rest is for the request to
arrive in, and gunicorn itself waits five seconds for its first byte."""

_PAIR, _AGE = struct.Struct("=II"), struct.Struct("=I")
_PLACES = 1024
_READY = mmap.mmap(-1, _PLACES * _AGE.size)
"""Which workers take connections, for all of them to see: the age of each in its place. Made by the master,
which loads this module before it forks."""


def _place(age: int) -> int:
    return age % _PLACES * _AGE.size


Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Threads as many as `gunicorn_config` says."""

    wsgi: Application
    sockets: list[BaseSocket]
    processor: int | None = None
    """The one it keeps to, if any."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Made before the fork, so that worker and master see the same two numbers: the age of the first
        # worker that takes its place, and how many do.
        self._successors = mmap.mmap(-1, _PAIR.size)
        self._leaves_by: float | None = None
        self._held: dict[TConn, float] = {}

    @property
    def replaced(self) -> bool:
        """Whether other workers take its place while the service goes on."""
        first, _ = _PAIR.unpack(self._successors)
        return bool(first)

    def replace(self, successors: range) -> None:
        """Tell it, from the master, before it is told to end: the ages of those that take its place."""
        _PAIR.pack_into(self._successors, 0, successors.start, len(successors))

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to end; one that is replaced does so once all its successors take connections. gunicorn tells
        it as soon as they are forked, and nobody would be let in while they load the application."""
        if self.replaced and self.alive and self._leaves_by is None:
            self._leaves_by = time.monotonic() + SUCCESSORS_SECONDS
        elif self._leaves_by is None:
            super().handle_exit(sig, frame)

    def notify(self) -> None:
        """Say that it lives, as it does at least once a second; and look whether it may end."""
        super().notify()
        self._let_go()
        if self._leaves_by is not None and (self._succeeded() or time.monotonic() > self._leaves_by):
            self.alive = False

    def handle(self, conn: TConn) -> bool:
        """Answer a request, in a thread."""
        self._held[conn] = time.monotonic()
        try:
            return bool(super().handle(conn))
        finally:
            del self._held[conn]

    def _let_go(self) -> None:
        """Wait no longer for who sends too slowly: the thread that reads sees the end of it, as if the caller
        had left. An answer that is under way still gets out."""
        now = time.monotonic()
        for conn, begun in list(self._held.items()):
            if now - begun > HELD_SECONDS:
                with suppress(OSError):  # it has ended meanwhile
                    conn.sock.shutdown(socket.SHUT_RD)

    def _succeeded(self) -> bool:
        first, count = _PAIR.unpack(self._successors)
        return all(_AGE.unpack_from(_READY, _place(age))[0] == age for age in range(first, first + count))

    def load_wsgi(self) -> None:
        """Load the application, and let it read bodies by `_Input`."""
        super().load_wsgi()
        application = self.wsgi

        def with_input(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            environ["wsgi.input"] = _Input(environ["wsgi.input"], int(environ.get("CONTENT_LENGTH") or 0))
            return application(environ, start_response)

        self.wsgi = with_input

    def set_accept_enabled(self, enabled: bool) -> None:  # noqa: FBT001 - gunicorn calls it so
        """Take connections or take none. A worker that ends takes those that wait already, to answer them,
        and closes its door at once. gunicorn would leave it open until the last answer is given, and then
        drop whoever came in meanwhile."""
        super().set_accept_enabled(enabled)
        if enabled:
            _AGE.pack_into(_READY, _place(self.age), self.age)
        if enabled or self.alive:
            return
        if self.replaced:
            self.cfg.set("graceful_timeout", self.cfg.keepalive + self.cfg.graceful_timeout)
        for listener in self.sockets:
            before = -1
            while before < self.nr_conns < self.worker_connections:
                before = self.nr_conns
                self.accept(listener)
            listener.close()
        self.sockets = []

    def finish_request(self, conn: TConn, fs: Future[bool]) -> None:
        """Keep, close or hand on a connection after a request.

        Whoever closes a connection that is kept may do so just as a request comes in on it, and a proxy does
        not send a form twice. So a worker that is replaced leaves that to the other side, as always: a
        request that comes is answered, with the word that the connection ends, and one that stays idle is
        closed by the proxy, which does so sooner than this service.
        """
        super().finish_request(conn, fs)
        if self.replaced and self.keepalived_conns and self.keepalived_conns[-1] is conn:
            conn.set_timeout()

    def _cap_keepalive(self, deadline: float) -> None:
        if not self.replaced:
            super()._cap_keepalive(deadline)

    def handle_error(self, req: object, client: socket.socket, addr: object, exc: BaseException) -> None:
        """Refuse what could not be read as HTTP: 414 for a line that is too long, 431 for too many headers,
        400 for anything else; 500 where the mistake is ours. The connection is closed after it."""
        if isinstance(exc, errors.ParseException) and not isinstance(exc, OURS):
            status, code = STATUSES.get(type(exc), HTTPStatus.BAD_REQUEST), "bad_request"
            log.info("request", status=status.value, code=code, cause=type(exc).__qualname__)
        else:
            status, code = HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error"
            log.error("unforeseen", status=status.value, code=code, **exception_fields(exc))
        try:
            write_nonblock(client, _problem(status, code))
        except OSError:
            log.debug("caller gone", code=code)

    def _keepalive_after(self, conn: TConn, keepalive: bool) -> bool:  # noqa: FBT001 - gunicorn calls it so
        """A body that nobody asked for may make no sense either; its request has been answered already."""
        try:
            return bool(super()._keepalive_after(conn, keepalive))
        except errors.ParseException:
            return False


class _Input(io.RawIOBase):
    """A body that raises OSError where its chunks are malformed or its caller left early, which werkzeug
    takes for a bad request. gunicorn's own kind of exception would look like a mistake of the application,
    and half a body like a whole one.

    `length` is what Content-Length announced, 0 for a body in chunks.
    """

    def __init__(self, body: Body, length: int) -> None:
        self._body = body
        self._missing = length

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if size < 0:
            return self.readall()
        try:
            data: bytes = self._body.read(size)
        except errors.ParseException as error:
            raise OSError("the body is malformed") from error
        self._missing -= len(data)
        if len(data) < size and self._missing > 0:
            raise OSError("the caller left")
        return data

    def readinto(self, buffer: Any) -> int:
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _problem(status: HTTPStatus, code: str) -> bytes:
    document = {"type": "about:blank", "title": status.phrase, "status": status.value, "code": code}
    body = json.dumps(document)
    headers = (
        ("Date", http_date()),
        ("Connection", "close"),
        ("Content-Type", "application/problem+json"),
        ("Content-Length", str(len(body))),
        *DOCUMENTS,
    )
    head = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return f"HTTP/1.1 {status.value} {status.phrase}\r\n{head}\r\n{body}".encode("ascii")
