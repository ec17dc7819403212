"""One kind of load after the other, round by round, so that what else the machine does falls on all alike."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tests.bench import load, proc
from tests.bench.servers import Server

CONNECTIONS = 16
OF_ONE_SHOP = 8
"""So many may ask one shop at once where a worker lets no more of its threads wait for it: all of them may
come to one worker."""
FEWEST = 0.2
TRIES = 4


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of load: `requests` are signed anew for each round, since a signature lives for 90 seconds."""

    server: Server
    requests: Callable[[], Sequence[bytes]]
    status: int = 200
    connections: int = CONNECTIONS


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one round, or the medians of several: requests a second, times in milliseconds, and the processor
    time of all workers by request in microseconds."""

    rate: float
    median: float
    slowest: float
    cpu: float


def alternate(kinds: Mapping[str, Kind], *, rounds: int, seconds: float) -> dict[str, Figures]:
    """Medians over so many rounds, in each of which every kind has its turn for so long."""
    all_of: dict[str, list[Figures]] = {name: [] for name in kinds}
    for _ in range(rounds):
        for name, kind in kinds.items():
            all_of[name].append(_fair_round(kind, seconds))
    return {name: _medians(figures) for name, figures in all_of.items()}


def one_round(kind: Kind, seconds: float) -> tuple[Figures, float]:
    """Figures, and the smallest share of the processor time that any worker had, of an even one: none where a
    worker had answered its hundred thousand meanwhile, and another took its place."""
    workers = kind.server.workers
    before = [proc.cpu_seconds(worker) for worker in workers]
    stream = load.Stream(itertools.cycle(kind.requests()), kind.connections, kind.status)
    took = load.run(kind.server.port, [stream], seconds=seconds)
    replaced = kind.server.workers != workers
    used = [
        0.0 if replaced else proc.cpu_seconds(worker) - cpu
        for worker, cpu in zip(workers, before, strict=True)
    ]
    answered = len(stream.seconds)
    figures = Figures(
        rate=answered / took,
        median=stream.median,
        slowest=stream.quantile(0.99),
        cpu=sum(used) / answered * 1e6,
    )
    return figures, min(used) / (sum(used) / len(used)) if sum(used) else 0.0


def _fair_round(kind: Kind, seconds: float) -> Figures:
    """Workers that wait on one socket sometimes let one of them take every connection, and half of the
    machine stands still: that says nothing of a request's cost, so such a round is made again."""
    for _ in range(TRIES):
        figures, evenness = one_round(kind, seconds)
        if evenness >= FEWEST:
            break
    return figures


def _medians(figures: Sequence[Figures]) -> Figures:
    return Figures(
        rate=statistics.median(figure.rate for figure in figures),
        median=statistics.median(figure.median for figure in figures),
        slowest=statistics.median(figure.slowest for figure in figures),
        cpu=statistics.median(figure.cpu for figure in figures),
    )
