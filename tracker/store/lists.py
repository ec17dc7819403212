"""Customers' lists of orders, kept in Redis for a short time, without which the shop is asked each time.

They lie beside a shop's answers, under its hash tag: keys are keyed hashes, values are sealed.
"""

from __future__ import annotations

from contextlib import suppress
from typing import cast

from tracker.store.keys import Keys
from tracker.store.redis import GuardedRedis, RedisUnavailable
from tracker.store.sealing import Sealer

PURPOSE = "list"


class RedisLists:
    """ports.KeptLists on Redis."""

    def __init__(self, guard: GuardedRedis, sealer: Sealer) -> None:
        self._guard = guard
        self._sealer = sealer
        self._keys = Keys(sealer)

    def get(self, shop: str, customer_id: str) -> bytes | None:
        """See ports.KeptLists. What lies under the key and is not ours counts as absent."""
        key = self._keys.orders_of(shop, customer_id)
        try:
            sealed = cast(bytes | None, self._guard.run(lambda client: client.get(key)))
        except RedisUnavailable:
            return None
        return self._sealer.open(sealed or b"", purpose=PURPOSE, shop=shop, place=key)

    def keep(self, shop: str, customer_id: str, answer: bytes, *, seconds: int) -> None:
        """See ports.KeptLists."""
        key = self._keys.orders_of(shop, customer_id)
        sealed = self._sealer.seal(answer, purpose=PURPOSE, shop=shop, place=key)
        with suppress(RedisUnavailable):
            self._guard.run(lambda client: client.set(key, sealed, ex=seconds))
