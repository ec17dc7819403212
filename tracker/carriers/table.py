"""The table of carriers (`carriers.toml`), read into what a look-up needs of it.

What stands in a row for whoever corrects it (country, sources, reasons) stays in the file.
"""

from __future__ import annotations

import functools
import tomllib
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

FILE = "carriers.toml"
OPENING, CLOSING = "(", ")"


@dataclass(frozen=True, slots=True)
class Carrier:
    """A carrier by its proper name. `address` is of its page: where `{number}` or `{plain}` stands in it
    (without hyphens) it shows that number, else it asks for one; None where no such page is known.
    `{language}` is one of `languages`, of which the first is the carrier's own choice. `phone` and `help_url`
    are where it can be asked, None where that is not public."""

    key: str
    name: str
    address: str | None
    languages: tuple[str, ...]
    phone: str | None
    help_url: str | None


@dataclass(frozen=True, slots=True)
class Match:
    """A carrier, and the language that its name was written with, as in "Japan Post (JA)". Where the carrier
    has another name or page in that language, `carrier` has these."""

    carrier: Carrier
    language: str | None = None


@dataclass(frozen=True, slots=True)
class CarrierTable:
    """The carriers by every spelling of their names (see `spelling`), by host and by key."""

    by_spelling: Mapping[str, Match]
    by_host: Mapping[str, Carrier]
    by_key: Mapping[str, Carrier]

    def of_host(self, host: str) -> Carrier | None:
        """Whose host (lower case) this is, or one above it, and None for nobody's."""
        while host:
            if host in self.by_host:
                return self.by_host[host]
            host = host.partition(".")[2]
        return None


@functools.cache
def carrier_table() -> CarrierTable:
    """The table of the file beside this one. Reading TOML takes some 40 ms, so it is read once, and only when
    the first parcel is: a worker that gives kept answers alone has no use for it."""
    return read_table((files(__package__) / FILE).read_text(encoding="utf-8"))


def read_table(text: str) -> CarrierTable:
    """The rows of a TOML text. Raises tomllib.TOMLDecodeError, or KeyError where a row lacks what it must
    have; what else is wrong with a row is the tests' to find."""
    by_spelling: dict[str, Match] = {}
    by_host: dict[str, Carrier] = {}
    by_key: dict[str, Carrier] = {}
    for row in tomllib.loads(text)["carrier"]:
        carrier = _carrier(row)
        by_key[carrier.key] = carrier
        by_host.update(dict.fromkeys(row.get("hosts", ()), carrier))
        in_language = {language: _carrier(row | own) for language, own in row.get("in_language", {}).items()}
        for name in (*row["shopify"], *row.get("also", ())):
            language = _language_in(name, {*carrier.languages, *in_language})
            by_spelling[spelling(name)] = Match(in_language.get(language, carrier), language)
    return CarrierTable(by_spelling, by_host, by_key)


def _carrier(row: Mapping[str, Any]) -> Carrier:
    # A form goes first: in a language that has its own it stands beside the link of the others.
    address = row.get("form") or row.get("link")
    return Carrier(
        row["key"],
        row["name"],
        address,
        tuple(row.get("languages", ())),
        phone=row.get("phone"),
        help_url=row.get("help"),
    )


def _language_in(name: str, languages: Collection[str]) -> str | None:
    word = name.rpartition(OPENING)[2].removesuffix(CLOSING).lower()
    return word if name.endswith(CLOSING) and word in languages else None


@functools.lru_cache(maxsize=512)
def spelling(name: str) -> str:
    """One spelling of a name for comparing: letters and digits alone, without marks, case-folded (Unicode's
    compatibility form). "Fed-Ex" is "FedEx", and "Yurtici Kargo" is "Yurtiçi Kargo"."""
    if name.isascii():
        return "".join(filter(str.isalnum, name)).lower()
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(character for character in plain if character.isalnum())
