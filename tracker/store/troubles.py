"""What merchants were told of trouble with their accounts at sources, in Redis. Fills `ports.Troubles`."""

from __future__ import annotations

from contextlib import suppress

from tracker.errors import SourceKeyRejected, SourceQuotaSpent
from tracker.store.keys import Keys
from tracker.store.redis import GuardedRedis, RedisUnavailable
from tracker.store.sealing import Sealer

SECONDS = 86_400
CODES = (SourceKeyRejected.code, SourceQuotaSpent.code)
"""What a merchant can do something about, gravest first."""


class RedisTroubles:
    """ports.Troubles on Redis. They lie among the shop's keys, under the present secret only: a rotation of
    it tells them once more."""

    def __init__(self, guard: GuardedRedis, sealer: Sealer) -> None:
        self._guard = guard
        self._keys = Keys(sealer)

    def tell(self, shop: str, source: str, code: str) -> bool:
        """See ports.Troubles."""
        key = self._keys.trouble(shop, source, code)
        try:
            return bool(self._guard.run(lambda client: client.set(key, b"1", ex=SECONDS, nx=True)))
        except RedisUnavailable:
            return False

    def of(self, shop: str, source: str) -> list[str]:
        """See ports.Troubles."""
        keys = [self._keys.trouble(shop, source, code) for code in CODES]
        try:
            told = self._guard.run(lambda client: client.mget(keys))
        except RedisUnavailable:
            return []
        return [code for code, there in zip(CODES, told, strict=True) if there is not None]

    def settled(self, shop: str, source: str) -> None:
        """See ports.Troubles."""
        keys = [self._keys.trouble(shop, source, code) for code in CODES]
        with suppress(RedisUnavailable):
            self._guard.run(lambda client: client.delete(*keys))
