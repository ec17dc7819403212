"""The app proxy: what is asked of `/apps/track-order` goes, signed, to the app, and its answer comes back.

https://shopify.dev/docs/apps/build/online-store/app-proxies and …/authenticate-app-proxies
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from urllib.parse import quote, unquote_plus

import requests
from flask import Blueprint, Response, request

from tracker.demo.app_config import PREFIXES
from tracker.demo.extension import Extension
from tracker.demo.liquid import Theme
from tracker.demo.signing import proxy_signature
from tracker.demo.state import Shop
from tracker.demo.visitor import visitor_of

TIME_OUT = 10.0
"""Seconds the app has for its answer. Shopify publishes no figure; this one is ours."""

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

_RESERVED = {"shop", "logged_in_customer_id", "path_prefix", "timestamp", "signature", "hmac"}

_NOT_SENT = {
    "connection",
    "content-length",
    "cookie",
    "host",
    "keep-alive",
    "te",
    "transfer-encoding",
    "upgrade",
    "x-forwarded-for",
    "x-forwarded-host",
}

_NOT_PASSED_ON = {
    "accept-patch",
    "accept-ranges",
    "connection",
    "cookie",
    "date",
    "delta-base",
    "im",
    "p3p",
    "pragma",
    "preference-applied",
    "proxy-authenticate",
    "public-key-pins",
    "server",
    "service-worker-allowed",
    "set-cookie",
    "tk",
    "trailer",
    "warning",
    "x-powered-by",
    # of this hop alone: the body was read whole and decoded
    "content-encoding",
    "content-length",
    "keep-alive",
    "transfer-encoding",
}
"""https://shopify.dev/docs/apps/build/online-store/app-proxies#disallowed-headers"""

_NOT_FOUND = "<h1>Page not found</h1><p>The page you were looking for does not exist.</p>"

_BROKEN = (
    "<h1>There was an error in the third-party application.</h1>"
    "<p>If this problem persists, please contact the store owner.</p>"
)


def proxy(shop: Shop, extension: Extension) -> Blueprint:
    """The blueprint of the shop's app proxy, at whatever path the merchant has it."""
    blueprint = Blueprint("proxy", __name__)
    path = f"/<any({', '.join(PREFIXES)}):prefix>/<subpath>"

    @blueprint.route(path, defaults={"rest": ""}, methods=METHODS, strict_slashes=False)
    @blueprint.route(f"{path}/<path:rest>", methods=METHODS)
    def forward(prefix: str, subpath: str, rest: str) -> Response:
        """The app's answer, or an HTML page with 502 or 504 where there is none; the shop's own 404 page
        where no app that is installed has a proxy."""
        theme = Theme(extension, visitor_of(shop, extension), request.host_url.rstrip("/"))
        with shop.lock:
            shop.calls["proxy"] += 1
            customer = shop.control.logged_in_customer_id
            target = _target(shop, f"/{prefix}/{subpath}")
        if target is None:
            return Response(theme.within_layout(_NOT_FOUND), 404, mimetype="text/html")
        tail = f"/{quote(rest)}" if rest else ("/" if request.path.endswith("/") else "")
        query = signed_query(
            request.query_string.decode("latin-1"),
            shop=shop.domain,
            secret=shop.api_secret,
            customer=customer,
            path=f"/{prefix}/{subpath}",
            now=time.time(),
        )
        try:
            answer = _send(f"{target}{tail}?{query}")
        except requests.Timeout:
            return Response(theme.within_layout(_BROKEN), 504, mimetype="text/html")
        except requests.RequestException:
            return Response(theme.within_layout(_BROKEN), 502, mimetype="text/html")
        return _pass_on(answer, theme)

    return blueprint


def _target(shop: Shop, path: str) -> str | None:
    """Where the app answers for a path of the storefront; None where it does not. Hold the lock."""
    proxy = shop.config.proxy
    if proxy is None or shop.app_url is None or path != shop.proxy_path:
        return None
    if not shop.is_granted("write_app_proxy"):
        return None
    return shop.config.reached_at(proxy.url, shop.app_url)


def signed_query(visitors: str, *, shop: str, secret: str, customer: str, path: str, now: float) -> str:
    """The visitor's own raw query with what Shopify adds, and the signature over all of it.

    Names that Shopify itself adds are taken out of the visitor's query. `path` is the proxy's in this shop,
    `now` is in Unix seconds.
    """
    own = [
        pair for pair in visitors.split("&") if pair and unquote_plus(pair.partition("=")[0]) not in _RESERVED
    ]
    added = [
        f"shop={shop}",
        f"logged_in_customer_id={customer}",
        f"path_prefix={quote(path, safe='')}",
        f"timestamp={int(now)}",
    ]
    query = "&".join([*own, *added])
    return f"{query}&signature={proxy_signature(query, secret)}"


def _send(url: str) -> requests.Response:
    headers = {name: value for name, value in request.headers if name.lower() not in _NOT_SENT}
    hops = [request.headers.get("X-Forwarded-For"), request.remote_addr]
    headers["X-Forwarded-For"] = ", ".join(hop for hop in hops if hop)
    headers["X-Forwarded-Host"] = request.host
    with requests.Session() as session:
        session.trust_env = False
        return session.request(
            request.method,
            url,
            data=request.get_data(),
            headers=headers,
            timeout=TIME_OUT,
            allow_redirects=True,
        )


def _pass_on(answer: requests.Response, theme: Theme) -> Response:
    headers = _kept(answer.headers.items())
    if answer.headers.get("Content-Type", "").split(";")[0].strip().lower() != "application/liquid":
        return Response(answer.content, answer.status_code, headers)
    headers = [(name, value) for name, value in headers if name.lower() != "content-type"]
    page = theme.page(answer.content.decode("utf-8", "replace"))
    return Response(page, answer.status_code, headers, mimetype="text/html")


def _kept(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers if name.lower() not in _NOT_PASSED_ON]
