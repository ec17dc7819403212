"""The demo's schema is a part of Shopify's, and every field of it is answered."""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLUnionType,
    get_named_type,
    introspection_from_schema,
    is_leaf_type,
    is_specified_scalar_type,
)

from tests.demo.conftest import Ask
from tracker.demo.access import PROTECTED, REQUIRED
from tracker.demo.admin_api import SCHEMA
from tracker.demo.state import Shop

FULL = Path(__file__).parents[2] / "node_modules/@shopify/dev-mcp/dist/data/admin_2026-10.json.gz"


@cache
def shopifys() -> dict[str, Any]:
    """Shopify's own introspection of the Admin API 2026-10, by type name."""
    with gzip.open(FULL) as file:
        types = json.load(file)["data"]["__schema"]["types"]
    return {one["name"]: one for one in types}


@cache
def ours() -> dict[str, Any]:
    types = introspection_from_schema(SCHEMA, descriptions=False)["__schema"]["types"]
    own = (one for one in types if not one["name"].startswith("__"))
    return {
        one["name"]: dict(one) for one in own if not is_specified_scalar_type(SCHEMA.type_map[one["name"]])
    }


def spelled(reference: dict[str, Any]) -> str:
    if reference["kind"] == "NON_NULL":
        return spelled(reference["ofType"]) + "!"
    if reference["kind"] == "LIST":
        return f"[{spelled(reference['ofType'])}]"
    return str(reference["name"])


def signature(field: dict[str, Any]) -> dict[str, Any]:
    arguments = {one["name"]: (spelled(one["type"]), one["defaultValue"]) for one in field.get("args", [])}
    return {"type": spelled(field["type"]), "arguments": arguments}


@pytest.mark.parametrize("name", sorted(ours()))
def test_a_type_of_the_demo_is_a_part_of_shopifys(name: str) -> None:
    """Kind, fields, arguments with their defaults, enum values and union members are all Shopify's own."""
    mine, theirs = ours()[name], shopifys()[name]
    assert theirs["kind"] == mine["kind"]
    for part in ("fields", "inputFields"):
        wanted = {one["name"]: signature(one) for one in theirs.get(part) or []}
        for field in mine.get(part) or []:
            assert wanted[field["name"]] == signature(field)
    assert {one["name"] for one in mine.get("enumValues") or []} == {
        one["name"] for one in theirs.get("enumValues") or []
    }
    if mine["kind"] == "UNION":
        assert {one["name"] for one in mine["possibleTypes"]} <= {
            one["name"] for one in theirs["possibleTypes"]
        }


def selection(kind: Any, expanded: set[str]) -> str:
    """Every field of every type below a type, each type where it is met first."""
    if isinstance(kind, GraphQLScalarType | GraphQLEnumType):
        return ""
    if isinstance(kind, GraphQLUnionType):
        return "{ " + " ".join(f"... on {one.name} {selection(one, expanded)}" for one in kind.types) + " }"
    assert isinstance(kind, GraphQLObjectType)
    expanded.add(kind.name)
    parts = []
    for name, field in kind.fields.items():
        of = get_named_type(field.type)
        if is_leaf_type(of):
            parts.append(name)
        elif of.name not in expanded:
            page = "(first: 1)" if of.name.endswith("Connection") else ""
            parts.append(f"{name}{page} {selection(of, expanded)}")
    return "{ " + " ".join(parts) + " }"


def test_every_field_of_every_order_has_an_answer(shop: Shop, ask: Ask) -> None:
    """One query over all there is brings no error in any story."""
    shop.control.change(
        {
            "scopes": [*shop.control.scopes, "read_all_orders"],
            "protected_address": True,
            "protected_phone": True,
        }
    )
    expanded: set[str] = set()
    fields = selection(SCHEMA.type_map["Order"], expanded)
    of_the_root = {"QueryRoot", "Shop", "Domain", "OrderConnection", "OrderEdge"}
    objects = {name for name, one in ours().items() if one["kind"] == "OBJECT"}
    assert objects == expanded | of_the_root | of_the_app()
    answer = ask(f"{{ orders(first: 50) {{ nodes {fields} }} }}")
    assert "errors" not in answer
    assert {order.name for order in shop.orders} == {one["name"] for one in answer["data"]["orders"]["nodes"]}


def of_the_app() -> set[str]:
    """The types that tell of the app itself: what is below these three."""
    expanded: set[str] = set()
    for name in ("Mutation", "AppInstallation", "WebhookSubscriptionConnection"):
        selection(SCHEMA.type_map[name], expanded)
    return expanded


