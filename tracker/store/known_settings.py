"""What merchants chose, at hand in each process, so that a look-up asks no database for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from tracker.errors import StoreUnavailable
from tracker.ports import Background, Shops
from tracker.shop import ShopSettings

FRESH_SECONDS = 60.0
"""A change reaches the other workers and hosts after at most that, and one more look-up."""

UNKNOWN_SECONDS = 5.0
"""So long a store that gave no answer is not asked again: it may take its time to give none."""

MOST = 10_000
"""Shops at hand; the one that came first goes first. Some 5 MB."""


@dataclass(frozen=True, slots=True)
class _Known:
    settings: ShopSettings
    until: float


class KnownSettings:
    """ports.SettingsOf over the store of shops, shared between threads.

    A shop's first question in a process waits for one SELECT. Later ones do not: what has become old is given
    once more and read again behind the answer. Where the store gives no answer, what was known stands.
    """

    def __init__(
        self, shops: Shops, *, background: Background, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._shops = shops
        self._background = background
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._known: dict[str, _Known] = {}

    def __call__(self, shop: str) -> ShopSettings:
        """What this shop's merchant chose; the defaults for a shop that is not known."""
        known = self._known.get(shop)
        if known is None:
            return self._read(shop)
        if self._monotonic() >= known.until:
            # Taken before it is asked for, so that one asks for all.
            self._keep(shop, known.settings, FRESH_SECONDS)
            self._background.submit(lambda: self._read(shop))
        return known.settings

    def keep(self, shop: str, settings: ShopSettings) -> None:
        """Told of a change that was just saved."""
        self._keep(shop, settings, FRESH_SECONDS)

    def _read(self, shop: str) -> ShopSettings:
        try:
            found = self._shops.get(shop)
        except StoreUnavailable:
            known = self._known.get(shop)
            return self._keep(shop, ShopSettings() if known is None else known.settings, UNKNOWN_SECONDS)
        return self._keep(shop, ShopSettings() if found is None else found.settings, FRESH_SECONDS)

    def _keep(self, shop: str, settings: ShopSettings, seconds: float) -> ShopSettings:
        with self._lock:
            self._known[shop] = _Known(settings, self._monotonic() + seconds)
            if len(self._known) > MOST:
                del self._known[next(iter(self._known))]
        return settings
