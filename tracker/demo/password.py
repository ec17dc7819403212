"""A shop that has not opened yet asks its visitors for a password, whatever they want to see: the page of an
app's proxy too."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from tracker.demo.extension import Extension
from tracker.demo.liquid import Place, Theme
from tracker.demo.state import Shop
from tracker.demo.visitor import visitor_of

PAGE = "/password"
_NOT_ASKED = ("/admin", "/cdn", "/demo", PAGE)
"""Where the staff is, files, and what is the demo's own."""


def password(shop: Shop, extension: Extension) -> Blueprint:
    """The blueprint of the page, which stands before all others of the storefront."""
    blueprint = Blueprint("password", __name__)

    @blueprint.before_app_request
    def ask() -> AnyResponse | None:
        """Send visitors to the page while there is a password."""
        first = f"/{request.path.split('/')[1]}"
        with shop.lock:
            asked = shop.control.password_page and first not in _NOT_ASKED
        return redirect(request.script_root + PAGE) if asked else None

    @blueprint.get(PAGE)
    def show() -> Response:
        """That the shop is not open yet."""
        place = Place("password", PAGE, "Opening soon")
        theme = Theme(extension, visitor_of(shop, extension), request.host_url.rstrip("/"), place=place)
        return Response(theme.template("password"), mimetype="text/html")

    return blueprint
