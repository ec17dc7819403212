"""Text of other people, made safe to put before a shopper. Pure, standard library only."""

from __future__ import annotations

import unicodedata

# Marks that turn the direction of what follows: text of a carrier could pass for text of the page.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def one_line(text: str, length: int) -> str | None:
    """One line of at most `length` characters, without control characters; None where nothing is left."""
    if len(text) <= length and text.isprintable():  # so are most, and looking at each character takes long
        return " ".join(text.split()) or None
    kept = (
        " " if character.isspace() else character
        for character in text[: 4 * length]
        if character.isspace()
        or (character not in _TURNING and unicodedata.category(character)[0] != "C")
        # Joiners are what some scripts and emoji are written with.
        or character in "\u200c\u200d"
    )
    return " ".join("".join(kept).split())[:length].strip() or None
