"""Which events were dealt with, in Redis. Fills `ports.SeenEvents`."""

from __future__ import annotations

from tracker.store.keys import Keys
from tracker.store.redis import GuardedRedis, demanded
from tracker.store.sealing import Sealer
from tracker.webhook import Envelope

SECONDS = 2 * 86_400
"""Shopify tries for four hours, and a copy may come later than that."""


class RedisSeenEvents:
    """ports.SeenEvents on Redis. A shop's events lie among its other keys, and are deleted with them."""

    def __init__(self, guard: GuardedRedis, sealer: Sealer) -> None:
        self._guard = guard
        self._keys = Keys(sealer)

    def seen(self, envelope: Envelope) -> bool:
        """See ports.SeenEvents."""
        if envelope.event_id is None:
            return False
        key = self._keys.seen(envelope.shop, envelope.topic, envelope.event_id)
        with demanded():
            return bool(self._guard.run(lambda client: client.exists(key)))

    def remember(self, envelope: Envelope) -> None:
        """See ports.SeenEvents."""
        if envelope.event_id is None:
            return
        key = self._keys.seen(envelope.shop, envelope.topic, envelope.event_id)
        with demanded():
            self._guard.run(lambda client: client.set(key, b"1", ex=SECONDS))
