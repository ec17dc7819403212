"""Failing on purpose, in the ways an HTTP service really fails."""

from __future__ import annotations

import os
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import cycle, repeat

from flask import Response, request

from tracker.demo.state import Shop

HANG_SECONDS = 60.0
"""After this long even a hanging request ends, so that no test leaves a thread behind."""

_WRONG = cycle(
    (
        "[]",
        '"fine"',
        '{"data":null}',
        '{"data":{"orders":"none","order":[]}}',
        '{"data":{"orders":{"nodes":[{"id":7,"name":null,"email":{}}]},"order":{"id":true}}}',
        '{"errors":"a word in place of a list"}',
    )
)
_HUGE_PIECES, _HUGE_PIECE = 1024, b'"' + b"x" * 65_533 + b'",'

_HTML = "<!DOCTYPE html><html><title>502 Bad Gateway</title><body><h1>502 Bad Gateway</h1></body></html>"


def fail(shop: Shop) -> Response | None:
    """Delay as told, then the answer of the fault that is switched on; None where the request may go on.

    THROTTLED is left to the Admin API, which words it. Call without holding the lock.
    """
    with shop.lock:
        delay = shop.control.delay_ms
        fault = shop.control.due_fault()
        released = shop.released
    if delay > 0:
        time.sleep(delay / 1000)
    if fault == "throttled":
        request.environ["demo.throttled"] = True
        return None
    return answer_of(fault, released) if fault is not None else None


def answer_of(fault: str, released: threading.Event) -> Response:
    """The answer of a fault that has one. Hanging ends when `released` is set."""
    if fault == "hang":
        released.wait(HANG_SECONDS)
    if fault in {"hang", "reset"}:
        return reset()
    if fault == "html":
        return Response(_HTML, 502, mimetype="text/html")
    body, status, headers = _JSON[fault]()
    return Response(body, status, headers, mimetype="application/json")


def _connection() -> socket.socket | None:
    """To whoever asks; None where no server is in between."""
    connection: socket.socket | None = request.environ.get("werkzeug.socket")
    return connection


def _half(connection: socket.socket | None) -> Iterator[bytes]:
    yield b'{"data":{"orders"'
    if connection is not None:
        connection.shutdown(socket.SHUT_RDWR)


def _huge() -> Iterator[bytes]:
    yield b'{"data":{"orders":{"nodes":['
    yield from repeat(_HUGE_PIECE, _HUGE_PIECES)
    yield b'""]}}}'


_JSON: dict[str, Callable[[], tuple[str | Iterable[bytes], int, dict[str, str]]]] = {
    "5xx": lambda: ('{"errors":"Service Unavailable"}', 503, {}),
    "429": lambda: ('{"errors":"Exceeded rate limit"}', 429, {"Retry-After": "2.0"}),
    "half_body": lambda: (_half(_connection()), 200, {"Content-Length": "4000"}),
    "half_json": lambda: ('{"data":{"orders":{"nodes":[{"id":"gid://shopify/Or', 200, {}),
    "wrong_json": lambda: (next(_WRONG), 200, {}),
    "huge_json": lambda: (_huge(), 200, {}),
}
"""Body, status and headers of what claims to be JSON, by fault."""


def reset() -> Response:
    """Close the connection with a TCP reset, and give up the answer where the server would write it."""
    connection = _connection()
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # close() would wait for the server's own file objects, which go on with a socket that is at its end.
        ended, other = socket.socketpair()
        with ended, other:
            os.dup2(ended.fileno(), connection.fileno())
    return Response(iter(_gone, b""))


def _gone() -> bytes:
    raise ConnectionResetError
