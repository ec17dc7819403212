"""A link to a carrier's tracking page that is safe to put before a shopper. Pure, standard library only."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

from tracker.carrier_links import HOSTS, TEMPLATES

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
_NUMBER = re.compile(r"[A-Za-z0-9-]{4,40}")


def safe_link(company: str | None, number: str | None, url: str | None) -> str | None:
    """The address that shows a parcel, or None, where the number alone is to be shown.

    `url` (as the shop tells it) is taken if it is a well-formed https address, or an http address of a known
    carrier. Else an address is made from `company` and `number`, if the company is a carrier whose public
    page is known. Nothing is concluded from the form of a number: too many numbers fit several carriers.
    """
    if url is not None and _is_safe(url):
        return url
    return _made(company, number)


def _is_safe(url: str) -> bool:
    if len(url) > MAX_LENGTH:
        return False
    parts = _URL.fullmatch(url)
    if parts is None:
        return False
    host = parts["host"].lower()
    port = parts["port"]
    if not _is_host(host) or (port is not None and not 0 < int(port) <= _MAX_PORT):
        return False
    return parts["scheme"].lower() == "https" or _is_carrier(host)


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


def _is_carrier(host: str) -> bool:
    labels = host.split(".")
    return any(".".join(labels[start:]) in HOSTS for start in range(len(labels)))


def _made(company: str | None, number: str | None) -> str | None:
    if company is None or number is None:
        return None
    template = _BY_COMPANY.get(_spelling(company))
    told = "".join(number.split())
    plain = told.replace("-", "")
    if template is None or not _NUMBER.fullmatch(told) or not plain:
        return None
    return template.format(number=quote(told, safe=""), plain=quote(plain, safe=""))


def _spelling(company: str) -> str:
    """One spelling for comparing: Unicode's compatibility form, case-folded, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", company).casefold().split())


_BY_COMPANY = {_spelling(company): template for company, template in TEMPLATES.items()}
