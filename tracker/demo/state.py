"""Everything the demo shop remembers while it runs, guarded by one lock."""

from __future__ import annotations

import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

from tracker.demo.app_config import AppConfig, default_config
from tracker.demo.control import Control
from tracker.demo.installation import Installation
from tracker.demo.model import Order, Parcel
from tracker.demo.placements import Placement
from tracker.demo.stories import write_orders
from tracker.demo.throttle import Bucket
from tracker.demo.tokens import Tokens

DOMAIN = "northwind-outfitters.myshopify.com"
NAME = "Northwind Outfitters"
TIME_ZONE = "America/Los_Angeles"
CURRENCY = "USD"
FIRST_SHOP_ID = 1_000_001
ORDER_WINDOW = timedelta(days=60)
"""How far back an app sees without read_all_orders
(https://shopify.dev/docs/api/usage/access-scopes#orders-permissions)."""


def utc_now() -> datetime:
    """Now, aware, in UTC."""
    return datetime.now(UTC)


class Shop:
    """State of one shop. `owners` tells the order of a line, parcel or fulfilment order by its number.

    Hold `lock` while you read or change anything but the fixed names (`domain`, `name`, `id`, `config`).

    `number` counts the shops of one platform from 0; the numbers of records differ between shops, and all but
    the first put their `name` behind the titles of what they sell. `config` is the app as Shopify knows it,
    `app_url` the origin where it runs (None: nowhere). `installed`: has the merchant installed it, with all
    its scopes and its block in the theme? `access_token` is a fixed token that is always known, as an app
    made in the admin has; None for none. `webhooks`: are any sent, unless that is switched?

    `app_secrets`: the client secrets that count, the one that Shopify signs with first.
    """

    def __init__(
        self,
        *,
        api_key: str,
        api_secret: str,
        domain: str = DOMAIN,
        name: str = NAME,
        number: int = 0,
        config: AppConfig | None = None,
        app_url: str | None = None,
        installed: bool = True,
        webhooks: bool = False,
        access_token: str | None = None,
        clock: Callable[[], datetime] = utc_now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.lock = threading.RLock()
        self.released = threading.Event()
        self.api_key = api_key
        self.app_secrets = [api_secret]
        self.domain = domain
        self.name = name
        self.id = FIRST_SHOP_ID + number
        self.config = config or default_config(api_key)
        self.app_url = app_url
        self.storefront_origin: str | None = None
        """Where shoppers reach it, where that is not the address of the request itself."""
        self.admin_address: str | None = None
        """Where its admin is, if it has one."""
        self.proxy_path = self.config.proxy.path if self.config.proxy is not None else None
        self.clock = clock
        self._webhooks = webhooks
        self.control = Control(webhooks=webhooks)
        self.calls: Counter[str] = Counter()
        self.bucket = Bucket(monotonic)
        self.orders: list[Order] = write_orders(
            clock(), first_id=5_000_000_001 + number * 10_000_000, seller="" if number == 0 else name
        )
        self.owners: dict[int, Order] = {}
        for order in self.orders:
            for line in order.lines:
                self.owners[line.id] = order
            for parcel in order.parcels:
                self.owners[parcel.id] = self.owners[parcel.work.id] = order
            for work in order.waiting:
                self.owners[work.id] = order
        self.tokens = Tokens(clock)
        self.installation: Installation | None = None
        self.uninstalled_at: datetime | None = None
        """When the app was taken away, until it is installed again."""
        self.placements: list[Placement] = []
        self.saved_settings: dict[Placement, dict[str, object]] = {}
        self.tried_settings: dict[Placement, dict[str, object]] = {}
        """What the theme editor shows of a block and has not saved."""
        self._access_token = access_token
        self._ids = count(7_000_000_001 + number * 10_000_000)
        if installed:
            self.installation = Installation(self.next_id(), clock(), list(self.control.scopes))
            self.placements = [
                Placement("track-order", "section", "page"),
                Placement("track-order-button", "body", "index"),
            ]

    @property
    def api_secret(self) -> str:
        """The client secret that Shopify signs with."""
        return self.app_secrets[0]

    def visible_orders(self) -> Iterator[Order]:
        """The orders that an app with the granted scopes can see at all."""
        oldest = self.clock() - ORDER_WINDOW
        for order in self.orders:
            if order.created_at >= oldest or "read_all_orders" in self.control.scopes:
                yield order

    def next_id(self) -> int:
        """A number for a record made while the shop runs."""
        return next(self._ids)

    def knows_token(self, token: str | None) -> bool:
        """Whether an Admin API request with this token is let in."""
        if not token or not self.control.token_valid or self.installation is None:
            return False
        if self._access_token is not None and secrets.compare_digest(
            token.encode(), self._access_token.encode()
        ):
            return True
        return self.tokens.knows(token)

    def forget_tokens(self) -> None:
        """All tokens that were given out stop working, as after an uninstall."""
        self.tokens.forget()

    def is_granted(self, scope: str) -> bool:
        """Whether the app holds a scope now."""
        return self.installation is not None and scope in self.control.scopes

    def find_parcel(self, order_id: int, parcel_id: int) -> tuple[Order, Parcel] | None:
        """An order and its parcel by their numbers."""
        for order in self.orders:
            for parcel in order.parcels:
                if (order.id, parcel.id) == (order_id, parcel_id):
                    return order, parcel
        return None

    def find_order(self, name: str) -> Order:
        """The order of this name. Raises KeyError."""
        for order in self.orders:
            if order.name == name:
                return order
        raise KeyError(name)

    def reset_control(self) -> None:
        """All switches back, scopes to what the merchant granted, and whoever hangs is let go."""
        self.control = Control(webhooks=self._webhooks)
        if self.installation is not None:
            self.control.scopes = list(self.installation.scopes)
        self.released.set()
        self.released = threading.Event()
