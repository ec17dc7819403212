"""Picking values out of JSON that may have any shape: what is not there, or not what it should be, is None or
empty, and nothing here raises. Pure."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from typing import Any

TITLE_LENGTH = 255
MESSAGE_LENGTH = 500

# Marks that turn the direction of what follows: text of a carrier could pass for text of the page.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def mappings(value: object) -> list[dict[str, Any]]:
    """The objects of a list, whatever else is in it left out."""
    return [piece for piece in value if isinstance(piece, dict)] if isinstance(value, list) else []


def text(value: object, length: int) -> str | None:
    """One line of at most `length` characters, without control characters; None where nothing is left."""
    if not isinstance(value, str):
        return None
    if value.isascii() and value.isprintable():  # most of all texts, and a tenth of the work
        return " ".join(value[: 4 * length].split())[:length].strip() or None
    kept = (
        " " if character.isspace() else character
        for character in value[: 4 * length]
        if character.isspace()
        or (character not in _TURNING and unicodedata.category(character)[0] != "C")
        # Joiners are what some scripts and emoji are written with.
        or character in "\u200c\u200d"
    )
    return " ".join("".join(kept).split())[:length].strip() or None


def time(value: object) -> datetime | None:
    """An ISO 8601 time with an offset, in UTC."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
