"""The pretend carriers beside the pretend Shopify: an aggregator and DHL, under one origin of their own."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from flask import Flask

from tracker.demo.aggregator import Account, Aggregator
from tracker.demo.aggregator_api import aggregator_api
from tracker.demo.courier import Courier
from tracker.demo.dhl import SPACING, Dhl, Key
from tracker.demo.dhl_api import dhl_api
from tracker.demo.followed_parcels import PLANS
from tracker.demo.journeys import Journeys
from tracker.demo.server import served

LOOK_SECONDS = 0.2
"""How often it is looked whether there is news to push."""


@dataclass(frozen=True)
class Keys:
    """What a merchant was given by the aggregator and by DHL: the keys, and what is known of them there."""

    aggregator: str
    account: Account
    dhl: str
    key: Key


class Carriers:
    """Every shop's merchant has an account at each. `dhl_spacing` is how many seconds DHL wants between two
    requests of one key; `delay_factor` compresses the time after which the aggregator knows of something."""

    def __init__(
        self,
        shops: Iterable[str],
        courier: Courier,
        *,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float],
        dhl_spacing: float = SPACING,
        delay_factor: float = 1.0,
    ) -> None:
        self.journeys = Journeys(PLANS, clock)
        self.aggregator = Aggregator(
            self.journeys, courier, clock=clock, monotonic=monotonic, delay_factor=delay_factor
        )
        self.dhl = Dhl(self.journeys, clock=clock, monotonic=monotonic, spacing=dhl_spacing)
        self.origin: str | None = None
        self._keys = {shop: self._open(shop) for shop in shops}

    def keys(self, shop: str) -> Keys:
        """What the merchant of a shop has. Raises KeyError for one that is not here."""
        return self._keys[shop]

    def app(self) -> Flask:
        """Both APIs."""
        app = Flask(__name__, static_folder=None)
        app.register_blueprint(aggregator_api(self.aggregator))
        app.register_blueprint(dhl_api(self.dhl))
        return app

    @contextmanager
    def serve(self, host: str, port: int) -> Iterator[str]:
        """Serve both from threads until the block ends, and push what is new meanwhile; their origin. `port`
        0 takes a free one."""
        ended = threading.Event()
        pushing = threading.Thread(target=self._push_until, args=(ended,), daemon=True)
        with served(self.app(), host, port) as origin:
            self.origin = origin
            pushing.start()
            try:
                yield origin
            finally:
                ended.set()
                pushing.join()
                self.origin = None
                self.break_down(aggregator=None, dhl=None)

    def break_down(self, *, aggregator: str | None, dhl: str | None) -> None:
        """Have all requests to each meet one of CARRIER_FAULTS, or none; those that hang are let go."""
        with self.aggregator.lock:
            self.aggregator.break_down(aggregator)
        with self.dhl.lock:
            self.dhl.break_down(dhl)

    def _open(self, shop: str) -> Keys:
        """Keys differ between shops, and are the same at every start."""
        secret = hashlib.sha256(f"key of {shop}".encode()).hexdigest().upper()
        mine, theirs = secret[:32], secret[32:]
        return Keys(mine, self.aggregator.open_account(mine), theirs, self.dhl.issue(theirs))

    def _push_until(self, ended: threading.Event) -> None:
        while not ended.wait(LOOK_SECONDS):
            with self.aggregator.lock:
                self.aggregator.push_what_is_new()
