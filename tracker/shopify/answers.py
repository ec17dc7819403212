"""What an answer of the GraphQL Admin API says, before anybody looks at its data: whole, partial, throttled,
denied. Pure.

Errors come in three ways: by HTTP status (`transport.refused`), as `errors` of a 200, or as a 200 that is no
GraphQL answer at all. https://shopify.dev/docs/api/admin-graphql/latest#status_and_error_codes
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tracker.errors import (
    AccessDenied,
    AccessTokenRejected,
    ShopUnavailable,
    UpstreamBroken,
    UpstreamError,
    UpstreamRejected,
    UpstreamThrottled,
)
from tracker.shapes import mapping, mappings

THROTTLED_SECONDS = 1.0
"""The pause that Shopify advises where nothing tells a better one."""

_FIELD = re.compile(r"[A-Za-z]{1,60}")
_MOST = 1e9
_FIGURES = ("requestedQueryCost", "actualQueryCost")
_BUCKET = ("maximumAvailable", "currentlyAvailable", "restoreRate")


@dataclass(frozen=True, slots=True)
class Answer:
    """`data` of an answer, and the fields that were withheld from it for want of access, as
    `order.fulfillmentOrders`: names of the schema alone, without the positions in lists."""

    data: dict[str, Any]
    withheld: frozenset[str] = frozenset()


def decode(body: bytes) -> dict[str, Any]:
    """A body that has to be a JSON object. Raises UpstreamBroken where it isn't."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise UpstreamBroken
    return value


def throttle(answer: Mapping[str, Any]) -> dict[str, float]:
    """The figures of `extensions.cost`, flat; those that are missing or no numbers are left out."""
    cost = mapping(mapping(answer.get("extensions")).get("cost"))
    bucket = mapping(cost.get("throttleStatus"))
    told = {name: cost.get(name) for name in _FIGURES} | {name: bucket.get(name) for name in _BUCKET}
    return {
        name: float(value)
        for name, value in told.items()
        if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < _MOST
    }


def read_answer(answer: Mapping[str, Any]) -> Answer:
    """A decoded answer → its data.

    Raises UpstreamThrottled (with the time until the bucket holds enough), AccessDenied where nothing but
    withheld fields came back, ShopUnavailable, AccessTokenRejected, UpstreamRejected for a query that the API
    does not take, UpstreamBroken for a fault of its own and for any other shape. Fields withheld beside data
    are no error here: the caller knows which it can do without.
    """
    errors = answer.get("errors")
    if not errors:
        errors = []
    elif not isinstance(errors, list):
        # The REST-like form of the door in front of GraphQL: {"errors": "Not Found"}.
        raise UpstreamBroken
    withheld = set()
    for error in mappings(errors):
        code = mapping(error.get("extensions")).get("code")
        if code != "ACCESS_DENIED":
            raise _refusal(code, answer)
        withheld.add(_path(error.get("path")))
    data = answer.get("data")
    if withheld and not (isinstance(data, dict) and data):
        raise AccessDenied
    if not isinstance(data, dict):
        raise UpstreamBroken
    return Answer(data, frozenset(withheld))


def _refusal(code: object, answer: Mapping[str, Any]) -> UpstreamError:
    match code:
        case "THROTTLED":
            return UpstreamThrottled(retry_after=_until_restored(throttle(answer)))
        case "SHOP_INACTIVE":
            return ShopUnavailable()
        case "UNAUTHORIZED":
            return AccessTokenRejected()
        case "INTERNAL_SERVER_ERROR" | "TIMEOUT":
            return UpstreamBroken()
        case _:
            # An unknown field, a cost above the limit, a variable of the wrong type: the same every time.
            # With data beside it, though, the query is sound and one of its parts failed.
            return UpstreamBroken() if isinstance(answer.get("data"), dict) else UpstreamRejected()


def _until_restored(figures: Mapping[str, float]) -> float:
    """Seconds until the leaky bucket holds what the query asked for."""
    try:
        missing = figures["requestedQueryCost"] - figures["currentlyAvailable"]
        wait = missing / figures["restoreRate"]
    except (KeyError, ZeroDivisionError):
        return THROTTLED_SECONDS
    return wait if wait > 0 and math.isfinite(wait) else THROTTLED_SECONDS


def _path(path: object) -> str:
    """An error's path without the positions; nothing that is not a field's name."""
    pieces = path if isinstance(path, list) else []
    return ".".join(piece for piece in pieces if isinstance(piece, str) and _FIELD.fullmatch(piece)) or "?"
