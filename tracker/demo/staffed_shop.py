"""One shop with its admin, as a platform has several of."""

from __future__ import annotations

from flask import Flask

from tracker.demo.admin_pages import admin_pages
from tracker.demo.admin_panel import admin_panel
from tracker.demo.admin_places import admin_places
from tracker.demo.app import shop_app
from tracker.demo.carriers import Carriers
from tracker.demo.carriers_panel import carriers_panel
from tracker.demo.extension import Extension
from tracker.demo.own_domain import own_domain
from tracker.demo.scope_words import scope_words
from tracker.demo.state import Shop
from tracker.demo.theme_editor import theme_editor
from tracker.demo.webhooks import Webhooks


def staffed_shop(shop: Shop, extension: Extension, webhooks: Webhooks, carriers: Carriers) -> Flask:
    """An app to be mounted below `/shops/{shop}`, and at the origin of the shop's storefront."""
    app = shop_app(shop, extension, webhooks)
    app.add_template_filter(scope_words, "in_words")
    app.register_blueprint(own_domain(shop))
    app.register_blueprint(admin_pages(shop, extension, webhooks))
    app.register_blueprint(admin_places(shop, webhooks))
    app.register_blueprint(theme_editor(shop, extension))
    app.register_blueprint(admin_panel(shop, extension, webhooks, carriers))
    app.register_blueprint(carriers_panel(shop, carriers))
    return app
