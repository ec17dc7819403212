"""What every embedded app loads from Shopify's CDN: App Bridge and Polaris, or what stands in for them."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, Response, abort

from tracker.demo.files import file_answer

_STATIC = Path(__file__).parent / "static"
_FILES = {"app-bridge.js", "polaris.js"}


def cdn() -> Flask:
    """An app to be mounted at `/shopifycloud`, for pages of any origin."""
    app = Flask(__name__, static_folder=None)

    @app.get("/<name>")
    def file(name: str) -> Response:
        """One of the two scripts."""
        if name not in _FILES:
            abort(404)
        response = file_answer(_STATIC / name)
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    return app
