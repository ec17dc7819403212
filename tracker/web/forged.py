"""Below /proxy, what Shopify's app proxy did not sign is refused before Flask is asked for anything.

Anybody can send such requests, as many as they like; so one costs little more than reading it, and no
connection to Redis, no body, no route. What was signed goes on with its parameters, for `gate.py` to judge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Flask

from tracker.errors import InvalidSignature
from tracker.metrics import Metrics
from tracker.shopify.signature import Parameters, signed_parameters
from tracker.web.headers import DOCUMENTS
from tracker.web.problems import NOT_SIGNED, PROBLEM_JSON, PROXY_PATH
from tracker.web.request_log import report
from tracker.web.tally import Tally

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_SIGNED = "tracker.signed"
"""Where a WSGI environment has the parameters of a query whose signature holds; no caller can set it."""

_STATUS = f"{InvalidSignature.status} {HTTPStatus(InvalidSignature.status).phrase}"
_HEADERS = (("Content-Type", PROBLEM_JSON), ("Content-Length", str(len(NOT_SIGNED))), *DOCUMENTS)
_BELOW = PROXY_PATH + "/"


def parameters_of(environ: WSGIEnvironment) -> Parameters:
    """The parameters of a request that Shopify signed. Raises InvalidSignature where it came another way."""
    parameters: Parameters | None = environ.get(_SIGNED)
    if parameters is None:
        raise InvalidSignature("missing_signature")
    return parameters


def init_app(app: Flask, metrics: Metrics, *, secrets: Sequence[str]) -> None:
    """Stand in front of `app`, whose routes are all known by now. `secrets` are the app's client secrets."""
    behind: Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]] = app.wsgi_app
    routes = {rule.rule for rule in app.url_map.iter_rules() if not rule.arguments}

    def only_signed(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = "/" + environ["PATH_INFO"].lstrip("/")  # as Flask will read it
        if not path.startswith(_BELOW) and path != PROXY_PATH:
            return behind(environ, start_response)
        noted = Tally()
        try:
            query = environ.get("QUERY_STRING", "").encode("latin-1")
            environ[_SIGNED] = signed_parameters(query, secrets=secrets)
        except InvalidSignature as refusal:
            noted.code, noted.cause = refusal.code, refusal.cause
        else:
            return behind(environ, start_response)
        start_response(_STATUS, [*_HEADERS, ("X-Request-Id", noted.request_id)])
        known, method = path in routes, environ["REQUEST_METHOD"]
        report(
            noted,
            metrics,
            shop=None,
            method=method if known else None,
            route=path if known else None,
            status=InvalidSignature.status,
        )
        return () if method == "HEAD" else (NOT_SIGNED,)

    app.wsgi_app = only_signed  # type: ignore[method-assign] # as Flask's documentation has it
