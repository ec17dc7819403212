"""What queries cost, against figures that Shopify published or that were seen in its answers."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import build_schema, get_operation_ast, parse
from hypothesis import given
from hypothesis import strategies as st

from tests.demo.conftest import Ask, Clock
from tracker.demo.admin_api import SCHEMA
from tracker.demo.cost import page_factor, requested_cost
from tracker.demo.state import Shop
from tracker.demo.throttle import MAXIMUM, RESTORE_RATE, Bucket

PRODUCTS = build_schema(
    """
    type Query { product(id: ID!): Product }
    type Product { id: ID! variants(first: Int, last: Int): VariantConnection! }
    type VariantConnection { nodes: [Variant!]! edges: [VariantEdge!]! pageInfo: PageInfo! }
    type VariantEdge { node: Variant! }
    type PageInfo { hasNextPage: Boolean! }
    type Variant { id: ID! inventoryItem: InventoryItem! }
    type InventoryItem { id: ID! tracked: Boolean! }
    """
)


def cost(query: str, schema: Any = SCHEMA, **variables: object) -> int:
    document = parse(query)
    operation = get_operation_ast(document)
    assert operation is not None
    return requested_cost(schema, document, operation, variables)


def test_the_example_of_shopifys_forum_costs_25_points() -> None:
    """community.shopify.dev/t/23101: 1 + (2 + (1 + 1) * 11)."""
    query = """query ($id: ID!) { product(id: $id) { variants(first: 250) { nodes {
      inventoryItem { id tracked } } } } }"""
    assert cost(query, PRODUCTS) == 25


@pytest.mark.parametrize(
    ("query", "points"),
    [
        ("{ orders(first: 5) { nodes { id name email } } }", 5),
        ("{ orders(first: 50) { nodes { id name email } } }", 9),
        ("{ orders(last: 50) { nodes { id } } }", 9),
        ("{ orders(first: 50) { nodes { id } pageInfo { endCursor } } }", 9),
        ("{ orders(first: 5) { edges { cursor node { id } } } }", 8),
        ("query ($n: Int!) { orders(first: $n) { nodes { id } } }", 9),
        ("query ($n: Int = 5) { orders(first: $n) { nodes { id } } }", 5),
        ("{ shop { name } }", 1),
        ("{ __typename shop { __typename name } }", 1),
        ("{ currentAppInstallation { accessScopes { handle } } }", 2),
        ("{ order(id: 1) { id fulfillments(first: 20) { id trackingInfo { url } } } }", 3),
        ("{ order(id: 1) { ...a ...a } } fragment a on Order { refunds { id } }", 2),
        (
            "{ order(id: 1) { ... on Order { refunds { id } } ... { returns(first: 2) { nodes { id } } } } }",
            5,
        ),
    ],
)
def test_known_queries_cost_what_the_rules_say(query: str, points: int) -> None:
    variables = {"n": 50} if "$n: Int!" in query else {}
    assert points == cost(query, **variables)


def test_a_union_costs_its_dearest_branch() -> None:
    """The branch's own objects are counted, the branch itself is not."""
    query = """{ order(id: 1) { returns(first: 2) { nodes { reverseFulfillmentOrders(first: 2) { nodes {
      reverseDeliveries(first: 2) { nodes { deliverable {
        ... on ReverseDeliveryShippingDeliverable { tracking { url } } } } } } } } } } }"""
    assert cost(query) == 1 + 2 + 1 + 2 + 1 + 2 + 1 + 1 + 1


@given(st.integers(1, 250), st.integers(1, 250))
def test_a_larger_page_never_costs_less(one: int, other: int) -> None:
    smaller, larger = sorted((one, other))
    assert page_factor(smaller) <= page_factor(larger) <= 11


def test_an_answer_tells_what_was_asked_and_what_it_took(ask: Ask) -> None:
    """Fewer items than asked for cost less, and the difference is given back."""
    cost = ask('{ orders(first: 50, query: "name:1012") { nodes { id } } }')["extensions"]["cost"]
    assert cost["requestedQueryCost"] == 9
    assert cost["actualQueryCost"] == 3
    assert cost["throttleStatus"]["currentlyAvailable"] == MAXIMUM - 3


def test_what_is_not_there_costs_nothing_below_it(ask: Ask) -> None:
    """As Shopify answered: a null object is one point, whatever was asked of it."""
    answer = ask('{ order(id: "gid://shopify/Order/1") { lineItems(first: 250) { nodes { id } } } }')
    assert answer["data"] == {"order": None}
    assert answer["extensions"]["cost"]["actualQueryCost"] == 1


def test_an_empty_bucket_answers_throttled_without_data(ask: Ask, shop: Shop) -> None:
    shop.bucket.drain()
    answer = ask("{ shop { name } }")
    assert "data" not in answer
    assert answer["errors"][0]["extensions"]["code"] == "THROTTLED"
    assert answer["extensions"]["cost"]["actualQueryCost"] is None
    assert answer["extensions"]["cost"]["throttleStatus"]["restoreRate"] == RESTORE_RATE


def test_the_bucket_fills_again_with_time(ask: Ask, shop: Shop, clock: Clock) -> None:
    shop.bucket.drain()
    clock.move(0.05)
    assert "data" not in ask("{ orders(first: 50) { nodes { id } } }")
    clock.move(0.05)
    assert "data" in ask("{ orders(first: 50) { nodes { id } } }")


def test_the_bucket_never_holds_more_than_its_size(clock: Clock) -> None:
    bucket = Bucket(lambda: clock.seconds)
    assert bucket.take(MAXIMUM)
    assert not bucket.take(1)
    clock.move(3600)
    assert bucket.available() == MAXIMUM
    bucket.give_back(50)
    assert bucket.available() == MAXIMUM


def test_a_query_over_a_thousand_points_is_refused(ask: Ask) -> None:
    many = " ".join(f"a{index}: orders(first: 250) {{ edges {{ node {{ id }} }} }}" for index in range(42))
    answer = ask(f"{{ {many} }}")
    assert answer["errors"][0]["extensions"] == {
        "code": "MAX_COST_EXCEEDED",
        "cost": 1008,
        "maxCost": 1000,
        "documentation": "https://shopify.dev/api/usage/rate-limits",
    }
    assert "data" not in answer
