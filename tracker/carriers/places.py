"""Places in one spelling, whichever way a source writes them. Pure.

Countries come by CLDR's tables, which Babel carries.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.core import get_global

from tracker.carriers.plain import plain

PLACE_LENGTH = 100

_CODE = re.compile(r"[A-Za-z]{2,3}")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_ONE_CLOCK = {"CN": "Asia/Shanghai"}
"""Countries with one time by law, which their carriers write, whatever else is in use."""

_NOWHERE = "ZZ"
"""CLDR's "unknown region"."""

_SHORT = 3
"""So few capitals are a code ("CA", "NSW"), not a name that is shouted."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something happened. `country` is ISO 3166-1 alpha-2."""

    city: str | None = None
    province: str | None = None
    country: str | None = None


def read_place(city: object, province: object, country: object) -> Place:
    """A place from values of any shape; what can't be read of it is None."""
    return Place(_name(city), _name(province), read_country(country))


def read_country(value: object) -> str | None:
    """The alpha-2 code in capitals of an alpha-2 or alpha-3 one, None for anything else."""
    if not isinstance(value, str) or not _CODE.fullmatch(value):
        return None
    return _country(value.upper())


@functools.lru_cache(maxsize=512)
def _country(code: str) -> str | None:
    zones: Mapping[str, list[str]] = get_global("territory_zones")
    aliases: Mapping[str, list[str]] = get_global("territory_aliases")
    meant = [code] if code in zones else aliases.get(code, [])
    return meant[0] if len(meant) == 1 and meant[0] in zones.keys() - {_NOWHERE} else None


def zone_of(country: str, local: datetime) -> tzinfo | None:
    """A zone by which a clock of this country (alpha-2) showed this local time (naive), None where its
    clocks differ at that time."""
    zones = _zones(country)
    return zones[0] if len({zone.utcoffset(local) for zone in zones}) == 1 else None


@functools.lru_cache(maxsize=256)
def _zones(country: str) -> tuple[tzinfo, ...]:
    everywhere: list[str] = get_global("territory_zones").get(country, [])
    names = [_ONE_CLOCK[country]] if country in _ONE_CLOCK else everywhere
    try:
        return tuple(ZoneInfo(name) for name in names)
    except ZoneInfoNotFoundError:  # no such data on this machine, or an older one
        return ()


def _name(value: object) -> str | None:
    name = plain(value, PLACE_LENGTH)
    return None if name is None else _spelled(name)


@functools.lru_cache(maxsize=2048)
def _spelled(name: str) -> str:
    """A name that is all capitals gets them at the beginning of its words alone; others stay. Where a whole
    place is written in one ("CHICAGO, IL"), each of its parts is such a name."""
    if not name.isupper():
        return name
    return ",".join(
        part if len(part.strip()) <= _SHORT else _WORD.sub(lambda match: _capitalised(match[0]), part)
        for part in name.split(",")
    )


def _capitalised(word: str) -> str:
    """ "O'FALLON" is O'Fallon, but the s of "JOHN'S" is no name. The first letter stays as it is, since some
    have no other form of one letter."""
    pieces = re.split(r"(['’])", word)
    return "".join(
        piece[:1] + piece[1:].lower() if index == 0 or len(piece) > 1 else piece.lower()
        for index, piece in enumerate(pieces)
    )
