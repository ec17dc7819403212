"""What a load balancer and an orchestrator ask."""

from __future__ import annotations

import json
from collections.abc import Callable

from flask import Blueprint, Response

from tracker.web.body import JSON


def health_blueprint(*, redis_answers: Callable[[], bool], tokens_ready: Callable[[], bool]) -> Blueprint:
    """`/healthz`: this process is alive; touches nothing. `/readyz`: 503 only where no look-up at all can be
    answered. Redis down is not such a case: it is 200, said, counted and alerted."""
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/healthz", provide_automatic_options=False)
    def alive() -> Response:
        return Response('{"status": "alive"}', mimetype=JSON)

    @blueprint.get("/readyz", provide_automatic_options=False)
    def ready() -> Response:
        tokens = tokens_ready()
        answer = {
            "status": "ready" if tokens else "not_ready",
            "redis": "up" if redis_answers() else "down",
            "tokens": "ready" if tokens else "none",
        }
        return Response(json.dumps(answer), status=200 if tokens else 503, mimetype=JSON)

    return blueprint
