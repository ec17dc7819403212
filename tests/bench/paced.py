"""An open-loop load generator: a request goes out when it is due, whether those before it are answered or
not.

Its time counts from when it was due, so what a server that falls behind makes shoppers wait is in it.
Requests are signed beforehand, and one thread waits by select, to the microsecond: epoll would round each
wait up to a whole millisecond, which is about what a kept answer takes.

Workers that wait on one socket share connections by chance, at times one to fifteen: most of the load would
then be on one processor. So connections are shared evenly, and the one that has been idle longest is used
next; the one that was used last would lead to the same worker again.
"""

from __future__ import annotations

import random
import select
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from tests.bench import proc
from tests.bench.load import PATIENCE, Connection, Stream, UnexpectedAnswer
from tests.bench.servers import Server

MOST_BEHIND = 0.1
"""Seconds that the last tenth of the requests may be sent late, at the median: more is a queue that grows."""

GIVEN_UP = 1.0
"""Seconds behind, from which on there is nothing more to learn."""

STEP = 1.05
"""As close to the highest rate as `highest` comes."""

TRIES = 2
"""What else the machine does may spoil one of them."""

MOST_TRIED = 2000
"""Connections, until the workers are taken to share none."""


class Uneven(Exception):
    """One worker took all connections, over and over."""


@dataclass(slots=True)
class Pace:
    """How a load went: the requests sent, whether it was given up, by how much each was sent after it was due
    (`behind`, the server's doing where all connections were busy), and of that what the generator itself was
    late (`late`), all in seconds."""

    given_up: bool = False
    behind: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)

    @property
    def sent(self) -> int:
        """How many requests."""
        return len(self.behind)

    @property
    def is_sustained(self) -> bool:
        """Whether requests were answered as fast as they came."""
        last = sorted(self.behind[-(len(self.behind) // 10 + 1) :])
        return not self.given_up and last[len(last) // 2] <= MOST_BEHIND

    @property
    def late_ms(self) -> float:
        """The 99th percentile of what the generator itself was late, in milliseconds."""
        return sorted(self.late)[int(len(self.late) * 0.99)] * 1000


def evenly(rate: float, seconds: float) -> list[float]:
    """When requests are due that come one by one: seconds since the beginning."""
    return [number / rate for number in range(max(1, int(rate * seconds)))]


def by_chance(rate: float, seconds: float, *, seed: int = 1) -> list[float]:
    """The same for a Poisson process: whoever comes does not look whether somebody else just did."""
    chance, due, now = random.Random(seed), [0.0], 0.0  # noqa: S311 - a load
    while (now := now + chance.expovariate(rate)) < seconds:
        due.append(now)
    return due


def highest(is_sustained: Callable[[float], bool], *, first: float) -> float:
    """The highest rate that is sustained, within STEP below it. `first` is where the search begins."""

    def holds(rate: float) -> bool:
        return any(is_sustained(rate) for _ in range(TRIES))

    low = high = first
    if holds(first):
        while holds(high := 2 * low):
            low = high
    else:
        while not holds(low := high / 2):
            high = low
    while high > STEP * low:
        middle = (low * high) ** 0.5
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low


def run(server: Server, streams: Sequence[tuple[Stream, Sequence[float]]], *, gives_up: bool = False) -> Pace:
    """Send the requests of each stream when they are due, in seconds from now, until all are answered; or
    until GIVEN_UP, where it `gives_up`.

    Raises UnexpectedAnswer, and Uneven.
    """
    pace = Pace()
    with ExitStack() as stack:
        owners: dict[Connection, _Paced] = {}
        for stream, due in streams:
            connections = _shared_evenly(server, stream, stack)
            owners |= dict.fromkeys(connections, _Paced(connections, due, pace, gives_up=gives_up))
        _send(owners)
    return pace


def _send(owners: Mapping[Connection, _Paced]) -> None:
    paced = list(dict.fromkeys(owners.values()))
    started = time.perf_counter()
    while not all(one.is_done for one in paced):
        for one in paced:
            one.send_due(started)
        pause = min(one.pause(started) for one in paced)
        ready, _, _ = select.select([each for one in paced for each in one.busy], (), (), pause)
        if not ready and pause == PATIENCE:
            raise UnexpectedAnswer(f"none within {PATIENCE} seconds")
        for connection in ready:
            owners[connection].receive(connection)


class _Paced:
    """A stream over its connections. Moments are those of `time.perf_counter`."""

    def __init__(
        self, connections: Sequence[Connection], due: Sequence[float], pace: Pace, *, gives_up: bool
    ) -> None:
        self._due = due
        self._gives_up = gives_up
        self._pace = pace
        self._next = 0
        self._idle = deque((connection, 0.0) for connection in connections)
        self.busy: set[Connection] = set()

    @property
    def is_done(self) -> bool:
        return not self.busy and self._is_over

    @property
    def _is_over(self) -> bool:
        return self._pace.given_up or self._next == len(self._due)

    def send_due(self, started: float) -> None:
        while self._idle and not self._is_over:
            due, now = started + self._due[self._next], time.perf_counter()
            if due > now:
                return
            connection, idle_since = self._idle.popleft()
            connection.send_next()
            connection.sent_at = due
            self.busy.add(connection)
            self._next += 1
            self._pace.behind.append(now - due)
            self._pace.late.append(now - max(due, idle_since))
            self._pace.given_up = self._gives_up and now - due > GIVEN_UP

    def pause(self, started: float) -> float:
        """Seconds until the next request is due and can be sent."""
        if not self._idle or self._is_over:
            return PATIENCE
        return max(0.0, started + self._due[self._next] - time.perf_counter())

    def receive(self, connection: Connection) -> None:
        if not connection.receive():
            return
        self.busy.remove(connection)
        if connection.closing:
            connection.renew()
        self._idle.append((connection, time.perf_counter()))


def _shared_evenly(server: Server, stream: Stream, stack: ExitStack) -> list[Connection]:
    """The stream's connections, as many of them to each worker as to any other; the stack closes them."""
    workers = server.workers or [server.pid]
    share = -(-stream.connections // len(workers))
    kept: list[Connection] = []
    held: Counter[int] = Counter()
    with ExitStack() as surplus:
        while len(kept) < stream.connections:
            connection = Connection(server.port, stream)
            worker = proc.holder(connection.socket.getsockname()[1], server.port, workers)
            held[worker] += 1
            (stack if held[worker] <= share else surplus).callback(connection.close)
            if held[worker] <= share:
                kept.append(connection)
            if held.total() > MOST_TRIED:
                raise Uneven
    return kept
