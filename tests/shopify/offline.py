"""Workers of the service that share a store, and what Shopify's token endpoint tells them."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from tests.shopify.clocks import START, FakeTime
from tests.shopify.upstream import Behaviour, Upstream, reply
from tests.store.shops import ALICE, SECRET
from tracker.shop import Shop, TokenPair
from tracker.shopify.grants import TokenGrants
from tracker.shopify.offline_tokens import (
    OfflineTokens,
)
from tracker.shopify.transport import HttpClient
from tracker.store.database import Database
from tracker.store.known_shops import CachedShops
from tracker.store.sealing import Sealer
from tracker.store.shops import SqlShops

HOUR = 3600
SCOPES = frozenset({"read_orders"})
FIRST = TokenPair("access 1", START + timedelta(hours=1), "refresh 1", START + timedelta(days=90))


def gives(number: int, seconds: int = HOUR) -> Behaviour:
    """Shopify's answer with a pair of that number."""
    return reply(
        {
            "access_token": f"access_{number}",
            "scope": "read_orders",
            "expires_in": seconds,
            "refresh_token": f"refresh_{number}",
            "refresh_token_expires_in": 90 * 24 * HOUR,
        }
    )


class Worker:
    """One process of the service: connections, memory and clock of its own, the store shared."""

    def __init__(
        self,
        url: str,
        origin: str,
        *,
        time: FakeTime | None = None,
        shops: type[SqlShops] = SqlShops,
        grants: type[TokenGrants] = TokenGrants,
        jitter: float = 0.0,
    ) -> None:
        self.time = time or FakeTime()
        self.reopening: list[str] = []
        self.database = Database(url)
        self.shops = shops(self.database, [Sealer(SECRET)])
        self.http = HttpClient(sleep=self.time.sleep)
        self.grants = grants(
            client_id="key", client_secret="secret", http=self.http, origin=origin, clock=self.time.now
        )
        self.tokens = OfflineTokens(
            shops=self.shops,
            known=CachedShops(self.shops, monotonic=self.time.monotonic),
            grants=self.grants,
            on_needs_reopening=self.reopening.append,
            clock=self.time.now,
            jitter=lambda: jitter,
        )

    def token(self, shop: str = ALICE, seconds: float = 3.0) -> str:
        return self.tokens.token(shop, deadline=self.time.deadline(seconds)).value

    def install(self, tokens: TokenPair = FIRST, shop: str = ALICE) -> None:
        self.shops.install(shop, tokens=tokens, scopes=SCOPES, at=START)

    def close(self) -> None:
        self.http.close()
        self.database.close()


@contextmanager
def worker(url: str, *behaviours: Behaviour, jitter: float = 0.0) -> Iterator[tuple[Worker, Upstream]]:
    """A worker and the server that it asks."""
    with Upstream(*behaviours) as server:
        made = Worker(url, server.origin, jitter=jitter)
        yield made, server
        made.close()


def asked_with(server: Upstream) -> list[str]:
    """The refresh tokens that were sent, in order."""
    return [request.json["refresh_token"] for request in server.requests]


PATIENCE_SECONDS = 20.0


class Gate:
    """Lets a behaviour of the server wait until the test has seen enough."""

    def __init__(self, then: Behaviour) -> None:
        self.reached, self.opened = threading.Event(), threading.Event()
        self._then = then

    def __call__(self, connection: socket.socket, stopped: threading.Event) -> None:
        self.reached.set()
        self.opened.wait(PATIENCE_SECONDS)
        self._then(connection, stopped)


def stored(url: str, shop: str = ALICE) -> Shop:
    database = Database(url)
    found = SqlShops(database, [Sealer(SECRET)]).get(shop)
    database.close()
    assert found is not None
    return found
