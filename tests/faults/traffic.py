"""A small steady load while something is broken: buyers, strangers, and a shop that tells what changed."""

from __future__ import annotations

import itertools
import json
import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode

from tests.faults.truth import GOOD, Asked, Truth
from tests.web.storefront import ALICE, FORM, own_pairs, signed
from tests.webhook_bodies import signature_of

BUYERS = 3
STRANGERS = 2
PAUSE_SECONDS = 0.05
BETWEEN_CHANGES = 0.4
BETWEEN_DUTIES = 1.0
BETWEEN_TRIES = 0.25
"""Shopify waits longer; a fault here ends sooner."""
PATIENCE_SECONDS = 20.0
"""After which an answer counts as none."""


@dataclass(frozen=True, slots=True)
class Answered:
    """When a question was sent and answered (monotonic seconds), and what the judge says of the answer."""

    asked: Asked
    sent: float
    ended: float
    verdict: str

    @property
    def seconds(self) -> float:
        return self.ended - self.sent


@dataclass
class Taken:
    """What became of the shop's webhooks: when each was answered by 200, and how often one was refused."""

    at: list[float] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    duties: int = 0


class Traffic:
    """Asks and tells the service at `port` until it is stopped. `now` is the clock of the one who signs;
    without `tells` nothing changes at the shop, which sends no webhook."""

    def __init__(
        self, port: int, truth: Truth, *, now: Callable[[], float] = time.time, tells: bool = True
    ) -> None:
        self._port = port
        self._truth = truth
        self._now = now
        self._tells = tells
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._answers: list[Answered] = []
        self.webhooks = Taken()

    def since(self, moment: float) -> list[Answered]:
        """The answers that came after this moment, oldest first."""
        with self._lock:
            return [one for one in self._answers if one.ended >= moment]

    def well_since(self, moment: float, *, each: int = 12) -> bool:
        """Whether nothing but good answers came since then, so many at least, and a webhook was taken."""
        answers = self.since(moment)
        buyers = sum(one.asked.right for one in answers)
        good = all(one.verdict in GOOD for one in answers)
        return (
            good
            and min(buyers, len(answers) - buyers) >= each
            and any(at >= moment for at in self.webhooks.at)
        )

    @contextmanager
    def running(self) -> Iterator[Traffic]:
        """Until the block ends."""
        roles = [*[self._truth.right] * BUYERS, *[self._truth.wrong] * STRANGERS]
        threads = [
            *(
                threading.Thread(target=self._ask, args=(role, number), daemon=True)
                for number, role in enumerate(roles)
            ),
            *(
                threading.Thread(target=tell, daemon=True)
                for tell in (self._tell, self._tell_duties)
                if self._tells
            ),
        ]
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            self._stopped.set()
            for thread in threads:
                thread.join()

    def _ask(self, role: Callable[[str], Asked], number: int) -> None:
        chance = random.Random(number)  # noqa: S311 - to be the same again
        connection = _connection(self._port)
        while not self._stopped.wait(PAUSE_SECONDS):
            asked = role(chance.choice(self._truth.names))
            sent = time.monotonic()
            try:
                verdict = look_up(connection, self._truth, asked, number, now=self._now)
            except (OSError, HTTPException) as error:
                verdict = f"no_answer_{type(error).__name__}"
                connection.close()
            if chance.random() < 0.3:
                connection.close()  # as some proxies do; the next one is a fresh one
            answer = Answered(asked, sent, time.monotonic(), verdict)
            with self._lock:
                self._answers.append(answer)
        connection.close()

    def _tell(self) -> None:
        while not self._stopped.wait(BETWEEN_CHANGES):
            name, step, body = self._truth.change()
            if self._sent("fulfillment_events/create", body):
                self._truth.taken(name, step)

    def _tell_duties(self) -> None:
        for serial in itertools.count(1):
            if self._stopped.wait(BETWEEN_DUTIES):
                return
            customer = {"id": 8_000_000_000 + serial, "email": f"gone-{serial}@example.com", "phone": None}
            body = {"shop_domain": ALICE, "customer": customer, "orders_to_redact": []}
            if self._sent("customers/redact", json.dumps(body).encode()):
                self.webhooks.duties += 1

    def _sent(self, topic: str, body: bytes) -> bool:
        """Send one event until it is taken. False only where the traffic ended first."""
        headers = {
            "Content-Type": "application/json",
            "X-Shopify-Topic": topic,
            "X-Shopify-Shop-Domain": ALICE,
            "X-Shopify-Event-Id": str(uuid.uuid4()),
            "X-Shopify-Hmac-Sha256": signature_of(body),
        }
        while not self._stopped.is_set():
            word = self._try(body, headers)
            if word == "200":
                self.webhooks.at.append(time.monotonic())
                return True
            self.webhooks.refused[word] += 1
            self._stopped.wait(BETWEEN_TRIES)
        return False

    def _try(self, body: bytes, headers: Mapping[str, str]) -> str:
        connection = _connection(self._port)
        try:
            connection.request("POST", "/webhooks/shopify", body, dict(headers))
            return str(connection.getresponse().status)
        except (OSError, HTTPException) as error:
            return type(error).__name__
        finally:
            connection.close()


def look_up(
    connection: HTTPConnection, truth: Truth, asked: Asked, number: int, *, now: Callable[[], float]
) -> str:
    """What the judge says of the answer to shopper `number`. Raises OSError and HTTPException."""
    query = signed(own_pairs(at=now()))
    body = urlencode({"order": asked.number, "email": asked.email})
    headers = {
        "Accept": "application/json",
        "Content-Type": FORM,
        "X-Forwarded-For": f"203.0.113.{number}",
    }
    connection.request("POST", f"/proxy/lookup?{query}", body, headers)
    response = connection.getresponse()
    said = {name.lower(): value for name, value in response.getheaders()}
    return truth.judge(asked, response.status, said, response.read())


def _connection(port: int) -> HTTPConnection:
    return HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
