"""Who may frame the merchant's page and what it may load; and the way to a token where there is none.
Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

ADMIN = "https://admin.shopify.com"
PAGE_PATH, BOUNCE_PATH = "/admin", "/admin/bounce"
RELOAD = "shopify-reload"
"""The name under which App Bridge looks for the page that it is to load with a token."""

BOUNCED = "bounced"
"""Ours: the Unix time of the last bounce, so that a token that is refused for good does not bounce for
ever."""

AGAIN_SECONDS = 20

_SHOP = re.compile(r"[a-z0-9][a-z0-9-]*\.myshopify\.com", re.ASCII)
_KEPT = {
    "shop": _SHOP,
    "host": re.compile(r"[A-Za-z0-9_=-]{1,300}", re.ASCII),
    "embedded": re.compile(r"[01]", re.ASCII),
    "locale": re.compile(r"[A-Za-z0-9-]{1,35}", re.ASCII),
    BOUNCED: re.compile(r"[0-9]{1,12}", re.ASCII),
}
"""Of what Shopify puts in the query, what App Bridge goes by; each once, each matched whole."""

_TARGET = re.compile(re.escape(PAGE_PATH) + r"(?:\?[A-Za-z0-9_.=&%+-]*)?", re.ASCII)


def content_security_policy(*, cdn: str, shop: str | None) -> str:
    """The policy of an HTML page that is framed by the admin of a shop alone, by nobody where that is None.

    `shop` is the shop's own origin, where its admin may be too; `cdn` that of App Bridge and Polaris. Scripts
    come from there and from here, none is inline. Both bring styles of their own, which they put into the
    page.
    """
    ancestors = "'none'" if shop is None else f"{shop} {ADMIN}"
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'self' {cdn}",
            f"style-src 'self' 'unsafe-inline' {cdn}",
            f"font-src {cdn}",
            f"img-src 'self' data: {cdn}",
            f"connect-src 'self' {cdn}",
            "base-uri 'none'",
            "form-action 'none'",
            f"frame-ancestors {ancestors}",
        ]
    )


def kept_query(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What may be repeated of a query: known names, each once, each of its form. The rest is dropped."""
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        given.setdefault(name, []).append(value)
    return {
        name: given[name][0]
        for name, form in _KEPT.items()
        if len(given.get(name, ())) == 1 and form.fullmatch(given[name][0])
    }


def bounced_lately(query: Mapping[str, str], *, now: float) -> bool:
    """Whether the page was loaded with a new token just now; `now` in Unix seconds."""
    return abs(now - int(query.get(BOUNCED, "0"))) < AGAIN_SECONDS


def way_to_token(query: Mapping[str, str], *, now: float) -> str:
    """Where to send whoever opened the page without a token that holds: a page of ours that loads App Bridge,
    which then loads the page again, with one."""
    kept = {name: value for name, value in query.items() if name != BOUNCED}
    again = f"{PAGE_PATH}?{urlencode(kept | {BOUNCED: str(int(now))})}"
    return f"{BOUNCE_PATH}?{urlencode(kept | {RELOAD: again})}"


def leads_here(targets: list[str]) -> bool:
    """Whether what App Bridge is asked to load is the page, once, as `way_to_token` writes it. It would load
    any address, with a token on it."""
    return len(targets) == 1 and _TARGET.fullmatch(targets[0]) is not None
