"""What a load balancer and an orchestrator ask."""

from __future__ import annotations

import json
from collections.abc import Callable

from flask import Blueprint, Response

from tracker.web.body import JSON

READY = {"ready", "upgraded", "none"}
"""States of the store in which shops are served; `none` is that of one own shop without a store."""


def health_blueprint(*, redis_answers: Callable[[], bool], store: Callable[[], str]) -> Blueprint:
    """`/healthz`: this process is alive; touches nothing. `/readyz`: 503 only where no look-up at all can be
    answered: where the store of shops is away, or its tables are not this code's. Redis down is no such case:
    it is 200, said, counted and alerted."""
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/healthz", provide_automatic_options=False)
    def alive() -> Response:
        return Response('{"status": "alive"}', mimetype=JSON)

    @blueprint.get("/readyz", provide_automatic_options=False)
    def ready() -> Response:
        kept = store()
        ready = kept in READY
        answer = {
            "status": "ready" if ready else "not_ready",
            "redis": "up" if redis_answers() else "down",
            "store": kept,
        }
        return Response(json.dumps(answer), status=200 if ready else 503, mimetype=JSON)

    return blueprint
