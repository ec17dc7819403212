"""What merchants were told of trouble with their accounts at sources, in Redis. Fills `ports.Troubles`."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from tracker.errors import SourceUnavailable
from tracker.ports.following import REGISTRATIONS_SPENT, TROUBLES
from tracker.store.keys import Keys
from tracker.store.redis import GuardedRedis, RedisUnavailable
from tracker.store.sealing import Sealer

SECONDS = 86_400
"""So long trouble is shown after it was told of last, and nobody is told of the same again."""
TOLD = ":t"
"""Ends the key of what was told today."""
SINCE = "since"
"""Stands in a key in place of a code: when a source began to give no usable answer."""


class RedisTroubles:
    """ports.Troubles on Redis. They lie among the shop's keys, under the present secret only: a rotation of
    it tells them once more."""

    def __init__(self, guard: GuardedRedis, sealer: Sealer) -> None:
        self._guard = guard
        self._keys = Keys(sealer)

    def tell(self, shop: str, source: str, code: str) -> bool:
        """See ports.Troubles."""
        key = self._keys.trouble(shop, source, code)

        def tell(client: Any) -> bool:
            pipeline = client.pipeline(transaction=False)
            pipeline.set(key, b"1", ex=SECONDS)
            pipeline.set(key + TOLD, b"1", ex=SECONDS, nx=True)
            return bool(pipeline.execute()[1])

        try:
            return self._guard.run(tell)
        except RedisUnavailable:
            return False

    def failing(self, shop: str, source: str, *, now: datetime) -> timedelta:
        """See ports.Troubles."""
        key = self._keys.trouble(shop, source, SINCE)

        def note(client: Any) -> bytes:
            pipeline = client.pipeline(transaction=False)
            pipeline.set(key, round(now.timestamp()), nx=True, ex=SECONDS)
            pipeline.expire(key, SECONDS)
            pipeline.get(key)
            return bytes(pipeline.execute()[2])

        try:
            since = datetime.fromtimestamp(int(self._guard.run(note)), UTC)
        except RedisUnavailable:
            return timedelta()
        except (ValueError, OverflowError, OSError):  # no time of ours: the next failure begins anew
            self._delete([key])
            return timedelta()
        return max(timedelta(), now - since)

    def ended(self, shop: str, source: str, *, registering: bool) -> None:
        """See ports.Troubles."""
        ended = {REGISTRATIONS_SPENT} if registering else set(TROUBLES) - {REGISTRATIONS_SPENT}
        # That it was told today stays: trouble that comes and goes is told once as well.
        self._delete(self._shown(shop, source, sorted(ended)))

    def of(self, shop: str, source: str) -> list[str]:
        """See ports.Troubles."""
        keys = [self._keys.trouble(shop, source, code) for code in TROUBLES]
        try:
            told = self._guard.run(lambda client: client.mget(keys))
        except RedisUnavailable:
            return []
        return [code for code, there in zip(TROUBLES, told, strict=True) if there is not None]

    def settled(self, shop: str, source: str) -> None:
        """See ports.Troubles."""
        told = [self._keys.trouble(shop, source, code) + TOLD for code in TROUBLES]
        self._delete(self._shown(shop, source, TROUBLES) + told)

    def _shown(self, shop: str, source: str, codes: Sequence[str]) -> list[str]:
        keys = [self._keys.trouble(shop, source, code) for code in codes]
        if SourceUnavailable.code in codes:
            keys.append(self._keys.trouble(shop, source, SINCE))
        return keys

    def _delete(self, keys: Sequence[str]) -> None:
        with suppress(RedisUnavailable):
            self._guard.run(lambda client: client.delete(*keys))
