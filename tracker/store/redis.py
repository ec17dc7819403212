"""The one way to Redis: one client for cache and limits alike, behind one breaker, with time-outs so short
that a shopper does not notice a Redis that hangs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar, cast

import redis
from limits.storage import RedisStorage, storage_from_string
from redis.backoff import NoBackoff
from redis.exceptions import ClusterError, RedisClusterException
from redis.retry import Retry

from tracker.breaker import Breaker
from tracker.errors import CacheUnavailable, TrackerError
from tracker.store.direct import Command, DirectConnection
from tracker.store.script import Argument, Script

Result = TypeVar("Result")

TIMEOUT_SECONDS = 0.1
"""For connecting and for each answer. Redis answers in well under a millisecond; ten times that is down."""

DOWN = (
    redis.ConnectionError,
    redis.TimeoutError,
    OSError,
    RedisClusterException,  # no node answers, or nobody serves a slot; not a child of RedisError
    ClusterError,
)


MOST_CONNECTIONS = 1024
"""Of one process. Each thread holds one of its own, and redis-py allows a hundred where nothing is said."""


class RedisUnavailable(TrackerError):
    """Redis is down, slow, or answered with an error. The caller carries on without it."""


@contextmanager
def demanded() -> Iterator[None]:
    """For what cannot go on without Redis: RedisUnavailable leaves as CacheUnavailable, which verbs know."""
    try:
        yield
    except RedisUnavailable as error:
        raise CacheUnavailable from error


class GuardedRedis:
    """Runs operations on Redis while the breaker allows it.

    `url` may name one server (redis, rediss, unix), a Cluster (redis+cluster) or Sentinels
    (redis+sentinel). Nothing is connected before the first operation. `on_failure` is told a short stable
    word each time an operation failed.
    """

    def __init__(
        self,
        url: str,
        breaker: Breaker,
        *,
        timeout_seconds: float = TIMEOUT_SECONDS,
        on_failure: Callable[[str], None] = lambda _word: None,
    ) -> None:
        self._url = "redis+" + url if url.startswith("unix:") else url
        self._breaker = breaker
        self._on_failure = on_failure
        self._options: dict[str, Any] = {
            "socket_timeout": timeout_seconds,
            "socket_connect_timeout": timeout_seconds,
            "retry": Retry(NoBackoff(), 0),
            "max_connections": MOST_CONNECTIONS,
        }
        if url.startswith("redis+sentinel:"):
            # Sentinels are asked on connections of their own, which would wait 5 s and try ten times.
            self._options["sentinel_kwargs"] = dict(self._options)
        self._connecting = threading.Lock()
        self._storage: RedisStorage | None = None
        self._direct = DirectConnection()

    def run(self, operation: Callable[[redis.Redis], Result]) -> Result:
        """What `operation` gives for the client. Raises as `run_storage` does."""
        return self.run_storage(lambda storage: operation(cast(redis.Redis, storage.get_connection())))

    def run_script(self, script: Script, keys: Sequence[str], arguments: Sequence[Argument]) -> Any:
        """What `script` gives. Raises as `run_storage` does."""
        return self.run(lambda client: self._direct.run_script(client, script, keys, arguments))

    def run_together(self, *commands: Command) -> list[Any]:
        """What each of `commands`, all of one shop, gives in one round trip; None for one that Redis refused,
        as it does where the key is of another type or where it takes no writes. Raises as `run_storage` does.
        """
        answers = self.run(lambda client: self._direct.run_together(client, commands))
        told = [None if isinstance(answer, redis.ResponseError) else answer for answer in answers]
        if told != answers:
            self._on_failure("refused")
        return told

    def run_storage(self, operation: Callable[[RedisStorage], Result]) -> Result:
        """What `operation` gives for the storage of the limits library, which holds the same client.

        Raises RedisUnavailable at once while the breaker is open, and where the operation fails. An error
        that Redis answers with (a key of another type, out of memory) leaves the breaker closed: it is up.
        """
        if not self._breaker.allows():
            raise RedisUnavailable("open")
        try:
            result = operation(self._storage or self._connect())
        except DOWN as error:
            self._breaker.failed()
            self._on_failure("down")
            raise RedisUnavailable("down") from error
        except redis.RedisError as error:
            self._breaker.succeeded()
            self._on_failure("refused")
            raise RedisUnavailable("refused") from error
        self._breaker.succeeded()
        return result

    def answers(self) -> bool:
        """Is Redis there now? Never raises."""
        try:
            return bool(self.run(lambda client: client.ping()))
        except RedisUnavailable:
            return False

    def fullness(self) -> tuple[str | None, int] | None:
        """What the server does once it is full (`maxmemory-policy`), None where it has no limit of memory or
        does not say; and how many keys it has forgotten for want of room since it was started. Of a Cluster
        one node tells. None where it does not answer.

        INFO is allowed where a hosted Redis allows no CONFIG. https://redis.io/docs/latest/commands/info/
        """
        try:
            told = self.run(_memory)
        except RedisUnavailable:
            return None
        limited = int(told.get("maxmemory", 0)) > 0
        return told.get("maxmemory_policy") if limited else None, int(told.get("evicted_keys", 0))

    def _connect(self) -> RedisStorage:
        with self._connecting:
            if self._storage is None:
                storage = storage_from_string(self._url, **self._options)
                assert isinstance(storage, RedisStorage)  # noqa: S101 - the settings allow no other scheme
                self._storage = storage
            return self._storage


def _memory(client: Any) -> dict[str, Any]:
    return cast(dict[str, Any], client.info("memory") | client.info("stats"))
