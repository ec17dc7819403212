"""A traced service: where the time of each request goes, and nobody's data."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

import tracker.edges
import tracker.traces
from tests.fakes import InlineBackground, SettableClock
from tests.pretend_shopify import PretendShopify
from tests.web.conftest import PATIENT_SECONDS, MakeApp
from tests.web.storefront import ALICE, Storefront, own_pairs, signed
from tests.web.test_log_and_metrics import PRIVATE, all_sorts, all_webhooks
from tracker.order import Status
from tracker.settings import read_limits
from tracker.store.traced_redis import TracedRedis

ENDPOINT = "http://127.0.0.1:4318/v1/traces"


class InlineWork(InlineBackground):
    """Work behind the answer, done before the answer is out."""

    def __init__(self, **_hooks: object) -> None:
        super().__init__()


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    """What the collector is sent, at once. Ask for it before the app is made."""
    seen = InMemorySpanExporter()
    monkeypatch.setattr(tracker.traces, "OTLPSpanExporter", lambda **_: seen)
    monkeypatch.setattr(tracker.traces, "BatchSpanProcessor", SimpleSpanProcessor)
    patient = functools.partial(TracedRedis, timeout_seconds=PATIENT_SECONDS)
    monkeypatch.setattr(tracker.edges, "TracedRedis", patient)
    monkeypatch.setattr(tracker.edges, "BoundedBackground", InlineWork)
    return seen


@pytest.fixture
def make_traced(seen: InMemorySpanExporter, make_app: MakeApp) -> Callable[..., Flask]:
    """Makes the service with all requests traced."""
    return functools.partial(make_app, traces_endpoint=ENDPOINT, traces_ratio=1.0)


def words(span: ReadableSpan) -> dict[str, Any]:
    return dict(span.attributes or {})


def id_of(span: ReadableSpan) -> int | None:
    return None if span.context is None else span.context.span_id


def test_a_look_up_is_a_request_with_what_it_asks_for(
    make_traced: Callable[..., Flask], seen: InMemorySpanExporter
) -> None:
    """Every span lies beneath the request's, which has the words of its log line; what is noted behind the
    answer lies beneath a span of its own there."""
    Storefront(make_traced()).look_up()

    *asked, request = seen.get_finished_spans()
    (learn,) = [span for span in asked if span.name == "learn"]
    noted = [span for span in asked if span.parent and span.parent.span_id == id_of(learn)]
    assert noted
    assert {span.name.partition(" ")[0] for span in noted} == {"redis"}
    asked = [span for span in asked if span not in noted]
    names = [span.name for span in asked]
    assert [name for name in names if name.startswith("upstream")] == ["upstream find", "upstream read"]
    assert names[0].startswith("redis ")
    assert request.name == "POST /proxy/lookup"
    assert {span.parent.span_id for span in asked if span.parent} == {id_of(request)}
    told = words(request)
    assert (told["tracker.shop"], told["tracker.cache"], told["tracker.upstream_calls"]) == (ALICE, "read", 2)


def test_a_call_that_failed_says_how(
    make_traced: Callable[..., Flask], seen: InMemorySpanExporter, shopify: PretendShopify
) -> None:
    shopify.switch(token_valid=False)

    Storefront(make_traced()).look_up()

    (call,) = [span for span in seen.get_finished_spans() if span.name == "upstream find"]
    assert not call.status.is_ok
    assert words(call)["tracker.outcome"] == "access_token_rejected"
    assert words(call)["http.response.status_code"] == 401


def test_a_refresh_belongs_to_the_request_that_is_answered_before_it(
    make_traced: Callable[..., Flask], seen: InMemorySpanExporter
) -> None:
    clock = SettableClock(datetime.now(UTC))
    storefront = Storefront(make_traced(clock=clock, soft_ages=dict.fromkeys(Status, 100)))
    storefront.look_up(query=signed(own_pairs(at=clock().timestamp())))
    seen.clear()
    clock.advance(150)

    storefront.look_up(query=signed(own_pairs(at=clock().timestamp())))

    spans = {span.name: span for span in seen.get_finished_spans()}
    request, refresh, read = (spans[name] for name in ("POST /proxy/lookup", "refresh", "upstream read"))
    assert words(request)["tracker.cache"] == "refreshing"
    above = [span.parent and span.parent.span_id for span in (refresh, read)]
    assert above == [id_of(request), id_of(refresh)]


def test_what_shopify_did_not_sign_costs_no_span(
    make_traced: Callable[..., Flask], seen: InMemorySpanExporter
) -> None:
    """Or a flood of it would bury whoever collects them."""
    Storefront(make_traced()).look_up(query="")

    assert seen.get_finished_spans() == ()


def test_no_span_holds_anything_private(
    make_traced: Callable[..., Flask], seen: InMemorySpanExporter, shopify: PretendShopify
) -> None:
    """Not of the shopper, the order, the app's secrets or the query, on a day that brings all sorts."""
    app = make_traced(guess_limits=read_limits("email=2/hour"), admin_token=None)
    all_sorts(Storefront(app), shopify)
    all_webhooks(app)

    spans = seen.get_finished_spans()
    assert len(spans) > 100
    told = [(span.name, words(span), span.events, span.status.description) for span in spans]
    chance = {str(words(span).get("tracker.request_id")) for span in spans}
    text = str(told).casefold()
    for one in chance:
        text = text.replace(one, "")
    assert [word for word in PRIVATE if word.casefold() in text] == []
