"""The JSON of a look-up, key by key, over every order of the pretend shop."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.web.conftest import Told
from tests.web.storefront import ADA, Storefront
from tracker.order import Attention, Detail, Method, Source, Status

ANSWER = {"order", "shipments", "unshipped", "contents", "truncated", "news_at", "checked_at"}
ANSWER |= {"refresh_after", "stale"}
ORDER = {
    *("name", "placed_at", "status", "attention", "step", "payment", "fulfillment", "return"),
    *("cancelled_at", "cancel_reason", "refund", "items", "status_page_url"),
    *("partly", "payment_due", "hold", "delivery_window", "estimated_delivery_at", "advice"),
}
SHIPMENT = {
    *("name", "status", "detail", "attention", "reason", "step", "terminal", "source", "occurred_at"),
    *("checked_at", "method", "scheduled_at", "pickup", "shipped_at", "delivered_at", "delivery_window"),
    *("tracking", "items", "events", "news_at", "advice"),
}
TRACKING = {"carrier", "number", "url", "carrier_phone", "carrier_help_url"}
ITEM = {"title", "variant", "quantity", "ordered", "image_url"}
EVENT = {
    *("status", "attention", "occurred_at", "message", "language", "city", "province", "country", "source"),
}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
TIMES = {"from", "to", "at"}


@pytest.fixture
def answers(every_order: dict[str, Told]) -> dict[str, dict[str, Any]]:
    """The JSON alone, by the order's name."""
    return {name: told.answer for name, told in every_order.items()}


def members(value: Any) -> Iterator[tuple[str, Any]]:
    """Every key of an answer, at every level, with its value."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key, inner
            yield from members(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from members(inner)


def test_the_contract(answers: dict[str, dict[str, Any]]) -> None:
    """Fields are added on purpose and never renamed: whoever adds one says so here."""
    for answer in answers.values():
        assert set(answer) == ANSWER
        assert set(answer["order"]) == ORDER
        assert set(answer["order"]["items"]) == {"total", "delivered", "on_hold"}
        assert_nullable(answer["order"]["refund"], {"status", "at"})
        assert_nullable(answer["order"]["delivery_window"], {"from", "to", "source"})
        for item in answer["unshipped"]:
            assert set(item) == ITEM | {"status", "method", "scheduled_at"}
        assert all(set(item) == ITEM for item in answer["contents"])
        for shipment in answer["shipments"]:
            assert set(shipment) == SHIPMENT
            assert_nullable(shipment["pickup"], {"name", "city"})
            assert_nullable(shipment["delivery_window"], {"from", "to", "source"})
            assert all(set(each) == TRACKING for each in shipment["tracking"])
            assert all(set(each) == ITEM for each in shipment["items"])
            assert all(set(each) == EVENT for each in shipment["events"])


def assert_nullable(value: dict[str, Any] | None, keys: set[str]) -> None:
    assert value is None or set(value) == keys


def test_every_level_of_the_contract_occurs(answers: dict[str, dict[str, Any]]) -> None:
    """Otherwise the test above would hold of nothing."""
    shipments = [shipment for answer in answers.values() for shipment in answer["shipments"]]

    assert any(answer["unshipped"] for answer in answers.values())
    assert any(answer["order"]["refund"] for answer in answers.values())
    for key in ("pickup", "delivery_window", "tracking", "items", "events"):
        assert any(shipment[key] for shipment in shipments), key


def test_times_are_utc_and_say_so(answers: dict[str, dict[str, Any]]) -> None:
    told = [value for key, value in members(list(answers.values())) if key.endswith("_at") or key in TIMES]

    assert len(set(told) - {None}) > 50
    assert [value for value in told if value is not None and not TIME.fullmatch(value)] == []


def test_words_are_of_the_one_model(answers: dict[str, dict[str, Any]]) -> None:
    allowed: dict[str, set[object]] = {
        "attention": {None, *Attention},
        "method": set(Method),
        "source": set(Source),
        "detail": {None, *Detail},
        "step": {None, 0, 1, 2, 3, 4},
        "status": {None, *Status, "refunded", "partially_refunded"},
    }
    for key, value in members(list(answers.values())):
        assert key not in allowed or value in allowed[key], (key, value)


def test_a_shipments_events_are_newest_first(answers: dict[str, dict[str, Any]]) -> None:
    for answer in answers.values():
        for shipment in answer["shipments"]:
            times = [event["occurred_at"] for event in shipment["events"]]
            assert times == sorted(times, reverse=True)


def test_no_city_of_shopify_and_no_status_page(answers: dict[str, dict[str, Any]]) -> None:
    """Both are protected data that nobody asked for."""
    for answer in answers.values():
        assert answer["order"]["status_page_url"] is None
        for shipment in answer["shipments"]:
            assert {event["city"] for event in shipment["events"]} <= {None}


def test_links_are_http_alone(answers: dict[str, dict[str, Any]]) -> None:
    urls = [value for key, value in members(list(answers.values())) if key in ("url", "image_url") and value]

    assert len(urls) > 20
    assert [url for url in urls if not url.startswith(("https://", "http://"))] == []


HEADLINES = {
    "#1001": ("in_transit", "none", 2),
    "#1002": ("label_created", "none", 1),
    "#1003": ("shipped", "none", 1),
    "#1004": ("out_for_delivery", "none", 3),
    "#1005": ("delivered", "none", 4),
    "#1006": ("in_transit", "delayed", 2),
    "#1007": ("in_transit", "problem", 2),
    "#1008": ("processing", "none", 0),
    "#1009": ("attempted", "action_needed", 3),
    "#1010": ("ready_for_pickup", "none", 3),
    "#1011": ("delivered", "none", 4),
    "#1012": ("processing", "none", 0),
    "#1013": ("on_hold", "none", 0),
    "#1014": ("on_hold", "none", 0),
    "#1015": ("processing", "none", 0),
    "#1017": ("ready_for_pickup", "none", 3),
    "#1019": ("out_for_delivery", "none", 3),
    "#1020": (None, None, None),
    "#1021": ("cancelled", "none", None),
    "#1022": ("cancelled", "none", None),
    "#1023": ("delivered", "none", 4),
    "#1032": ("processing", "none", 0),
}


def test_the_headlines_of_the_pretend_shop(answers: dict[str, dict[str, Any]]) -> None:
    told = {
        name: (answer["order"]["status"], answer["order"]["attention"], answer["order"]["step"])
        for name, answer in answers.items()
    }

    assert {name: told[name] for name in HEADLINES} == HEADLINES


def test_an_order_of_250_lines_is_told_whole(answers: dict[str, dict[str, Any]]) -> None:
    answer = answers["#1035"]
    titles = {item["title"] for shipment in answer["shipments"] for item in shipment["items"]}
    titles |= {item["title"] for item in answer["unshipped"]}

    assert (len(titles), answer["truncated"]) == (250, False)


def test_a_split_order_says_how_much_has_come(answers: dict[str, dict[str, Any]]) -> None:
    answer = answers["#1012"]

    assert answer["order"]["items"] == {"total": 6, "delivered": 3, "on_hold": 0}
    assert [shipment["status"] for shipment in answer["shipments"]] == ["delivered", "in_transit"]
    assert [item["quantity"] for item in answer["unshipped"]] == [1]


def test_unknown_and_extra_fields_of_a_form_are_passed_over(storefront: Storefront) -> None:
    """Themes add their own, and a language nobody has is no reason to refuse."""
    for extra in ({"form_type": "contact", "utf8": "✓"}, {"locale": "tlh-Latn"}, {"locale": "x" * 900}):
        assert storefront.look_up(ADA | extra).status_code == 200
