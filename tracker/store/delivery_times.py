"""How long a shop's parcels took, in Redis, without which nothing is learned and nothing is told of it.

Of each route there are counts by days, under a keyed hash of its name: no parcel, no order, nobody. That a
parcel was counted is a keyed hash too, and ends. All of it lies under the shop's hash tag, and goes with it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from tracker.delivery_range import HALF_LIFE, LONGEST_DAYS, fading
from tracker.learned_window import LATELY, Route, Taken
from tracker.store.keys import Keys
from tracker.store.redis import GuardedRedis, RedisUnavailable
from tracker.store.script import Argument, Script
from tracker.store.sealing import Sealer

COUNTED = LATELY + timedelta(days=15)
"""Longer than a delivery teaches anything."""
KEPT = 6 * HALF_LIFE
"""After which even a busy route on which nothing came any more holds too little to speak of."""

LEARN = Script.load("learn")
RECALL = Script.load("recall")


class RedisDeliveryTimes:
    """ports.DeliveryTimes on Redis."""

    def __init__(self, guard: GuardedRedis, sealer: Sealer) -> None:
        self._guard = guard
        self._keys = Keys(sealer)

    def count(self, shop: str, parcel: str, took: Sequence[Taken], *, at: datetime) -> None:
        """See ports.DeliveryTimes."""
        keys = [self._keys.counted(shop, parcel), *(self._place(shop, one.route) for one in took)]
        times: list[Argument] = [_milliseconds(COUNTED), _milliseconds(KEPT)]
        weight = repr(fading(at))
        weights = [word for one in took for word in (str(one.days), weight)]
        with suppress(RedisUnavailable):
            self._guard.run_script(LEARN, keys, [*times, *weights])

    def of(self, shop: str, routes: Sequence[Route], *, now: datetime) -> Mapping[Route, Mapping[int, float]]:
        """See ports.DeliveryTimes. Numbers that make no sense are passed over."""
        keys = [self._place(shop, route) for route in routes]
        try:
            known = self._guard.run_script(RECALL, keys, [])
        except RedisUnavailable:
            return {}
        told = zip(routes, known, strict=True)
        return {route: weights for route, words in told if (weights := dict(_read(words, fading(now))))}

    def _place(self, shop: str, route: Route) -> str:
        since = "scanned" if route.scanned else "sent"
        return self._keys.route(shop, since, route.carrier, route.origin or "", route.destination)


def _read(words: Sequence[bytes], today: float) -> Iterator[tuple[int, float]]:
    for days, weight in zip(words[::2], words[1::2], strict=True):
        try:
            number, share = int(days), float(weight) / today
        except ValueError:
            continue
        if 0 <= number <= LONGEST_DAYS and math.isfinite(share) and share >= 0:
            yield number, share


def _milliseconds(time: timedelta) -> int:
    return round(time.total_seconds() * 1000)
