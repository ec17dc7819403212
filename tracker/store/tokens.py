"""Access tokens that all workers share, sealed, in Redis. Losing them costs one request for a new one."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import cast

from tracker.clock import utc_now
from tracker.ports.clock import Clock
from tracker.ports.tokens import StoredToken
from tracker.store.keys import Keys
from tracker.store.redis import GuardedRedis, RedisUnavailable
from tracker.store.sealing import Sealer

PURPOSE = "token"
LOCK_SECONDS = 10


class RedisTokenShelf:
    """ports.TokenShelf on Redis."""

    def __init__(self, guard: GuardedRedis, sealer: Sealer, *, clock: Clock = utc_now) -> None:
        self._guard = guard
        self._sealer = sealer
        self._key = Keys(sealer).token
        self._clock = clock

    def get(self, shop: str) -> StoredToken | None:
        """See ports.TokenShelf."""
        key = self._key(shop)
        try:
            sealed = cast(bytes | None, self._guard.run(lambda client: client.get(key)))
        except RedisUnavailable:
            return None
        plain = self._sealer.open(sealed or b"", purpose=PURPOSE, shop=shop, place=key)
        if plain is None:
            return None
        kept = json.loads(plain)
        token = StoredToken(kept["token"], datetime.fromtimestamp(kept["expires_at"], UTC))
        return token if token.expires_at > self._clock() else None

    def put(self, shop: str, token: str, expires_at: datetime) -> None:
        """See ports.TokenShelf."""
        key = self._key(shop)
        plain = json.dumps({"token": token, "expires_at": expires_at.timestamp()}).encode()
        sealed = self._sealer.seal(plain, purpose=PURPOSE, shop=shop, place=key)
        with suppress(RedisUnavailable):
            self._guard.run(lambda client: client.set(key, sealed, exat=int(expires_at.timestamp())))

    @contextmanager
    def lock(self, shop: str) -> Iterator[bool]:
        """See ports.TokenShelf. The lock is let go only by who holds it: it may have ended meanwhile."""
        key, holder = self._key(shop) + ":lock", secrets.token_bytes(8)
        try:
            ours = bool(self._guard.run(lambda client: client.set(key, holder, ex=LOCK_SECONDS, nx=True)))
        except RedisUnavailable:
            yield True
            return
        try:
            yield ours
        finally:
            if ours:
                with suppress(RedisUnavailable):
                    self._guard.run(lambda client: client.delete(key) if client.get(key) == holder else 0)
