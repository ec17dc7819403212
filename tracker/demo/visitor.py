"""Who is looking at the storefront, as the request tells."""

from __future__ import annotations

from flask import request

from tracker.demo.extension import Extension
from tracker.demo.liquid import Visitor
from tracker.demo.state import Shop

LOCALE_COOKIE = "locale"
"""Shopify's addresses name the language in their path; here it is remembered from page to page."""


def visitor_of(shop: Shop, extension: Extension) -> Visitor:
    """The language of `?locale=`, else that of the page before, where the extension has it (English
    otherwise), who is signed in, and where the tracking button is."""
    wanted = request.args.get("locale", request.cookies.get(LOCALE_COOKIE, "en"))
    locale = wanted if wanted in extension.locales() else "en"
    with shop.lock:
        control = shop.control
        return Visitor(shop.domain, locale, control.logged_in_customer_id, control.tracking_button)
