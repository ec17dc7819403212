"""A load generator that costs little: one thread, kept connections, requests ready before they are due.

It is closed-loop: each connection sends its next request when the last one is answered, so the rate that it
reaches is what the server gives, and the time of a request includes its wait in line.
"""

from __future__ import annotations

import re
import selectors
import socket
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

PATIENCE = 30
_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)
_CLOSE = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)


class UnexpectedAnswer(Exception):
    """A figure about answers of another kind than the one meant would be worth nothing."""


@dataclass(slots=True)
class Stream:
    """Requests of one kind over a number of connections; every answer must have the `status`."""

    requests: Iterator[bytes]
    connections: int
    status: int = 200
    seconds: list[float] = field(default_factory=list)

    def quantile(self, share: float) -> float:
        """The time, in milliseconds, within which this share of the requests was answered."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000

    @property
    def median(self) -> float:
        """In milliseconds."""
        return statistics.median(self.seconds) * 1000


class _Connection:
    def __init__(self, port: int, stream: Stream) -> None:
        self.port = port
        self.stream = stream
        self.socket = self._connect()
        self.request = b""
        self.received = b""
        self.sent_at = 0.0

    def send_next(self) -> None:
        self.request = next(self.stream.requests)
        self.received = b""
        self.sent_at = time.perf_counter()
        self.socket.sendall(self.request)

    def receive(self) -> bool:
        """Take what has come. True once the answer is whole."""
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
        self.stream.seconds.append(time.perf_counter() - self.sent_at)
        if int(head[9:12]) != self.stream.status:
            raise UnexpectedAnswer(f"{head[9:12].decode()} in place of {self.stream.status}: {body[:200]!r}")
        return True

    @property
    def closing(self) -> bool:
        return _CLOSE.search(self.received.partition(b"\r\n\r\n")[0]) is not None

    def renew(self) -> None:
        self.socket.close()
        self.socket = self._connect()

    def _connect(self) -> socket.socket:
        opened = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return opened


def run(port: int, streams: Sequence[Stream], *, seconds: float) -> float:
    """Put all streams on the server at `port` at once for about so long. Gives the seconds that it took.

    Raises UnexpectedAnswer.
    """
    with selectors.DefaultSelector() as selector:
        connections = [_Connection(port, stream) for stream in streams for _ in range(stream.connections)]
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
    connection = _Connection(port, Stream(iter([request]), 1, status))
    connection.send_next()
    while not connection.receive():
        pass
    connection.socket.close()
    return connection.received.partition(b"\r\n\r\n")[2]


def in_turn(port: int, streams: Sequence[Stream], *, times: int) -> None:
    """One request of each stream after the other, so many times: times without any wait in line."""
    connections = [_Connection(port, stream) for stream in streams]
    for _ in range(times):
        for connection in connections:
            connection.send_next()
            while not connection.receive():
                pass
            if connection.closing:
                connection.renew()
    for connection in connections:
        connection.socket.close()


def at_rate(port: int, stream: Stream, *, rate: float, seconds: float) -> int:
    """So many requests a second for so long, whether the last ones are answered or not; how many there were.

    The time of a request counts from when it was due: a wait for a free connection is the server's doing.
    Raises UnexpectedAnswer.
    """
    sent = answered = 0
    with selectors.DefaultSelector() as selector:
        idle = [_Connection(port, stream) for _ in range(stream.connections)]
        everyone = list(idle)
        started = time.perf_counter()
        while answered < sent or sent < rate * seconds:
            due = started + sent / rate
            while idle and sent < rate * seconds and due <= time.perf_counter():
                connection = idle.pop()
                connection.send_next()
                connection.sent_at = due
                selector.register(connection.socket, selectors.EVENT_READ, connection)
                sent += 1
                due = started + sent / rate
            pause = max(0.0, due - time.perf_counter()) if idle and sent < rate * seconds else PATIENCE
            ready = selector.select(timeout=pause)
            if not ready and pause == PATIENCE:
                raise UnexpectedAnswer(f"none within {PATIENCE} seconds")
            for key, _ in ready:
                connection = key.data
                if connection.receive():
                    selector.unregister(connection.socket)
                    if connection.closing:
                        connection.renew()
                    idle.append(connection)
                    answered += 1
    for connection in everyone:
        connection.socket.close()
    return sent


def _go_on(connection: _Connection, selector: selectors.BaseSelector, *, over: bool) -> None:
    if not connection.receive():
        return
    if over:
        selector.unregister(connection.socket)
        connection.socket.close()
        return
    if connection.closing:
        selector.unregister(connection.socket)
        connection.renew()
        selector.register(connection.socket, selectors.EVENT_READ, connection)
    connection.send_next()
