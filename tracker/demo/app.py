"""The demo shop as a Flask app. `create_demo` is all that anybody else needs."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from flask import Flask

from tracker.demo.accounts import accounts
from tracker.demo.admin_api import admin_api
from tracker.demo.extension import Extension
from tracker.demo.oauth import oauth
from tracker.demo.panel import panel
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

    `app_url` is the origin of the app behind the proxy and of its webhooks (no trailing slash); None leaves
    both out. `shop` is the myshopify.com domain, `access_token` a fixed token beside the minted ones.
    `extension` is the folder of the theme app extension. `clock` gives aware UTC, `monotonic` seconds.
    The shop itself is `app.extensions["demo_shop"]`.
    """
    app = Flask(__name__, static_folder=None)
    state = Shop(
        api_key=api_key,
        api_secret=api_secret,
        domain=shop,
        access_token=access_token,
        clock=clock,
        monotonic=monotonic,
    )
    theme_extension = Extension(extension)
    app.extensions["demo_shop"] = state
    app.register_blueprint(admin_api(state))
    app.register_blueprint(oauth(state))
    app.register_blueprint(storefront(state, theme_extension))
    app.register_blueprint(accounts(state))
    app.register_blueprint(tracking_button(state))
    webhooks = None
    if app_url is not None:
        app.register_blueprint(proxy(state, theme_extension, app_url.rstrip("/")))
        webhooks = Webhooks(state, app_url.rstrip("/"))
    app.register_blueprint(panel(state, webhooks))
    app.register_blueprint(switches(state))
    return app
