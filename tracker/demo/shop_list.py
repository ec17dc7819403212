"""The front door of a platform: which shops there are, and where."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask, render_template, request

from tracker.demo.state import Shop


def shop_list(shops: Sequence[Shop]) -> Flask:
    """An app to be mounted at `/shops`."""
    app = Flask(__name__, static_folder=None)

    @app.get("/")
    def show() -> str:
        """Every shop with its admin and its storefront."""
        return render_template("shops.html", shops=shops, origin=request.host_url.rstrip("/"))

    return app
