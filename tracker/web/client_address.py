"""Which client does a request come from, when proxies stand between? Pure."""

from __future__ import annotations

import ipaddress
from socket import AF_INET, inet_pton

UNKNOWN = "unknown"
"""The one bucket of everybody whose address cannot be told."""


def client_address(forwarded_for: str | None, *, trusted_proxies: int) -> tuple[str, bool]:
    """The client's address as a bucket for limits, and whether the header was shorter than it should be.

    `forwarded_for` is the whole X-Forwarded-For. Each of our `trusted_proxies` appended one entry and
    Shopify's app proxy one before them, so the client is that many plus one from the right, whatever a
    client wrote further left. An IPv6 address counts by its /64, the smallest network a customer is given
    (RFC 6177). Unparsable or missing: the one shared bucket.
    """
    entries = [entry.strip() for entry in forwarded_for.split(",")] if forwarded_for else []
    if not entries:
        return UNKNOWN, True
    short = len(entries) <= trusted_proxies
    return _bucket(entries[0] if short else entries[-1 - trusted_proxies], prefix=64), short


def network(address: str) -> str:
    """The neighbourhood of a bucket given by `client_address`, for counting guesses: /24 of IPv4, /48 of
    IPv6, since changing the last digits of an address is cheap."""
    if "/" in address:
        return str(ipaddress.ip_network(address).supernet(new_prefix=48))
    if address == UNKNOWN:
        return UNKNOWN
    return f"{address.rpartition('.')[0]}.0/24"


def _bucket(text: str, *, prefix: int) -> str:
    try:
        inet_pton(AF_INET, text)
    except (OSError, ValueError):  # not of IPv4, of which there is one way to write it, as most are
        return _other_bucket(text, prefix=prefix)
    return text


def _other_bucket(text: str, *, prefix: int) -> str:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return UNKNOWN
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((int(address), prefix), strict=False))
    return str(address)
