"""The slowest of kept answers, at a load that leaves room: alone, and beside those that wait for the shop.

What the service can do is found by the same generator that then asks for LOAD of it (`paced`). Requests come
evenly spaced, so that what is slow is the service's doing: where they come by chance, two processors that
take the same time for every answer have a 99th percentile of 3.5 times the median at 70 % load, for the line
in front of them alone. That is measured beside it, without a promise.
"""

from __future__ import annotations

import itertools
import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.bench import load, paced, shoppers, table
from tests.bench.measures import Effort
from tests.bench.rounds import CONNECTIONS
from tests.bench.servers import Server
from tests.bench.table import Finding

UPSTREAM_MS = 100
LOAD = 0.7
MOST_TIMES_MEDIAN = 4.0
MOST_TIMES_ALONE = 1.5
KEPT, NOT_KEPT, FORGED = 0.95, 0.04, 0.01
MOST_REFUSED, MOST_COLD_REFUSED = 0.001, 0.02
"""By 503, of kept answers and of the others: a shop has its share of the threads, and who comes on top is
told to come back. Where more are, the load is not the one that was meant."""

REFUSED = frozenset({503})

FIRST = 200.0
"""Requests a second: where the search begins."""

Spacing = Callable[[float, float], list[float]]


@dataclass(frozen=True, slots=True)
class Tail:
    """Of one round: median and 99th percentile of kept answers, what the generator itself was late (99th
    percentile), all in milliseconds, its share of the processors, and whether the rate was sustained."""

    median: float
    slow: float
    late: float
    generator: float
    is_sustained: bool


@dataclass(frozen=True, slots=True)
class Load:
    """Kept answers alone, or beside the others (`mix`), spaced in one way or the other."""

    name: str
    mix: bool = False
    spacing: Spacing = paced.evenly


ALONE, MIXED = Load("kept alone"), Load("kept, in the mix", mix=True)
BY_CHANCE = Load("kept alone, by chance (Poisson)", spacing=paced.by_chance)


def measure(service: Server, effort: Effort) -> list[Finding]:
    """Find the highest rates that the service sustains, alone and in the mix, and ask for LOAD of them by
    turns."""
    seconds = 2 * effort.seconds

    def found(kind: Load) -> float:
        return paced.highest(lambda rate: one_round(service, kind, rate, seconds).is_sustained, first=FIRST)

    rates = {kind.mix: LOAD * found(kind) for kind in (ALONE, MIXED)}
    rounds: dict[Load, list[Tail]] = {ALONE: [], MIXED: [], BY_CHANCE: []}
    for _ in range(effort.rounds):
        for kind, all_of in rounds.items():
            all_of.append(one_round(service, kind, rates[kind.mix], seconds))
    table.write(
        f"Kept answers at {LOAD:.0%} of what two workers can do; the shop answers after {UPSTREAM_MS} ms",
        [
            ("", "req/s", "p50 ms", "p99 ms", "sustained", "generator late, p99 ms", "its processor time"),
            *(_row(kind, rates[kind.mix], all_of) for kind, all_of in rounds.items()),
        ],
    )
    return findings(rounds[ALONE], rounds[MIXED])


def one_round(service: Server, kind: Load, rate: float, seconds: float) -> Tail:
    """Ask at that rate for so long, with requests that are signed just before."""
    kept = load.Stream(itertools.cycle(shoppers.warm()), CONNECTIONS, tolerated=REFUSED)
    streams = [(kept, kind.spacing(rate * KEPT if kind.mix else rate, seconds))]
    cold = load.Stream(iter(()), CONNECTIONS, tolerated=REFUSED)
    if kind.mix:
        due = kind.spacing(rate * NOT_KEPT, seconds)
        cold.requests = iter(list(itertools.islice(shoppers.cold(), len(due))))
        forged = load.Stream(itertools.cycle(shoppers.forged()), 2, 401)
        streams += [(cold, due), (forged, kind.spacing(rate * FORGED, seconds))]
    began, used = time.perf_counter(), time.process_time()
    pace = paced.run(service, streams, gives_up=True)
    used, took = time.process_time() - used, time.perf_counter() - began
    return Tail(
        median=kept.median,
        slow=kept.quantile(0.99),
        late=pace.late_ms,
        generator=used / took / (os.cpu_count() or 1),
        is_sustained=pace.is_sustained
        and kept.refused.total() <= MOST_REFUSED * kept.answered
        and cold.refused.total() <= MOST_COLD_REFUSED * cold.answered,
    )


def findings(alone: Sequence[Tail], mixed: Sequence[Tail]) -> list[Finding]:
    """Medians of the rounds beside what is promised. Where requests come faster than answers a queue grows,
    and its quantiles say nothing of a request: nothing holds where that was so in half of the rounds."""
    median, slow, mixed_slow = _median(alone).median, _median(alone).slow, _median(mixed).slow
    of_alone, of_mixed = (sum(tail.is_sustained for tail in tails) / len(tails) for tails in (alone, mixed))
    return [
        Finding(
            f"kept answers at {LOAD:.0%} load: p99 under {MOST_TIMES_MEDIAN:.0f} times the median",
            f"{slow / median:.1f} times{_unless(of_alone)}",
            of_alone > 0.5 and slow / median < MOST_TIMES_MEDIAN,
        ),
        Finding(
            f"kept answers beside {NOT_KEPT:.0%} cold and {FORGED:.0%} forged ones: p99 at most half higher",
            f"{mixed_slow / slow:.2f} of alone{_unless(min(of_alone, of_mixed))}",
            min(of_alone, of_mixed) > 0.5 and mixed_slow / slow <= MOST_TIMES_ALONE,
        ),
    ]


def _unless(sustained: float) -> str:
    return "" if sustained == 1 else f", the rate was sustained in {sustained:.0%} of the rounds"


def _median(tails: Sequence[Tail]) -> Tail:
    return Tail(
        median=statistics.median(tail.median for tail in tails),
        slow=statistics.median(tail.slow for tail in tails),
        late=statistics.median(tail.late for tail in tails),
        generator=statistics.median(tail.generator for tail in tails),
        is_sustained=all(tail.is_sustained for tail in tails),
    )


def _row(kind: Load, rate: float, tails: Sequence[Tail]) -> tuple[str, ...]:
    of = _median(tails)
    sustained = f"{sum(tail.is_sustained for tail in tails)} of {len(tails)}"
    return (
        kind.name,
        f"{rate:.0f}",
        f"{of.median:.1f}",
        f"{of.slow:.1f}",
        sustained,
        f"{of.late:.1f}",
        f"{of.generator:.0%}",
    )
