"""A year's busiest day for ten thousand shops: what is kept, what the shops are asked, how many hosts that
takes; and how far this can be believed, told by the running service.

`python -m tests.bench --only day`. The day itself is made up in `day`; what each kind of request costs is
measured here, so that the hosts are counted in processors like this one's.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from redis import Redis

from tests.bench import day, load, replay, servers, shoppers, shops, table
from tests.bench.day import DAY, MINUTE, Day
from tests.bench.measures import Effort
from tests.bench.plots import Line, Plot
from tests.bench.rounds import OF_ONE_SHOP, Kind, one_round
from tests.bench.servers import Server
from tests.bench.table import Finding
from tracker.settings import DEFAULT_SOFT_AGES, read_ages

SCALES = (1, 10, 100)
CORES, BUSY = 4, 0.7
"""Of one host, and how busy its processors may be in the busiest minute."""

REDIS_COMMANDS = 100_000
"""A second, that one Redis is trusted with."""

SIGNED = 4000
"""Requests that are made ready for a round."""

MOST_OFF = 0.02
MOST_CALLS_OFF = 0.05
STEP = 10
"""Minutes that are one point of the picture."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one request: processor time of the workers in seconds, and commands that Redis ran for it."""

    seconds: float
    commands: float


def measure(folder: Path, redis_url: str, upstream_port: int, effort: Effort) -> tuple[list[Finding], Plot]:
    """Measure the costs, simulate the day, say what it takes, and replay an hour of it."""
    store = f"sqlite:///{folder / 'day.sqlite3'}"
    shops.fill(store, 1)
    settings = {"DATABASE_URL": store, "SHOPIFY_SHOP": "", "SHOPIFY_ADMIN_TOKEN": ""}
    with (
        servers.service(folder, redis_url, upstream_port, **settings) as service,
        Redis.from_url(redis_url) as client,
    ):
        costs = _costs(service, client, effort)
    ages = {status.value: seconds for status, seconds in read_ages(DEFAULT_SOFT_AGES).items()}
    simulated = day.simulate(effort.orders, ages)
    needed = _tell(simulated, costs, effort)
    told, calls = replay.compare(folder, redis_url, upstream_port, store, effort)
    promise = f"at 1x a plan's points suffice in the busiest minute of {day.SHOPS} shops"
    fullest = max(simulated.fullest)
    return [
        Finding(promise, f"{fullest:.0%} of them by the fullest shop", fullest <= 1),
        Finding(
            "look-ups of the busiest day that are answered without waiting for the shop",
            f"{simulated.hit_ratio:.1%} of {sum(simulated.look_ups):,}",
        ),
        *needed,
        Finding(
            f"the simulated hit ratio is the running service's, within {MOST_OFF * 100:.0f} points",
            f"{told.simulated:.1%} and {told.measured:.1%}",
            abs(told.simulated - told.measured) <= MOST_OFF,
        ),
        Finding(
            f"the simulated calls upstream are the running service's, within {MOST_CALLS_OFF:.0%}",
            f"{calls.simulated:.0f} and {calls.measured:.0f}",
            abs(calls.measured / calls.simulated - 1) <= MOST_CALLS_OFF,
        ),
    ], _plot(simulated)


