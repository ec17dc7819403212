"""A storefront just large enough for the block: Liquid with Shopify's additions, a page, and an app proxy."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from babel import Locale
from flask import Flask
from liquid import Environment, FileSystemLoader, Tag
from liquid.builtin.tags.doc_tag import DocNode
from liquid.stream import TokenStream
from liquid.token import TOKEN_EXPRESSION, TOKEN_TAG

from tests.theme.answers import Answer, html
from tracker.web.page import Pages

EXTENSION = Path(__file__).parents[2] / "theme_extension"

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Track your order</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/theme.css"><link rel="stylesheet" href="/assets/track-order.css">
</head><body><header>Shop</header><main><h1>Orders</h1>{blocks}</main>{embed}</body></html>"""

THEMES = {
    "light": "body{margin:0;font:16px/1.6 sans-serif;color:#222;background:#fff}",
    # A theme of Dawn's kind: 1rem is 10px, letters are spaced, text is light on dark.
    "dark": "html{font-size:62.5%}body{margin:0;font:1.6rem/1.8 serif;letter-spacing:.06rem;"
    "color:#e8e6e3;background:#16181c}a{color:inherit}h2,h3,h4{text-transform:uppercase;font-size:3rem}",
}
PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="5" cy="5" r="4"/></svg>'
FRAME = "header{padding:16px 20px}main{padding:0 20px 40px}"


class _SchemaTag(Tag):
    """`{% schema %}`: for the theme editor, nothing on the page."""

    name = "schema"
    block = True
    end = "endschema"

    def parse(self, stream: TokenStream) -> DocNode:
        token = stream.eat(TOKEN_TAG)
        while not stream.current.is_tag(self.end):
            next(stream)
        return DocNode(token)


class _LayoutTag(Tag):
    """`{% layout none %}`: no theme around the page."""

    name = "layout"
    block = False

    def parse(self, stream: TokenStream) -> DocNode:
        token = stream.eat(TOKEN_TAG)
        stream.expect(TOKEN_EXPRESSION, value="none")
        return DocNode(token)


@cache
def words(language: str = "en.default") -> dict[str, Any]:
    """A locale file of the extension as it is."""
    loaded: dict[str, Any] = json.loads((EXTENSION / "locales" / f"{language}.json").read_text("utf-8"))
    return loaded


class Translate:
    """Shopify's `t`: the word of a key, in the plural form of `count`. Remembers what it was asked for."""

    def __init__(self, texts: Mapping[str, Any], language: str = "en") -> None:
        self.asked: set[str] = set()
        self._texts = texts
        self._language = language

    def __call__(self, key: str, **values: object) -> str:
        found: Any = self._texts
        for part in key.split("."):
            found = found[part]
        self.asked.add(key)
        if isinstance(found, dict):
            form = Locale(self._language).plural_form(int(str(values["count"])))
            found = found.get(form, found["other"])
        for name, value in values.items():
            found = found.replace(f"{{{{ {name} }}}}", str(value))
        return str(found)


def render(
    block: str = "track-order",
    *,
    block_id: str = "AbC1",
    settings: Mapping[str, object] | None = None,
    translate: Translate | None = None,
    email: str | None = None,
    orders_count: int | None = None,
    locale: str = "en",
    design_mode: bool = False,
    known_path: str | None = None,
    chosen: Mapping[str, object] | None = None,
    template: str = "page",
    contact_page: str | None = None,
) -> str:
    """A block's HTML with its default settings and these changes, for whom (`email`: signed in, with as many
    orders as Liquid tells of) and where.
    `known_path` and `chosen` are what the app noted of the shop in its metafields, `contact_page` is the page
    of that name that every new shop has."""
    env = Environment(loader=FileSystemLoader(EXTENSION / "snippets", ext=".liquid"))
    env.add_tag(_SchemaTag)
    env.filters["t"] = translate or Translate(words())
    env.filters["asset_url"] = lambda name: f"/assets/{name}"
    source = (EXTENSION / "blocks" / f"{block}.liquid").read_text("utf-8")
    defaults = {each["id"]: each.get("default") for each in schema(block)["settings"] if "id" in each}
    return env.from_string(source).render(
        block={
            "id": block_id,
            "settings": {**defaults, **(settings or {})},
            "shopify_attributes": f'data-shopify-editor-block="{block_id}"',
        },
        app={"metafields": {"track_order": {"proxy_path": known_path, "settings": {"value": chosen}}}},
        customer={"email": email, "orders_count": orders_count} if email else None,
        template={"name": template},
        pages={"contact": {"url": contact_page}} if contact_page else {},
        request={"design_mode": design_mode, "locale": {"iso_code": locale}},
    )


