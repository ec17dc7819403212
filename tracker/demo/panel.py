"""The panel at `/demo`: move parcels on, and see what the app asked of the shop."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from tracker.demo.happenings import HAPPENINGS, NotNow, happen, move_parcel, possible
from tracker.demo.model import Order, Parcel
from tracker.demo.parcels import MOVES
from tracker.demo.state import Shop
from tracker.demo.switches import counts
from tracker.demo.webhooks import Webhooks


def panel(shop: Shop, webhooks: Webhooks) -> Blueprint:
    """The blueprint of the panel, which tells the app of moves by `webhooks`."""
    blueprint = Blueprint("panel", __name__, url_prefix="/demo", template_folder="templates")

    @blueprint.get("", strict_slashes=False)
    def show() -> str:
        """The page: an order to choose, its parcels with their buttons, and the counts."""
        with shop.lock:
            orders = [order for order in shop.orders if order.parcels or possible(order)]
            chosen = next((one for one in orders if str(one.id) == request.args.get("order")), orders[0])
            return render_template(
                "panel.html",
                shop_name=shop.name,
                orders=orders,
                chosen=chosen,
                happenings={word: HAPPENINGS[word].words for word in possible(chosen)},
                moves={status: words for status, (words, _) in MOVES.items()},
                embedded="embedded" in request.args,
                counts=counts(shop),
            )

    @blueprint.post("/parcels/<int:order_id>/<int:parcel_id>")
    def move_on(order_id: int, parcel_id: int) -> AnyResponse:
        """Move a parcel; `to` is one of `parcels.MOVES`. JSON is answered by JSON, a form by the panel."""
        body = request.get_json(silent=True) if request.is_json else request.form
        status = body.get("to") if body else None
        with shop.lock:
            found = shop.find_parcel(order_id, parcel_id)
            if found is None:
                abort(404)
            if not isinstance(status, str) or status not in MOVES:
                abort(422)
            order, parcel = found
            move_parcel(shop, webhooks, order, parcel, status)
            if request.is_json:
                return jsonify(_parcel_json(parcel))
        embedded = "1" if "embedded" in request.args else None  # None is left out of the address
        return redirect(url_for("panel.show", order=order_id, embedded=embedded), code=303)

    @blueprint.post("/orders/<int:order_id>")
    def let_happen(order_id: int) -> AnyResponse:
        """Let one of `happenings.HAPPENINGS` happen, named by `what`. 409 where it can't as things stand."""
        with shop.lock:
            order = next((one for one in shop.orders if one.id == order_id), None)
            if order is None:
                abort(404)
            word = request.form.get("what")
            if word not in HAPPENINGS:
                abort(422)
            try:
                happen(shop, webhooks, order, word)
            except NotNow:
                abort(409)
        embedded = "1" if "embedded" in request.args else None
        return redirect(url_for("panel.show", order=order_id, embedded=embedded), code=303)

    @blueprint.get("/orders")
    def orders() -> Response:
        """Every order with its parcels, for scripts and tests."""
        with shop.lock:
            return jsonify([_order_json(order) for order in shop.orders])

    return blueprint


def _order_json(order: Order) -> dict[str, Any]:
    return {
        "id": order.id,
        "gid": f"gid://shopify/Order/{order.id}",
        "name": order.name,
        "email": order.email,
        "story": order.story,
        "confirmation_number": order.confirmation_number,
        "parcels": [_parcel_json(parcel) for parcel in order.parcels],
    }


def _parcel_json(parcel: Parcel) -> dict[str, Any]:
    return {
        "id": parcel.id,
        "name": parcel.name,
        "display_status": parcel.display_status,
        "events": [event.status for event in parcel.events],
    }
