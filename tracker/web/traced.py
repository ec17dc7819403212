"""A span for each request that Flask is asked, with the words of its log line. What Shopify did not sign is
refused before, and costs no span. Loaded only where traces are on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from flask import Flask, Response, g, request
from opentelemetry.trace import SpanKind, get_current_span

from tracker.traces import Traces, note
from tracker.web.tally import tally

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


def init_app(app: Flask, traces: Traces) -> None:
    """Trace the requests of `app`. To be called before `forged.init_app`, which stands in front."""
    behind: Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]] = app.wsgi_app

    def traced(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with traces.span("request", kind=SpanKind.SERVER):
            return behind(environ, start_response)

    def describe(response: Response) -> Response:
        noted, rule, span = tally(), request.url_rule, get_current_span()
        if rule is not None:
            span.update_name(f"{request.method} {rule.rule}")
        note(
            span,
            {
                "http.route": rule.rule if rule else None,
                "http.response.status_code": response.status_code,
                "tracker.request_id": noted.request_id,
                "tracker.shop": g.get("shop"),
                "tracker.code": noted.code,
                "tracker.cause": noted.cause,
                "tracker.cache": noted.cache,
                "tracker.topic": noted.topic,
                "tracker.outcome": noted.outcome,
                "tracker.upstream_calls": noted.upstream_calls,
            },
        )
        return response

    app.wsgi_app = traced  # type: ignore[method-assign] # as Flask's documentation has it
    app.after_request(describe)
