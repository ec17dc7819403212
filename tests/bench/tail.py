"""The slowest of kept answers, at a load that leaves room: alone, and beside those that wait for the shop."""

from __future__ import annotations

import itertools
import statistics
from functools import partial

from tests.bench import load, shoppers, table
from tests.bench.measures import Effort
from tests.bench.rounds import CONNECTIONS, OF_ONE_SHOP, Kind, alternate
from tests.bench.servers import Server
from tests.bench.table import Finding

UPSTREAM_MS = 100
LOAD = 0.7
MOST_TIMES_MEDIAN = 4.0
MOST_TIMES_ALONE = 1.5
MOST_TIMES_BUSY = 2.0
"""A median at LOAD beyond so many times that of a service which is never idle is one of a queue."""
KEPT, NOT_KEPT, FORGED = 0.95, 0.04, 0.01
ENOUGH_COLD = 4000
"""Orders that nobody asked for are signed beforehand: for a round of so many."""


def measure(service: Server, effort: Effort) -> list[Finding]:
    """Find what the service can do, then ask for LOAD of it at a steady rate, by turns alone and in the mix.

    The mix costs more for each request; its rate is the one that takes the same share of the processors.
    """
    kinds = {
        "kept": Kind(service, shoppers.warm),
        "not kept": Kind(service, partial(_some_cold, ENOUGH_COLD), connections=OF_ONE_SHOP),
        "forged": Kind(service, shoppers.forged, status=401),
    }
    kept, cold, forged = alternate(kinds, rounds=max(1, effort.rounds // 3), seconds=effort.seconds).values()
    alone_rate = LOAD * kept.rate
    mixed_cpu = KEPT * kept.cpu + NOT_KEPT * cold.cpu + FORGED * forged.cpu
    mixed_rate = alone_rate * kept.cpu / mixed_cpu
    alone: list[tuple[float, float]] = []
    mixed: list[tuple[float, float]] = []
    for _ in range(effort.rounds):
        alone.append(_steady(service, alone_rate, 2 * effort.seconds))
        mixed.append(_steady(service, mixed_rate, 2 * effort.seconds, mix=True))
    (median, slow), (mixed_median, mixed_slow) = _medians(alone), _medians(mixed)
    table.write(
        f"Kept answers at {LOAD:.0%} of what two workers can do; the shop answers after {UPSTREAM_MS} ms",
        [
            ("", "req/s", "p50 ms", "p99 ms"),
            ("kept alone", f"{alone_rate:.0f}", f"{median:.1f}", f"{slow:.1f}"),
            ("kept, in the mix", f"{mixed_rate:.0f}", f"{mixed_median:.1f}", f"{mixed_slow:.1f}"),
        ],
    )
    # Where questions come faster than answers, a queue grows, and its quantiles say nothing of a request.
    sustained = max(median, mixed_median) < MOST_TIMES_BUSY * kept.median
    queue = "" if sustained else ", the rate was not sustained"
    return [
        Finding(
            f"kept answers at {LOAD:.0%} load: p99 under {MOST_TIMES_MEDIAN:.0f} times the median",
            f"{slow / median:.1f} times{queue}",
            sustained and slow / median < MOST_TIMES_MEDIAN,
        ),
        Finding(
            f"beside {NOT_KEPT:.0%} not kept and {FORGED:.0%} forged: their p99 grows by half at most",
            f"{mixed_slow / slow:.2f} of alone{queue}",
            sustained and mixed_slow / slow <= MOST_TIMES_ALONE,
        ),
    ]


def _some_cold(number: int) -> list[bytes]:
    return list(itertools.islice(shoppers.cold(), number))


def _steady(service: Server, rate: float, seconds: float, *, mix: bool = False) -> tuple[float, float]:
    """Median and 99th percentile of kept answers, in milliseconds."""
    kept = load.Stream(itertools.cycle(shoppers.warm()), CONNECTIONS)
    streams = [(kept, rate * KEPT if mix else rate)]
    if mix:
        cold = iter(_some_cold(int(rate * NOT_KEPT * seconds) + 1))
        streams.append((load.Stream(cold, CONNECTIONS), rate * NOT_KEPT))
        forged = load.Stream(itertools.cycle(shoppers.forged()), 2, 401)
        streams.append((forged, rate * FORGED))
    load.at_rates(service.port, streams, seconds=seconds)
    return kept.median, kept.quantile(0.99)


def _medians(rounds: list[tuple[float, float]]) -> tuple[float, float]:
    medians, slowest = zip(*rounds, strict=True)
    return statistics.median(medians), statistics.median(slowest)
