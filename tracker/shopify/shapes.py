"""Picking values out of JSON that may have any shape: what is not there, or not what it should be, is None or
empty, and nothing here raises. Pure."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from typing import Any

TITLE_LENGTH = 255
MESSAGE_LENGTH = 500
URL_LENGTH = 2048

# Marks that turn the direction of what follows: text of a carrier could pass for text of the page.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_WORD = re.compile(r"[A-Z_]{1,40}")


def mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def mappings(value: object) -> list[dict[str, Any]]:
    """The objects of a list, whatever else is in it left out."""
    return [piece for piece in value if isinstance(piece, dict)] if isinstance(value, list) else []


def nodes(connection: object) -> list[dict[str, Any]]:
    return mappings(mapping(connection).get("nodes"))


def identity(value: object) -> str | None:
    """The `id` of an object."""
    found = mapping(value).get("id")
    return found if isinstance(found, str) and found else None


def count(value: object) -> int:
    """A number of pieces, never negative."""
    return max(0, value) if isinstance(value, int) and not isinstance(value, bool) else 0


def text(value: object, length: int) -> str | None:
    """One line of at most `length` characters, without control characters; None where nothing is left."""
    if not isinstance(value, str):
        return None
    kept = (
        " " if character.isspace() else character
        for character in value[: 4 * length]
        if character.isspace()
        or (character not in _TURNING and unicodedata.category(character)[0] != "C")
        # Joiners are what some scripts and emoji are written with.
        or character in "\u200c\u200d"
    )
    return " ".join("".join(kept).split())[:length].strip() or None


def word(value: object) -> str | None:
    """A word of the API's own (an enum value), so short and plain that it may be logged and counted."""
    return value if isinstance(value, str) and _WORD.fullmatch(value) else None


def time(value: object) -> datetime | None:
    """An ISO 8601 time with an offset, in UTC."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


_TRUSTWORTHY = re.compile(r"https://.|http://127\.0\.0\.1(?::[0-9]+)?/")


def secure_url(value: object) -> str | None:
    """An address that begins with https and holds nothing that an address can't. This machine itself is as
    trustworthy without TLS (W3C, Secure Contexts, 3.1); only a pretend shop has its pictures there."""
    if not isinstance(value, str) or len(value) > URL_LENGTH:
        return None
    plain = value.isascii() and value.isprintable() and not set(value) & set(" \"'<>\\")
    return value if plain and _TRUSTWORTHY.match(value) else None
