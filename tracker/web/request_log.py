"""One log line for each request: what was asked, how it ended, what it took; nothing that was sent."""

from __future__ import annotations

import random
import time
from contextvars import ContextVar
from dataclasses import dataclass, field

import structlog
from flask import Flask, Response

from tracker.metrics import Metrics
from tracker.web.here import noted_here, request_here

log = structlog.get_logger()


def _new_id() -> str:
    # The system's own chance costs a call of the kernel; Python's is seeded anew in each process.
    return f"{random.getrandbits(64):016x}"


@dataclass(slots=True)
class Tally:
    """What a request has done so far, noted down by whoever does it."""

    started: float = field(default_factory=time.perf_counter)
    request_id: str = field(default_factory=_new_id)
    upstream_calls: int = 0
    cache: str | None = None
    code: str | None = None
    cause: str | None = None
    topic: str | None = None
    outcome: str | None = None


_tally: ContextVar[Tally | None] = ContextVar("tally", default=None)


def tally() -> Tally:
    """The tally of the request under way. Outside of one, a fresh one that nobody reads."""
    return _tally.get() or Tally()


def report(
    noted: Tally, metrics: Metrics, *, shop: str | None, method: str | None, route: str | None, status: int
) -> None:
    """The line and the counts of a request that is answered. `route` is the rule's own text, and None, like
    `method`, where there is none: what was sent instead is nobody's word."""
    seconds = time.perf_counter() - noted.started
    outcome = noted.outcome or noted.code or ("story" if noted.cache else "answered")
    metrics.request_answered(route or "none", status, outcome, noted.cache or "none", seconds)
    if noted.code:
        metrics.refused(noted.code, noted.cause or "none")
    log.info(
        "request",
        request_id=noted.request_id,
        shop=shop,
        method=method,
        route=route,
        status=status,
        code=noted.code,
        cause=noted.cause,
        cache=noted.cache,
        topic=noted.topic,
        outcome=outcome,
        upstream_calls=noted.upstream_calls,
        milliseconds=round(seconds * 1000, 1),
    )


def init_app(app: Flask, metrics: Metrics) -> None:
    """Log and count every request of `app`; an `X-Request-Id` of ours goes with each answer."""

    def begin() -> None:
        _tally.set(Tally())

    def end(response: Response) -> Response:
        noted, request = tally(), request_here()
        rule = request.url_rule
        response.headers.add("X-Request-Id", noted.request_id)
        report(
            noted,
            metrics,
            shop=noted_here().get("shop"),
            method=request.method if rule else None,
            route=rule.rule if rule else None,
            status=response.status_code,
        )
        return response

    app.before_request(begin)
    app.after_request(end)
