"""Which addresses are safe to put before a shopper. Pure, standard library only."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tracker.order import Tracking

MAX_LENGTH = 2000
_MAX_HOST = 253
_MAX_PORT = 65535

# RFC 3986: scheme, authority, and after it only characters that need no escaping, whole percent-escapes, and
# one fragment. An authority with a user, an IP address or a bracket has no place in a carrier's address.
_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9.-]+)(?::(?P<port>[0-9]{1,5}))?"
    r"(?:/(?:[a-z0-9\-._~!$&'()*+,;=:@/]|%[0-9a-f]{2})*)?"
    r"(?:\?(?:[a-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9a-f]{2})*)?"
    r"(?:\#(?:[a-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9a-f]{2})*)?",
    re.IGNORECASE | re.ASCII,
)
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_TOP_LABEL = re.compile(r"[a-z]{2,63}|xn--[a-z0-9-]*[a-z0-9]")


@dataclass(frozen=True, slots=True)
class Address:
    """What an address leads to: its host in lower case, and whether it is https."""

    host: str
    secure: bool


def read_address(url: str) -> Address | None:
    """A well-formed http or https address, None for anything else, which is never to be followed."""
    if len(url) > MAX_LENGTH:
        return None
    parts = _URL.fullmatch(url)
    if parts is None:
        return None
    host, port = parts["host"].lower(), parts["port"]
    if not _is_host(host) or (port is not None and not 0 < int(port) <= _MAX_PORT):
        return None
    return Address(host, secure=parts["scheme"].lower() == "https")


def as_told(company: str | None, number: str | None, url: str | None) -> Tracking:
    """ports.TellTracking that knows no carrier: all is told as the shop tells it, an address only if it is
    https."""
    address = read_address(url) if url is not None else None
    return Tracking(company, number, url if address is not None and address.secure else None)


def _is_host(host: str) -> bool:
    """A public DNS name (RFC 1035, RFC 5890) in its ASCII form, whose every encoded label can be decoded."""
    labels = host.split(".")
    top = labels[-1]
    if len(host) > _MAX_HOST or len(labels) == 1 or not _TOP_LABEL.fullmatch(top):
        return False
    return all(_LABEL.fullmatch(label) and _is_decodable(label) for label in labels)


def _is_decodable(label: str) -> bool:
    if not label.startswith("xn--"):
        return True
    try:
        return label.encode("ascii").decode("idna").encode("idna").decode("ascii") == label
    except UnicodeError:
        return False
