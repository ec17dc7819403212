"""Picking values out of the Admin API's JSON, as `tracker.shapes` does out of any. Pure."""

from __future__ import annotations

import re
from typing import Any

from tracker.shapes import mapping, mappings

URL_LENGTH = 2048

_WORD = re.compile(r"[A-Z_]{1,40}")


def nodes(connection: object) -> list[dict[str, Any]]:
    return mappings(mapping(connection).get("nodes"))


def identity(value: object) -> str | None:
    """The `id` of an object."""
    found = mapping(value).get("id")
    return found if isinstance(found, str) and found else None


def count(value: object) -> int:
    """A number of pieces, never negative."""
    return max(0, value) if isinstance(value, int) and not isinstance(value, bool) else 0


def word(value: object) -> str | None:
    """A word of the API's own (an enum value), so short and plain that it may be logged and counted."""
    return value if isinstance(value, str) and _WORD.fullmatch(value) else None


_TRUSTWORTHY = re.compile(r"https://.|http://127\.0\.0\.1(?::[0-9]+)?/")


def secure_url(value: object) -> str | None:
    """An address that begins with https and holds nothing that an address can't. This machine itself is as
    trustworthy without TLS (W3C, Secure Contexts, 3.1); only a pretend shop has its pictures there."""
    if not isinstance(value, str) or len(value) > URL_LENGTH:
        return None
    plain = value.isascii() and value.isprintable() and not set(value) & set(" \"'<>\\")
    return value if plain and _TRUSTWORTHY.match(value) else None
