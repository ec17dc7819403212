"""Which kind of worker and how many threads: kept answers alone, and beside others that wait for the shop."""

from __future__ import annotations

import itertools
import statistics
from pathlib import Path

from tests.bench import load, servers, shoppers, table
from tests.bench.measures import Effort
from tests.bench.table import Finding

CHOICES = {
    "sync": {"GUNICORN_CMD_ARGS": "--worker-class sync --threads 1", "WEB_THREADS": "1"},
    "gthread, 2 threads": {"WEB_THREADS": "2"},
    "gthread, 4 threads": {"WEB_THREADS": "4"},
    "gthread, 8 threads": {"WEB_THREADS": "8"},
    "gthread, 16 threads": {"WEB_THREADS": "16"},
    "gthread, 32 threads": {"WEB_THREADS": "32"},
}
CHOSEN = "gthread, 16 threads"
"""What `tracker serve` runs with unless it is told otherwise."""

LEAST = 0.8
"""Of the best choice: what is nearer than that differs by less than one run does from the next."""

SLOW_MS = 500
KEPT, WAITING = 8, 12
"""Connections at once: more of them wait for the shop than four threads of each of two workers can hold."""

REFUSED = frozenset({503})
"""Where more ask one shop than its share of the threads, some are told to come back."""


def compare(folder: Path, redis_url: str, effort: Effort) -> list[Finding]:
    """Write the table of `CHOICES`: requests a second and times of kept answers, alone and in the mix; and
    say whether the one that is chosen is still a good one where others wait for the shop."""
    measured: dict[str, list[tuple[float, ...]]] = {name: [] for name in CHOICES}
    with servers.upstream(folder, SLOW_MS) as shop:
        for _ in range(max(1, effort.rounds // 2)):
            for name, settings in CHOICES.items():
                with servers.service(folder, redis_url, shop.port, **settings) as service:
                    measured[name].append(_measure(service, effort.seconds))
    times = ("p50 ms", "p99 ms")
    rows: list[tuple[str, ...]] = [
        ("", "kept req/s", *times, "in the mix: kept req/s", *times, "cold req/s", "refused/s")
    ]
    medians = {
        name: [statistics.median(values) for values in zip(*rounds, strict=True)]
        for name, rounds in measured.items()
    }
    for name, values in medians.items():
        rows.append((name, *(f"{value:.{1 if value < 100 else 0}f}" for value in values)))
    table.write(
        f"Workers: 2, {KEPT} connections ask for kept answers; in the mix {WAITING} more for others, "
        f"the shop answering after {SLOW_MS} ms",
        rows,
    )
    in_mix = {name: values[MIXED_RATE] for name, values in medians.items()}
    best = max(in_mix, key=in_mix.__getitem__)
    share = in_mix[CHOSEN] / in_mix[best]
    return [
        Finding(
            f"{CHOSEN} a worker: at least {LEAST} of the best choice's kept answers beside cold look-ups",
            f"{share:.2f} ({in_mix[CHOSEN]:.0f} a second, {best}: {in_mix[best]:.0f})",
            share >= LEAST,
        )
    ]


MIXED_RATE = 3
"""Its place in what `_measure` gives."""


def _measure(service: servers.Server, seconds: float) -> tuple[float, ...]:
    for request in shoppers.warm():
        load.ask(service.port, request)
    alone = load.Stream(itertools.cycle(shoppers.warm()), KEPT, tolerated=REFUSED)
    took = load.run(service.port, [alone], seconds=seconds)
    beside = load.Stream(itertools.cycle(shoppers.warm()), KEPT, tolerated=REFUSED)
    waiting = load.Stream(shoppers.cold(), WAITING, tolerated=REFUSED)
    took_both = load.run(service.port, [beside, waiting], seconds=max(seconds, 3 * SLOW_MS / 1000))
    return (
        len(alone.seconds) / took,
        alone.median,
        alone.quantile(0.99),
        len(beside.seconds) / took_both,
        beside.median,
        beside.quantile(0.99),
        len(waiting.seconds) / took_both,
        (beside.refused.total() + waiting.refused.total()) / took_both,
    )
