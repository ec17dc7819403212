"""A browser that visits a shop by its permanent name is sent on to the shop's own domain, as by Shopify."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from tracker.demo.state import Shop

_STAFF = ("/admin", "/demo")
"""What is at the permanent name alone."""


def own_domain(shop: Shop) -> Blueprint:
    """The blueprint of a shop below `/shops/{shop}` whose storefront has an origin of its own.

    Only browsers are sent on: the address is of this machine, where a server that asks has no business.
    """
    blueprint = Blueprint("own_domain", __name__)

    @blueprint.before_app_request
    def send_on() -> Response | None:
        """To the same page of the storefront."""
        first = f"/{request.path.split('/')[1]}"
        visits = request.method == "GET" and request.headers.get("Sec-Fetch-Mode") == "navigate"
        if not request.script_root or first in _STAFF or not visits:
            return None
        with shop.lock:
            origin = shop.storefront_origin
        return redirect(origin + request.full_path.rstrip("?")) if origin else None

    return blueprint
