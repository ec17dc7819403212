"""The service on its real way: signed requests in, a real Redis beside it, a pretend Shopify behind it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import structlog
from flask import Flask
from limits import parse as parse_limit

import tracker.app
import tracker.connections
import tracker.edges
import tracker.verbs.lookup
import tracker.verbs.recent_orders
from tests.fakes import InlineBackground
from tests.pretend_shopify import API_KEY, TOKEN, PretendShopify, serve_pretend_shopify
from tests.web.storefront import ALICE, OLD_SECRET, SECRET, Storefront
from tracker.app import create_app
from tracker.metrics import Metrics
from tracker.settings import Settings
from tracker.store.redis import GuardedRedis

PATIENT_SECONDS = 30.0

MakeApp = Callable[..., Flask]


@pytest.fixture(scope="session")
def _shopify_server() -> Iterator[PretendShopify]:
    with serve_pretend_shopify() as pretend:
        yield pretend


@pytest.fixture
def shopify(_shopify_server: PretendShopify, caplog: pytest.LogCaptureFixture) -> Iterator[PretendShopify]:
    """The pretend Shopify, well behaved and with nothing counted yet."""
    caplog.set_level("ERROR", logger="werkzeug")
    _shopify_server.reset()
    yield _shopify_server
    _shopify_server.reset()


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine is not what these tests are about; those that are about time set their own."""
    patient_redis = functools.partial(GuardedRedis, timeout_seconds=PATIENT_SECONDS)
    monkeypatch.setattr(tracker.edges, "GuardedRedis", patient_redis)
    monkeypatch.setattr(tracker.verbs.lookup, "BUDGET_SECONDS", PATIENT_SECONDS)
    monkeypatch.setattr(tracker.verbs.recent_orders, "BUDGET_SECONDS", PATIENT_SECONDS)
    monkeypatch.setattr(tracker.app, "PAGE_BUDGET_SECONDS", PATIENT_SECONDS)
    monkeypatch.setattr(tracker.connections, "CONNECT_SECONDS", PATIENT_SECONDS)


@pytest.fixture(autouse=True)
def _learning(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a look-up teaches is noted before it is answered, so that who looks at Redis need not wait for
    it."""
    monkeypatch.setattr(tracker.edges, "_learning", lambda _metrics: InlineBackground())


@pytest.fixture(autouse=True)
def log_lines() -> Iterator[list[dict[str, Any]]]:
    """Every line that the service logs meanwhile, as the fields that were given to it."""
    with structlog.testing.capture_logs() as lines:
        yield lines  # type: ignore[misc] # structlog types them as mutable mappings


@pytest.fixture
def make_app(shopify: PretendShopify, redis_url: str) -> Iterator[MakeApp]:
    """Makes the service with other settings, and a clock of the test's own."""
    made: list[Flask] = []

    def make(*, clock: Any = None, **settings: Any) -> Flask:
        for name in ("lookup_limit",):
            if isinstance(settings.get(name), str):
                settings[name] = parse_limit(settings[name])
        values: dict[str, Any] = {
            "api_key": API_KEY,
            "api_secret": SECRET,
            "api_secret_old": OLD_SECRET,
            "redis_url": redis_url,
            "admin_origin": shopify.origin,
            "shop": ALICE,
            "admin_token": TOKEN,
            "trusted_proxies": 0,
            "lookup_limit": parse_limit("1000/minute"),
        }
        app = create_app(Settings(**values | settings), **({} if clock is None else {"clock": clock}))
        made.append(app)
        return app

    yield make
    for app in made:
        app.extensions["tracker_edges"].close()


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    """The service as Alice runs it, with room for many look-ups at the door."""
    return make_app()


@pytest.fixture
def storefront(app: Flask) -> Storefront:
    """Alice's storefront."""
    return Storefront(app)


@dataclass(frozen=True)
class Told:
    """An order of the pretend shop as a look-up told it: the JSON, and the page without JavaScript."""

    answer: dict[str, Any]
    page: str


@pytest.fixture(scope="session")
def _told_once() -> dict[str, Told]:
    return {}


@pytest.fixture
def every_order(
    request: pytest.FixtureRequest, shopify: PretendShopify, _told_once: dict[str, Told]
) -> dict[str, Told]:
    """All orders that have an e-mail and are young enough, by name. Looked up once for all tests, since
    nothing changes them."""
    if not _told_once:
        storefront: Storefront = request.getfixturevalue("storefront")
        orders = [order for order in shopify.shop.orders if order.email and order.name != "#0900"]
        for order in orders:
            fields = {"order": order.name, "email": order.email}
            answer, page = storefront.look_up(fields), storefront.look_up(fields, as_page=True)
            assert (order.name, answer.status_code, page.status_code) == (order.name, 200, 200)
            _told_once[order.name] = Told(answer.get_json(), page.text)
    assert len(_told_once) > 30
    return _told_once


class RecordedMetrics(Metrics):
    """Remembers every fact that was counted, as its name and its words."""

    def __init__(self) -> None:
        self.facts: list[tuple[object, ...]] = []

    def lookup_answered(self, outcome: str, cache: str) -> None:
        self.facts.append(("lookup_answered", outcome, cache))

    def refused(self, code: str, cause: str) -> None:
        self.facts.append(("refused", code, cause))

    def upstream_called(self, operation: str, outcome: str, seconds: float) -> None:
        self.facts.append(("upstream_called", operation, outcome))

    def redis_failed(self, word: str) -> None:
        self.facts.append(("redis_failed", word))

    def redis_changed(self, news: str) -> None:
        self.facts.append(("redis_changed", news))

    def short_forwarded_for(self) -> None:
        self.facts.append(("short_forwarded_for",))

    def webhook_taken(self, topic: str, outcome: str) -> None:
        self.facts.append(("webhook_taken", topic, outcome))

    def data_withheld(self, part: str) -> None:
        self.facts.append(("data_withheld", part))


@pytest.fixture
def metrics(monkeypatch: pytest.MonkeyPatch) -> RecordedMetrics:
    """What the apps of this test count together. Ask for it before the app is made."""
    recorded = RecordedMetrics()
    monkeypatch.setattr(tracker.app, "Metrics", lambda: recorded)
    return recorded
