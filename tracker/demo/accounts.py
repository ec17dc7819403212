"""Signing in at the demo shop: no password, and everybody who looks at the shop is that customer."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response

from tracker.demo.customers import signed_in
from tracker.demo.state import Shop


def accounts(shop: Shop) -> Blueprint:
    """The blueprint of the accounts."""
    blueprint = Blueprint("accounts", __name__)

    @blueprint.post("/demo/sign-in")
    def sign_in() -> Response:
        """Sign in the `customer` of this number, or sign out where it is empty; back to the shop's page in
        its `locale`. 422 for a number that nobody has."""
        customer_id = request.form.get("customer", "")
        if customer_id and signed_in(customer_id) is None:
            abort(422)
        with shop.lock:
            shop.control.logged_in_customer_id = customer_id
        page = url_for("storefront.track_order", locale=request.form.get("locale") or None)
        return redirect(page, code=303)

    return blueprint
