"""What shoppers send, as Shopify's app proxy would pass it on: signed just now, ready for a socket."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Iterator
from urllib.parse import urlencode

from tests.bench.upstream import EMAIL, KNOWN, UNKNOWN, WITHOUT_EMAIL
from tracker.shopify.signature import digest

SHOP = "bench-shop.myshopify.com"
SECRET = "the-secret-of-the-bench"
FORM = "application/x-www-form-urlencoded"
_serial = itertools.count(1000)  # below are those that are kept


def signed_query(secret: str = SECRET, shop: str = SHOP) -> str:
    """The query string of a request at this moment."""
    query = urlencode(
        {
            "shop": shop,
            "logged_in_customer_id": "",
            "path_prefix": "/apps/track-order",
            "timestamp": int(time.time()),
        }
    )
    return f"{query}&signature={digest(query.encode(), secret)}"


def form(number: str, email: str) -> bytes:
    """What the block's form posts."""
    return urlencode({"order": number, "email": email}).encode()


def look_up(
    number: str, email: str, *, address: str = "203.0.113.7", secret: str = SECRET, shop: str = SHOP
) -> bytes:
    """A look-up of the block, from this client address; another secret makes it a forged one."""
    head = f"Accept: application/json\r\nX-Forwarded-For: {address}\r\nContent-Type: {FORM}\r\n"
    return _post(f"/proxy/lookup?{signed_query(secret, shop)}", head, form(number, email))


def known(number: int) -> tuple[str, str]:
    """Number and e-mail of an order that the pretend shop has; the same for the same `number`."""
    return f"{KNOWN}{number:08d}", EMAIL


def warm(orders: int = 50) -> list[bytes]:
    """The same orders each time, from a client each."""
    return [look_up(*known(number), address=_address(number)) for number in range(orders)]


def forged(requests: int = 50) -> list[bytes]:
    """Look-ups with a well-formed signature that does not hold."""
    return [
        look_up(*known(number), address=_address(number), secret="of somebody else")
        for number in range(requests)
    ]


def to_yardstick(path: str) -> list[bytes]:
    """The very same requests, signature and form included, for a route that looks at none of it."""
    return [request.replace(b"/proxy/lookup", path.encode(), 1) for request in warm()]


def cold() -> Iterator[bytes]:
    """Orders that nobody has asked for yet, without end."""
    while True:
        serial = next(_serial)
        yield look_up(f"{KNOWN}{serial:08d}", EMAIL, address=_address(serial))


def unknown_number() -> Iterator[bytes]:
    """Numbers that the shop does not have."""
    return _misses(UNKNOWN, "shopper")


def wrong_email() -> Iterator[bytes]:
    """Numbers that it has, with somebody else's e-mail."""
    return _misses(KNOWN, "stranger")


def without_email() -> Iterator[bytes]:
    """Numbers of orders that were placed without an e-mail."""
    return _misses(WITHOUT_EMAIL, "shopper")


def upstream_calls() -> Iterator[bytes]:
    """What a look-up asks the shop, find and read by turns, without a look-up around it."""
    while True:
        number = f"{KNOWN}{next(_serial):08d}"
        for variables in ({"query": number}, {"id": f"gid://shopify/Order/{number}"}):
            yield _post("/", "", json.dumps({"variables": variables}).encode())


def _post(target: str, head: str, body: bytes) -> bytes:
    first = f"POST {target} HTTP/1.1\r\nHost: tracker.example\r\n{head}Content-Length: {len(body)}\r\n\r\n"
    return first.encode() + body


def _misses(kind: str, who: str) -> Iterator[bytes]:
    while True:
        serial = next(_serial)
        yield look_up(f"{kind}{serial:08d}", f"{who}-{serial}@example.com", address=_address(serial))


def _address(serial: int) -> str:
    return f"10.{serial >> 16 & 255}.{serial >> 8 & 255}.{serial & 255}"
