"""Every refusal has a stable code and two faces: a problem document (RFC 9457) for programs, and for a form
post without JavaScript the same page with a kind sentence and the field marked. Nothing that was sent is in
either of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import structlog
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from tracker.errors import InvalidRequest, InvalidSignature, Refusal, UnprovenPush
from tracker.logs import exception_fields
from tracker.settings import ProxyErrorStatus
from tracker.web.body import JSON
from tracker.web.here import request_here
from tracker.web.request_log import tally

log = structlog.get_logger()

PROBLEM_JSON = "application/problem+json"
PROXY_PATH = "/proxy"
LOOKUP_BLUEPRINT = "lookup"

Page = Callable[[Refusal], str]
"""The page that tells a shopper of a refusal, as Liquid."""


class InternalError(Refusal):
    """Something nobody foresaw. The log has its places under the request's id."""

    code = "internal_error"
    status = 500
    title = "Something went wrong"
    detail = "The answer could not be made. Try again in a moment."


HTTP_CODES = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "content_too_large",
    415: "unsupported_media_type",
}


def wants_json() -> bool:
    """True where the caller names JSON above HTML; a browser's own form post names HTML alone."""
    if request_here().environ.get("HTTP_ACCEPT") == JSON:  # as the block and most programs say it
        return True
    named = dict(request.accept_mimetypes)
    return named.get(JSON, 0) > named.get("text/html", 0)


def init_app(app: Flask, *, page: Page, proxy_error_status: ProxyErrorStatus) -> None:
    """Answer every refusal, HTTP error and unforeseen exception of `app`."""

    def status_line(status: int) -> int:
        through_proxy = request.path == PROXY_PATH or request.path.startswith(PROXY_PATH + "/")
        if through_proxy and proxy_error_status is ProxyErrorStatus.ALWAYS_200:
            return 200
        return status

    def refuse(refusal: Refusal) -> Response:
        noted = tally()
        noted.code, noted.cause = refusal.code, refusal.cause
        if isinstance(refusal, InvalidSignature):
            # One plain 401 for every cause, and for whoever is not Shopify the status line is always true.
            document = UNPROVEN_PUSH if isinstance(refusal, UnprovenPush) else NOT_SIGNED
            return Response(document, status=refusal.status, mimetype=PROBLEM_JSON)
        if request.blueprint == LOOKUP_BLUEPRINT and not wants_json():
            response = Response(page(refusal), mimetype="application/liquid")
        else:
            errors = refusal.errors if isinstance(refusal, InvalidRequest) else None
            response = problem(refusal.status, refusal.code, refusal.title, refusal.detail, errors=errors)
        response.status_code = status_line(refusal.status)
        if refusal.retry_after is not None:
            response.headers["Retry-After"] = str(refusal.retry_after)
        return response

    def refuse_http(error: HTTPException) -> Response:
        status = error.code or 500
        tally().code = code = HTTP_CODES.get(status, "http_error")
        response = problem(status, code, error.name, "")
        if isinstance(error, MethodNotAllowed) and error.valid_methods:  # RFC 9110, 15.5.6
            response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
        response.status_code = status_line(status)
        return response

    def refuse_unforeseen(error: Exception) -> Response:
        log.error("unforeseen", request_id=tally().request_id, **exception_fields(error))
        return refuse(InternalError(type(error).__qualname__))

    app.register_error_handler(Refusal, refuse)
    app.register_error_handler(HTTPException, refuse_http)
    app.register_error_handler(Exception, refuse_unforeseen)


def problem(
    status: int, code: str, title: str, detail: str, *, errors: dict[str, list[str]] | None = None
) -> Response:
    """A problem document. `type` is about:blank, since `code` says which problem it is."""
    document = _document(status, code, title, detail, errors)
    return Response(document, status=status, mimetype=PROBLEM_JSON)


def _document(
    status: int, code: str, title: str, detail: str, errors: dict[str, list[str]] | None = None
) -> bytes:
    body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, "code": code}
    if detail:
        body["detail"] = detail
    if errors is not None:
        body["errors"] = errors
    return json.dumps(body).encode()


NOT_SIGNED, UNPROVEN_PUSH = (
    _document(refused.status, refused.code, refused.title, refused.detail)
    for refused in (InvalidSignature, UnprovenPush)
)
"""The one answer to whoever is not Shopify, and the one to who is no source of the shop's, ready: refusing
has to cost little."""
