"""What a webhook tells, read from bodies as Shopify sends them, and from bodies of any other shape."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.web.storefront import ALICE, BOB
from tests.webhook_bodies import (
    CUSTOMER_ID,
    EMAIL,
    FULFILLMENT_ORDER,
    FULL_BODIES,
    ORDER,
    ORDER_ID,
    RETURN,
    SHOP_ID,
    changed,
    cut_down,
)
from tracker.errors import InvalidRequest, InvalidSignature
from tracker.shopify.subscriptions import OPTIONAL
from tracker.shopify.webhook_body import read_webhook
from tracker.webhook import (
    CustomerRedacted,
    DataRequested,
    Delivered,
    Envelope,
    NotForUs,
    OrderChanged,
    Person,
    ScopesChanged,
    ShopEvent,
    ShopRedacted,
    Uninstalled,
    Unreadable,
)

PERSON = Person(EMAIL, str(CUSTOMER_ID), (ORDER,))
DUTIES = ["app/uninstalled", "app/scopes_update", "customers/data_request", "customers/redact", "shop/redact"]
ABOUT_ORDERS = sorted(set(FULL_BODIES) - set(DUTIES))


def read(topic: str, body: object, *, shop: str = ALICE) -> Delivered:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return read_webhook(Envelope(shop, topic), raw)


TOLD: dict[str, ShopEvent] = {
    **{
        topic: OrderChanged(ORDER)
        for topic in FULL_BODIES
        if topic.partition("/")[0] in {"orders", "fulfillments", "fulfillment_events", "refunds"}
    },
    **{topic: OrderChanged(ORDER, (RETURN,)) for topic in FULL_BODIES if topic.startswith("returns/")},
    "returns/update": OrderChanged(None, (RETURN,)),
    **{
        topic: OrderChanged(None, (FULFILLMENT_ORDER,))
        for topic in FULL_BODIES
        if topic.startswith("fulfillment_orders/")
    },
    "fulfillment_orders/placed_on_hold": OrderChanged(
        None, (FULFILLMENT_ORDER, "gid://shopify/FulfillmentOrder/1046000792")
    ),
    "fulfillment_orders/moved": OrderChanged(
        None, (FULFILLMENT_ORDER, "gid://shopify/FulfillmentOrder/1046000793")
    ),
    "app/uninstalled": Uninstalled(),
    "app/scopes_update": ScopesChanged(frozenset({"read_orders", "read_returns"}), SHOP_ID),
    "customers/data_request": DataRequested(PERSON),
    "customers/redact": CustomerRedacted(PERSON),
    "shop/redact": ShopRedacted(),
}


@pytest.mark.parametrize("topic", FULL_BODIES)
def test_what_each_topic_tells(topic: str) -> None:
    assert TOLD[topic] == read(topic, FULL_BODIES[topic]).event


@pytest.mark.parametrize("topic", OPTIONAL)
def test_a_body_that_is_cut_down_tells_the_same(topic: str) -> None:
    """Of a topic that a shop subscribes to for itself; the app's file is looked at elsewhere."""
    family = "fulfillment_orders" if topic.startswith("FULFILLMENT_ORDERS") else "returns"
    written = f"{family}/{topic.lower().removeprefix(family + '_')}"
    body = FULL_BODIES[written]

    assert TOLD[written] == read(written, cut_down(body, OPTIONAL[topic].fields) or body).event


def test_ids_beyond_what_a_float_can_hold_are_read_digit_by_digit() -> None:
    raw = b'{"id": 9007199254740993, "updated_at": "2026-11-20T12:00:00Z"}'

    assert OrderChanged("gid://shopify/Order/9007199254740993") == read("orders/updated", raw).event


@pytest.mark.parametrize(
    ("topic", "shop_id"), [("fulfillment_events/create", SHOP_ID), ("orders/delete", None)]
)
def test_a_shops_id_in_the_body_is_handed_over(topic: str, shop_id: int | None) -> None:
    assert shop_id == read(topic, FULL_BODIES[topic]).shop_id


@pytest.mark.parametrize("topic", ["app/uninstalled", *DUTIES[2:]])
def test_a_body_of_another_shop_proves_nothing_about_this_one(topic: str) -> None:
    with pytest.raises(InvalidSignature) as refusal:
        read(topic, FULL_BODIES[topic], shop=BOB)

    assert "shop_mismatch" == refusal.value.cause


@pytest.mark.parametrize(
    ("topic", "other"),
    [
        ("orders/updated", "fulfillments/update"),
        ("refunds/create", "fulfillment_events/create"),
        ("fulfillments/create", "refunds/create"),
        ("returns/update", "orders/updated"),
    ],
)
def test_a_body_of_another_kind_proves_nothing_under_this_topic(topic: str, other: str) -> None:
    with pytest.raises(InvalidSignature) as refusal:
        read(topic, FULL_BODIES[other])

    assert "topic_mismatch" == refusal.value.cause


@pytest.mark.parametrize("topic", ["products/update", "orders/imagined", "app/uninstalled_twice"])
def test_a_topic_that_means_nothing_here_is_not_even_read(topic: str) -> None:
    assert Delivered(NotForUs()) == read(topic, b"\xff not JSON")


