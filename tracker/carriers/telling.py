"""What a shopper is told of a parcel's number: whose it is, in its proper writing, where it is shown, and
where its carrier can be asked.

Fills `ports.TellTracking` and `ports.CarrierOf`.
"""

from __future__ import annotations

import re

from tracker.carriers.numbers import proven_carrier
from tracker.carriers.table import CarrierTable, Match, carrier_table, spelling
from tracker.order import Tracking
from tracker.tracking_link import read_address
from tracker.tracking_number import undivided

NOBODY = frozenset({"", "other", "custom", "none", "na"})
"""Spellings of what shops write where a carrier should stand."""

# None of these characters means anything in an address (RFC 3986, unreserved): no encoding changes them.
_NUMBER = re.compile(r"[A-Za-z0-9-]{4,40}")
_LONGEST_NAME = 100


def tell_tracking(company: str | None, number: str | None, url: str | None) -> Tracking:
    """See ports.TellTracking.

    A name that we do not know is told as the shop writes it, unless the address or the number says whose
    parcel it is. The shop's own address goes before one that is made here; without TLS it is followed only to
    a carrier.
    """
    table = carrier_table()
    named = company if company is None or _spelling(company) not in NOBODY else None
    address = read_address(url) if url is not None else None
    host = address.host if address is not None else None
    match = which_carrier(table, company=named, host=host, number=number)
    if address is not None and (address.secure or table.of_host(address.host) is not None):
        link = url
    else:
        link = _link(match, number) if match is not None else None
    if match is None:
        return Tracking(named, number, link)
    carrier = match.carrier
    return Tracking(carrier.name, number, link, carrier.phone, carrier.help_url)


def carrier_of(tracking: Tracking) -> str | None:
    """See ports.CarrierOf."""
    address = read_address(tracking.url) if tracking.url is not None else None
    host = address.host if address is not None else None
    match = which_carrier(carrier_table(), company=tracking.carrier, host=host, number=tracking.number)
    return None if match is None else match.carrier.key


def which_carrier(
    table: CarrierTable, *, company: str | None, host: str | None, number: str | None
) -> Match | None:
    """Whose parcel it is: by the company's name; else by the host (lower case) that its address names; else
    by the number, where that proves one carrier alone. None where nothing says so for certain."""
    match = table.by_spelling.get(_spelling(company)) if company is not None else None
    if match is not None:
        return match
    carrier = table.of_host(host) if host is not None else None
    if carrier is None and number is not None:
        key = proven_carrier(number)
        carrier = table.by_key[key] if key is not None else None
    return Match(carrier) if carrier is not None else None


def _spelling(company: str) -> str:
    return spelling(company[:_LONGEST_NAME])


def _link(match: Match, number: str | None) -> str | None:
    address = match.carrier.address
    if address is None or number is None:
        return None
    told = undivided(number)
    plain = told.replace("-", "")
    if not _NUMBER.fullmatch(told) or not plain:
        return None
    language = match.language or next(iter(match.carrier.languages), "")
    return address.format(number=told, plain=plain, language=language)