def _tell(simulated: Day, costs: Mapping[str, Cost], effort: Effort) -> list[Finding]:
    """What the day takes, as a table and, by scale, as findings."""
    busiest = simulated.busiest
    a_second = {
        "kept": simulated.kept[busiest] / MINUTE,
        "read": (simulated.look_ups[busiest] - simulated.kept[busiest]) / MINUTE,
        "miss": simulated.misses[busiest] / MINUTE,
        "webhook": simulated.webhooks[busiest] / MINUTE,
    }
    processors = sum(costs[kind].seconds * rate for kind, rate in a_second.items())
    commands = sum(costs[kind].commands * rate for kind, rate in a_second.items())
    rows = [
        ("", *(f"{scale}x" for scale in SCALES)),
        ("orders under way", *(f"{effort.orders * scale:,}" for scale in SCALES)),
        ("orders placed that day", *(f"{simulated.placed * scale:,}" for scale in SCALES)),
        ("look-ups a day", *(f"{sum(simulated.look_ups) * scale:,}" for scale in SCALES)),
        ("look-ups/s, busiest minute", *(f"{simulated.look_ups[busiest] / MINUTE * n:,.0f}" for n in SCALES)),
        ("webhooks/s, busiest minute", *(f"{a_second['webhook'] * scale:,.0f}" for scale in SCALES)),
        ("answered without waiting", *(f"{simulated.hit_ratio:.0%}" for _ in SCALES)),
        ("calls upstream/s", *(f"{(2 * a_second['read'] + a_second['miss']) * n:,.0f}" for n in SCALES)),
        ("fullest shop, of its plan's points", *(f"{max(simulated.fullest) * n:.0%}" for n in SCALES)),
        ("shops beyond their points", *(f"{_beyond(simulated, scale)}" for scale in SCALES)),
        ("Redis commands/s", *(f"{commands * scale:,.0f}" for scale in SCALES)),
        ("Redis servers", *(f"{math.ceil(commands * scale / REDIS_COMMANDS)}" for scale in SCALES)),
        (f"hosts of {CORES} processors", *(f"{_hosts(processors * scale)}" for scale in SCALES)),
    ]
    table.write("The busiest day", rows)
    return [
        Finding(
            f"the busiest minute at {scale}x: hosts, Redis commands, shops beyond their plan's points",
            f"{_hosts(processors * scale)} hosts of {CORES} processors, {commands * scale:,.0f} commands/s, "
            f"{_beyond(simulated, scale)} of {day.SHOPS} shops",
        )
        for scale in SCALES
    ]


def _beyond(simulated: Day, scale: int) -> int:
    return sum(full * scale > 1 for full in simulated.fullest)


def _hosts(processors: float) -> int:
    """At least two, so that one may fail."""
    return max(2, math.ceil(processors / (CORES * BUSY)))


def _costs(service: Server, client: Any, effort: Effort) -> dict[str, Cost]:
    kinds = {
        "kept": Kind(service, shoppers.warm),
        "read": Kind(service, partial(_first, shoppers.cold), connections=OF_ONE_SHOP),
        "miss": Kind(service, partial(_first, shoppers.wrong_email), status=404, connections=OF_ONE_SHOP),
        "webhook": Kind(service, partial(_first, replay.webhooks_of_any)),
    }
    for request in shoppers.warm():
        load.ask(service.port, request)
    costs = {}
    for name, kind in kinds.items():
        before = _commands(client)
        figures, _ = one_round(kind, effort.seconds)
        answered = figures.rate * effort.seconds
        costs[name] = Cost(figures.cpu / 1e6, (_commands(client) - before) / answered)
    rows = [("", "CPU µs", "Redis commands")]
    rows += [(name, f"{cost.seconds * 1e6:.0f}", f"{cost.commands:.1f}") for name, cost in costs.items()]
    table.write("What one request costs", rows)
    return costs


def _first(requests: Callable[[], Iterator[bytes]]) -> list[bytes]:
    return list(itertools.islice(requests(), SIGNED))


def _commands(client: Any) -> int:
    told: dict[str, dict[str, int]] = client.info("commandstats")
    return sum(each["calls"] for name, each in told.items() if name != "cmdstat_info")


def _plot(simulated: Day) -> Plot:
    def smooth(counts: list[int]) -> list[tuple[float, float]]:
        return [
            (at / 60, sum(counts[at : at + STEP]) / (STEP * MINUTE)) for at in range(0, DAY // MINUTE, STEP)
        ]

    return Plot(
        name="busiest-day",
        title="The busiest day at 1x",
        across="hour",
        up="a second",
        lines=[
            Line("look-ups", smooth(simulated.look_ups)),
            Line("of them kept", smooth(simulated.kept)),
            Line("webhooks", smooth(simulated.webhooks)),
            Line("misses", smooth(simulated.misses)),
        ],
    )
