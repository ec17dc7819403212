"""The number of a parcel, as shops and sources write it. Pure, standard library only."""

from __future__ import annotations

import re

_FORM = re.compile(r"[A-Za-z0-9-]{4,50}")


def plain_number(value: object) -> str | None:
    """A number as sources are asked for it: as it is written, without spaces. None for what is none, such as
    a word that a shop wrote in its place, or what is no text at all."""
    plain = "".join(value.split()) if isinstance(value, str) else ""
    return plain if _FORM.fullmatch(plain) else None


def same_number(value: object) -> str:
    """What all ways to write a number share, to know it again; empty for what is no text."""
    return "".join(value.split()).upper() if isinstance(value, str) else ""
