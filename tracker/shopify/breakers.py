"""What fails is left alone for a while: each shop by itself, and all of Shopify where many fail together.

Every worker finds out for itself, which costs each of them a few requests and nobody a wait for the others.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tracker.breaker import Breaker
from tracker.errors import CircuitOpen, UpstreamBroken, UpstreamError, UpstreamTimeout, UpstreamUnreachable

SHOP_FAILURES = 5
"""In a row, each after a second try: one slow order or one bad answer says nothing of a shop."""
SHOP_SECONDS = 5.0
MANY_SHOPS = 5
MANY_SECONDS = 30.0
"""So many different shops within so long, and not one answer from any in between."""
ALL_SECONDS = 3.0
MOST = 4096
"""Shops that fail at a time. Those that do not take no memory."""
SHOPIFY = "shopify"
SHOP = "shop"

FAILURES = (UpstreamTimeout, UpstreamUnreachable, UpstreamBroken)
"""No answer, or none that can be read. A refusal or a request to slow down is an answer."""

OnChange = Callable[[str, str | None, str], None]
"""Told whose breaker changed (SHOP or SHOPIFY), of which shop, and `down` or `up`."""


class Breakers:
    """One breaker for each shop that fails and one for all of Shopify. Safe to share between threads."""

    def __init__(
        self,
        *,
        most: int = MOST,
        monotonic: Callable[[], float] = time.monotonic,
        on_change: OnChange = lambda _whose, _shop, _news: None,
    ) -> None:
        self._most = most
        self._monotonic = monotonic
        self._on_change = on_change
        self._lock = threading.Lock()
        self._shops: OrderedDict[str, Breaker] = OrderedDict()
        self._failing: dict[str, float] = {}
        self._all = Breaker(
            open_seconds=ALL_SECONDS,
            monotonic=monotonic,
            on_change=lambda news: on_change(SHOPIFY, None, news),
        )

    def check(self, shop: str) -> None:
        """Raises CircuitOpen where nobody may try now, with the seconds until somebody may again, and whether
        somebody is trying."""
        own = self._shops.get(shop)
        both = (self._all,) if own is None else (self._all, own)
        if closed := [(each.remaining(), each.probing) for each in both if each.remaining() > 0]:
            seconds, probing = zip(*closed, strict=True)
            raise CircuitOpen(retry_after=max(seconds), probing=all(probing))

    @contextmanager
    def guarding(self, shop: str, *, forgiving: bool = False) -> Iterator[None]:
        """Around what is asked of a shop: its breaker and that of Shopify hear how it ends, but for what is
        `forgiving` and runs out of time. Raises CircuitOpen instead where either of them allows nobody."""
        own = self._shops.get(shop)
        # The shop's own first: a shop that is down must not use up the one probe of all of them.
        if not (own is None or own.allows()) or not self._all.allows():
            self.check(shop)
            raise CircuitOpen(retry_after=ALL_SECONDS)
        try:
            yield
        except FAILURES as error:
            if not (forgiving and isinstance(error, UpstreamTimeout)):
                self._failed(shop)
            raise
        except UpstreamError:
            self._answered(shop)
            raise
        self._answered(shop)

    def __len__(self) -> int:
        """How many shops are remembered."""
        return len(self._shops)

    def _failed(self, shop: str) -> None:
        now = self._monotonic()
        with self._lock:
            own = self._shops.get(shop) or self._new_breaker(shop)
            self._shops[shop] = own
            self._shops.move_to_end(shop)
            if len(self._shops) > self._most:
                self._shops.popitem(last=False)
            self._failing.pop(shop, None)
            recent = [(one, at) for one, at in self._failing.items() if now - at <= MANY_SECONDS]
            # Whoever failed first leaves, so that there are never more than it takes.
            self._failing = dict([*recent, (shop, now)][-MANY_SHOPS:])
            many = len(self._failing) >= MANY_SHOPS
        own.failed()
        if many:
            self._all.failed()

    def _answered(self, shop: str) -> None:
        if not self._shops and not self._all.opened:
            return
        with self._lock:
            own = self._shops.pop(shop, None)
            self._failing.clear()
        if own is not None:
            own.succeeded()
        self._all.succeeded()

    def _new_breaker(self, shop: str) -> Breaker:
        return Breaker(
            failures=SHOP_FAILURES,
            open_seconds=SHOP_SECONDS,
            monotonic=self._monotonic,
            on_change=lambda news: self._on_change(SHOP, shop, news),
        )
