"""A real server on loopback that does what it is told, once per request: answers, resets, hangs, halves."""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self

from tests.shopify import recordings

Behaviour = Callable[[socket.socket, threading.Event], None]
"""Given the connection, which it closes or leaves open, and an event that is set when the server ends."""


@dataclass
class Request:
    """A request as it came over the wire."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def reply(
    body: bytes | object = b"{}", *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Behaviour:
    """An answer that keeps the connection open; what is not bytes is written as JSON."""
    payload = body if isinstance(body, bytes) else json.dumps(body).encode()
    told = {"Content-Type": "application/json", "Content-Length": str(len(payload)), **(headers or {})}
    head = f"HTTP/1.1 {status} {HTTPStatus(status).phrase if status in set(HTTPStatus) else 'Odd'}\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in told.items())

    def behave(connection: socket.socket, _stopped: threading.Event) -> None:
        connection.sendall(head.encode() + b"\r\n" + payload)

    return behave


def recorded(name: str, **headers: str) -> Behaviour:
    """A recorded answer."""
    return reply(
        recordings.body(name), headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


def reset(connection: socket.socket, _stopped: threading.Event) -> None:
    """Closed with a reset, without an answer."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def close(connection: socket.socket, _stopped: threading.Event) -> None:
    """Closed politely, without an answer: what a pooled connection meets that was idle for too long."""
    connection.close()


def hang(_connection: socket.socket, stopped: threading.Event) -> None:
    """Never an answer."""
    stopped.wait()


def half(connection: socket.socket, _stopped: threading.Event) -> None:
    """Less than was promised."""
    connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"data": ')
    connection.close()


def half_chunked(connection: socket.socket, _stopped: threading.Event) -> None:
    """A chunk, and no end."""
    connection.sendall(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{"data": \r\n')
    connection.close()


def stall(connection: socket.socket, stopped: threading.Event) -> None:
    """Begins to answer, then says nothing more."""
    connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"data": ')
    stopped.wait()


class Drip:
    """Says `head`, then `drop` every hundredth of a second, for five seconds, and hangs up: each read
    succeeds, the whole takes far too long. Without a drop it is silent.

    `begun` is set when the head is on its way, `left_alone` if the client goes away before the end.
    """

    DROPS = 500

    def __init__(self, head: bytes, drop: bytes = b"") -> None:
        self.head = head
        self.drop = drop
        self.begun = threading.Event()
        self.left_alone = threading.Event()

    def __call__(self, connection: socket.socket, stopped: threading.Event) -> None:
        self.begun.set()
        try:
            connection.sendall(self.head)
            connection.settimeout(0.01)
            for _ in range(self.DROPS):
                if stopped.is_set() or self._hung_up(connection):
                    break
                connection.sendall(self.drop)
        except OSError:
            self.left_alone.set()
        connection.close()

    def _hung_up(self, connection: socket.socket) -> bool:
        try:
            connection.recv(1)
        except TimeoutError:
            return False
        self.left_alone.set()
        return True


class Upstream:
    """The server. `behaviours` are used up one per request; more requests than that are reset."""

    def __init__(self, *behaviours: Behaviour, tls: ssl.SSLContext | None = None) -> None:
        self.behaviours = list(behaviours)
        self._tls = tls
        self.requests: list[Request] = []
        self.connections = 0
        self._stopped = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._accept)]

    @property
    def origin(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(timeout=5)
            assert not thread.is_alive()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, accepted: socket.socket) -> None:
        with suppress(OSError), self._secured(accepted) as connection:
            connection.settimeout(0.05)
            while request := self._read(connection):
                self.requests.append(request)
                behave = self.behaviours.pop(0) if self.behaviours else reset
                behave(connection, self._stopped)

    def _secured(self, connection: socket.socket) -> socket.socket:
        connection.settimeout(5)
        return self._tls.wrap_socket(connection, server_side=True) if self._tls else connection

    def _read(self, connection: socket.socket) -> Request | None:
        received = b""
        while b"\r\n\r\n" not in received:
            received += (chunk := self._receive(connection))
            if not chunk:
                return None
        head, _, body = received.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        method, path, _ = first.split(" ", 2)
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        while len(body) < int(headers.get("content-length", "0")):
            body += self._receive(connection)
        return Request(method, path, headers, body)

    def _receive(self, connection: socket.socket) -> bytes:
        while not self._stopped.is_set():
            try:
                return connection.recv(65536)
            except TimeoutError:
                continue
        return b""
