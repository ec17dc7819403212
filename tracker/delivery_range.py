"""How long parcels take, of how long others took: median and ninetieth percentile. Pure, standard library.

What is known is a histogram: how many parcels took so many days. Older ones weigh less (`fading`), so that
last Christmas does not speak for ever. A percentile is the smallest whole day by which that share of n + 1
parcels had come (the rank of split conformal prediction): of n + 1 parcels of one kind, in whatever order,
the next one then comes by that day at least that often, also where n is small.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

FEWEST = 30
"""Parcels' worth of weight from which on anything is said."""
LONGEST_DAYS = 60
"""What takes longer counts as this, and is never told: it is a case, no rule."""
HALF_LIFE = timedelta(days=45)
"""A shop of 15 parcels a month on a route just keeps enough of them; Christmas is forgotten by spring."""

_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DeliveryRange:
    """In whole business days: half of the parcels come by `median`, nine of ten by `ninetieth`."""

    median: int
    ninetieth: int


def delivery_range(weights: Mapping[int, float]) -> DeliveryRange | None:
    """The range that a histogram (days → weight, one parcel of today weighs 1) tells; None where it holds
    fewer than FEWEST parcels' worth, or nothing better than LONGEST_DAYS."""
    total = math.fsum(weights.values())
    if not total >= FEWEST:
        return None
    median, ninetieth = (_percentile(weights, share * (total + 1)) for share in (0.5, 0.9))
    return DeliveryRange(median, ninetieth) if ninetieth < LONGEST_DAYS else None


def fading(at: datetime) -> float:
    """What a parcel that came at that time weighs beside others: twice as much as one that came a HALF_LIFE
    before. Weights are added up as they are, and divided by the fading of the time at which they are read."""
    return math.exp2((at - _EPOCH) / HALF_LIFE)


def _percentile(weights: Mapping[int, float], rank: float) -> int:
    reached = 0.0
    for days in sorted(weights):
        reached += weights[days]
        if reached >= rank:
            return days
    return LONGEST_DAYS
