"""An hour of the simulated day, told to the running service in a minute: does it answer as was foretold?"""

from __future__ import annotations

import itertools
import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import load, servers, shoppers, webhooks
from tests.bench.day import Event, Outcome, outcomes
from tests.bench.measures import Effort

SOFT = 6
"""Seconds: the ages of the day, as much shorter as the hour is."""

ORDERS, EVENTS_A_SECOND, OF_THEM_WEBHOOKS = 150, 25.0, 0.15
FIRST_ORDER = 500_000
"""No other part of the bench asks for these."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure of the simulation, and the same one of the service."""

    simulated: float
    measured: float


def compare(
    folder: Path, redis_url: str, upstream_port: int, store: str, effort: Effort
) -> tuple[Compared, Compared]:
    """Hit ratio and calls upstream of the same look-ups and webhooks, simulated and served."""
    plan = list(_plan(effort.replayed))
    foretold = Counter(
        outcome
        for order in range(ORDERS)
        for _, outcome in outcomes([(at, event) for at, event, about in plan if about == order], SOFT)
    )
    every = ",".join(f"{status}={SOFT}" for status in ("on_hold", "processing", "in_transit", "delivered"))
    settings = {"DATABASE_URL": store, "SHOPIFY_SHOP": "", "SHOPIFY_ADMIN_TOKEN": "", "SOFT_AGES": every}
    with servers.service(folder, redis_url, upstream_port, **settings) as service:
        _tell(service.port, plan)
    answered = _answered(folder / f"service-{service.port}.log")
    return (
        Compared(_hits(foretold), _hits(answered)),
        Compared(_calls(foretold), _calls(answered)),
    )


def webhooks_of_any() -> Iterator[bytes]:
    """Webhooks about orders that nobody has looked up, of new ones and of changed ones, without end."""
    for number in itertools.count(10**6):
        topic = "orders/create" if number % 2 else "orders/updated"
        yield _webhook(number, f"cost-{number}", topic)


def _plan(seconds: float) -> Iterator[tuple[float, Event, int]]:
    """When, what, and of which order: the popular ones are looked at more often than others."""
    chance, now = random.Random(2), 0.0  # noqa: S311 - a simulation
    weights = [1 / (1 + order % 10) for order in range(ORDERS)]
    while (now := now + chance.expovariate(EVENTS_A_SECOND)) < seconds:
        event = Event.WEBHOOK if chance.random() < OF_THEM_WEBHOOKS else Event.LOOK_UP
        (order,) = chance.choices(range(ORDERS), weights)
        yield now, event, order


def _tell(port: int, plan: list[tuple[float, Event, int]]) -> None:
    started = time.perf_counter()
    for serial, (moment, event, order) in enumerate(plan):
        if (early := started + moment - time.perf_counter()) > 0:
            time.sleep(early)
        number = FIRST_ORDER + order
        if event is Event.LOOK_UP:
            load.ask(port, shoppers.look_up(*shoppers.known(number)))
        else:
            load.ask(port, _webhook(number, f"replay-{serial}"))


def _webhook(number: int, event_id: str, topic: str = "orders/updated") -> bytes:
    order = int(shoppers.known(number)[0])
    body = {"id": order, "updated_at": datetime.now(UTC).isoformat()}
    return webhooks.request(shoppers.SHOP, topic, event_id, json.dumps(body).encode())


def _answered(log: Path) -> Counter[Outcome]:
    """By what the service's own log lines say."""
    words = {"kept": Outcome.KEPT, "refreshing": Outcome.REFRESHING, "read": Outcome.READ}
    lines = (json.loads(line) for line in log.read_text().splitlines() if '"cache"' in line)
    return Counter(words[line["cache"]] for line in lines if line["cache"] in words)


def _hits(counts: Counter[Outcome]) -> float:
    return 1 - counts[Outcome.READ] / max(1, counts.total())


def _calls(counts: Counter[Outcome]) -> float:
    """Each read, behind the answer or before it, is two."""
    return 2 * (counts[Outcome.READ] + counts[Outcome.REFRESHING])
