"""Clients as a reverse proxy is one: connections kept for as long as the service allows, none retried on
another, and fresh ones beside them."""

from __future__ import annotations

import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

PATIENCE_SECONDS = 30.0
PIECE = 65536


@dataclass
class Outcome:
    """Requests by what became of them: a status, or the name of what went wrong; and the slowest answer."""

    counts: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    closed: int = 0
    """Connections that the service said it would close, and did."""

    @property
    def answered(self) -> int:
        return self.counts["200"]

    @property
    def failed(self) -> dict[str, int]:
        return {word: count for word, count in self.counts.items() if word != "200"}


class Keepers:
    """`kept` threads with a connection each, which they give up only where the answer says so, and `fresh`
    threads with a new one for each request; until `total` requests were made. `request` gives the bytes of
    one, told whether its connection is to be kept."""

    def __init__(
        self,
        port: int,
        request: Callable[[bool], bytes],
        *,
        total: int,
        kept: int,
        fresh: int,
        pause: float = 0.0,
    ) -> None:
        self._port = port
        self._request = request
        self._numbers = iter(range(total))
        self._lock = threading.Lock()
        self._pause = pause
        self.outcome = Outcome()
        self._threads = [
            threading.Thread(target=self._go_on, kwargs={"keep": keep}, daemon=True)
            for keep in [*[True] * kept, *[False] * fresh]
        ]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    @property
    def busy(self) -> bool:
        """Whether there is more to come."""
        return any(thread.is_alive() for thread in self._threads)

    def join(self) -> None:
        """Wait for the last answer."""
        for thread in self._threads:
            thread.join()

    def _go_on(self, *, keep: bool) -> None:
        connection: socket.socket | None = None
        for _ in self._mine():
            sent = time.monotonic()
            word, closing = "", True
            try:
                if connection is None:
                    connection = self._connected()
                connection.sendall(self._request(keep))
                word, closing = _answer(connection)
            except OSError as error:
                word = type(error).__name__
            self._count(word, time.monotonic() - sent, closing=closing and keep and word == "200")
            if (closing or not keep) and connection is not None:
                connection.close()
                connection = None
            if self._pause:
                time.sleep(self._pause)
        if connection is not None:
            connection.close()

    def _mine(self) -> Iterator[int]:
        while True:
            with self._lock:
                number = next(self._numbers, None)
            if number is None:
                return
            yield number

    def _count(self, word: str, seconds: float, *, closing: bool) -> None:
        with self._lock:
            self.outcome.counts[word] += 1
            self.outcome.slowest = max(self.outcome.slowest, seconds)
            self.outcome.closed += closing

    def _connected(self) -> socket.socket:
        opened = socket.create_connection(("127.0.0.1", self._port), timeout=PATIENCE_SECONDS)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return opened


def _answer(connection: socket.socket) -> tuple[str, bool]:
    """Status, and whether the service closes the connection. Raises ConnectionError for less than a whole
    answer."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += _piece(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    length = next(int(line.partition(b":")[2]) for line in lines if line.startswith(b"content-length:"))
    while len(body) < length:
        body += _piece(connection)
    return head[9:12].decode(), b"connection: close" in lines


def _piece(connection: socket.socket) -> bytes:
    piece = connection.recv(PIECE)
    if not piece:
        raise ConnectionError("closed before the answer was whole")
    return piece
