"""`python -m tests.openapi`: write docs/openapi.json, what can be asked of the service over HTTP, from the
very schemas that read and write it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import fields

from tracker.errors import Refusal
from tracker.web import schemas
from tracker.web.admin import schemas as admin_schemas
from tracker.web.body import FORM, JSON
from tracker.web.look import LookForm
from tracker.web.problems import HTTP_CODES
from tracker.web.story import ADVISED

FILE = Path(__file__).parents[1] / "docs" / "openapi.json"
PROBLEM = "application/problem+json"
LIQUID = "application/liquid"
HTML = "text/html"

OF_THE_PROXY = ("shop", "logged_in_customer_id", "path_prefix", "timestamp", "signature")
OF_A_WEBHOOK = (
    "X-Shopify-Topic",
    "X-Shopify-Shop-Domain",
    "X-Shopify-Event-Id",
    "X-Shopify-Triggered-At",
    "X-Shopify-Hmac-Sha256",
)
READ = (
    schemas.ChoiceForm,
    LookForm,
    admin_schemas._Settings,
    admin_schemas._Account,
    admin_schemas._Removal,
)
"""Of these marshmallow itself knows what may be null."""
NEVER_NULL = {
    "tracking",
    "items",
    "events",
    "shipments",
    "unshipped",
    "title",
    "quantity",
    "terminal",
    "name",
}


def document() -> dict[str, Any]:
    """The OpenAPI document, as JSON has it."""
    plugin = MarshmallowPlugin()
    spec = APISpec(
        title="Track my order",
        version="1",
        openapi_version="3.1.0",
        plugins=[plugin],
        info={
            "description": "What Shopify asks of the service: its app proxy (every query signed), its "
            "webhooks (every body signed) and its admin (an ID token), what aggregators push (signed with a "
            "secret of a merchant's account), and what a load balancer asks."
        },
    )
    _typed(plugin.map_to_openapi_type)(schemas.Time, "string", "date-time")
    assert plugin.converter is not None
    _typed(plugin.converter.add_attribute_function)(_may_be_null)
    _add_components(spec)
    for path, operations in _paths().items():
        spec.path(path, operations=operations)
    made: dict[str, Any] = json.loads(json.dumps(spec.to_dict()))
    _complete(made["components"]["schemas"])
    return made


def written() -> str:
    """The text of the file."""
    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"


def _typed(function: Any) -> Callable[..., object]:
    """The same: some of apispec's functions have no types."""
    typed: Callable[..., object] = function
    return typed


def _may_be_null(_converter: object, field: Any, *, ret: dict[str, Any], **_: Any) -> dict[str, Any]:
    """What is only ever written may be null, but for a few: marshmallow asks `allow_none` of input alone."""
    name = field.data_key or field.name
    kinds = ret.get("type")
    read = isinstance(field.parent, READ)
    if read or name in NEVER_NULL or not isinstance(kinds, str) or isinstance(field, fields.List):
        return {}
    return {"type": [kinds, "null"]}


def _add_components(spec: APISpec) -> None:
    spec.components.schema("LookupForm", schema=schemas.LookupForm)
    spec.components.schema("ChoiceForm", schema=schemas.ChoiceForm)
    spec.components.schema("LookForm", schema=LookForm)
    for name in ("Settings", "Account", "Removal"):
        spec.components.schema(name, schema=getattr(admin_schemas, f"_{name}"))
    for name in ("Item", "Unshipped", "Tracking", "Event", "Pickup", "Window", "Shipment", "Refund", "Order"):
        spec.components.schema(name, schema=getattr(schemas, f"{name}Schema"))
    spec.components.schema("Choice", schema=schemas.ChoiceSchema)
    time = {"type": "string", "format": "date-time"}
    answer = {
        "order": _ref("Order"),
        "shipments": {"type": "array", "items": _ref("Shipment")},
        "unshipped": {"type": "array", "items": _ref("Unshipped")},
        "truncated": {"type": "boolean"},
        "news_at": {"type": ["string", "null"], "format": "date-time"},
        "checked_at": time,
        "refresh_after": {"type": ["integer", "null"]},
        "stale": {"type": "boolean"},
    }
    spec.components.schema("Answer", _object(answer))
    spec.components.schema("List", _object({"orders": {"type": "array", "items": _ref("Choice")}}))
    problem = {
        "type": {"const": "about:blank"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"enum": _codes()},
        "detail": {"type": "string"},
        "errors": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
    }
    required = ["type", "title", "status", "code"]
    spec.components.schema("Problem", {"type": "object", "properties": problem, "required": required})


def _complete(made: dict[str, Any]) -> None:
    """What the schemas cannot tell: a function's shape, and what a whole answer adds to its parts."""
    count = {"type": "integer"}
    made["Order"]["properties"]["items"] = _object({"total": count, "delivered": count, "on_hold": count})
    advice = {"enum": [*ADVISED, None]}
    made["Order"]["properties"]["advice"] = advice
    made["Shipment"]["properties"] |= {
        "advice": advice,
        "news_at": {"type": ["string", "null"], "format": "date-time"},
        "checked_at": {"type": "string", "format": "date-time"},
    }
    for form in ("LookupForm", "ChoiceForm"):
        made[form]["properties"]["order"]["maxLength"] = schemas.MAX_ORDER
        made[form]["properties"]["locale"] = {"type": "string", "description": "A BCP 47 tag."}
    made["LookupForm"]["properties"]["email"]["maxLength"] = schemas.MAX_EMAIL
    hidden = made["Settings"]["properties"]["hidden"]["items"]
    hidden["enum"] = sorted(hidden["enum"])  # a set has no order of its own
    for holder, name, part in (("Shipment", "pickup", "Pickup"), ("Shipment", "delivery_window", "Window")):
        made[holder]["properties"][name] = {"anyOf": [_ref(part), {"type": "null"}]}
    for name, part in [("refund", "Refund"), ("delivery_window", "Window")]:
        made["Order"]["properties"][name] = {"anyOf": [_ref(part), {"type": "null"}]}


