"""The pages of an admin that apps link to: orders, the settings of apps, and the online store's preferences.

Paths are those of Shopify's own admin.
"""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from tracker.demo import merchant
from tracker.demo.state import Shop
from tracker.demo.webhooks import Webhooks


def admin_places(shop: Shop, webhooks: Webhooks) -> Blueprint:
    """The blueprint of these pages of one shop."""
    blueprint = Blueprint("places", __name__, url_prefix="/admin", template_folder="templates")

    @blueprint.get("/orders")
    def orders() -> str:
        """Every order, newest first, with whose it is and what it is there to show."""
        with shop.lock:
            newest = sorted(shop.orders, key=lambda order: order.created_at, reverse=True)
            return render_template("admin_orders.html", shop=shop, orders=newest)

    @blueprint.get("/orders/<int:number>")
    def order(number: int) -> AnyResponse:
        """One order, by the number at the end of its gid: here, where its parcels are moved on."""
        with shop.lock:
            if all(one.id != number for one in shop.orders):
                abort(404)
        return redirect(url_for("panel.show", order=number))

    @blueprint.get("/settings/apps")
    def apps() -> str:
        """What the app may do, where its page is, and how to take it away."""
        with shop.lock:
            return render_template("admin_settings.html", shop=shop, config=shop.config)

    @blueprint.post("/settings/apps")
    def set_scopes() -> AnyResponse:
        """Grant the optional scopes that are ticked and take the others back. 409 where that can't be."""
        ticked = set(request.form.getlist("optional"))
        with shop.lock:
            optional = shop.config.optional_scopes
            try:
                merchant.grant(shop, webhooks, ticked)
                merchant.revoke(shop, webhooks, [one for one in optional if one not in ticked])
            except merchant.NotPossible as error:
                return Response(str(error), 409, mimetype="text/plain")
        return redirect(url_for("places.apps"), code=303)

    @blueprint.get("/online_store/preferences")
    def preferences() -> str:
        """Whether visitors need a password, as in a shop that has not opened yet."""
        with shop.lock:
            return render_template("admin_preferences.html", shop=shop, closed=shop.control.password_page)

    @blueprint.post("/online_store/preferences")
    def open_or_close() -> AnyResponse:
        """Ask visitors for a password, or no longer."""
        with shop.lock:
            shop.control.change({"password_page": "password" in request.form})
        return redirect(url_for("places.preferences"), code=303)

    return blueprint
