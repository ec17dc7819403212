"""A shop whose orders are asked for, the server behind it, and everything that the edge told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.shopify.clocks import FakeTime
from tests.shopify.upstream import Behaviour, Upstream, reply
from tracker import order_number
from tracker.claim import Claim, by_email
from tracker.deadline import Deadline
from tracker.order import Order
from tracker.ports.orders import Found, FoundOrder
from tracker.ports.tokens import AccessToken
from tracker.shopify.admin import AdminOrders
from tracker.shopify.api import AdminApi
from tracker.shopify.transport import HttpClient, UpstreamCall

SHOP = "alice.myshopify.com"
ORDER_ID = "gid://shopify/Order/1001"
VERSION = "2026-10"
TOKEN = "shpat_secret"
ALICES_EMAIL, ALICES_ID = by_email("alice@example.com"), "6000000001"
SCOPES = frozenset({"read_orders", "read_merchant_managed_fulfillment_orders"})


class FakeTokens:
    """Hands out its tokens one after the other, the last one for ever; remembers what was refused."""

    def __init__(self, *values: str) -> None:
        self.values = list(values or (TOKEN,))
        self.refused: list[str] = []

    def token(self, shop: str, *, deadline: Deadline) -> AccessToken:
        return AccessToken(self.values[0])

    def rejected(self, shop: str, token: AccessToken) -> None:
        self.refused.append(token.value)
        if len(self.values) > 1:
            self.values.pop(0)


@dataclass
class Shop:
    """The edge under test, the server behind it and everything that it told."""

    orders: AdminOrders
    server: Upstream
    tokens: FakeTokens
    time: FakeTime
    calls: list[UpstreamCall] = field(default_factory=list)
    told: list[tuple[str, ...]] = field(default_factory=list)

    def find(self, typed: str = "1001", claim: Claim = ALICES_EMAIL) -> Found:
        number = order_number.read(typed)
        assert number is not None
        return self.orders.find(SHOP, number, claim, deadline=self.time.deadline())

    def recent(self) -> Sequence[FoundOrder]:
        return self.orders.recent(SHOP, ALICES_ID, deadline=self.time.deadline())

    def read(self, scopes: frozenset[str] = SCOPES, seconds: float = 3.0) -> Order | None:
        return self.orders.read(SHOP, ORDER_ID, scopes=scopes, deadline=self.time.deadline(seconds))

    @property
    def asked(self) -> list[dict[str, Any]]:
        return [request.json for request in self.server.requests]


@contextmanager
def shop(*behaviours: Behaviour, tokens: FakeTokens | None = None, **settings: Any) -> Iterator[Shop]:
    time, calls, told = FakeTime(), list[UpstreamCall](), list[tuple[str, ...]]()
    http = HttpClient(observe=calls.append, sleep=time.sleep)
    tokens = tokens or FakeTokens()

    def tell(what: str) -> Callable[..., None]:
        return lambda *words: told.append((what, *words))

    with Upstream(*behaviours) as server:
        api = AdminApi(
            tokens=tokens,
            http=http,
            api_version=VERSION,
            origin=server.origin,
            on_version_fell_forward=tell("version"),
        )
        orders = AdminOrders(
            api,
            on_unknown_word=tell("word"),
            on_withheld=tell("withheld"),
            on_skipped=tell("skipped"),
            **settings,
        )
        yield Shop(orders, server, tokens, time, calls, told)
    http.close()


def read_answer(order: dict[str, Any] | None) -> Behaviour:
    return reply({"data": {"order": order}})
