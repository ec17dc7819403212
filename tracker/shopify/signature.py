"""Is this query string really signed by Shopify's app proxy, and for which shop? Pure, on bytes.

The algorithm is that of https://shopify.dev/docs/apps/build/online-store/app-proxies/authenticate-app-proxies.
It puts nothing between the pairs that it signs, so a signed string can be split anew into other pairs with
the same signature: `foo=Xshop=victim…` may be read as `foo=X` and `shop=victim…`. Therefore the strict gate
knows every name, wants each once, matches each value whole, and lets no value contain `=`; under these rules
a signed string has one reading only.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from urllib.parse import unquote_to_bytes

from tracker.errors import InvalidSignature

TOLERANCE = 90
"""Seconds that a timestamp may be away from now, either way: what Shopify's own libraries allow."""

_SIGNATURE = re.compile(rb"[0-9a-f]{64}")
_EXTRA_NAME = re.compile(r"[a-z][a-z_]{0,39}")
_EXTRA = (re.compile(rb"[^=]*"), "invalid_parameter")
_VALUES = {
    b"shop": (re.compile(rb"[a-z0-9][a-z0-9-]*\.myshopify\.com"), "invalid_shop"),
    b"logged_in_customer_id": (re.compile(rb"[0-9]{0,20}"), "invalid_customer"),
    b"path_prefix": (re.compile(rb"/(?:a|apps|community|tools)/[A-Za-z0-9_-]{1,30}"), "invalid_path_prefix"),
    b"timestamp": (re.compile(rb"[0-9]{1,12}"), "invalid_timestamp"),
}
_REQUIRED = frozenset({b"shop", b"path_prefix", b"timestamp"})

NAMES: frozenset[bytes] = frozenset({*_VALUES, b"signature"})
"""The names that Shopify adds to a query today."""

Parameters = dict[bytes, list[bytes]]
"""Names and their values in the order of the request, decoded, the signature left out."""


@dataclass(frozen=True, slots=True)
class ProxyRequest:
    """What a signed query proves. `logged_in_customer_id` is None for a visitor who is not signed in, and for
    a request of before July 2022, which did not name it; `timestamp` is in Unix seconds."""

    shop: str
    path_prefix: str
    logged_in_customer_id: str | None
    timestamp: int


def allowed_names(extra: Iterable[str]) -> frozenset[bytes]:
    """Shopify's own names and further ones that a strict query may carry, for `verify_app_proxy`.

    Raises ValueError for a name that is not of lower-case letters and `_`, or that begins or ends another
    one: Shopify's implementations sort such pairs differently, and the signed string would have two readings.
    """
    names = {*(name.decode("ascii") for name in NAMES), *extra}
    for name in names:
        if not _EXTRA_NAME.fullmatch(name):
            raise ValueError(f"not a parameter name of the app proxy: {name!r}")
        if others := [n for n in names if n != name and (n.startswith(name) or n.endswith(name))]:
            raise ValueError(f"{name!r} begins or ends {others[0]!r}")
    return frozenset(name.encode("ascii") for name in names)


def digest(query: bytes, secret: str) -> str:
    """The signature (64 lower-case hex digits) that `secret` gives to a raw query, its own one left out."""
    parameters = _parse(query)
    parameters.pop(b"signature", None)
    return _key(secret).digest(_signed_text(parameters)).hex()


def verify_app_proxy(
    query: bytes, *, secrets: Sequence[str], now: datetime, names: frozenset[bytes] = NAMES
) -> ProxyRequest:
    """The strict gate, for requests that reveal something.

    `query` is the raw query string as it came over the wire, `secrets` the app's client secrets (the current
    one, then the one before it, which Shopify may use for an hour after a rotation), `now` is aware, `names`
    comes from `allowed_names`. Raises InvalidSignature, whatever the bytes are; its `cause` is one of
    missing_signature, repeated_parameter, malformed_signature, signature_mismatch, unknown_parameter,
    missing_parameter, invalid_shop, invalid_customer, invalid_path_prefix, invalid_timestamp,
    invalid_parameter, stale_timestamp, future_timestamp.

    The signature comes first: `unknown_parameter` is then counted for signed requests alone. It says that
    Shopify has come to sign a name that the list lacks or that a visitor added one, not that somebody knocks.
    """
    return read_app_proxy(signed_parameters(query, secrets=secrets), now=now, names=names)


def read_app_proxy(parameters: Parameters, *, now: datetime, names: frozenset[bytes] = NAMES) -> ProxyRequest:
    """What `verify_app_proxy` says of parameters whose signature has been proven already."""
    if not names.issuperset(parameters):
        raise InvalidSignature("unknown_parameter")
    values = _values(parameters, names)
    timestamp = _fresh(values[b"timestamp"], now)
    return ProxyRequest(
        shop=values[b"shop"].decode("ascii"),
        path_prefix=values[b"path_prefix"].decode("ascii"),
        logged_in_customer_id=values.get(b"logged_in_customer_id", b"").decode("ascii") or None,
        timestamp=timestamp,
    )


