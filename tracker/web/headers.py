"""The headers of every answer. A Liquid page becomes part of the shop's own page, so nothing that restricts
documents may stand on it: a policy there would fall on the whole shop."""

from __future__ import annotations

from flask import Flask, Response

LIQUID = "application/liquid"


def init_app(app: Flask) -> None:
    """Put the headers on every answer of `app` that has not chosen its own."""

    def add(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Cache-Control", "no-store")
        if response.mimetype != LIQUID:
            headers.setdefault("Content-Security-Policy", "default-src 'none'")
            headers.setdefault("Referrer-Policy", "no-referrer")
        return response

    app.after_request(add)
