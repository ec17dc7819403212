"""The headers of every answer. A Liquid page becomes part of the shop's own page, so nothing that restricts
documents may stand on it: a policy there would fall on the whole shop."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

LIQUID = "application/liquid"
EVERY = (("X-Content-Type-Options", "nosniff"), ("Cache-Control", "no-store"))
DOCUMENTS = (
    *EVERY,
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Referrer-Policy", "no-referrer"),
)


def init_app(app: Flask) -> None:
    """Put the headers on every answer of `app` that has not chosen its own.

    They are put on as the answer begins: Werkzeug would look at each of them twice on its way there.
    """
    behind: Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]] = app.wsgi_app

    def with_headers(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Callable[[bytes], object]:
            chosen = {name.lower(): value for name, value in headers}
            liquid = chosen.get("content-type", "").startswith(LIQUID)
            due = [pair for pair in (EVERY if liquid else DOCUMENTS) if pair[0].lower() not in chosen]
            return start_response(status, headers + due, *error)

        return behind(environ, start)

    app.wsgi_app = with_headers  # type: ignore[method-assign] # as Flask's documentation has it
