"""What every answer of the Admin API may look at, and how a global id is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLError

from tracker.demo.state import Shop


@dataclass
class Asking:
    """One request: the shop, the origin it was reached at (for links), and what the query reached so far."""

    shop: Shop
    origin: str
    reached: dict[tuple[str, ...], int] = field(default_factory=dict)
    warnings: list[dict[str, Any]] = field(default_factory=list)


Answer = Callable[[Any, Asking, Mapping[str, Any]], Any]
"""Source, request and arguments → the field's value."""


def number_of(gid: str, kind: str) -> int:
    """The number in a global id of this kind. Raises GraphQLError for anything else."""
    match = re.fullmatch(rf"gid://shopify/{kind}/(\d+)", gid)
    if match is None:
        raise GraphQLError(f"Invalid global id '{gid}'", extensions={"code": "RESOURCE_NOT_FOUND"})
    return int(match[1])
