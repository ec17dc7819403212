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
    return at_rates(port, [(stream, rate)], seconds=seconds)


def at_rates(port: int, streams: Sequence[tuple[Stream, float]], *, seconds: float) -> int:
    """The same with several streams at once, each at its own rate."""
    paced = [_Paced(port, stream, rate, int(rate * seconds)) for stream, rate in streams]
    with selectors.DefaultSelector() as selector:
        started = time.perf_counter()
        while not all(one.done for one in paced):
            for one in paced:
                one.send_due(selector, started)
            pause = min(one.pause(started) for one in paced)
            ready = selector.select(timeout=pause)
            if not ready and pause == PATIENCE:
                raise UnexpectedAnswer(f"none within {PATIENCE} seconds")
            for key, _ in ready:
                owner, connection = key.data
                owner.receive(selector, connection)
    for one in paced:
        one.close()
    return sum(one.sent for one in paced)


class _Paced:
    """A stream at a steady rate over its connections, until so many requests are answered."""

    def __init__(self, port: int, stream: Stream, rate: float, requests: int) -> None:
        self._rate = rate
        self._requests = requests
        self._everyone = [_Connection(port, stream) for _ in range(stream.connections)]
        self._idle = list(self._everyone)
        self._answered = 0
        self.sent = 0

    @property
    def done(self) -> bool:
        return self._answered == self._requests

    def send_due(self, selector: selectors.BaseSelector, started: float) -> None:
        while self._idle and self.sent < self._requests:
            due = started + self.sent / self._rate
            if due > time.perf_counter():
                return
            connection = self._idle.pop()
            connection.send_next()
            connection.sent_at = due
            selector.register(connection.socket, selectors.EVENT_READ, (self, connection))
            self.sent += 1

    def pause(self, started: float) -> float:
        """Seconds until the next request is due and can be sent."""
        if not self._idle or self.sent == self._requests:
            return PATIENCE
        return max(0.0, started + self.sent / self._rate - time.perf_counter())

    def receive(self, selector: selectors.BaseSelector, connection: _Connection) -> None:
        if not connection.receive():
            return
        selector.unregister(connection.socket)
        if connection.closing:
            connection.renew()
        self._idle.append(connection)
        self._answered += 1

    def close(self) -> None:
        for connection in self._everyone:
            connection.socket.close()


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
