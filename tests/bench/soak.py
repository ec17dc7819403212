"""Whether a worker grows: its resident memory over very many look-ups of every kind."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence

from tests.bench import load, proc, shoppers, table
from tests.bench.measures import Effort
from tests.bench.plots import Line, Plot
from tests.bench.rounds import CONNECTIONS
from tests.bench.servers import Server
from tests.bench.table import Finding

POINTS = 50
SETTLED = 0.2
"""Of the look-ups, until every thread and cache of a worker has been used."""

MOST_GROWTH_MB = 2.0
MOST_REFUSED = 0.001
"""By a 503: where the machine is too busy for Redis to answer in time, every thread asks the shop, and one
shop has but its share of them. That is counted and does not end the measurement."""

BATCH = 500
USUAL_RATE = 1500
MOST_SECONDS = 5.0
"""Then requests are signed anew."""

NEW = 0.05
"""Of them ask for an order that nobody asked for before, so that every cache of the process turns over."""


def measure(service: Server, effort: Effort) -> tuple[list[Finding], Plot]:
    """Look-ups in `effort.soak` requests, and the memory of the larger worker after each so many."""
    grown = [(0, _largest(service))]
    step, refused = max(BATCH, effort.soak // POINTS), 0
    while grown[-1][0] < effort.soak:
        asked, of_them = _ask(service, step)
        refused += of_them
        grown.append((grown[-1][0] + asked, _largest(service)))
    settled = [megabytes for asked, megabytes in grown if asked >= SETTLED * effort.soak]
    growth = settled[-1] - settled[0]
    rows = [("look-ups", "MB"), *((f"{asked}", f"{megabytes:.1f}") for asked, megabytes in _some(grown))]
    table.write("The memory of a worker", rows)
    plot = Plot(
        name="memory",
        title="Resident memory of a worker",
        across="look-ups (thousands)",
        up="MB",
        lines=[Line("larger of two workers", [(asked / 1000, megabytes) for asked, megabytes in grown])],
    )
    asked = grown[-1][0]
    return [
        Finding(
            f"memory over {effort.soak} look-ups, once settled: grows by {MOST_GROWTH_MB:.0f} MB at most",
            f"{growth:+.1f} MB, {settled[-1]:.0f} MB at the end",
            growth <= MOST_GROWTH_MB,
        ),
        Finding(
            f"of {effort.soak} look-ups without a pause at most one in a thousand is told to come back",
            f"{refused} of {asked}",
            refused <= MOST_REFUSED * asked,
        ),
    ], plot


def _ask(service: Server, requests: int) -> tuple[int, int]:
    """That many look-ups; how many there were, and how many of them were refused."""
    asked = refused = 0
    while asked < requests:
        stream = load.Stream(_mixed(), CONNECTIONS, tolerated=frozenset({503}))
        load.run(service.port, [stream], seconds=min(MOST_SECONDS, (requests - asked) / USUAL_RATE))
        asked += stream.answered
        refused += stream.refused.total()
    return asked, refused


def _mixed() -> Iterator[bytes]:
    chance = random.Random(1)  # noqa: S311 - which of them is new
    warm, cold = itertools.cycle(shoppers.warm()), shoppers.cold()
    while True:
        yield next(cold) if chance.random() < NEW else next(warm)


def _largest(service: Server) -> float:
    return max(proc.resident_megabytes(worker) for worker in service.workers)


def _some(points: Sequence[tuple[int, float]]) -> Sequence[tuple[int, float]]:
    """About ten of them."""
    return points[:: max(1, len(points) // 10)]
