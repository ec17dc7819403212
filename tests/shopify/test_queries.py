"""What is asked of the Admin API: valid, affordable, and nothing that is protected without need."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from itertools import chain, combinations
from typing import Any

import pytest
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLSchema,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    parse,
    validate,
)

from tracker.shopify import queries
from tracker.verbs.recent_orders import LONGEST

SCOPES = ["read_orders", "read_all_orders", "read_returns", *sorted(queries.FULFILLMENT_ORDER_SCOPES)[:3]]
PAGES = [
    "line_items",
    "fulfillments",
    "fulfillment_items",
    "fulfillment_orders",
    "fulfillment_order_items",
]
READS = {
    queries.read(frozenset(scopes), status_page=status_page)
    for scopes in chain.from_iterable(combinations(SCOPES, size) for size in range(len(SCOPES) + 1))
    for status_page in (False, True)
}
FULLEST = queries.read(queries.FULFILLMENT_ORDER_SCOPES, status_page=True)
DOCUMENTS = {
    "find": queries.find(),
    "find of customer": queries.find_of_customer(),
    "recent": queries.recent(),
    **{f"read {number}": text for number, text in enumerate(sorted(READS), start=1)},
    **{f"page {name}": queries.page(name) for name in PAGES},
    "installation": queries.installation(),
    "subscribe": queries.subscribe(),
    "unsubscribe": queries.unsubscribe(),
    "newest": queries.newest(),
    "read app": queries.read_app(),
    "set app data": queries.set_app_data(),
}
# The only protected data that are asked for: the e-mail proves whose order it is, and the status page's
# address is asked for only by a merchant who switched it on.
PROTECTED = {("Order", "email"), ("Order", "statusPageUrl")}

each_document = pytest.mark.parametrize("text", DOCUMENTS.values(), ids=DOCUMENTS.keys())


def operation_of(document: DocumentNode) -> OperationDefinitionNode:
    [operation] = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    return operation


def fields(
    schema: GraphQLSchema, document: DocumentNode, selected: SelectionSetNode, parent: GraphQLObjectType
) -> Iterator[tuple[GraphQLObjectType, FieldNode]]:
    """The fields of a selection set, those of its fragments among them."""
    fragments = {
        node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
    }
    for selection in selected.selections:
        if isinstance(selection, FieldNode):
            yield parent, selection
        else:
            assert isinstance(selection, FragmentSpreadNode)
            fragment = fragments[selection.name.value]
            on = schema.type_map[fragment.type_condition.name.value]
            assert isinstance(on, GraphQLObjectType)
            yield from fields(schema, document, fragment.selection_set, on)


def children(
    schema: GraphQLSchema, document: DocumentNode, parent: GraphQLObjectType, field: FieldNode
) -> list[tuple[GraphQLObjectType, FieldNode]]:
    target = get_named_type(parent.fields[field.name.value].type)
    if field.selection_set is None:
        return []
    assert isinstance(target, GraphQLObjectType)
    return list(fields(schema, document, field.selection_set, target))


def root_fields(
    schema: GraphQLSchema, document: DocumentNode
) -> Iterator[tuple[GraphQLObjectType, FieldNode]]:
    operation = operation_of(document)
    root = schema.get_root_type(operation.operation)
    assert root is not None
    return fields(schema, document, operation.selection_set, root)


def all_fields(schema: GraphQLSchema, text: str) -> list[tuple[str, str]]:
    """Every field of a document as (type, field)."""
    document = parse(text)
    waiting = list(root_fields(schema, document))
    found = []
    while waiting:
        parent, field = waiting.pop()
        found.append((parent.name, field.name.value))
        waiting += children(schema, document, parent, field)
    return found


def cost(schema: GraphQLSchema, text: str) -> int:
    """Points that a query asks for, by the formula that fits what the API was seen to charge: an object 1,
    a scalar nothing, a connection 2 and its nodes times floor(2 ln n). pageInfo is an object, paid once."""
    document = parse(text)

    def of(parent: GraphQLObjectType, field: FieldNode) -> int:
        inner = children(schema, document, parent, field)
        if not inner:
            return 0
        target = get_named_type(parent.fields[field.name.value].type)
        if not target.name.endswith("Connection"):
            return 1 + sum(of(*child) for child in inner)
        [size] = [argument.value for argument in field.arguments or () if argument.name.value == "first"]
        assert isinstance(size, IntValueNode)
        info = sum(of(*child) for child in inner if child[1].name.value == "pageInfo")
        nodes = sum(of(*child) for child in inner if child[1].name.value != "pageInfo")
        return 2 + info + nodes * math.floor(2 * math.log(max(2, int(size.value))))

    return sum(of(*root) for root in root_fields(schema, document))


@each_document
def test_every_document_is_valid_against_the_whole_schema(schema: GraphQLSchema, text: str) -> None:
    assert validate(schema, parse(text)) == []


@each_document
def test_nothing_protected_is_asked_for_but_what_the_look_up_needs(
    schema: GraphQLSchema, introspection: dict[str, Any], text: str
) -> None:
    protected = {
        (told["name"], field["name"])
        for told in introspection["__schema"]["types"]
        for field in told["fields"] or ()
        if field.get("isProtected")
    }
    assert protected > PROTECTED

    assert set(all_fields(schema, text)) & protected <= PROTECTED


def test_only_finding_and_the_merchants_trial_ask_for_the_email_and_only_the_status_page_for_its_address(
    schema: GraphQLSchema,
) -> None:
    asking = {
        name: {field for _, field in set(all_fields(schema, text)) & PROTECTED}
        for name, text in DOCUMENTS.items()
    }

    assert asking.pop("find") == asking.pop("newest") == {"email"}
    assert {frozenset(asked) for asked in asking.values()} == {frozenset(), frozenset({"statusPageUrl"})}


@pytest.mark.parametrize("field", ["note", "billingAddress", "phone", "tags"])
@each_document
def test_nobody_is_described(schema: GraphQLSchema, text: str, field: str) -> None:
    assert ("Order", field) not in all_fields(schema, text)


def test_of_an_address_nothing_but_the_country_is_asked_for(schema: GraphQLSchema) -> None:
    """By whose business days a parcel stands still; a read alone needs to know."""
    asking = {
        name for name, text in DOCUMENTS.items() if ("Order", "shippingAddress") in all_fields(schema, text)
    }
    of_addresses = {
        field
        for text in DOCUMENTS.values()
        for kind, field in all_fields(schema, text)
        if kind in ("MailingAddress", "FulfillmentOrderAssignedLocation")
    }

    assert asking == {name for name in DOCUMENTS if name.startswith("read ") and name != "read app"}
    assert of_addresses == {"countryCodeV2", "countryCode", "name", "city"}


def test_of_a_customer_nothing_but_the_id_is_asked_for_and_only_where_it_decides(
    schema: GraphQLSchema,
) -> None:
    """The type needs a scope of its own, and no e-mail is needed beside it."""
    asking = {name for name, text in DOCUMENTS.items() if ("Order", "customer") in all_fields(schema, text)}
    of_customers = {
        field for text in DOCUMENTS.values() for kind, field in all_fields(schema, text) if kind == "Customer"
    }

    assert asking == {"find of customer", "recent"}
    assert of_customers == {"id"}


@each_document
def test_nothing_deprecated_is_asked_for(schema: GraphQLSchema, text: str) -> None:
    for parent, field in all_fields(schema, text):
        told = schema.type_map[parent]
        assert isinstance(told, GraphQLObjectType)
        assert told.fields[field].deprecation_reason is None


def test_finding_and_listing_cost_ten_points(
    schema: GraphQLSchema, record_property: Callable[[str, object], None]
) -> None:
    """And the pages could not be longer for that: one more hit is dearer."""
    texts = (queries.find(), queries.find_of_customer(), queries.recent())
    points = [cost(schema, text) for text in texts]
    record_property("points requested by a find", max(points))

    assert points == [10, 10, 10]
    for text in texts:
        assert cost(schema, re.sub(r"first: (\d+)", lambda size: f"first: {int(size[1]) + 1}", text)) > 10


def test_the_merchants_checks_cost_little(schema: GraphQLSchema) -> None:
    assert cost(schema, queries.newest()) == 8
    assert cost(schema, queries.installation()) <= 20
    assert cost(schema, queries.read_app()) == 1


def test_the_newest_orders_come_first_and_enough_of_them() -> None:
    text = queries.recent()

    assert "sortKey: PROCESSED_AT, reverse: true" in text
    assert int(text.split("first: ")[1].split(",")[0]) >= LONGEST


def test_the_fullest_read_costs_at_most_110_points(
    schema: GraphQLSchema, record_property: Callable[[str, object], None]
) -> None:
    points = {name: cost(schema, text) for name, text in DOCUMENTS.items()}
    points["the fullest read"] = cost(schema, FULLEST)
    record_property("points requested by a read", points["the fullest read"])

    assert max(points.values()) <= 110
    assert points["the fullest read"] == max(points.values())


@pytest.mark.parametrize("text", [queries.find(), queries.find_of_customer()])
def test_hits_come_in_ascending_order_so_that_longer_numbers_cannot_crowd_out_the_true_one(text: str) -> None:
    assert "sortKey: ORDER_NUMBER" in text
    assert "reverse" not in text


@pytest.mark.parametrize("scope", sorted(queries.FULFILLMENT_ORDER_SCOPES))
def test_each_fulfillment_order_scope_opens_the_fulfillment_orders(schema: GraphQLSchema, scope: str) -> None:
    text = queries.read(frozenset({"read_orders", scope}))

    assert ("Order", "fulfillmentOrders") in all_fields(schema, text)


@pytest.mark.parametrize("scopes", [set(), {"read_orders", "read_returns", "read_fulfillments"}])
def test_without_such_a_scope_no_type_is_touched_that_needs_one(
    schema: GraphQLSchema, introspection: dict[str, Any], scopes: set[str]
) -> None:
    """Touching one would cost the whole order, since the field can't be null."""
    needs = {told["name"]: told.get("requiredAccess") for told in introspection["__schema"]["types"]}
    assert "fulfillment_orders" in needs["FulfillmentOrder"]

    for parent, _ in all_fields(schema, queries.read(frozenset(scopes))):
        assert needs[parent] is None or "`read_orders`" in needs[parent]


def test_the_status_page_is_asked_for_only_on_demand(schema: GraphQLSchema) -> None:
    fullest = queries.read(queries.FULFILLMENT_ORDER_SCOPES)

    assert ("Order", "statusPageUrl") not in all_fields(schema, fullest)
    assert ("Order", "statusPageUrl") in all_fields(schema, FULLEST)


def test_the_lists_are_as_long_as_the_pages_believe() -> None:
    """A list without cursors is known to go on only by its length."""
    assert f"fulfillments(first: {queries.FULFILLMENTS_FIRST})" in queries.read(frozenset())
    assert f"fulfillments(first: {queries.FULFILLMENTS_PAGE})" in queries.page("fulfillments")


@each_document
def test_no_comment_of_ours_travels(text: str) -> None:
    assert "#" not in text
