"""Shops as they were a moment ago, in the memory of this process, so that a look-up pays the price of a
dictionary. Fills `ports.KnownShops`."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from tracker.errors import StoreUnavailable
from tracker.ports.shops import Shops
from tracker.shop import Shop, ShopSettings, Standing

SECONDS = 60.0
"""So long a shop that is well is taken for what it was: what a merchant changes shows within this time."""

UNWELL_SECONDS = 2.0
"""So long one that cannot be served is: it may be installed any moment, by way of another worker."""

RETRY_SECONDS = 2.0
"""So long after a failure the store is not asked again by this process: each thread would wait for it."""

MOST = 4096


class CachedShops:
    """ports.KnownShops over the store, at most `most` of them. Safe to share between threads."""

    def __init__(
        self, shops: Shops, *, most: int = MOST, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._shops = shops
        self._most = most
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._known: OrderedDict[str, tuple[Shop | None, float]] = OrderedDict()
        self._down: tuple[str, float] | None = None

    def get(self, domain: str) -> Shop | None:
        """See ports.KnownShops."""
        known = self._known.get(domain)
        if known is not None and self._monotonic() < known[1]:
            return known[0]
        try:
            shop = self._read(domain)
        except StoreUnavailable:
            if known is None:
                raise
            return known[0]
        self._keep(domain, shop)
        return shop

    def settings_of(self, domain: str) -> ShopSettings:
        """See ports.SettingsOf."""
        try:
            shop = self.get(domain)
        except StoreUnavailable:
            return ShopSettings()
        return ShopSettings() if shop is None else shop.settings

    def lists_orders(self, domain: str) -> bool:
        """See ports.ListsOrders."""
        try:
            shop = self.get(domain)
        except StoreUnavailable:
            return True
        return shop is None or shop.lists_orders

    def forget(self, domain: str) -> None:
        """See ports.KnownShops. What was known stays for as long as the store is away."""
        with self._lock:
            if (known := self._known.get(domain)) is not None:
                self._known[domain] = known[0], self._monotonic()

    def _read(self, domain: str) -> Shop | None:
        down = self._down
        if down is not None and self._monotonic() < down[1]:
            raise StoreUnavailable(down[0])
        try:
            shop = self._shops.get(domain)
        except StoreUnavailable as error:
            self._down = error.cause, self._monotonic() + RETRY_SECONDS
            raise
        self._down = None
        return shop

    def _keep(self, domain: str, shop: Shop | None) -> None:
        well = shop is not None and shop.standing is Standing.INSTALLED
        with self._lock:
            self._known[domain] = shop, self._monotonic() + (SECONDS if well else UNWELL_SECONDS)
            self._known.move_to_end(domain)
            if len(self._known) > self._most:
                self._known.popitem(last=False)
