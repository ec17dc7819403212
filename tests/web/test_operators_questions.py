"""What an operator asks at night, answered by counts and log lines: how many shoppers get their story, how
fast, from where; what it costs the shops; which of them is throttled; what is late, waiting or down."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from prometheus_client import REGISTRY

import tracker.edges
from tests.fakes import SettableClock, SettableMonotonic
from tests.pretend_shopify import PretendShopify
from tests.web.conftest import MakeApp
from tests.web.storefront import ADA, ALICE, Storefront, own_pairs, signed
from tests.webhook_bodies import Sender
from tracker.breaker import Breaker
from tracker.embedded_redis import EmbeddedRedis
from tracker.job_log import LoggedJobs
from tracker.order import Status
from tracker.ports.jobs import Waiting
from tracker.prometheus import PrometheusMetrics

Lines = list[dict[str, Any]]


def grown(during: Callable[[], object], name: str, **labels: str) -> float:
    """By how much a sample grows meanwhile; it is 0 as long as it never came up."""
    before = REGISTRY.get_sample_value(name, labels) or 0
    during()
    return (REGISTRY.get_sample_value(name, labels) or 0) - before


def requests_of(lines: Lines) -> Lines:
    return [line for line in lines if line["event"] == "request"]


@pytest.fixture
def counting(make_app: MakeApp) -> Flask:
    """Alice's service, with counts."""
    return make_app(metrics_port=9464)


def test_stories_are_counted_and_timed_by_where_they_come_from(
    make_app: MakeApp, shopify: PretendShopify, log_lines: Lines
) -> None:
    """Read, kept, or stale since the shop fails; and the line of each says the same."""
    clock = SettableClock(datetime.now(UTC))
    app = make_app(metrics_port=9464, clock=clock, soft_ages=dict.fromkeys(Status, 100))
    labels = {"route": "/proxy/lookup", "status": "200", "outcome": "story"}

    def look_up() -> None:
        Storefront(app).look_up(query=signed(own_pairs(at=clock().timestamp())))

    assert grown(look_up, "tracker_request_seconds_count", **labels, cache="read") == 1
    assert grown(look_up, "tracker_request_seconds_count", **labels, cache="kept") == 1
    clock.advance(201)
    shopify.switch(token_valid=False)
    assert grown(look_up, "tracker_request_seconds_count", **labels, cache="stale") == 1
    assert [(line["outcome"], line["cache"]) for line in requests_of(log_lines)] == [
        ("story", "read"),
        ("story", "kept"),
        ("story", "stale"),
    ]


def test_refused_look_ups_are_timed_by_their_code(counting: Flask) -> None:
    labels = {"route": "/proxy/lookup", "status": "404", "outcome": "order_not_found", "cache": "none"}

    assert grown(
        lambda: Storefront(counting).look_up(ADA | {"order": "7"}), "tracker_request_seconds_count", **labels
    )


@pytest.mark.parametrize("fail", [None, "5xx", "reset", "half_json"])
def test_the_line_counts_upstream_calls_as_the_shop_does(
    fail: str | None, storefront: Storefront, shopify: PretendShopify, log_lines: Lines
) -> None:
    """Every request over the wire, the repeated ones too: the shop's own count says how many there were."""
    shopify.switch(fail=fail, fail_times=1)
    for number in ("1001", "7", "1001"):
        storefront.look_up(ADA | {"order": number})

    assert sum(line["upstream_calls"] for line in requests_of(log_lines)) == shopify.calls()
    assert shopify.calls() == 3 + (fail is not None)


def test_a_token_that_has_to_be_fetched_counts_as_a_call_too(
    make_app: MakeApp, shopify: PretendShopify, log_lines: Lines
) -> None:
    Storefront(make_app(admin_token=None)).look_up()

    (line,) = requests_of(log_lines)
    assert line["upstream_calls"] == shopify.calls() + shopify.tokens_fetched() == 3


def test_what_look_ups_cost_the_shop_is_counted_in_its_points(counting: Flask) -> None:
    """A guess costs a shop 10 points at most."""
    guess = functools.partial(Storefront(counting).look_up, ADA | {"order": "7"})

    assert 0 < grown(guess, "tracker_upstream_points_total", operation="find") <= 10


def test_how_much_is_left_of_a_shops_budget_is_seen_before_it_is_spent(counting: Flask) -> None:
    """After each question the shop says what is left of its bucket: here more than nine tenths."""
    guess = functools.partial(Storefront(counting).look_up, ADA | {"order": "7"})
    more = functools.partial(Storefront(counting).look_up, ADA | {"order": "8"})

    assert grown(guess, "tracker_upstream_room_bucket", le="1.0") == 1
    assert grown(more, "tracker_upstream_room_bucket", le="0.75") == 0


@pytest.mark.parametrize("fault", ["throttled", "429"])
def test_the_log_says_which_shop_is_throttled(
    fault: str, counting: Flask, shopify: PretendShopify, log_lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The count says that one is; with thousands of shops the name belongs into the line."""
    monkeypatch.setattr("tracker.verbs.lookup.BUDGET_SECONDS", 0.35)
    shopify.switch(fail=fault)
    labels = {"operation": "find", "outcome": "upstream_throttled"}

    assert grown(Storefront(counting).look_up, "tracker_upstream_seconds_count", **labels) == 1

    (line,) = [line for line in log_lines if line["event"] == "upstream"]
    assert (line["shop"], line["outcome"]) == (ALICE, "upstream_throttled")
    assert not any(ALICE in str(sample) for family in REGISTRY.collect() for sample in family.samples)


def test_redis_is_down_for_as_long_as_it_is(
    make_app: MakeApp, breakable_redis: EmbeddedRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monotonic = SettableMonotonic()
    monkeypatch.setattr(tracker.edges, "Breaker", functools.partial(Breaker, monotonic=monotonic))
    storefront = Storefront(make_app(metrics_port=9464, redis_url=breakable_redis.url))

    assert REGISTRY.get_sample_value("tracker_redis_down") == 0
    breakable_redis.kill()
    storefront.look_up()
    assert REGISTRY.get_sample_value("tracker_redis_down") == 1
    breakable_redis.restart()
    monotonic.advance(2)
    storefront.look_up()
    assert REGISTRY.get_sample_value("tracker_redis_down") == 0


@pytest.mark.parametrize(("seconds", "early"), [(40, 0), (-40, 1)], ids=["late", "early"])
def test_a_webhook_tells_how_late_it_comes(seconds: int, early: int, counting: Flask) -> None:
    """By two clocks, so one that comes from the future came at once."""
    triggered_at = datetime.now(UTC) - timedelta(seconds=seconds)
    send = functools.partial(Sender(counting).send, "orders/updated", triggered_at=triggered_at)

    assert grown(send, "tracker_webhook_late_seconds_bucket", le="30.0") == early
    assert grown(send, "tracker_webhook_late_seconds_bucket", le="300.0") == 1


def test_jobs_that_wait_are_a_figure_and_so_is_how_long(counting: Flask) -> None:
    overdue_since = datetime.now(UTC) - timedelta(hours=1)
    jobs = LoggedJobs(PrometheusMetrics())

    jobs.waiting(Waiting(7, overdue_since))
    assert REGISTRY.get_sample_value("tracker_jobs_waiting") == 7
    assert 3600 <= (REGISTRY.get_sample_value("tracker_jobs_overdue_seconds") or 0) < 3700
    jobs.waiting(Waiting(0, None))
    assert REGISTRY.get_sample_value("tracker_jobs_overdue_seconds") == 0
