"""Cutting a list into the pages of a connection."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLError


@dataclass(frozen=True)
class PageInfo:
    start_cursor: str | None
    end_cursor: str | None
    has_next_page: bool
    has_previous_page: bool


@dataclass(frozen=True)
class Edge:
    cursor: str
    node: Any


@dataclass(frozen=True)
class Page:
    """What a connection field resolves to."""

    nodes: Sequence[Any]
    edges: Sequence[Edge]
    page_info: PageInfo


def cursor_of(item: Any) -> str:
    """An opaque cursor; like Shopify's it names the item, so that a page goes on where it ended."""
    return base64.urlsafe_b64encode(json.dumps({"last_id": item.id}).encode()).decode()


def cut(items: Sequence[Any], arguments: Mapping[str, Any]) -> Page:
    """The page that `first`, `last`, `after`, `before` and `reverse` ask for.

    Raises GraphQLError for a cursor that was never handed out.
    """
    items = list(items)
    if arguments.get("reverse"):
        items.reverse()
    start = _position(items, arguments["after"]) + 1 if arguments.get("after") else 0
    end = _position(items, arguments["before"]) if arguments.get("before") else len(items)
    if (first := arguments.get("first")) is not None:
        end = min(end, start + first)
    if (last := arguments.get("last")) is not None:
        start = max(start, end - last)
    part = items[start:end]
    edges = [Edge(cursor_of(item), item) for item in part]
    return Page(
        part,
        edges,
        PageInfo(
            edges[0].cursor if edges else None,
            edges[-1].cursor if edges else None,
            has_next_page=end < len(items),
            has_previous_page=start > 0,
        ),
    )


def _position(items: Sequence[Any], cursor: str) -> int:
    try:
        wanted = json.loads(base64.urlsafe_b64decode(cursor))["last_id"]
        return next(index for index, item in enumerate(items) if item.id == wanted)
    except (binascii.Error, ValueError, KeyError, TypeError, StopIteration):
        raise GraphQLError("Invalid cursor for current pagination sort.") from None
