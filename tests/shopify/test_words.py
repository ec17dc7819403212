"""Shopify's words in ours: a row for each, and none guessed."""

from __future__ import annotations

import pytest
from graphql import GraphQLEnumType, GraphQLSchema

from tracker.order import Attention, Detail, Hold, Method, Reading, Status
from tracker.shopify.words import (
    DISPLAY,
    FULFILLMENT,
    FULFILLMENT_ORDER,
    HOLD,
    METHOD,
    ORDER,
    PASSED_THROUGH,
    Words,
)

Told = list[tuple[str, str]]

PARCEL = [
    ("CONFIRMED", Status.PROCESSING, Attention.NONE),
    ("SUBMITTED", Status.PROCESSING, Attention.NONE),
    ("LABEL_PURCHASED", Status.LABEL_CREATED, Attention.NONE),
    ("LABEL_PRINTED", Status.LABEL_CREATED, Attention.NONE),
    ("LABEL_VOIDED", Status.PROCESSING, Attention.NONE),
    ("FULFILLED", Status.SHIPPED, Attention.NONE),
    ("MARKED_AS_FULFILLED", Status.SHIPPED, Attention.NONE),
    ("CARRIER_PICKED_UP", Status.IN_TRANSIT, Attention.NONE),
    ("IN_TRANSIT", Status.IN_TRANSIT, Attention.NONE),
    ("DELAYED", None, Attention.DELAYED),
    ("OUT_FOR_DELIVERY", Status.OUT_FOR_DELIVERY, Attention.NONE),
    ("READY_FOR_PICKUP", Status.READY_FOR_PICKUP, Attention.NONE),
    ("ATTEMPTED_DELIVERY", Status.ATTEMPTED, Attention.ACTION_NEEDED),
    ("NOT_DELIVERED", Status.ATTEMPTED, Attention.ACTION_NEEDED),
    ("DELIVERED", Status.DELIVERED, Attention.NONE),
    ("PICKED_UP", Status.DELIVERED, Attention.NONE),
    ("FAILURE", None, Attention.PROBLEM),
    ("CANCELED", Status.CANCELLED, Attention.NONE),
    ("RETURNING_TO_SENDER", Status.RETURNING, Attention.NONE),
    ("READY_FOR_RECIPIENT_PICKUP", Status.READY_FOR_PICKUP, Attention.NONE),
    ("BUYER_ACTION_REQUIRED", None, Attention.ACTION_NEEDED),
]


def words(told: Told) -> Words:
    return Words(lambda kind, word: told.append((kind, word)))


@pytest.mark.parametrize(("raw", "status", "attention"), PARCEL)
def test_a_word_about_a_parcel(raw: str, status: Status | None, attention: Attention) -> None:
    told: Told = []
    expected = Reading(
        status,
        attention,
        detail=Detail.COLLECTED if raw == "PICKED_UP" else None,
        raw=raw,
        voids_label=raw == "LABEL_VOIDED",
    )

    assert words(told).display(raw) == expected
    assert words(told).event(raw) == expected
    assert told == []


def test_no_row_is_untested() -> None:
    assert {raw for raw, _, _ in PARCEL} == set(DISPLAY)


@pytest.mark.parametrize(
    ("raw", "status", "attention"),
    [
        ("SUCCESS", Status.SHIPPED, Attention.NONE),
        ("OPEN", Status.PROCESSING, Attention.NONE),
        ("PENDING", Status.PROCESSING, Attention.NONE),
        ("CANCELLED", Status.CANCELLED, Attention.NONE),
        ("ERROR", None, Attention.PROBLEM),
        ("FAILURE", None, Attention.PROBLEM),
    ],
)
def test_a_word_about_a_fulfillment(raw: str, status: Status | None, attention: Attention) -> None:
    assert words([]).fulfillment(raw) == Reading(status, attention, raw=raw)


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        ("FULFILLED", Status.SHIPPED),
        ("PARTIALLY_FULFILLED", Status.PROCESSING),
        ("ON_HOLD", Status.ON_HOLD),
        ("SCHEDULED", Status.ON_HOLD),
        ("UNFULFILLED", Status.PROCESSING),
        ("OPEN", Status.PROCESSING),
        ("IN_PROGRESS", Status.PROCESSING),
        ("PENDING_FULFILLMENT", Status.PROCESSING),
        ("REQUEST_DECLINED", Status.PROCESSING),
        ("RESTOCKED", Status.PROCESSING),
        ("FULFILLMENT_NOT_REQUIRED", Status.PROCESSING),
    ],
)
def test_a_word_about_an_order(raw: str, status: Status) -> None:
    assert words([]).order(raw) is status


