"""One line and some counts for each request, and nothing private in any of them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from prometheus_client import REGISTRY

from tests.pretend_shopify import TOKEN, PretendShopify
from tests.web.conftest import MakeApp, RecordedMetrics
from tests.web.storefront import (
    ADA,
    ADDRESS,
    ALICE,
    BOB,
    JSON_ASKED,
    SECRET,
    Storefront,
    own_pairs,
    signature,
)
from tests.webhook_bodies import CUSTOMER_ID, FULL_BODIES, ORDER_ID, PEOPLE, RETURN_ID, Sender
from tracker.settings import read_limits

Lines = list[dict[str, Any]]

FIELDS = {
    *("event", "log_level", "request_id", "shop", "method", "route", "status", "code", "cause", "cache"),
    *("upstream_calls", "milliseconds", "topic", "outcome"),
}
PRIVATE = (
    *("ada@", "grace", "mallory", "example.com", "1001", "1031", "0900", "424242", "Cascade", "Rain Shell"),
    *(TOKEN, SECRET, ADDRESS, "198.51.100", "signature=", "timestamp=", "path_prefix", "1Z999"),
    *(BOB.replace(".myshopify.com", "-secret"), "gid://", "utm_source", "zq9marker"),
    *(*PEOPLE, str(ORDER_ID), str(CUSTOMER_ID), str(RETURN_ID), "attic"),
)


def requests_of(lines: Lines) -> Lines:
    return [line for line in lines if line["event"] == "request"]


def all_sorts(storefront: Storefront, shopify: PretendShopify) -> int:
    """Every kind of request that a day brings; gives how many they were."""
    wrong = {"order": "#1031A", "email": "mallory@example.com"}
    asked: list[Callable[[], object]] = [
        storefront.look_up,
        storefront.look_up,
        lambda: storefront.look_up(as_page=True),
        lambda: storefront.look_up({"order": "1005", "email": "ada@example.com"}, as_page=True),
        lambda: storefront.look_up(wrong),
        lambda: storefront.look_up(wrong),
        lambda: storefront.look_up({"order": "0900", "email": "ada@example.com"}),
        lambda: storefront.look_up({"order": "424242", "email": "grace@example.com"}),
        lambda: storefront.look_up({"order": "?", "email": "mallory"}),
        lambda: storefront.look_up({"order": "12-A", "email": "mallory@example.com"}),
        lambda: storefront.look_up(address=None),
        lambda: storefront.look_up(address="198.51.100.1, 203.0.113.7"),
        lambda: storefront.look_up(query=""),
        lambda: storefront.look_up(query=storefront.query() + "&utm_source=zq9marker"),
        lambda: storefront.page(("utm_source", "zq9marker")),
        lambda: storefront.send("GET", "/proxy/assets/zq9marker.js"),
        lambda: storefront.send("GET", "/zq9marker"),
        lambda: storefront.send("ZQ9MARKER", "/proxy/lookup"),
        lambda: storefront.send("POST", "/proxy/lookup", data=b"zq9marker", content_type="text/zq9marker"),
        lambda: storefront.send("POST", "/proxy/lookup", data=b"x" * 9000),
        lambda: storefront.send("POST", "/proxy//lookup", data=ADA),
        lambda: storefront.send("GET", "/healthz"),
        lambda: storefront.send("GET", "/readyz"),
    ]
    for ask in asked:
        ask()
    failing: tuple[dict[str, object], ...] = (
        {"fail": "5xx"},
        {"fail": "reset"},
        {"token_valid": False},
        {"frozen": True},
    )
    for number, switches in enumerate(failing):
        shopify.reset()
        shopify.switch(**switches)
        storefront.look_up({"order": f"101{number}", "email": "ada@example.com"})
    shopify.reset()
    shopify.switch(scopes=["read_orders"])
    storefront.look_up({"order": "1013", "email": "ada@example.com"})
    return len(asked) + len(failing) + 1


def all_webhooks(app: Flask) -> int:
    """A webhook of every topic, a copy, and some of which nobody can make sense; gives how many they were."""
    shopify = Sender(app)
    for topic in FULL_BODIES:
        shopify.send(topic, event_id="event-1")
    shopify.send("orders/updated", event_id="event-1")
    shopify.send("zq9marker/zq_marker", b"zq9marker")
    shopify.send("orders/updated", b"zq9marker Grace Hopper")
    shopify.send("customers/redact", b"zq9marker Grace Hopper")
    Sender(app, secret="zq9marker").send("orders/updated")
    Sender(app, shop=BOB).send("app/uninstalled")
    return len(FULL_BODIES) + 6


@pytest.fixture
def busy_day(make_app: MakeApp, shopify: PretendShopify, log_lines: Lines) -> int:
    """How many requests of all sorts have just been made."""
    app = make_app(guess_limits=read_limits("email=2/hour"), admin_token=None)
    return all_sorts(Storefront(app), shopify) + all_webhooks(app)


def test_each_request_leaves_one_line(busy_day: int, log_lines: Lines) -> None:
    lines = requests_of(log_lines)

    assert len(lines) == busy_day
    assert {frozenset(line) for line in lines} == {frozenset(FIELDS)}
    assert len({line["request_id"] for line in lines}) == busy_day


def test_no_line_holds_anything_private(
    busy_day: int, log_lines: Lines, caplog: pytest.LogCaptureFixture
) -> None:
    """Not of the shopper, the order, the app's secrets or the query; the shop's own name is no secret."""
    chance = {"request_id", "shopify_request_id", "milliseconds"}
    said = [{name: value for name, value in line.items() if name not in chance} for line in log_lines]
    text = json.dumps(said, default=str) + caplog.text

    assert ALICE in text
    assert [word for word in PRIVATE if word.casefold() in text.casefold()] == []


def test_every_word_of_the_line_is_one_of_ours(busy_day: int, log_lines: Lines) -> None:
    word = re.compile(r"[a-z_]{1,40}")
    for line in requests_of(log_lines):
        assert line["method"] in (None, "GET", "POST")
        assert line["topic"] is None or re.fullmatch(r"[a-z_]{1,40}/[a-z_]{1,60}", line["topic"]), line
        for name in ("code", "cause", "cache", "outcome"):
            assert line[name] is None or word.fullmatch(line[name]), line
        assert isinstance(line["milliseconds"], float)


def test_the_line_of_a_look_up_says_what_it_took(storefront: Storefront, log_lines: Lines) -> None:
    responses = [storefront.look_up(), storefront.look_up(), storefront.look_up(ADA | {"order": "9"})]

    lines = requests_of(log_lines)
    assert [(line["outcome"], line["cache"], line["upstream_calls"], line["code"]) for line in lines] == [
        ("story", "read", 2, None),
        ("story", "kept", 0, None),
        ("order_not_found", None, 1, "order_not_found"),
    ]
    assert [line["request_id"] for line in lines] == [r.headers["X-Request-Id"] for r in responses]
    assert {(line["shop"], line["route"], line["method"]) for line in lines} == {
        (ALICE, "/proxy/lookup", "POST")
    }


def test_a_forged_shop_is_not_in_the_log(storefront: Storefront, log_lines: Lines) -> None:
    """Only what the signature proved is written down."""
    query = storefront.query().replace(ALICE, BOB)

    storefront.look_up(query=query)

    (line,) = log_lines
    assert (line["shop"], line["cause"]) == (None, "signature_mismatch")


def test_refusals_and_look_ups_are_counted_with_their_causes(
    metrics: RecordedMetrics, make_app: MakeApp
) -> None:
    storefront = Storefront(make_app())

    storefront.look_up()
    storefront.look_up()
    storefront.look_up(ADA | {"email": "mallory@example.com"})
    storefront.look_up(query="")

    assert metrics.facts == [
        ("upstream_called", "find", "ok"),
        ("upstream_called", "read", "ok"),
        ("lookup_answered", "story", "read"),
        ("lookup_answered", "story", "kept"),
        ("upstream_called", "find", "ok"),
        ("lookup_answered", "order_not_found", "another_email"),
        ("refused", "order_not_found", "another_email"),
        ("refused", "invalid_signature", "missing_signature"),
    ]


LABELS = {
    "route": re.compile(r"none|/healthz|/readyz|/proxy(/|/lookup|/assets/<name>)?|/webhooks/shopify"),
    "topic": re.compile("|".join(["other", *FULL_BODIES])),
    "kind": re.compile("|".join(["[a-z_]{1,40}", *FULL_BODIES])),
    "status": re.compile(r"[1-5][0-9]{2}"),
    "part": re.compile(r"[A-Za-z.]+"),
}
WORD = re.compile(r"[A-Za-z_]{1,40}")


def test_labels_are_words_of_our_own(make_app: MakeApp, shopify: PretendShopify) -> None:
    """Whatever was sent: a label that a visitor can choose would fill the memory of whoever counts."""
    app = make_app(metrics_port=9464, guess_limits=read_limits("email=2/hour"))
    all_sorts(Storefront(app), shopify)
    all_webhooks(app)

    samples = [
        sample
        for family in REGISTRY.collect()
        if family.name.startswith("tracker_")
        for sample in family.samples
    ]
    assert len(samples) > 50
    for sample in samples:
        for name, value in sample.labels.items():
            if name != "le":
                assert LABELS.get(name, WORD).fullmatch(value), (sample.name, name, value)


@pytest.mark.parametrize(
    ("name", "labels", "ask"),
    [
        ("tracker_lookups_total", {"outcome": "story", "cache": "read"}, lambda front: front.look_up()),
        (
            "tracker_refusals_total",
            {"code": "invalid_signature", "cause": "missing_signature"},
            lambda front: front.look_up(query=""),
        ),
        (
            "tracker_upstream_seconds_count",
            {"operation": "find", "outcome": "ok"},
            lambda front: front.look_up(ADA | {"order": "7"}),
        ),
        (
            "tracker_request_seconds_count",
            {"route": "/proxy/lookup", "status": "422", "outcome": "invalid_request", "cache": "none"},
            lambda front: front.look_up({}),
        ),
        ("tracker_short_forwarded_for_total", {}, lambda front: front.look_up(address=None)),
    ],
)
def test_a_fact_is_counted_once(name: str, labels: dict[str, str], ask: Any, make_app: MakeApp) -> None:
    storefront = Storefront(make_app(metrics_port=9464))
    before = REGISTRY.get_sample_value(name, labels) or 0

    ask(storefront)

    assert REGISTRY.get_sample_value(name, labels) == before + 1


@pytest.mark.parametrize(
    ("name", "labels", "send"),
    [
        (
            "tracker_webhooks_total",
            {"topic": "orders/updated", "outcome": "dropped"},
            lambda shopify: shopify.send("orders/updated"),
        ),
        (
            "tracker_webhooks_total",
            {"topic": "other", "outcome": "unknown_topic"},
            lambda shopify: shopify.send("products/update", {}),
        ),
        (
            "tracker_webhooks_total",
            {"topic": "returns/update", "outcome": "unreadable_malformed"},
            lambda shopify: shopify.send("returns/update", b"{"),
        ),
        (
            "tracker_privacy_duties_total",
            {"topic": "customers/redact"},
            lambda shopify: shopify.send("customers/redact"),
        ),
        (
            "tracker_job_seconds_count",
            {"kind": "customers/redact"},
            lambda shopify: shopify.send("customers/redact"),
        ),
        (
            "tracker_refusals_total",
            {"code": "invalid_signature", "cause": "shop_mismatch"},
            lambda shopify: shopify.send("shop/redact", {"shop_domain": BOB}),
        ),
    ],
)
def test_a_fact_of_a_webhook_is_counted_once(
    name: str, labels: dict[str, str], send: Any, make_app: MakeApp
) -> None:
    shopify = Sender(make_app(metrics_port=9464))
    before = REGISTRY.get_sample_value(name, labels) or 0

    send(shopify)

    assert REGISTRY.get_sample_value(name, labels) == before + 1


def test_metrics_are_on_no_public_address(make_app: MakeApp) -> None:
    storefront = Storefront(make_app(metrics_port=9464))

    assert storefront.send("GET", "/metrics", headers=JSON_ASKED).status_code == 404


def test_the_id_of_a_request_is_ours_alone(storefront: Storefront) -> None:
    """Neither predictable nor what the caller sent."""
    query = storefront.query()
    theirs = {"X-Request-Id": "theirs"}
    answers = [storefront.send("GET", "/proxy", query=query, headers=theirs) for _ in range(3)]
    ids = [answer.headers["X-Request-Id"] for answer in answers]

    assert len({*ids, "theirs", signature(own_pairs())}) == 5
    assert all(re.fullmatch(r"[0-9a-f]{16}", one) for one in ids)