def test_every_field_about_the_app_has_an_answer(ask: Ask, shop: Shop) -> None:
    """Written by every mutation, read by every field, and nothing is said to be wrong."""
    assert shop.installation is not None
    owner = f"gid://shopify/AppInstallation/{shop.installation.id}"
    metafield = {"ownerId": owner, "namespace": "track_order", "key": "settings"}
    wanted = {"topic": "RETURNS_CLOSE", "webhookSubscription": {"uri": "https://app.example/hooks"}}
    mutation = SCHEMA.mutation_type
    assert mutation is not None
    made = ask(
        f"""mutation Make($metafields: [MetafieldsSetInput!]!, $topic: WebhookSubscriptionTopic!,
              $wanted: WebhookSubscriptionInput!) {{
          metafieldsSet(metafields: $metafields)
            {selection(get_named_type(mutation.fields["metafieldsSet"].type), set())}
          webhookSubscriptionCreate(topic: $topic, webhookSubscription: $wanted)
            {selection(get_named_type(mutation.fields["webhookSubscriptionCreate"].type), set())} }}""",
        metafields=[{**metafield, "type": "json", "value": "[1]"}],
        topic=wanted["topic"],
        wanted=wanted["webhookSubscription"],
    )
    assert "errors" not in made
    identity = made["data"]["webhookSubscriptionCreate"]["webhookSubscription"]["id"]
    read = ask(
        f"""query Read($id: ID!) {{
          currentAppInstallation {{
            id accessScopes {{ handle description }}
            metafield(namespace: "track_order", key: "settings")
              {selection(SCHEMA.type_map["Metafield"], set())}
            metafields(first: 1) {selection(SCHEMA.type_map["MetafieldConnection"], set())} }}
          webhookSubscription(id: $id) {selection(SCHEMA.type_map["WebhookSubscription"], set())}
          webhookSubscriptions(first: 1)
            {selection(SCHEMA.type_map["WebhookSubscriptionConnection"], set())} }}""",
        id=identity,
    )
    assert "errors" not in read
    assert [1] == read["data"]["currentAppInstallation"]["metafield"]["jsonValue"]
    assert [identity] == [one["node"]["id"] for one in read["data"]["webhookSubscriptions"]["edges"]]
    gone = ask(
        f"""mutation End($metafields: [MetafieldIdentifierInput!]!, $id: ID!) {{
          metafieldsDelete(metafields: $metafields)
            {selection(get_named_type(mutation.fields["metafieldsDelete"].type), set())}
          webhookSubscriptionDelete(id: $id)
            {selection(get_named_type(mutation.fields["webhookSubscriptionDelete"].type), set())} }}""",
        metafields=[metafield],
        id=identity,
    )
    assert "errors" not in gone
    assert gone["data"]["metafieldsDelete"]["deletedMetafields"] == [metafield]
    assert identity == gone["data"]["webhookSubscriptionDelete"]["deletedWebhookSubscriptionId"]


def test_every_input_type_is_reachable() -> None:
    """Nothing lies in the schema that no query can use."""
    reached: set[str] = set()
    waiting: list[Any] = [SCHEMA.query_type, SCHEMA.mutation_type]
    while waiting:
        kind = waiting.pop()
        if kind.name in reached:
            continue
        reached.add(kind.name)
        if isinstance(kind, GraphQLUnionType):
            waiting.extend(kind.types)
        elif isinstance(kind, GraphQLObjectType | GraphQLInputObjectType):
            for field in kind.fields.values():
                waiting.append(get_named_type(field.type))
                waiting.extend(get_named_type(one.type) for one in getattr(field, "args", {}).values())
    assert set(ours()) <= reached


@pytest.mark.parametrize("name", sorted(REQUIRED))
def test_the_scopes_of_a_type_are_those_shopify_states(name: str) -> None:
    stated = shopifys()[name]["requiredAccess"]
    assert all(f"`{scope}`" in stated for scope in REQUIRED[name])
    assert stated.count("access scope") == len(REQUIRED[name])


def test_types_without_a_rule_need_no_scope() -> None:
    objects = [name for name, one in ours().items() if one["kind"] == "OBJECT"]
    ruled = {name for name in objects if shopifys()[name].get("requiredAccess")}
    assert ruled - {"AppInstallation", "Count"} == set(REQUIRED)


def test_protected_fields_are_exactly_those_shopify_marks() -> None:
    """A field of ours that holds personal data can't slip in without a rule."""
    have = {(name, field["name"]) for name, one in ours().items() for field in one.get("fields") or []}
    marked = {
        (name, field["name"]): field["protectedContent"]
        for name in ours()
        for field in shopifys()[name].get("fields") or []
        if field.get("isProtected") and (name, field["name"]) in have
    }
    assert marked == PROTECTED