def _codes() -> list[str]:
    def children(kind: type[Refusal]) -> list[type[Refusal]]:
        return [one for child in kind.__subclasses__() for one in (child, *children(child))]

    own = {kind.code for kind in children(Refusal) if "code" in vars(kind)}
    return sorted(own | set(HTTP_CODES.values()) | {"http_error"})


def _paths() -> dict[str, Any]:
    signed = [_parameter(name, "query") for name in OF_THE_PROXY]
    page = {"200": _answer("The page with the form.", {LIQUID: {"type": "string"}}), **_refused(400, 401)}
    look_up = {
        "200": _answer("The order's delivery story.", {JSON: _ref("Answer"), LIQUID: {"type": "string"}}),
        **_refused(400, 401, 404, 413, 415, 422, 429, 503, pages=True),
    }
    asset = {
        "200": _answer("A script or a style sheet.", {"text/javascript": {}, "text/css": {}}),
        **_refused(400, 401, 404),
    }
    shown = {"200": _answer("The merchant's page.", {HTML: {"type": "string"}}), **_refused(400, 401, 503)}
    acted = {
        "200": _answer("What came of it.", {JSON: {"type": "object"}}),
        **_refused(400, 401, 404, 413, 415, 422, 429, 503),
    }
    token = [_parameter("Authorization", "header")]
    webhook = [_parameter(name, "header") for name in OF_A_WEBHOOK]
    name = {**_parameter("name", "path"), "required": True}
    offered = {
        "200": _answer("Orders of who is signed in.", {JSON: _ref("List")}),
        **_refused(400, 401, 422, 429, 503),
    }
    choices = {
        "200": _answer("The page with the form and the orders of who is signed in.", {LIQUID: {}}),
        **_refused(400, 401, 413, 415, 422),
    }
    answered = _answer("Dealt with, or means nothing.", {})
    alive = _answer("Alive.", {JSON: {"type": "object"}})
    ready = {
        "200": _answer("Shoppers are served.", {JSON: {"type": "object"}}),
        "503": _answer("Nobody is: the store of shops is away or of another version.", {JSON: {}}),
    }
    return {
        "/proxy/lookup": {
            "get": {"parameters": signed, "responses": page},
            "post": {
                "parameters": signed,
                "requestBody": _sent("LookupForm", "LookForm"),
                "responses": look_up,
            },
        },
        "/proxy/orders/lookup": {
            "post": {
                "parameters": signed,
                "requestBody": _sent("ChoiceForm", "LookForm"),
                "responses": look_up,
            }
        },
        "/proxy/orders": {"get": {"parameters": signed, "responses": offered}},
        **{
            path: {
                "get": {"parameters": signed, "responses": page},
                "post": {"parameters": signed, "requestBody": _sent("LookForm"), "responses": choices},
            }
            for path in ("/proxy", "/proxy/")
        },
        "/proxy/assets/{name}": {"get": {"parameters": [name, *signed], "responses": asset}},
        "/webhooks/shopify": {
            "post": {
                "parameters": webhook,
                "requestBody": {"content": {JSON: {"schema": {"type": "object"}}}},
                "responses": {"200": answered, **_refused(400, 401, 413, 422, 503)},
            }
        },
        "/webhooks/tracking/{source}/{shop}": {
            "post": {
                "parameters": [{**_parameter(name, "path"), "required": True} for name in ("source", "shop")],
                "requestBody": {"content": {JSON: {"schema": {"type": "object"}}}},
                "responses": {"200": answered, **_refused(400, 401, 413, 503)},
            }
        },
        "/": {"get": {"responses": shown}},
        "/admin": {"get": {"responses": shown}},
        "/admin/bounce": {"get": {"responses": shown}},
        "/admin/assets/{name}": {"get": {"parameters": [name], "responses": asset}},
        "/admin/checks": {"post": {"parameters": token, "responses": acted}},
        "/admin/trial": {
            "post": {"parameters": token, "requestBody": _sent("LookupForm"), "responses": acted}
        },
        "/admin/settings": {
            "post": {"parameters": token, "requestBody": _sent("Settings"), "responses": acted}
        },
        "/admin/account": {
            "post": {"parameters": token, "requestBody": _sent("Account"), "responses": acted}
        },
        "/admin/account/remove": {
            "post": {"parameters": token, "requestBody": _sent("Removal"), "responses": acted}
        },
        "/healthz": {"get": {"responses": {"200": alive}}},
        "/readyz": {"get": {"responses": ready}},
    }


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _parameter(name: str, place: str) -> dict[str, Any]:
    return {"name": name, "in": place, "required": False, "schema": {"type": "string"}}


def _sent(*names: str) -> dict[str, Any]:
    parts = [_ref(name) for name in names]
    schema = parts[0] if len(parts) == 1 else {"allOf": parts}
    return {"content": {kind: {"schema": schema} for kind in (FORM, JSON)}}


def _answer(description: str, content: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {kind: {"schema": one} for kind, one in content.items()}}


def _refused(*statuses: int, pages: bool = False) -> dict[str, Any]:
    content = {PROBLEM: _ref("Problem"), **({LIQUID: {"type": "string"}} if pages else {})}
    return {str(status): _answer("A refusal.", content) for status in statuses}


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
