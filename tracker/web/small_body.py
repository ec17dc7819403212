"""The body of a request that is small, taken from the server in one go.

Werkzeug reads a body by way of two buffers of 64 KB, twice where the server says that its stream ends by
itself, which took longer than a kept answer's way to Redis.
"""

from __future__ import annotations

from flask import Request
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge


def read_small_body(request: Request, *, most_bytes: int) -> bytes:
    """The whole body, which nothing has read yet.

    Raises werkzeug's RequestEntityTooLarge for more than `most_bytes`, before any is read, and
    ClientDisconnected where less comes than Content-Length announced (RFC 9112, 6.2).
    """
    length = request.content_length
    if length is None:  # in chunks, or there is none: Werkzeug knows how to find its end, and counts
        return request.get_data(cache=False)
    if length > most_bytes:
        raise RequestEntityTooLarge
    try:
        body: bytes = request.environ["wsgi.input"].read(length)
    except (OSError, ValueError):
        raise ClientDisconnected from None
    if len(body) < length:
        raise ClientDisconnected
    return body
