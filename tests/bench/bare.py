"""The yardsticks: the least that Flask does for the same bytes, under the same gunicorn configuration."""

from __future__ import annotations

import os

from flask import Flask, Response
from redis import Redis

ANSWER_KEY = "bare:answer"
STATIC = b'{"answer": "' + b"x" * 300 + b'"}'


def create_app() -> Flask:
    """`/answer` gives what one GET of Redis gives, `/static` always the same; nothing else happens."""
    app = Flask("bare", static_folder=None)
    client = Redis.from_url(os.environ["REDIS_URL"])

    @app.post("/answer")
    def answer() -> Response:
        return Response(client.get(ANSWER_KEY), mimetype="application/json")

    @app.post("/static")
    def static() -> Response:
        return Response(STATIC, mimetype="application/json")

    return app
