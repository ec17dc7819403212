"""The headers of every answer. A Liquid page becomes part of the shop's own page, so nothing that restricts
documents may stand on it: a policy there would fall on the whole shop."""

from __future__ import annotations

from flask import Flask, Response

LIQUID = "application/liquid"
EVERY = (("X-Content-Type-Options", "nosniff"), ("Cache-Control", "no-store"))
DOCUMENTS = (
    *EVERY,
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Referrer-Policy", "no-referrer"),
)


def init_app(app: Flask) -> None:
    """Put the headers on every answer of `app` that has not chosen its own."""

    def add(response: Response) -> Response:
        headers = response.headers
        chosen = {name.lower() for name, _ in headers}
        for name, value in EVERY if response.mimetype == LIQUID else DOCUMENTS:
            if name.lower() not in chosen:
                headers.add(name, value)
        return response

    app.after_request(add)
