"""Who is looking at the storefront, as the request tells."""

from __future__ import annotations

from flask import request

from tracker.demo.block_settings import shown_settings
from tracker.demo.extension import Extension
from tracker.demo.liquid import BUTTON, Visitor
from tracker.demo.state import Shop

LOCALE_COOKIE = "locale"
"""Shopify's addresses name the language in their path; here it is remembered from page to page."""


def visitor_of(shop: Shop, extension: Extension) -> Visitor:
    """The language of `?locale=`, else that of the page before, where the extension has it (English
    otherwise), who is signed in, and what the app has on the shop's pages. The theme editor says so by
    `?design_mode=true`, and sees what is tried there."""
    wanted = request.args.get("locale", request.cookies.get(LOCALE_COOKIE, "en"))
    locale = wanted if wanted in extension.locales() else "en"
    customer_id = shop.control.logged_in_customer_id
    in_editor = request.args.get("design_mode") == "true"
    with shop.lock:
        installation = shop.installation
        settings = shown_settings(shop, in_editor=in_editor)
        button = str(settings.get(BUTTON, {}).get("placement", shop.control.tracking_button))
        return Visitor(
            shop.domain,
            locale,
            customer_id,
            shop_name=shop.name,
            metafields=tuple(installation.metafields) if installation is not None else (),
            placed=tuple(one.handle for one in shop.placements) if installation is not None else (),
            settings=settings,
            tracking_button=button,
            in_editor=in_editor,
            orders_count=sum(str(one.customer.id) == customer_id for one in shop.orders if one.customer),
        )
