"""The shop's public pages: the tracking page with the block on it, and the files it needs."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from tracker.demo.catalogue import PRODUCTS
from tracker.demo.customers import CUSTOMERS
from tracker.demo.extension import Extension
from tracker.demo.files import file_answer
from tracker.demo.liquid import Theme
from tracker.demo.state import Shop
from tracker.demo.visitor import visitor_of

BLOCK = "track-order"
_STATIC = Path(__file__).parent / "static"


def storefront(shop: Shop, extension: Extension) -> Blueprint:
    """The blueprint of the storefront."""
    blueprint = Blueprint("storefront", __name__)

    @blueprint.get("/")
    def home() -> AnyResponse:
        """There is one page worth seeing."""
        return redirect(url_for("storefront.track_order"))

    @blueprint.get("/pages/track-order")
    def track_order() -> Response:
        """The block as a merchant placed it, and beside it every order and every account there is to try."""
        theme = Theme(extension, visitor_of(shop, extension), request.host_url.rstrip("/"))
        with shop.lock:
            shown = shop.installation is not None and any(
                one.handle == BLOCK and one.template.partition(".")[0] == "page" for one in shop.placements
            )
            orders = [
                {"number": order.name, "email": order.email or "", "story": order.story, "id": order.id}
                for order in shop.orders
            ]
        accounts = [{"id": one.id, "first_name": one.first_name, "email": one.email} for one in CUSTOMERS]
        page = theme.template(
            "track-order",
            app_block=theme.block(BLOCK) if shown else None,
            missing="is not in this theme" if extension.block(BLOCK) else "is not in the theme app extension",
            demo_orders=orders,
            demo_accounts=accounts,
        )
        return Response(page, mimetype="text/html")

    @blueprint.get("/cdn/extensions/track-order/assets/<name>")
    def asset(name: str) -> Response:
        """An asset of the extension."""
        path = extension.asset(name)
        return file_answer(path) if path is not None else abort(404)

    @blueprint.get("/cdn/products/<slug>.svg")
    def picture(slug: str) -> Response:
        """The drawing of a product, whatever size is asked for: it is a vector."""
        return file_answer(_STATIC / "products" / f"{slug}.svg") if slug in PRODUCTS else abort(404)

    @blueprint.get("/cdn/demo/<name>")
    def ownfile_answer(name: str) -> Response:
        """Styles and scripts of the pretend shop's own pages."""
        return (
            file_answer(_STATIC / name)
            if name in {"theme.css", "demo.js", "admin.css", "app-host.js"}
            else abort(404)
        )

    return blueprint
