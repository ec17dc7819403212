"""The shop's public pages: home, products, the tracking page with the block on it, and their files."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, abort, request

from tracker.demo.catalogue import PRODUCTS
from tracker.demo.customers import CUSTOMERS
from tracker.demo.extension import Extension
from tracker.demo.files import file_answer
from tracker.demo.liquid import TRACKING_PAGE, Place, Theme
from tracker.demo.state import Shop
from tracker.demo.visitor import LOCALE_COOKIE, visitor_of

BLOCK = "track-order"
_STATIC = Path(__file__).parent / "static"
_OWN_FILES = {"theme.css", "demo.js", "editor-preview.js", "admin.css", "app-host.js", "theme-editor.js"}


def storefront(shop: Shop, extension: Extension) -> Blueprint:
    """The blueprint of the storefront."""
    blueprint = Blueprint("storefront", __name__)

    def theme(place: Place) -> Theme:
        return Theme(extension, visitor_of(shop, extension), request.host_url.rstrip("/"), place=place)

    @blueprint.get("/")
    def home() -> Response:
        """What there is to buy, and on it the tracking button, as on every page of the shop."""
        goods = [_on_shelf(slug) for slug, product in PRODUCTS.items() if product.on_shelf]
        here = theme(Place("index", "/", "Made for weather"))
        button = here.visitor.tracking_button
        return _page(here.template("index", goods=goods, tracking_button=button))

    @blueprint.get("/products/<slug>")
    def product(slug: str) -> Response:
        """One product."""
        if slug not in PRODUCTS:
            abort(404)
        place = Place("product", f"/products/{slug}", PRODUCTS[slug].title)
        return _page(theme(place).template("product", product=_on_shelf(slug)))

    @blueprint.get("/pages/track-order")
    def track_order() -> Response:
        """The block as a merchant placed it, and beside it every order and every account there is to try."""
        here = theme(TRACKING_PAGE)
        with shop.lock:
            shown = shop.installation is not None and any(
                one.handle == BLOCK and one.is_shown for one in shop.placements
            )
            orders = [
                {"number": order.name, "email": order.email or "", "story": order.story, "id": order.id}
                for order in shop.orders
            ]
        accounts = [{"id": one.id, "first_name": one.first_name, "email": one.email} for one in CUSTOMERS]
        return _page(
            here.template(
                "track-order",
                app_section=here.section(BLOCK) if shown else None,
                missing="is not in this theme"
                if extension.block(BLOCK)
                else "is not in the theme app extension",
                demo_admin=shop.admin_address,
                demo_orders=orders,
                demo_accounts=accounts,
                tracking_button=here.visitor.tracking_button,
            )
        )

    @blueprint.after_request
    def remember_language(response: Response) -> Response:
        """The next page speaks it too, wherever its link comes from."""
        if "locale" in request.args:
            locale = visitor_of(shop, extension).locale
            response.set_cookie(LOCALE_COOKIE, locale, httponly=True, samesite="Lax")
        return response

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
    def own_file(name: str) -> Response:
        """Styles and scripts of the pretend shop's own pages."""
        return file_answer(_STATIC / name) if name in _OWN_FILES else abort(404)

    return blueprint


def _on_shelf(slug: str) -> dict[str, object]:
    """A product as the templates read it; the price in cents, as in Shopify's Liquid."""
    product = PRODUCTS[slug]
    return {
        "title": product.title,
        "variant": product.variant,
        "price": round(product.price * 100),
        "url": f"/products/{slug}",
        "picture": f"/cdn/products/{slug}.svg",
    }


def _page(html: str) -> Response:
    return Response(html, mimetype="text/html")
