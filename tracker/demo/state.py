"""Everything the demo shop remembers while it runs, guarded by one lock."""

from __future__ import annotations

import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

from tracker.demo.control import Control
from tracker.demo.model import Order, Parcel
from tracker.demo.stories import write_orders
from tracker.demo.throttle import Bucket

DOMAIN = "northwind-outfitters.myshopify.com"
NAME = "Northwind Outfitters"
TIME_ZONE = "America/Los_Angeles"
CURRENCY = "USD"
SHOP_ID = 1_000_001
ORDER_WINDOW = timedelta(days=60)
"""How far back an app sees without read_all_orders
(https://shopify.dev/docs/api/usage/access-scopes#orders-permissions)."""

TOKEN_LIFE = timedelta(seconds=86_399)


def utc_now() -> datetime:
    """Now, aware, in UTC."""
    return datetime.now(UTC)


class Shop:
    """State of the demo shop. `owners` tells the order of a line, parcel or fulfilment order by its number.

    Hold `lock` while you read or change orders, control, calls or bucket.

    `access_token` is a fixed token that is always known, as an app made in the admin has; None for none.
    """

    def __init__(
        self,
        *,
        api_key: str,
        api_secret: str,
        domain: str = DOMAIN,
        access_token: str | None = None,
        clock: Callable[[], datetime] = utc_now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.lock = threading.RLock()
        self.released = threading.Event()
        self.api_key = api_key
        self.api_secret = api_secret
        self.domain = domain
        self.clock = clock
        self.control = Control()
        self.calls: Counter[str] = Counter()
        self.bucket = Bucket(monotonic)
        self.orders: list[Order] = write_orders(clock())
        self.owners: dict[int, Order] = {}
        for order in self.orders:
            for line in order.lines:
                self.owners[line.id] = order
            for parcel in order.parcels:
                self.owners[parcel.id] = self.owners[parcel.work.id] = order
            for work in order.waiting:
                self.owners[work.id] = order
        self._access_token = access_token
        self._minted: dict[str, datetime] = {}
        self._ids = count(7_000_000_001)

    def visible_orders(self) -> Iterator[Order]:
        """The orders that an app with the granted scopes can see at all."""
        oldest = self.clock() - ORDER_WINDOW
        for order in self.orders:
            if order.created_at >= oldest or "read_all_orders" in self.control.scopes:
                yield order

    def next_id(self) -> int:
        """A number for a record made while the shop runs."""
        return next(self._ids)

    def mint_token(self) -> str:
        """A new token of the client-credentials grant, good for a day."""
        token = f"shpat_{secrets.token_hex(16)}"
        self._minted[token] = self.clock() + TOKEN_LIFE
        return token

    def forget_tokens(self) -> None:
        """All minted tokens stop working, as after an uninstall."""
        self._minted.clear()

    def knows_token(self, token: str | None) -> bool:
        """Whether an Admin API request with this token is let in."""
        if not token or not self.control.token_valid:
            return False
        if self._access_token is not None and secrets.compare_digest(
            token.encode(), self._access_token.encode()
        ):
            return True
        end = self._minted.get(token)
        return end is not None and end > self.clock()

    def find_parcel(self, order_id: int, parcel_id: int) -> tuple[Order, Parcel] | None:
        """An order and its parcel by their numbers."""
        for order in self.orders:
            for parcel in order.parcels:
                if (order.id, parcel.id) == (order_id, parcel_id):
                    return order, parcel
        return None

    def reset_control(self) -> None:
        """All switches back, and whoever hangs is let go."""
        self.control = Control()
        self.released.set()
        self.released = threading.Event()
