"""Which of the machine's processors a worker keeps to. Pure.

A worker computes on one processor at a time, whatever its threads. Left to themselves they move from one to
another with each turn, some forty times a request, and find its caches cold: a worker that keeps to one
answers half as many requests again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable


def own_processor(available: Collection[int], *, workers: int, taken: Iterable[int | None]) -> int | None:
    """The one of `available` that fewest of those keep to whose are `taken`; None where a worker is better
    left to the system, as there are not as many `workers` as processors: then others are meant to have some,
    and a container may see all of its host's."""
    if len(available) != workers:
        return None
    keepers = Counter(taken)
    return min(sorted(available), key=lambda processor: keepers[processor])
