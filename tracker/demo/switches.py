"""The switches and counts of the demo shop as JSON under `/demo`, for tests and for the curious."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from tracker.demo.control import BadControl
from tracker.demo.state import Shop


def switches(shop: Shop) -> Blueprint:
    """The blueprint of the switches."""
    blueprint = Blueprint("switches", __name__, url_prefix="/demo")

    @blueprint.get("/control")
    def control() -> Response:
        """The switches as they stand."""
        with shop.lock:
            return jsonify(shop.control.as_json())

    @blueprint.route("/control", methods=["POST", "PUT", "PATCH"])
    def change() -> Response:
        """Change the switches that are named; 422 says what is wrong with them."""
        body = request.get_json(silent=True)
        with shop.lock:
            try:
                shop.control.change(body)
            except BadControl as error:
                response = jsonify({"error": str(error)})
                response.status_code = 422
                return response
            return jsonify(shop.control.as_json())

    @blueprint.delete("/control")
    def reset() -> Response:
        """All switches back; requests that hang are let go."""
        with shop.lock:
            shop.reset_control()
            return jsonify(shop.control.as_json())

    @blueprint.get("/calls")
    def calls() -> Response:
        """What was asked since the start or the last DELETE, and the bucket."""
        with shop.lock:
            return jsonify(counts(shop))

    @blueprint.delete("/calls")
    def forget() -> Response:
        """Count from nought."""
        with shop.lock:
            shop.calls.clear()
            return jsonify(counts(shop))

    @blueprint.post("/drain")
    def drain() -> Response:
        """Empty the bucket of query points."""
        with shop.lock:
            shop.bucket.drain()
            return jsonify(counts(shop))

    @blueprint.post("/forget-tokens")
    def forget_tokens() -> Response:
        """Minted access tokens stop working, as after an uninstall."""
        with shop.lock:
            shop.forget_tokens()
        return jsonify({})

    return blueprint


def counts(shop: Shop) -> dict[str, Any]:
    """Requests by kind, operations by name, tokens by grant, query points, and the bucket. Hold the lock."""
    names = (
        *("admin", "token", "proxy", "points", "throttled"),
        *("webhooks_taken", "webhooks_failed", "webhooks_given_up"),
    )
    return {
        **{name: shop.calls[name] for name in names},
        "operations": _named(shop, "operation:"),
        "grants": _named(shop, "token:"),
        "bucket": shop.bucket.status(),
    }


def _named(shop: Shop, prefix: str) -> dict[str, int]:
    return {
        name.removeprefix(prefix): number
        for name, number in sorted(shop.calls.items())
        if name.startswith(prefix)
    }
