"""What shoppers send, as Shopify's app proxy would pass it on: signed just now, ready for a socket."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from urllib.parse import urlencode

from tests.bench.upstream import EMAIL, KNOWN, UNKNOWN, WITHOUT_EMAIL
from tracker.shopify.signature import digest

SHOP = "bench-shop.myshopify.com"
SECRET = "the-secret-of-the-bench"
_serial = itertools.count(1)


def look_up(number: str, email: str, *, address: str = "203.0.113.7", secret: str = SECRET) -> bytes:
    """A look-up of the block, from this client address; another secret makes it a forged one."""
    body = urlencode({"order": number, "email": email}).encode()
    query = urlencode(
        {
            "shop": SHOP,
            "logged_in_customer_id": "",
            "path_prefix": "/apps/track-order",
            "timestamp": int(time.time()),
        }
    ).encode()
    head = (
        f"POST /proxy/lookup?{query.decode()}&signature={digest(query, secret)} HTTP/1.1\r\n"
        f"Host: tracker.example\r\nAccept: application/json\r\nX-Forwarded-For: {address}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def known(number: int) -> tuple[str, str]:
    """Number and e-mail of an order that the pretend shop has; the same for the same `number`."""
    return f"{KNOWN}{number:08d}", EMAIL


def warm(orders: int = 50) -> list[bytes]:
    """The same orders each time, from a client each."""
    return [look_up(*known(number), address=_address(number)) for number in range(orders)]


def forged(requests: int = 50) -> list[bytes]:
    """Look-ups with a well-formed signature that does not hold."""
    return [
        look_up(*known(number), address=_address(number), secret="of somebody else") for number in range(requests)
    ]


def plain(path: str) -> bytes:
    """A GET."""
    return f"GET {path} HTTP/1.1\r\nHost: tracker.example\r\nAccept: application/json\r\n\r\n".encode()


def cold() -> Iterator[bytes]:
    """Orders that nobody has asked for yet, without end."""
    while True:
        serial = next(_serial)
        yield look_up(f"{KNOWN}{serial:07d}x", EMAIL, address=_address(serial))


def unknown_number() -> Iterator[bytes]:
    """Numbers that the shop does not have."""
    return _misses(UNKNOWN, "shopper")


def wrong_email() -> Iterator[bytes]:
    """Numbers that it has, with somebody else's e-mail."""
    return _misses(KNOWN, "stranger")


def without_email() -> Iterator[bytes]:
    """Numbers of orders that were placed without an e-mail."""
    return _misses(WITHOUT_EMAIL, "shopper")


def _misses(kind: str, who: str) -> Iterator[bytes]:
    while True:
        serial = next(_serial)
        yield look_up(f"{kind}{serial:07d}x", f"{who}-{serial:07d}@example.com", address=_address(serial))


def _address(serial: int) -> str:
    return f"10.{serial >> 16 & 255}.{serial >> 8 & 255}.{serial & 255}"
