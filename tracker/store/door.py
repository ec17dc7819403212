"""The storage under flask-limiter. A look-up's visit is counted by `cache` instead, under the same key and in
the round trip that reads the answer."""

from __future__ import annotations

from typing import Any

from limits.storage import MemoryStorage, RedisStorage, Storage

from tracker.store.redis import GuardedRedis, RedisUnavailable
from tracker.store.script import Script

STORAGE_URI = "guarded://"
"""By which flask-limiter finds the storage below. Its option `guard` is the way to Redis, `memory` where this
process counts while Redis is away."""


COUNT = Script.load("count")
PREFIX = RedisStorage.PREFIX
"""Before every counter's key, so that the library's own commands find what the script counted."""


class GuardedStorage(Storage):
    """Counts in Redis for all workers; while Redis is away counts in this process, so that a limit is
    looser for a while but never gone."""

    STORAGE_SCHEME = ["guarded"]  # noqa: RUF012 - the name and type that limits reads from a storage class

    def __init__(
        self,
        uri: str | None = None,
        *,
        guard: GuardedRedis,
        memory: MemoryStorage | None = None,
        **options: Any,
    ) -> None:
        super().__init__(uri, **options)
        self._guard = guard
        self._memory = MemoryStorage() if memory is None else memory

    @property
    def base_exceptions(self) -> type[Exception]:
        """What a broken storage raises: nothing, since memory stands in."""
        return RedisUnavailable

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """The count after adding `amount`; the window of `expiry` seconds begins with the first."""
        try:
            return int(self._guard.run_script(COUNT, [f"{PREFIX}:{key}"], [expiry, amount]))
        except RedisUnavailable:
            return self._memory.incr(key, expiry, amount)

    def get(self, key: str) -> int:
        """The count now."""
        try:
            return self._guard.run_storage(lambda storage: storage.get(key))
        except RedisUnavailable:
            return self._memory.get(key)

    def get_expiry(self, key: str) -> float:
        """When the window ends, in seconds since the epoch."""
        try:
            return self._guard.run_storage(lambda storage: storage.get_expiry(key))
        except RedisUnavailable:
            return self._memory.get_expiry(key)

    def check(self) -> bool:
        """Always true: memory stands in."""
        return True

    def reset(self) -> int | None:
        """Forget the counts of this process; those in Redis are shared, and end with their windows."""
        return self._memory.reset()

    def clear(self, key: str) -> None:
        """Forget one counter."""
        self._memory.clear(key)
        try:
            self._guard.run_storage(lambda storage: storage.clear(key))
        except RedisUnavailable:
            return
