"""Failing on purpose, in the ways an HTTP service really fails."""

from __future__ import annotations

import os
import socket
import struct
import threading
import time

from flask import Response, request

from tracker.demo.state import Shop

HANG_SECONDS = 60.0
"""After this long even a hanging request ends, so that no test leaves a thread behind."""

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
    if fault == "5xx":
        return Response('{"errors":"Service Unavailable"}', 503, mimetype="application/json")
    if fault == "429":
        return Response(
            '{"errors":"Exceeded rate limit"}', 429, {"Retry-After": "2.0"}, mimetype="application/json"
        )
    if fault == "half_json":
        return Response(
            '{"data":{"orders":{"nodes":[{"id":"gid://shopify/Or', 200, mimetype="application/json"
        )
    return Response(_HTML, 502, mimetype="text/html")


def reset() -> Response:
    """Close the connection with a TCP reset, and give up the answer where the server would write it."""
    connection: socket.socket | None = request.environ.get("werkzeug.socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # close() would wait for the server's own file objects, which go on with a socket that is at its end.
        ended, other = socket.socketpair()
        with ended, other:
            os.dup2(ended.fileno(), connection.fileno())
    return Response(iter(_gone, b""))


def _gone() -> bytes:
    raise ConnectionResetError
