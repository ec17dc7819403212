"""A load generator that costs little: one thread, kept connections, requests ready before they are sent.

It is closed-loop: each connection sends its next request when the last one is answered, so the rate that it
reaches is what the server gives, and the time of a request includes its wait in line. `paced` has the other
kind.
"""

from __future__ import annotations

import re
import selectors
import socket
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

PATIENCE = 30
_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)
_CLOSE = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)


class UnexpectedAnswer(Exception):
    """A figure about answers of another kind than the one meant would be worth nothing."""


@dataclass(slots=True)
class Stream:
    """Requests of one kind over a number of connections; every answer must have the `status`, but that those
    in `tolerated` are counted as `refused`, and their times are not kept."""

    requests: Iterator[bytes]
    connections: int
    status: int = 200
    seconds: list[float] = field(default_factory=list)
    tolerated: frozenset[int] = frozenset()
    refused: Counter[int] = field(default_factory=Counter)

    @property
    def answered(self) -> int:
        """All requests that had an answer, refusals included."""
        return len(self.seconds) + self.refused.total()

    def quantile(self, share: float) -> float:
        """The time, in milliseconds, within which this share of the requests was answered."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000

    @property
    def median(self) -> float:
        """In milliseconds."""
        return statistics.median(self.seconds) * 1000


class Connection:
    """One that is kept: a request, its whole answer, the next request. `sent_at` is what the time of the
    answer counts from."""

    def __init__(self, port: int, stream: Stream) -> None:
        self.port = port
        self.stream = stream
        self.socket = self._connect()
        self.request = b""
        self.received = b""
        self.sent_at = 0.0

    def fileno(self) -> int:
        """So that it can be waited for."""
        return self.socket.fileno()

    def send_next(self) -> None:
        """The stream's next request."""
        self.request = next(self.stream.requests)
        self.received = b""
        self.sent_at = time.perf_counter()
        self.socket.sendall(self.request)

    def receive(self) -> bool:
        """Take what has come. True once the answer is whole. Raises UnexpectedAnswer."""
        piece = self.socket.recv(65536)
        if not piece:
            raise UnexpectedAnswer("closed before the answer was whole")
        self.received += piece
        head, found, body = self.received.partition(b"\r\n\r\n")
        if not found:
            return False
        length = _LENGTH.search(head)
        if length is None:
            raise UnexpectedAnswer("no length")
        if len(body) < int(length[1]):
            return False
        self._count(int(head[9:12]), body)
        return True

    def _count(self, status: int, body: bytes) -> None:
        if status == self.stream.status:
            self.stream.seconds.append(time.perf_counter() - self.sent_at)
        elif status in self.stream.tolerated:
            self.stream.refused[status] += 1
        else:
            raise UnexpectedAnswer(f"{status} in place of {self.stream.status}: {body[:200]!r}")

    @property
    def closing(self) -> bool:
        """Whether the server said that it closes after this answer."""
        return _CLOSE.search(self.received.partition(b"\r\n\r\n")[0]) is not None

    def renew(self) -> None:
        """A new connection in place of it."""
        self.close()
        self.socket = self._connect()

    def close(self) -> None:
        """For good."""
        self.socket.close()

    def _connect(self) -> socket.socket:
        opened = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return opened


def run(port: int, streams: Sequence[Stream], *, seconds: float) -> float:
    """Put all streams on the server at `port` at once for about so long. Gives the seconds that it took.

    Raises UnexpectedAnswer.
    """
    with selectors.DefaultSelector() as selector:
        connections = [Connection(port, stream) for stream in streams for _ in range(stream.connections)]
        started = time.perf_counter()
        for connection in connections:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.send_next()
        while selector.get_map():
            ready = selector.select(timeout=PATIENCE)
            if not ready:
                raise UnexpectedAnswer(f"none within {PATIENCE} seconds")
            for key, _ in ready:
                _go_on(key.data, selector, over=time.perf_counter() - started >= seconds)
        return time.perf_counter() - started


def ask(port: int, request: bytes, *, status: int = 200) -> bytes:
    """The body of the answer to one request."""
    connection = Connection(port, Stream(iter([request]), 1, status))
    connection.send_next()
    while not connection.receive():
        pass
    connection.close()
    return connection.received.partition(b"\r\n\r\n")[2]


def in_turn(port: int, streams: Sequence[Stream], *, times: int) -> None:
    """One request of each stream after the other, so many times: times without any wait in line."""
    connections = [Connection(port, stream) for stream in streams]
    for _ in range(times):
        for connection in connections:
            connection.send_next()
            while not connection.receive():
                pass
            if connection.closing:
                connection.renew()
    for connection in connections:
        connection.close()


def _go_on(connection: Connection, selector: selectors.BaseSelector, *, over: bool) -> None:
    if not connection.receive():
        return
    if over:
        selector.unregister(connection.socket)
        connection.close()
        return
    if connection.closing:
        selector.unregister(connection.socket)
        connection.renew()
        selector.register(connection.socket, selectors.EVENT_READ, connection)
    connection.send_next()
