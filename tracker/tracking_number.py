"""The number of a parcel, as shops and sources write it. Pure, standard library only."""

from __future__ import annotations

import re

_FORM = re.compile(r"[A-Za-z0-9-]{4,50}")
_DOT_BETWEEN_DIGITS = re.compile(r"(?<=[0-9])\.(?=[0-9])")


def plain_number(value: object) -> str | None:
    """A number as sources are asked for it: as it is written, without what only divides it for the eye (see
    `undivided`). None for what is none, such as a word that a shop wrote in its place, or what is no text at
    all."""
    plain = undivided(value) if isinstance(value, str) else ""
    return plain if _FORM.fullmatch(plain) else None


def same_number(value: object) -> str:
    """What all ways to write a number share, to know it again; empty for what is no text."""
    return undivided(value).upper() if isinstance(value, str) else ""


def undivided(number: str) -> str:
    """Without spaces, and without dots between digits: Swiss Post prints 99.00.123456.12345678 for the
    eighteen digits of its barcode (https://www.post.ch/en/help-and-contact/receiving-mail). Hyphens stay,
    since some carriers' are part of the number."""
    whole = "".join(number.split())
    return _DOT_BETWEEN_DIGITS.sub("", whole) if "." in whole else whole
