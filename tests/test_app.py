"""What is joined to what: settings reach the edges, work behind an answer is done, nothing starts early."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import structlog
from flask import Flask

import tracker.edges
from tests.fakes import InlineBackground, SettableClock
from tests.pretend_shopify import API_KEY, TOKEN, PretendShopify, serve_pretend_shopify
from tests.web.storefront import ALICE, SECRET, Storefront, own_pairs, signed
from tracker import observed
from tracker.app import create_app
from tracker.metrics import Metrics
from tracker.order import Status
from tracker.settings import SIGNED_NAMES, InvalidSettings, Settings, read_settings
from tracker.shopify import words
from tracker.shopify.signature import NAMES
from tracker.store.redis import GuardedRedis

LEAST = {"SHOPIFY_API_KEY": "key", "SHOPIFY_API_SECRET": SECRET, "REDIS_URL": "unix:///nowhere/redis.sock"}


@pytest.fixture(scope="module")
def _server() -> Iterator[PretendShopify]:
    with serve_pretend_shopify() as pretend:
        yield pretend


@pytest.fixture
def shopify(_server: PretendShopify, caplog: pytest.LogCaptureFixture) -> Iterator[PretendShopify]:
    """Well behaved, with nothing counted yet."""
    caplog.set_level("ERROR", logger="werkzeug")
    _server.reset()
    yield _server
    _server.reset()


@pytest.fixture(autouse=True)
def log_lines() -> Iterator[list[Any]]:
    """What the service logs meanwhile."""
    with structlog.testing.capture_logs() as lines:
        yield lines


class Background(InlineBackground):
    """Work behind the answer, done before the answer is out."""

    def __init__(self, **_hooks: object) -> None:
        super().__init__()


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(datetime.now(UTC))


@pytest.fixture
def app(
    shopify: PretendShopify, redis_url: str, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    """Alice's service with a clock of the test's own, whose work behind the answer is done at once."""
    monkeypatch.setattr(tracker.edges, "GuardedRedis", functools.partial(GuardedRedis, timeout_seconds=30))
    monkeypatch.setattr(tracker.edges, "BoundedBackground", Background)
    settings = Settings(
        api_key=API_KEY,
        api_secret=SECRET,
        redis_url=redis_url,
        admin_origin=shopify.origin,
        shop=ALICE,
        admin_token=TOKEN,
        trusted_proxies=0,
        soft_ages=dict.fromkeys(Status, 100),
        hard_ages=dict.fromkeys(Status, 1000),
    )
    app = create_app(settings, clock=clock)
    yield app
    app.extensions["tracker_edges"].close()


def look_up(app: Flask, clock: SettableClock) -> dict[str, Any]:
    response = Storefront(app).look_up(query=signed(own_pairs(at=clock().timestamp())))
    assert response.status_code == 200
    answer: dict[str, Any] = response.get_json()
    return answer


def test_a_story_of_middle_age_is_given_at_once_and_read_behind_the_answer(
    app: Flask, clock: SettableClock, shopify: PretendShopify, log_lines: list[Any]
) -> None:
    first = look_up(app, clock)
    clock.advance(150)

    second = look_up(app, clock)
    asked = shopify.calls()
    third = look_up(app, clock)

    assert (first["checked_at"], asked) == (second["checked_at"], 4)
    assert third["checked_at"] > second["checked_at"]
    assert shopify.calls() == 4
    assert [line["cache"] for line in log_lines if line["event"] == "request"] == [
        "read",
        "refreshing",
        "kept",
    ]


def test_a_young_story_is_not_read_again(app: Flask, clock: SettableClock, shopify: PretendShopify) -> None:
    first = look_up(app, clock)
    clock.advance(99)

    assert look_up(app, clock) == first
    assert shopify.calls() == 2


def test_the_service_starts_without_anything_to_talk_to() -> None:
    """A Redis that comes up later than we do is no reason to fall over."""
    app = create_app(read_settings(LEAST | {"SHOPIFY_SHOP": ALICE}))

    assert app.test_client().get("/healthz").status_code == 200
    assert app.test_client().get("/readyz").get_json()["redis"] == "down"


def test_two_services_of_one_process_do_not_share_their_settings(
    shopify: PretendShopify, redis_url: str
) -> None:
    """A limiter of the module's own would have the storage of whoever came last."""
    least = LEAST | {
        "SHOPIFY_SHOP": ALICE,
        "SHOPIFY_ADMIN_TOKEN": TOKEN,
        "SHOPIFY_ADMIN_ORIGIN": shopify.origin,
        "TRUSTED_PROXIES": "0",
    }
    strict = create_app(read_settings(least | {"REDIS_URL": redis_url, "LOOKUP_LIMIT": "1/hour"}))
    open_wide = create_app(read_settings(least | {"RATE_LIMITS_ENABLED": "false"}))

    assert [Storefront(strict).look_up().status_code for _ in range(2)] == [200, 429]
    assert [Storefront(open_wide).look_up().status_code for _ in range(2)] == [200, 200]


def test_a_word_that_the_model_does_not_know_is_logged(
    app: Flask, clock: SettableClock, log_lines: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shopify adds words from time to time: as if this one were new."""
    monkeypatch.delitem(words.METHOD, "SHIPPING")

    look_up(app, clock)

    assert ("unknown word", "SHIPPING") in [(line["event"], line.get("word")) for line in log_lines]


def test_what_fails_behind_an_answer_is_logged_by_type_alone(log_lines: list[Any]) -> None:
    observed.background_failed(Metrics(), LookupError("ada@example.com"))

    (line,) = log_lines
    assert (line["event"], line["exception"]) == ("background", "LookupError")
    assert "ada@" not in str(line)


@pytest.mark.parametrize("names", ["sh", "op", "x_shop", "market,market_code", "a" * 41, "Shop", "a1"])
def test_a_parameter_that_the_gate_would_not_take_is_told_with_the_settings(names: str) -> None:
    """Not by a worker that can't start."""
    with pytest.raises(InvalidSettings) as refused:
        read_settings(LEAST | {"PROXY_PARAMETERS": names})

    assert list(refused.value.problems) == ["PROXY_PARAMETERS"]


@pytest.mark.parametrize("names", ["market_code", "market_code, locale", "signature", ""])
def test_a_parameter_that_the_settings_take_is_taken_by_the_gate(names: str) -> None:
    create_app(read_settings(LEAST | {"PROXY_PARAMETERS": names}))

    assert {name.encode() for name in SIGNED_NAMES} == NAMES
