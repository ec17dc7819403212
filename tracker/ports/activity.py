"""What goes on at a shop, for its merchant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class LookupCount:
    """How many look-ups of one day (UTC) ended in one way: `outcome` is `story` or a refusal's code, `cause`
    the refusal's own, `none` where it has none."""

    day: date
    outcome: str
    cause: str
    count: int


@dataclass(frozen=True, slots=True)
class ShopActivity:
    """What went on at a shop, as far as it was noted: times (aware, UTC), None where it never happened; and
    counts, oldest day first."""

    last_lookup_at: datetime | None = None
    last_webhook_at: datetime | None = None
    last_throttled_at: datetime | None = None
    lookups: Sequence[LookupCount] = ()


class ActivityLog(Protocol):
    """What `activity.Activity` noted, for the merchant to read."""

    def of(self, shop: str, *, since: date) -> ShopActivity:
        """What went on at this shop, counts from the day `since` on; nothing for one that is not known. It is
        some seconds behind. Raises StoreUnavailable."""
        ...