@pytest.mark.parametrize("method", list(Method))
def test_a_delivery_method_keeps_its_name(method: Method) -> None:
    assert words([]).method(method.value.upper()) is method


HELD = [
    ("INCORRECT_ADDRESS", Hold.ADDRESS),
    ("AWAITING_RETURN_ITEMS", Hold.RETURN),
    ("INVENTORY_OUT_OF_STOCK", Hold.STOCK),
    ("AWAITING_PAYMENT", None),
    ("HIGH_RISK_OF_FRAUD", None),
    ("ONLINE_STORE_POST_PURCHASE_CROSS_SELL", None),
    ("OTHER", None),
    ("UNKNOWN_DELIVERY_DATE", None),
]


@pytest.mark.parametrize(("raw", "hold"), HELD)
def test_a_word_about_a_hold(raw: str, hold: Hold | None) -> None:
    """A suspicion is the shop's own affair, and what is to be paid is told by the state of the payment."""
    told: Told = []

    assert hold is words(told).hold(raw)
    assert [] == told
    assert {raw for raw, _ in HELD} == set(HOLD)


@pytest.mark.parametrize(
    ("enum", "known"),
    [
        ("FulfillmentDisplayStatus", set(DISPLAY)),
        ("FulfillmentEventStatus", set(DISPLAY)),
        ("FulfillmentStatus", set(FULFILLMENT)),
        ("OrderDisplayFulfillmentStatus", set(ORDER)),
        ("DeliveryMethodType", set(METHOD)),
        ("FulfillmentOrderStatus", set(FULFILLMENT_ORDER)),
        ("FulfillmentHoldReason", set(HOLD)),
        ("OrderDisplayFinancialStatus", set(PASSED_THROUGH["financial_status"])),
        ("OrderReturnStatus", set(PASSED_THROUGH["return_status"])),
        ("OrderCancelReason", set(PASSED_THROUGH["cancel_reason"])),
    ],
)
def test_every_word_of_the_api_version_is_known(schema: GraphQLSchema, enum: str, known: set[str]) -> None:
    told = schema.type_map[enum]
    assert isinstance(told, GraphQLEnumType)

    assert set(told.values) - known == set()


def test_an_unknown_word_is_told_and_not_guessed() -> None:
    told: Told = []
    table = words(told)

    assert table.display("BEAMED_UP") == Reading(Status.UNKNOWN, raw="BEAMED_UP")
    assert table.event("LOST") == Reading(Status.UNKNOWN, raw="LOST")
    assert table.order("TELEPORTED") is Status.UNKNOWN
    assert table.method("DRONE") is Method.SHIPPING
    assert table.fulfillment_order("DREAMING") is None
    assert table.hold("FULL_MOON") is None
    assert table.passed_through("financial_status", "BARTERED") == "bartered"
    assert told == [
        ("display_status", "BEAMED_UP"),
        ("event_status", "LOST"),
        ("order_status", "TELEPORTED"),
        ("delivery_method", "DRONE"),
        ("fulfillment_order_status", "DREAMING"),
        ("hold_reason", "FULL_MOON"),
        ("financial_status", "BARTERED"),
    ]


@pytest.mark.parametrize(
    "raw", ["alice@example.com", "delivered", "A" * 41, "", "DELIVERED\n", 7, [], {}, True]
)
def test_what_is_no_word_never_reaches_a_log(raw: object) -> None:
    told: Told = []
    table = words(told)

    assert table.display(raw) == Reading(Status.UNKNOWN)
    assert table.passed_through("return_status", raw) is None
    assert told == [("display_status", "?"), ("return_status", "?")]


def test_no_word_is_no_reading() -> None:
    told: Told = []
    table = words(told)

    assert table.display(None) is None
    assert table.passed_through("cancel_reason", None) is None
    assert table.method(None) is Method.SHIPPING
    assert told == []
