"""What every embedded app loads from Shopify's CDN: App Bridge and Polaris, or what stands in for them."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, Response, abort

from tracker.demo.files import file_answer

_STATIC = Path(__file__).parent / "static"
_FILES = {"app-bridge.js": "app-bridge.js", "polaris.js": "polaris.js", "polaris-1.js": "polaris.js"}
"""By the name that pages ask for. Polaris has its plain name, and one for each channel of releases."""


def cdn() -> Flask:
    """An app to be mounted at `/shopifycloud`, for pages of any origin."""
    app = Flask(__name__, static_folder=None)

    @app.get("/<name>")
    def file(name: str) -> Response:
        """One of the two scripts."""
        if name not in _FILES:
            abort(404)
        response = file_answer(_STATIC / _FILES[name])
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    return app