def verify_page(query: bytes, *, secrets: Sequence[str], now: datetime) -> str:
    """The lenient gate, for a page that reveals nothing of a shop or a person: gives the path prefix alone.

    Links in mails and advertisements add names of their own (`utm_source`), so unknown ones are passed over
    once the signature over the whole query holds. The shop is not given, since a query with free values has
    more than one reading. Arguments and causes are those of `verify_app_proxy`, without unknown_parameter
    and invalid_parameter.
    """
    return read_page(signed_parameters(query, secrets=secrets), now=now)


def read_page(parameters: Parameters, *, now: datetime) -> str:
    """What `verify_page` says of parameters whose signature has been proven already."""
    values = _values(parameters, NAMES)
    _fresh(values[b"timestamp"], now)
    return values[b"path_prefix"].decode("ascii")


class _Key:
    """HMAC-SHA256 by one secret. That is hashed in once, as RFC 2104 advises in its section 4; the library
    looks the algorithm up and hashes the secret in for each text, which takes three times as long."""

    _BLOCK_BYTES = 64
    _INNER, _OUTER = (bytes(byte ^ pad for byte in range(256)) for pad in (0x36, 0x5C))

    def __init__(self, secret: str) -> None:
        key = secret.encode()
        if len(key) > self._BLOCK_BYTES:
            key = sha256(key).digest()
        key = key.ljust(self._BLOCK_BYTES, b"\0")
        self._inner = sha256(key.translate(self._INNER))
        self._outer = sha256(key.translate(self._OUTER))

    def digest(self, text: bytes) -> bytes:
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(text)
        outer.update(inner.digest())
        return outer.digest()


_key = lru_cache(maxsize=8)(_Key)


def _parse(query: bytes) -> Parameters:
    """Raw query to decoded names, each with its decoded values in the order of the request.

    Bytes, not text: what is not UTF-8 must reach the digest as it was. A name without `=` has an empty value.
    """
    parameters: Parameters = {}
    for piece in query.replace(b"+", b" ").split(b"&"):
        if not piece:
            continue
        name, _, value = piece.partition(b"=")
        if b"%" in piece:
            name, value = unquote_to_bytes(name), unquote_to_bytes(value)
        if name in parameters:
            parameters[name].append(value)
        else:
            parameters[name] = [value]
    return parameters


def _signed_text(parameters: Parameters) -> bytes:
    return b"".join(sorted([name + b"=" + b",".join(values) for name, values in parameters.items()]))


def signed_parameters(query: bytes, *, secrets: Sequence[str]) -> Parameters:
    """The parameters of a raw query whose signature holds. They prove nothing yet: how often each may stand
    there, what it may look like and how old it may be is for `read_app_proxy` and `read_page` to say.

    Raises InvalidSignature: missing_signature, repeated_parameter, malformed_signature, signature_mismatch.
    """
    parameters = _parse(query)
    signatures = parameters.pop(b"signature", None)
    if signatures is None:
        raise InvalidSignature("missing_signature")
    if len(signatures) > 1:
        raise InvalidSignature("repeated_parameter")
    if not _SIGNATURE.fullmatch(signatures[0]):
        raise InvalidSignature("malformed_signature")
    presented = bytes.fromhex(signatures[0].decode("ascii"))
    text = _signed_text(parameters)
    # No early end: the time taken does not tell which of the secrets signed.
    matches = False
    for secret in secrets:
        matches |= hmac.compare_digest(_key(secret).digest(text), presented)
    if not matches:
        raise InvalidSignature("signature_mismatch")
    return parameters


def _values(parameters: Parameters, names: frozenset[bytes]) -> dict[bytes, bytes]:
    """The one value of each parameter among `names`, matched whole."""
    values = {}
    for name, given in parameters.items():
        if name in names:
            if len(given) > 1:
                raise InvalidSignature("repeated_parameter")
            pattern, cause = _VALUES.get(name, _EXTRA)
            if not pattern.fullmatch(given[0]):
                raise InvalidSignature(cause)
            values[name] = given[0]
    if not values.keys() >= _REQUIRED:
        raise InvalidSignature("missing_parameter")
    return values


def _fresh(timestamp: bytes, now: datetime) -> int:
    signed_at = int(timestamp)
    age = int(now.timestamp()) - signed_at
    if age > TOLERANCE:
        raise InvalidSignature("stale_timestamp")
    if age < -TOLERANCE:
        raise InvalidSignature("future_timestamp")
    return signed_at
