"""A storefront whose app proxy forwards to the service. It signs as Shopify documents it, by a signer of its
own, so that a mistake of the service's verifier is not made here too."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from werkzeug.test import TestResponse

SECRET = "the secret that only the app and Shopify know"
OLD_SECRET = "the secret before the last rotation of it"
ALICE = "alice.myshopify.com"
BOB = "bob.myshopify.com"
CHARLIE = "charlie.myshopify.com"
PATH = "/apps/track-order"
ADDRESS = "203.0.113.7"
FORM = "application/x-www-form-urlencoded"
JSON_ASKED = {"Accept": "application/json"}

ADA = {"order": "1001", "email": "ada@example.com"}
"""An order of Alice's shop that the pretend Shopify knows, and its buyer."""

Pairs = list[tuple[str, str]]


def signature(pairs: Pairs, secret: str = SECRET) -> str:
    """https://shopify.dev/docs/apps/build/online-store/app-proxies/authenticate-app-proxies"""
    grouped: dict[str, list[str]] = {}
    for name, value in pairs:
        grouped.setdefault(name, []).append(value)
    text = "".join(f"{name}={','.join(grouped[name])}" for name in sorted(grouped))
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def signed(pairs: Pairs, secret: str = SECRET) -> str:
    """The query string of these pairs with their signature."""
    return urlencode([*pairs, ("signature", signature(pairs, secret))])


def own_pairs(shop: str = ALICE, *, at: float | None = None, path: str = PATH, customer: str = "") -> Pairs:
    """What Shopify itself adds to a query; `customer` is the id of who is signed in."""
    return [
        ("shop", shop),
        ("logged_in_customer_id", customer),
        ("path_prefix", path),
        ("timestamp", str(int(time.time() if at is None else at))),
    ]


class Storefront:
    """One shop's storefront in front of `app`. A request carries the client's address as Shopify adds it.
    `customer` is the id of who is signed in there."""

    def __init__(self, app: Flask, *, shop: str = ALICE, secret: str = SECRET, customer: str = "") -> None:
        self._app = app
        self._shop = shop
        self._secret = secret
        self._customer = customer

    def query(self, *extra: tuple[str, str]) -> str:
        """A freshly signed query with `extra` pairs of the visitor's."""
        return signed([*own_pairs(self._shop, customer=self._customer), *extra], self._secret)

    def send(
        self,
        method: str,
        path: str,
        *,
        query: str | None = None,
        headers: Mapping[str, str] | None = None,
        address: str | None = ADDRESS,
        **body: Any,
    ) -> TestResponse:
        """Any request; `body` is what werkzeug's test client takes (data, json, content_type)."""
        sent = dict(headers or {})
        if address is not None:
            sent.setdefault("X-Forwarded-For", address)
        return self._app.test_client(use_cookies=False).open(
            path,
            method=method,
            query_string=self.query() if query is None else query,
            headers=sent,
            **body,
        )

    def look_up(
        self, fields: Mapping[str, object] | None = None, *, as_page: bool = False, **options: Any
    ) -> TestResponse:
        """The form, posted: by the block's script (JSON wanted) or without JavaScript (`as_page`)."""
        headers = {} if as_page else JSON_ASKED
        headers = {**headers, **options.pop("headers", {})}
        body = urlencode(dict(ADA if fields is None else fields))
        return self.send("POST", "/proxy/lookup", data=body, content_type=FORM, headers=headers, **options)

    def list_orders(self, **options: Any) -> TestResponse:
        """The orders that the block offers to whoever is signed in."""
        return self.send("GET", "/proxy/orders", **{"headers": JSON_ASKED, **options})

    def choose(
        self,
        order: str = "1001",
        *,
        as_page: bool = False,
        fields: Mapping[str, str] | None = None,
        **options: Any,
    ) -> TestResponse:
        """One of them chosen: by the block's script, or by a form without JavaScript (`as_page`)."""
        headers = {} if as_page else JSON_ASKED
        body = urlencode({"order": order} if fields is None else dict(fields))
        return self.send(
            "POST", "/proxy/orders/lookup", data=body, content_type=FORM, headers=headers, **options
        )

    def page(self, *extra: tuple[str, str], **options: Any) -> TestResponse:
        """The page with the form."""
        return self.send("GET", "/proxy", query=self.query(*extra), **options)
