"""The recorded answers are what the real schema would give to our own queries."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import GraphQLSchema, graphql_sync

from tests.shopify import recordings
from tracker.shopify import queries

# Words that the schema does not know are the point of this one; its shape is that of the others.
STRANGE = "order_unknown_words"
READ = [name for name in recordings.ORDERS if name != STRANGE]


@pytest.mark.parametrize("name", READ)
def test_a_recorded_order_is_an_answer_to_the_read_query(schema: GraphQLSchema, name: str) -> None:
    data = recordings.answer(name)["data"]
    order = data["order"] or {}
    scopes = queries.FULFILLMENT_ORDER_SCOPES if "fulfillmentOrders" in order else frozenset[str]()
    text = queries.read(scopes, status_page="statusPageUrl" in order)

    result = graphql_sync(schema, text, root_value=data, variable_values={"id": "1"})

    assert result.errors is None
    assert result.data == data


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("find", queries.find()),
        ("find_nothing", queries.find()),
        ("find_email_withheld", queries.find()),
        ("find_of_customer", queries.find_of_customer()),
        ("find_of_customer_without_scope", queries.find_of_customer()),
        ("recent", queries.recent()),
        ("recent_without_scope", queries.recent()),
    ],
)
def test_a_recorded_find_is_an_answer_to_its_query(schema: GraphQLSchema, name: str, text: str) -> None:
    data: dict[str, Any] = recordings.answer(name)["data"]

    result = graphql_sync(schema, text, root_value=data, variable_values={"query": "x"})

    assert result.errors is None
    assert result.data == data
