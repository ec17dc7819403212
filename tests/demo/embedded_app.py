"""An embedded app just large enough for App Bridge: a page, a bounce page, and an address for tokens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask, Response, request

from tests.demo.conftest import ALICE, APP_TOML, BOB, EXTENSION
from tracker.demo.app import API_SECRET
from tracker.demo.id_token import is_id_token
from tracker.demo.platform import Platform, create_platform
from tracker.demo.server import served

KEY = "client-of-the-app"

PAGE = """<!doctype html><html lang="en"><head><title>App</title><meta name="shopify-api-key" content="{key}">
<script src="{cdn}/shopifycloud/app-bridge.js"></script>
<script src="{cdn}/shopifycloud/polaris.js"></script></head><body>{body}</body></html>"""

RETRY = {"X-Shopify-Retry-Invalid-Session-Request": "1"}


@dataclass
class EmbeddedApp:
    """What its page holds, all of `/alone`, the tokens that came to `/api`, and how many it refuses."""

    platform: Platform
    body: str = "<h1>Ready</h1>"
    alone: str = ""
    tokens: list[str] = field(default_factory=list)
    refuse: int = 0

    @property
    def url(self) -> str:
        """Its origin."""
        assert self.platform.app_url is not None
        return self.platform.app_url

    def page(self, body: str | None = None) -> Response:
        """Its page, or another with this inside."""
        text = PAGE.format(key=KEY, cdn=self.platform.origin, body=self.body if body is None else body)
        policy = (
            f"frame-ancestors {self.platform.origin}; style-src 'none'; script-src {self.platform.origin}"
        )
        return Response(text, mimetype="text/html", headers={"Content-Security-Policy": policy})


@contextmanager
def serve_embedded_app(folder: Path) -> Iterator[EmbeddedApp]:
    """A platform with two shops and the app behind it, until the block ends."""
    platform = create_platform(
        app_toml=APP_TOML,
        api_secret=API_SECRET,
        shops=(ALICE, BOB),
        extension=EXTENSION,
        retry_factor=0.0001,
    )
    app, embedded = Flask(str(folder)), EmbeddedApp(platform)

    @app.get("/")
    def home() -> Response:
        return embedded.page()

    @app.get("/bounce")
    def bounce() -> Response:
        return embedded.page("")

    @app.get("/alone")
    def alone() -> Response:
        return Response(embedded.alone, mimetype="text/html")

    @app.route("/api", methods=["GET", "POST"])
    def api() -> Response:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        embedded.tokens.append(token)
        if len(embedded.tokens) <= embedded.refuse:
            return Response("once more", 401, RETRY)
        return Response(request.get_data(), mimetype="text/plain")

    with served(app, "127.0.0.1", 0) as url, platform.serve():
        platform.app_url = url
        yield embedded


def is_of(platform: Platform, token: str, shop: str) -> bool:
    """Whether this is an ID token of a shop's admin, good now."""
    state = platform.shop(shop)
    now = int(state.clock().timestamp())
    return is_id_token(token, secrets=state.app_secrets, client_id=KEY, shop=shop, now=now)
