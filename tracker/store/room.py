"""Whether Redis has room for what is kept, by its own words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from tracker.store.redis import GuardedRedis, RedisUnavailable


@dataclass(frozen=True, slots=True)
class Room:
    """`policy` is what a full server does (`maxmemory-policy`), None where it has no limit of memory or does
    not say; `evicted` how many keys it has forgotten for want of room since it was started."""

    policy: str | None
    evicted: int


def room(guard: GuardedRedis) -> Room | None:
    """What the server says of it, one node where it is a Cluster; None where it does not answer.

    INFO is allowed where a hosted Redis allows no CONFIG. https://redis.io/docs/latest/commands/info/
    """
    try:
        told = guard.run(_info)
    except RedisUnavailable:
        return None
    limited = int(told.get("maxmemory", 0)) > 0
    return Room(told.get("maxmemory_policy") if limited else None, int(told.get("evicted_keys", 0)))


def _info(client: Any) -> dict[str, Any]:
    return cast(dict[str, Any], client.info("memory") | client.info("stats"))
