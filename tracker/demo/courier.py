"""Taking webhooks to the app: from a queue, at least once, again and again until it says 2xx.

https://shopify.dev/docs/apps/build/webhooks/subscribe/https
"""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

import requests

CONNECT_SECONDS = 1.0
ANSWER_SECONDS = 5.0
SPACING = (10.0, 30.0, 60.0, 300.0, 900.0, 2700.0, 3600.0, 6800.0)
"""Seconds before each of the eight retries, four hours in all."""

_THREADS = 4


@dataclass(eq=False)
class Delivery:
    """One webhook on its way. `attempts` holds the status of each answer, None where there was none; `taken`
    is None until it is known."""

    topic: str
    url: str
    body: bytes
    headers: Mapping[str, str]
    attempts: list[int | None] = field(default_factory=list)
    taken: bool | None = None
    then: Delivery | None = None
    """One that was held back until this has gone."""
    on_attempt: Callable[[bool], None] = lambda _: None
    on_given_up: Callable[[], None] = lambda: None
    _ended: threading.Event = field(default_factory=threading.Event)

    def wait(self, seconds: float) -> bool:
        """Wait until it was taken or given up; whether it was taken."""
        self._ended.wait(seconds)
        return self.taken is True

    def end(self, *, taken: bool) -> None:
        """Nothing more will be tried."""
        self.taken = taken
        self._ended.set()


class Courier:
    """A queue and the threads that empty it, which start with the first delivery.

    `factor` compresses the spacing of the retries; with `retries=False` nothing is tried twice. Close it.
    """

    def __init__(self, *, factor: float = 1.0, retries: bool = True) -> None:
        self._spacing: Sequence[float] = [seconds * factor for seconds in SPACING] if retries else ()
        self._queue: list[tuple[float, int, Delivery]] = []
        self._order = count()
        self._under_way = 0
        self._changed = threading.Condition()
        self._threads: list[threading.Thread] = []
        self._closed = False

    def send(self, delivery: Delivery, *, delay: float = 0.0) -> None:
        """Take it along, after so many seconds. Never waits, and is silent about a closed courier."""
        with self._changed:
            if self._closed:
                return
            heapq.heappush(self._queue, (time.monotonic() + delay, next(self._order), delivery))
            if not self._threads:
                self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(_THREADS)]
                for thread in self._threads:
                    thread.start()
            self._changed.notify_all()

    def hasten(self, delivery: Delivery) -> None:
        """Send one that waits in the queue now."""
        with self._changed:
            at = time.monotonic()
            self._queue = [(at if one is delivery else due, n, one) for due, n, one in self._queue]
            heapq.heapify(self._queue)
            self._changed.notify_all()

    def waiting(self) -> int:
        """How many are in the queue or on their way."""
        with self._changed:
            return len(self._queue) + self._under_way

    def wait_until_idle(self, seconds: float) -> bool:
        """Wait until everything was taken or given up; whether that happened in time."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._queue and not self._under_way, seconds)

    def close(self) -> None:
        """Forget what waits, and end the threads once they have finished what they are at."""
        with self._changed:
            self._closed = True
            self._queue.clear()
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        with requests.Session() as session:
            session.trust_env = False
            while (delivery := self._next()) is not None:
                self._attempt(session, delivery)
                with self._changed:
                    self._under_way -= 1
                    self._changed.notify_all()

    def _next(self) -> Delivery | None:
        with self._changed:
            while not self._closed:
                wait = self._queue[0][0] - time.monotonic() if self._queue else None
                if wait is not None and wait <= 0:
                    self._under_way += 1
                    return heapq.heappop(self._queue)[2]
                self._changed.wait(wait)
            return None

    def _attempt(self, session: requests.Session, delivery: Delivery) -> None:
        status = _post(session, delivery)
        delivery.attempts.append(status)
        taken = status is not None and 200 <= status < 300  # noqa: PLR2004 - the classes of HTTP statuses
        delivery.on_attempt(taken)
        if delivery.then is not None:
            self.hasten(delivery.then)
            delivery.then = None
        tried = len(delivery.attempts) - 1
        if taken:
            delivery.end(taken=True)
        elif tried < len(self._spacing):
            self.send(delivery, delay=self._spacing[tried])
        else:
            delivery.on_given_up()
            delivery.end(taken=False)


class Overtaking:
    """Sends by a courier so that each second delivery overtakes the one before it, which waits for that up to
    `held_seconds`."""

    def __init__(self, courier: Courier, *, held_seconds: float) -> None:
        self._courier = courier
        self._held_seconds = held_seconds
        self._held: Delivery | None = None

    def send(self, delivery: Delivery) -> None:
        """Hold it back, or send it and after it the one that is held."""
        if self._held is None or self._held.attempts:
            self._held = delivery
            self._courier.send(delivery, delay=self._held_seconds)
        else:
            delivery.then, self._held = self._held, None
            self._courier.send(delivery)


def _post(session: requests.Session, delivery: Delivery) -> int | None:
    try:
        answer = session.post(
            delivery.url,
            data=delivery.body,
            headers=dict(delivery.headers),
            timeout=(CONNECT_SECONDS, ANSWER_SECONDS),
            allow_redirects=False,
        )
    except requests.RequestException:
        return None
    return answer.status_code
