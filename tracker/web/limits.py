"""Politeness at the door: one flask-limiter limit by shop and client.

Whoever looks something up is counted in the very round trip that reads the answer, so that politeness costs a
kept answer none of its own; what ends before that is counted by itself.
"""

from __future__ import annotations

import functools
import math
import time
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, Response
from flask_limiter import Limiter
from limits import RateLimitItem
from limits import parse as parse_limit

from tracker.errors import RateLimited
from tracker.metrics import Metrics
from tracker.ports.answers import DOOR, Visit
from tracker.ports.shops import SettingsOf
from tracker.web.client_address import client_address
from tracker.web.here import Noted, noted_here, request_here

View = Callable[[], Response]

LimitOf = Callable[[str], RateLimitItem]
"""How many look-ups a visitor of a shop has."""

Name = Callable[..., str]
"""Keyed hash of a purpose and parts: no address stands readable in a counter's key."""


def shop_limit(default: RateLimitItem, settings_of: SettingsOf) -> LimitOf:
    """What a shop's merchant chose, else `default`."""

    def limit_of(shop: str) -> RateLimitItem:
        chosen = settings_of(shop).lookup_limit
        return default if chosen is None else _read(chosen)

    return limit_of


def seconds_a_look(limit_of: LimitOf, shop: str) -> float:
    """How many seconds a visitor of the shop has for each look-up, if they look all the time."""
    limit = limit_of(shop)
    return limit.get_expiry() / limit.amount


_read = functools.lru_cache(maxsize=1024)(parse_limit)


class Door:
    """The limiter of one app, and who the client of a request is. Used after the gate only, since nothing
    about a request is true before."""

    def __init__(
        self,
        *,
        enabled: bool,
        storage_uri: str,
        storage_options: Mapping[str, Any],
        name: Name,
        shop_tag: Callable[[str], str],
        metrics: Metrics,
        trusted_proxies: int,
    ) -> None:
        self._name = name
        self._shop_tag = shop_tag
        self._metrics = metrics
        self._trusted_proxies = trusted_proxies
        self.limiter = Limiter(
            self._shop_and_client,
            strategy="fixed-window",
            storage_uri=storage_uri,
            storage_options=dict(storage_options),
            headers_enabled=False,
            enabled=enabled,
        )

    def init_app(self, app: Flask) -> None:
        """Make the limiter ready for `app`, without its hooks on every request. They serve default limits and
        headers, of which there are none, and would cost a forged request as much as refusing it; the limiter
        adds them only to an app that does not name it yet."""
        app.extensions.setdefault("limiter", set()).add(self.limiter)
        self.limiter.init_app(app)

    def limited(self, limit_of: LimitOf, *, counter: str) -> Callable[[View], View]:
        """A decorator for a view: every request counts, and beyond the limit of its shop it raises
        RateLimited instead. Views with the same `counter` count together.

        The limiter's own decorator finds out anew on each request which limits hold, for whom and at what
        cost. For one limit that rarely changes that took as long as two round trips to Redis.
        """

        def decorate(view: View) -> View:
            @functools.wraps(view)
            def limited_view() -> Response:
                self.count(limit_of, counter=counter)
                return view()

            return limited_view

        return decorate

    def visited(self, limit_of: LimitOf, *, counter: str) -> Callable[[View], View]:
        """The same for a view that looks something up: `visit` tells it what is to be counted, and whoever
        takes that counts it. A request that is refused before it came so far (a form that can't be read)
        counts all the same, and beyond the limit it is told so instead."""

        def decorate(view: View) -> View:
            @functools.wraps(view)
            def visited_view() -> Response:
                if not self.limiter.enabled:
                    return view()
                here = noted_here()
                limit = limit_of(here.shop)
                here.visit = limit, counter
                try:
                    return view()
                finally:
                    if here.pop("visit", None) is not None:
                        self._count(limit, counter)

            return visited_view

        return decorate

    def count(self, limit_of: LimitOf, *, counter: str) -> None:
        """Count the request under way. Raises RateLimited beyond the limit of its shop."""
        if self.limiter.enabled:
            self._count(limit_of(noted_here().shop), counter)

    def visit(self) -> Visit | None:
        """What is to be counted for the request under way, by whoever asks; None where nothing is."""
        here = noted_here()
        limit, counter = here.pop("visit", (None, ""))
        if limit is None:
            return None
        return Visit(limit.key_for(self._key(here, counter)), limit.amount, limit.get_expiry())

    def client(self) -> str:
        """The bucket of the client that sent this request, counting once if the header was too short."""
        return self._client(noted_here())

    def _count(self, limit: RateLimitItem, counter: str) -> None:
        key = self._key(noted_here(), counter)
        if not self.limiter.limiter.hit(limit, key):
            seconds = self.limiter.limiter.get_window_stats(limit, key).reset_time - time.time()
            raise RateLimited(DOOR, retry_after=max(1, math.ceil(seconds)))

    def _client(self, here: Noted) -> str:
        client: str | None = here.get("client")
        if client is None:
            forwarded_for = request_here().environ.get("HTTP_X_FORWARDED_FOR")
            client, short = client_address(forwarded_for, trusted_proxies=self._trusted_proxies)
            here.client = client
            if short:
                self._metrics.short_forwarded_for()
        return client

    def _key(self, here: Noted, counter: str) -> str:
        shop: str = here.shop
        return f"{self._shop_tag(shop)}:d:{self._name('door', shop, self._client(here))}:{counter}"

    def _shop_and_client(self) -> str:
        return self._key(noted_here(), "")
