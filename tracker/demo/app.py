"""The demo shop as a Flask app. `create_demo` is one shop by itself; see `platform` for several."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from flask import Flask

from tracker.demo.accounts import accounts
from tracker.demo.admin_api import admin_api
from tracker.demo.courier import Courier
from tracker.demo.extension import Extension
from tracker.demo.oauth import oauth
from tracker.demo.panel import panel
from tracker.demo.password import password
from tracker.demo.proxy import proxy
from tracker.demo.state import DOMAIN, Shop, utc_now
from tracker.demo.storefront import storefront
from tracker.demo.switches import switches
from tracker.demo.tracking_button import tracking_button
from tracker.demo.webhooks import Webhooks

API_KEY = "demo-api-key"
API_SECRET = "demo-api-secret-known-to-everybody"  # noqa: S105  # the pretend shop guards nothing
EXTENSION = Path(__file__).parents[2] / "theme_extension"


def create_demo(
    *,
    app_url: str | None = None,
    api_key: str = API_KEY,
    api_secret: str = API_SECRET,
    shop: str = DOMAIN,
    access_token: str | None = None,
    extension: Path = EXTENSION,
    clock: Callable[[], datetime] = utc_now,
    monotonic: Callable[[], float] = time.monotonic,
) -> Flask:
    """A pretend Shopify with one shop in it, its state in memory and fresh with every call.

    The app is installed with all its scopes, and its block is in the theme. `app_url` is the origin of the
    app behind the proxy and of its webhooks (no trailing slash); None leaves both out. `shop` is the
    myshopify.com domain, `access_token` a fixed token beside the minted ones. `extension` is the folder of
    the theme app extension. `clock` gives aware UTC, `monotonic` seconds.
    The shop itself is `app.extensions["demo_shop"]`.
    """
    state = Shop(
        api_key=api_key,
        api_secret=api_secret,
        domain=shop,
        app_url=app_url.rstrip("/") if app_url is not None else None,
        access_token=access_token,
        clock=clock,
        monotonic=monotonic,
    )
    return shop_app(state, Extension(extension), Webhooks(state, Courier(retries=False)))


def shop_app(shop: Shop, extension: Extension, webhooks: Webhooks) -> Flask:
    """One shop but for the pages of its admin: Admin API, tokens, storefront, proxy and panel."""
    app = Flask(__name__, static_folder=None)
    app.extensions["demo_shop"] = shop
    app.register_blueprint(admin_api(shop))
    app.register_blueprint(oauth(shop))
    app.register_blueprint(password(shop, extension))
    app.register_blueprint(storefront(shop, extension))
    app.register_blueprint(accounts(shop))
    app.register_blueprint(tracking_button(shop))
    app.register_blueprint(proxy(shop, extension))
    app.register_blueprint(panel(shop, webhooks))
    app.register_blueprint(switches(shop))
    return app
