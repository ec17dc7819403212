"""`POST /admin/api/<version>/graphql.json`: validation, cost, throttling and answers as Shopify has them."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, jsonify, request
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    IntValueNode,
    TypeInfo,
    TypeInfoVisitor,
    VariableNode,
    Visitor,
    build_schema,
    execute_sync,
    get_named_type,
    get_operation_ast,
    parse,
    validate,
    visit,
)

from tracker.demo.asking import Asking
from tracker.demo.cost import MAXIMUM_PAGE, MAXIMUM_QUERY_COST, requested_cost
from tracker.demo.faults import fail
from tracker.demo.resolve import resolve, resolve_type
from tracker.demo.state import Shop

VERSIONS = ("2026-01", "2026-04", "2026-07", "2026-10")
"""Supported now, oldest first. An older one falls forward to the oldest, see
https://shopify.dev/docs/api/usage/versioning."""

_NEXT = {"2027-01", "unstable"}

SCHEMA: GraphQLSchema = build_schema((Path(__file__).parent / "schema.graphql").read_text("utf-8"))


def admin_api(shop: Shop) -> Blueprint:
    """The blueprint of one shop's Admin API."""
    blueprint = Blueprint("admin_api", __name__)

    @blueprint.post("/admin/api/<version>/graphql.json")
    def graphql(version: str) -> Response:
        """Answers 200 for everything GraphQL can word, 401, 402 and 403 for the token and the shop."""
        with shop.lock:
            shop.calls["admin"] += 1
        served = served_version(version)
        response = _answer(shop) if served else _problem(404, "Not Found")
        response.headers["X-Request-Id"] = str(uuid.uuid4())
        if served:
            response.headers["X-Shopify-API-Version"] = served
        return response

    return blueprint


def served_version(asked: str) -> str | None:
    """The version that answers a request for `asked`, None where there is none."""
    if asked in VERSIONS or asked in _NEXT:
        return asked
    if re.fullmatch(r"20\d\d-(01|04|07|10)", asked) and asked < VERSIONS[0]:
        return VERSIONS[0]
    return None


def _answer(shop: Shop) -> Response:
    failed = fail(shop)
    if failed is not None:
        return failed
    with shop.lock:
        if not shop.knows_token(request.headers.get("X-Shopify-Access-Token")):
            return _problem(
                401, "[API] Invalid API key or access token (unrecognized login or wrong password)"
            )
        if shop.tokens.is_unending(request.headers["X-Shopify-Access-Token"]):
            return _problem(403, "[API] Non-expiring access tokens are no longer accepted")
        if shop.control.frozen:
            return _problem(402, "Unavailable Shop")
        body = request.get_json(silent=True)
        if not isinstance(body, dict) or not isinstance(body.get("query"), str):
            return _problem(400, {"query": "Required parameter missing or invalid"})
        asking = Asking(shop, shop.storefront_origin or request.host_url.rstrip("/"))
        throttled = bool(request.environ.get("demo.throttled"))
        return jsonify(run(asking, body, throttled=throttled))


def _problem(status: int, errors: object) -> Response:
    response = jsonify({"errors": errors})
    response.status_code = status
    return response


def run(asking: Asking, body: Mapping[str, Any], *, throttled: bool = False) -> dict[str, Any]:
    """Run one GraphQL request and word its answer. Hold the shop's lock.

    `throttled` answers as if the bucket were empty.
    """
    shop = asking.shop
    variables = body.get("variables") or {}
    try:
        document = parse(body["query"])
    except GraphQLError as error:
        return {"errors": [error.formatted]}
    operation = get_operation_ast(document, body.get("operationName"))
    if operation is None:
        return {"errors": [{"message": "An operation name is required"}]}
    errors = [*validate(SCHEMA, document)] or _page_errors(document, variables)
    if errors:
        return {"errors": [error.formatted for error in errors]}
    name = operation.name.value if operation.name else "anonymous"
    shop.calls[f"operation:{name}"] += 1
    requested = requested_cost(SCHEMA, document, operation, variables)
    if requested > MAXIMUM_QUERY_COST:
        return _too_dear(requested)
    if throttled or not shop.bucket.take(requested):
        return _throttled(shop, requested)
    shop.calls["points"] += requested
    result = execute_sync(
        SCHEMA,
        document,
        context_value=asking,
        variable_values=dict(variables),
        operation_name=body.get("operationName"),
        field_resolver=resolve,
        type_resolver=resolve_type,
    )
    actual = min(requested, requested_cost(SCHEMA, document, operation, variables, reached=asking.reached))
    shop.bucket.give_back(requested - actual)
    answer: dict[str, Any] = {"data": result.data} if result.data is not None or result.errors else {}
    if result.errors:
        answer["errors"] = [error.formatted for error in result.errors]
    answer["extensions"] = {"cost": _cost(shop, requested, actual)}
    if asking.warnings:
        answer["extensions"]["search"] = asking.warnings
    return answer


def _cost(shop: Shop, requested: int, actual: int | None) -> dict[str, Any]:
    return {
        "requestedQueryCost": requested,
        "actualQueryCost": actual,
        "throttleStatus": shop.bucket.status(),
    }


def _throttled(shop: Shop, requested: int) -> dict[str, Any]:
    shop.calls["throttled"] += 1
    return {
        "errors": [
            {
                "message": "Throttled",
                "extensions": {
                    "code": "THROTTLED",
                    "documentation": "https://shopify.dev/api/usage/rate-limits",
                },
            }
        ],
        "extensions": {"cost": _cost(shop, requested, None)},
    }


def _too_dear(requested: int) -> dict[str, Any]:
    return {
        "errors": [
            {
                "message": (
                    f"Query cost is {requested}, which exceeds the single query max cost limit "
                    f"({MAXIMUM_QUERY_COST})."
                ),
                "extensions": {
                    "code": "MAX_COST_EXCEEDED",
                    "cost": requested,
                    "maxCost": MAXIMUM_QUERY_COST,
                    "documentation": "https://shopify.dev/api/usage/rate-limits",
                },
            }
        ]
    }


def _page_errors(document: DocumentNode, variables: Mapping[str, Any]) -> list[GraphQLError]:
    """Every connection has to say first or last, of at most 250."""
    info = TypeInfo(SCHEMA)
    rule = _PageRule(info, variables)
    visit(document, TypeInfoVisitor(info, rule))
    return rule.errors


class _PageRule(Visitor):
    def __init__(self, info: TypeInfo, variables: Mapping[str, Any]) -> None:
        super().__init__()
        self.errors: list[GraphQLError] = []
        self._info = info
        self._variables = variables

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        """Visitor hook of graphql-core."""
        of = self._info.get_type()
        if of is None or not get_named_type(of).name.endswith("Connection"):
            return
        sizes = [
            self._value(argument.value)
            for argument in node.arguments or ()
            if argument.name.value in {"first", "last"}
        ]
        name = node.name.value
        if not any(size is not None for size in sizes):
            self._say(node, f"you must provide one of first or last on {name}", "BAD_REQUEST")
        elif any(isinstance(size, int) and not 0 <= size <= MAXIMUM_PAGE for size in sizes):
            self._say(node, f"{name}: a page has at most {MAXIMUM_PAGE} items", "BAD_REQUEST")

    def _value(self, node: Any) -> Any:
        if isinstance(node, IntValueNode):
            return int(node.value)
        if isinstance(node, VariableNode):
            return self._variables.get(node.name.value, 1)
        return None

    def _say(self, node: FieldNode, message: str, code: str) -> None:
        self.errors.append(GraphQLError(message, node, extensions={"code": code}))
