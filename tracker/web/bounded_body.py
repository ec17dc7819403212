"""A request's body, taken from the server in one go, or refused where it is longer than its reader allows.

Werkzeug cuts a body in chunks at its limit and gives the part for the whole. And it reads by way of two
buffers of 64 KB, twice where the server says that its stream ends by itself, which took longer than a kept
answer's way to Redis.
"""

from __future__ import annotations

from flask import Request
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

MOST_DIGITS = 19


def read_bounded_body(request: Request, *, most_bytes: int) -> bytes:
    """The whole body, which nothing has read yet.

    Raises werkzeug's RequestEntityTooLarge for more than `most_bytes`, before any is read where its length is
    announced; and ClientDisconnected where its chunks are malformed, or less comes than Content-Length
    announced (RFC 9112, 6.2).
    """
    length = _announced(request)
    if length is not None and length > most_bytes:
        raise RequestEntityTooLarge
    try:
        if length is None:  # in chunks, which the server joins, or there is none
            return _read_to_the_end(request, most_bytes)
        body: bytes = request.environ["wsgi.input"].read(length)
    except (OSError, ValueError):
        raise ClientDisconnected from None
    if len(body) < length:
        raise ClientDisconnected
    return body


def _announced(request: Request) -> int | None:
    """How long the body is, None where its end shows as it comes. Werkzeug makes the header's name anew for
    each look at it, and nearly all bodies are of one kind."""
    environ = request.environ
    digits: str = environ.get("CONTENT_LENGTH", "")
    plain = digits.isascii() and digits.isdigit() and len(digits) < MOST_DIGITS
    return int(digits) if plain and "HTTP_TRANSFER_ENCODING" not in environ else request.content_length


def _read_to_the_end(request: Request, most_bytes: int) -> bytes:
    if not request.environ.get("wsgi.input_terminated"):
        return b""
    stream, body = request.environ["wsgi.input"], b""
    while part := stream.read(most_bytes + 1 - len(body)):
        body += part
    if len(body) > most_bytes:
        raise RequestEntityTooLarge
    return body