@cache
def schema(block: str = "track-order") -> dict[str, Any]:
    """A block's schema, which must be JSON without comments or trailing commas."""
    loaded: dict[str, Any] = json.loads(schema_source(block))
    return loaded


def schema_source(block: str) -> str:
    """A block's schema as it is written."""
    source = (EXTENSION / "blocks" / f"{block}.liquid").read_text("utf-8")
    return source.split("{% schema %}")[1].split("{% endschema %}")[0]


@cache
def _service() -> tuple[Flask, Pages]:
    return Flask(__name__), Pages()


def proxied(path: str, email: str | None = None) -> Answer:
    """A page or script of the app behind the proxy, the page as Shopify renders it without its layout for
    whoever is signed in with this address."""
    app, pages = _service()
    name = urlsplit(path).path.rpartition("/")[2]
    if name in pages.assets:
        return Answer(pages.assets[name].encode(), content_type="text/javascript")
    with app.test_request_context(path):
        source = pages.form()
    env = Environment()
    env.add_tag(_LayoutTag)
    return html(200, env.from_string(source).render(customer={"email": email} if email else None))


@dataclass
class Asked:
    """One look-up as it arrived."""

    path: str
    headers: dict[str, str]
    form: dict[str, list[str]]


@dataclass
class Storefront:
    """A shop on a port of its own. Each test says what the next look-ups are answered with."""

    origin: str
    answer: Answer = field(default_factory=lambda: html(404))
    blocks: str = ""
    embed: str = ""
    """The app embed, which a theme puts behind everything else."""
    theme: str = "light"
    style: str = ""
    """What the theme's style sheet says besides."""
    language: str = "en"
    direction: str = "ltr"
    asked: list[Asked] = field(default_factory=list)
    open: threading.Event = field(default_factory=threading.Event)
    """Look-ups, and who asks for recent orders, wait until this is set."""
    orders: Answer = field(default_factory=lambda: html(404))
    """What a customer who asks for recent orders gets."""
    headers: dict[str, str] = field(default_factory=dict)
    """Sent along with the shop's pages."""
    got: list[str] = field(default_factory=list)
    """What was fetched, in order."""
    customer: str | None = None
    """Who is signed in, by e-mail, on the app's own pages; blocks are rendered for somebody."""
    installed: bool = True
    """Whether the app proxy still has an app behind it."""

    def page(self) -> str:
        page = PAGE.replace("{blocks}", self.blocks).replace("{embed}", self.embed)
        if "track-order-button" in self.blocks + self.embed:
            page = page.replace(
                "</head>", '<link rel="stylesheet" href="/assets/track-order-button.css"></head>'
            )
        return page.replace('lang="en"', f'lang="{self.language}" dir="{self.direction}"')

    def reset(self) -> None:
        self.open.set()
        self.answer, self.blocks, self.theme, self.asked = html(404), render(), "light", []
        self.embed = ""
        self.orders, self.headers, self.got, self.installed, self.style = html(404), {}, [], True, ""
        self.language, self.direction, self.customer = "en", "ltr", None


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    storefront: Storefront

    def handle_error(self, request: object, client_address: object) -> None:
        """Tells of what went wrong, but not that a browser hung up."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type] # typed by kinds of socket


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    # Head and body are two packets, and the second would wait for the first to be acknowledged.
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        shop = self.server.storefront
        shop.got.append(path)
        if path == "/apps/track-order/orders":
            shop.open.wait(timeout=30)
            return self._send(shop.orders)
        if path.startswith("/apps/"):
            return self._send(proxied(self.path, shop.customer) if shop.installed else html(404))
        if path.startswith("/assets/"):
            kind = "text/css" if path.endswith(".css") else "text/javascript"
            file = EXTENSION / "assets" / path.rpartition("/")[2]
            return self._send(Answer(file.read_bytes(), content_type=kind) if file.is_file() else html(404))
        if path == "/theme.css":
            return self._send(
                Answer((THEMES[shop.theme] + FRAME + shop.style).encode(), content_type="text/css")
            )
        if path == "/mug.svg":
            return self._send(Answer(PICTURE, content_type="image/svg+xml"))
        return self._send(replace(html(200, shop.page()), headers=shop.headers))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        shop = self.server.storefront
        shop.asked.append(
            Asked(self.path, dict(self.headers.items()), parse_qs(body, keep_blank_values=True))
        )
        answer = shop.answer
        shop.open.wait(timeout=30)
        self._send(answer)

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(answer.promised or len(answer.body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        with suppress(ConnectionError):  # a shopper who gave up
            self.wfile.write(answer.body)
        if answer.promised:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        """Says nothing."""


def serve() -> tuple[Storefront, _Server]:
    """A storefront that answers from now on; end it by the server's `shutdown` and `server_close`."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.storefront = Storefront(f"http://127.0.0.1:{server.server_address[1]}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.storefront, server
