"""Placing the tracking button, as a merchant does it in the theme editor."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response

from tracker.demo.control import BadControl
from tracker.demo.state import Shop

PAGES = ("home", "track_order")
"""The pages that have the switch, by their names in the storefront's blueprint."""


def tracking_button(shop: Shop) -> Blueprint:
    """The blueprint of the button's switch."""
    blueprint = Blueprint("tracking_button", __name__)

    @blueprint.post("/demo/tracking-button")
    def place() -> Response:
        """Put the button to the `place` that is named; back to the `page` in its `locale`. 422 for a place or
        a page that there is not."""
        page = request.form.get("page")
        if page not in PAGES:
            abort(422)
        with shop.lock:
            try:
                shop.control.change({"tracking_button": request.form.get("place")})
            except BadControl:
                abort(422)
        return redirect(url_for(f"storefront.{page}", locale=request.form.get("locale") or None), code=303)

    return blueprint
