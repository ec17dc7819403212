"""How many questions one shop may have under way, so that a shop that hangs does not take every thread of a
worker with it. Standard library only."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from tracker.errors import UpstreamBusy, UpstreamTimeout

SLOW_SHOPS = 4096
"""So many shops are remembered as slow; beyond that all are given another chance."""


class ShopSlots:
    """At most `most` questions to one shop at once; and one alone from a time-out on, until the shop has
    answered again, since further ones would only wait for as long. Safe to share between threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._taken: Counter[str] = Counter()
        self._slow: set[str] = set()

    @contextmanager
    def taken(self, shop: str, *, forgiving: bool = False) -> Iterator[None]:
        """A slot of this shop, for the time of one question; one that is `forgiving` and runs out of time
        leaves the shop what it was. Raises UpstreamBusy at once where all are taken:
        to wait for one would take the very thread that is to be kept free."""
        with self._lock:
            slow = shop in self._slow
            if self._taken[shop] >= (1 if slow else self._most):
                raise UpstreamBusy(probing=slow)
            self._taken[shop] += 1
        found: bool | None = False
        try:
            yield
        except UpstreamTimeout:
            found = None if forgiving else True
            raise
        finally:
            self._give_back(shop, slow=found)

    def _give_back(self, shop: str, *, slow: bool | None) -> None:
        with self._lock:
            self._taken[shop] -= 1
            if not self._taken[shop]:
                del self._taken[shop]
            if slow is None:
                return
            if not slow:
                self._slow.discard(shop)
                return
            if len(self._slow) >= SLOW_SHOPS:
                self._slow.clear()
            self._slow.add(shop)