ODD_BODIES: list[tuple[bytes, str]] = [
    (b"\xff\xfe", "not_utf8"),
    (b"not JSON", "malformed"),
    (b"[" * 100_000, "malformed"),
    (b'{"id": ' + b"9" * 5000 + b"}", "malformed"),
    (b"[]", "not_an_object"),
    (b"null", "not_an_object"),
]


def test_a_fulfillment_order_is_found_some_layers_down_and_no_further() -> None:
    """Topics put it in different places, and no body makes anybody look for ever."""
    body: dict[str, Any] = {"moved_fulfillment_order": {"id": FULFILLMENT_ORDER}}
    for found in (True, True, True, True, False):
        told = OrderChanged(None, (FULFILLMENT_ORDER,)) if found else Unreadable("no_order")
        assert told == read("fulfillment_orders/split", body).event
        body = {"layer": body}


@pytest.mark.parametrize(("raw", "cause"), ODD_BODIES, ids=[cause for _, cause in ODD_BODIES])
@pytest.mark.parametrize("topic", ["orders/updated", "returns/update", "fulfillment_orders/moved"])
def test_an_odd_body_about_an_order_is_taken_and_told(topic: str, raw: bytes, cause: str) -> None:
    """Sent again it would be as odd, and the eighth refusal ends the subscription."""
    assert Unreadable(cause) == read(topic, raw).event


@pytest.mark.parametrize(("raw", "cause"), ODD_BODIES, ids=[cause for _, cause in ODD_BODIES])
@pytest.mark.parametrize("topic", DUTIES)
def test_an_odd_body_about_a_duty_is_refused(topic: str, raw: bytes, cause: str) -> None:
    """Taking it would promise what was not done."""
    with pytest.raises(InvalidRequest) as refusal:
        read(topic, raw)

    assert {"body": [cause]} == refusal.value.errors


@pytest.mark.parametrize(
    "value", [None, 0, -1, 2**63, 1.5, True, "1", [ORDER_ID], {"id": 1}, "gid://shopify/Fax/1"]
)
@pytest.mark.parametrize(
    ("topic", "field"), [("orders/updated", "id"), ("refunds/create", "order_id"), ("orders/delete", "id")]
)
def test_what_is_no_id_names_no_order(topic: str, field: str, value: object) -> None:
    assert Unreadable("no_order") == read(topic, changed(topic, **{field: value})).event


@pytest.mark.parametrize(
    ("topic", "values", "cause"),
    [
        ("app/uninstalled", {"myshopify_domain": None}, "no_shop"),
        ("app/scopes_update", {"shop_id": None}, "no_shop"),
        ("app/scopes_update", {"current": None}, "no_scopes"),
        ("app/scopes_update", {"current": [1]}, "no_scopes"),
        ("shop/redact", {"shop_domain": None}, "no_shop"),
        ("customers/redact", {"shop_domain": None}, "no_shop"),
        ("customers/redact", {"customer": None, "orders_to_redact": []}, "no_person"),
        ("customers/redact", {"orders_to_redact": ["all"]}, "no_person"),
        ("customers/data_request", {"customer": {}, "orders_requested": None}, "no_person"),
    ],
)
def test_a_duty_that_does_not_say_towards_whom_is_refused(
    topic: str, values: dict[str, Any], cause: str
) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        read(topic, changed(topic, **values))

    assert {"body": [cause]} == refusal.value.errors


@pytest.mark.parametrize(
    ("customer", "person"),
    [
        ({"id": CUSTOMER_ID}, Person(None, str(CUSTOMER_ID), (ORDER,))),
        ({"email": EMAIL}, Person(EMAIL, None, (ORDER,))),
        (None, Person(None, None, (ORDER,))),
    ],
)
def test_a_customer_may_be_named_in_part(customer: object, person: Person) -> None:
    assert (
        CustomerRedacted(person)
        == read("customers/redact", changed("customers/redact", customer=customer)).event
    )


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@given(topic=st.sampled_from(sorted(FULL_BODIES)), values=st.dictionaries(
    st.sampled_from([
        *("id", "order_id", "admin_graphql_api_id", "order", "order_edit", "shop_id", "shop_domain"),
        *("myshopify_domain", "current", "customer", "orders_to_redact", "fulfillment_order"),
    ]), json_values))  # fmt: skip
def test_whatever_the_shape_nothing_but_a_refusal_is_raised(topic: str, values: dict[str, Any]) -> None:
    try:
        told = read(topic, changed(topic, **values))
    except (InvalidRequest, InvalidSignature):
        return
    assert told.shop_id is None or told.shop_id > 0


@given(raw=st.binary(max_size=300), topic=st.sampled_from(ABOUT_ORDERS))
def test_any_bytes_about_an_order_are_taken(raw: bytes, topic: str) -> None:
    assert isinstance(read(topic, raw).event, Unreadable | OrderChanged)


def test_nobody_is_in_the_words_by_which_a_person_is_shown() -> None:
    told = read("customers/redact", FULL_BODIES["customers/redact"])

    assert EMAIL not in repr(told)
    assert str(CUSTOMER_ID) not in repr(told)
    assert str(ORDER_ID) not in repr(told)
