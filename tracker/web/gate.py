"""Every blueprint is registered with the proof that its requests must bring, by name, or not at all.

What Shopify's app proxy did not sign is refused by `forged.py` before; the proofs here judge what it did.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress

from flask import Blueprint, Flask, abort, g, request

from tracker.errors import InvalidSignature, SourceBroken, UnprovenPush
from tracker.ports.clock import Clock
from tracker.ports.sources import KnownAccounts, ReadPush
from tracker.shopify.signature import allowed_names, read_app_proxy, read_page
from tracker.shopify.webhook_signature import presented_signature, verify_webhook
from tracker.web.bounded_body import read_bounded_body
from tracker.web.forged import parameters_of
from tracker.web.here import noted_here, request_here

Proof = Callable[[], None]
"""Runs before every view of a blueprint. Raises InvalidSignature or InvalidIdToken where it does not hold."""

PROOFS = "tracker_proofs"

CAMPAIGN_NAMES = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
PAGE_NAMES = ("dialog", "locale", "order", *CAMPAIGN_NAMES)
"""What leads to the page: the theme's button, a link with the order's number, and the links of mails."""

MAX_PUSH_BYTES = 1024 * 1024
"""Forty parcels with all that happened to them have some hundred thousand."""

MAX_WEBHOOK_BYTES = 2 * 1024 * 1024
"""Cut down to ids a body has some hundred bytes; a whole order of 500 lines has about a million, and 100 000
orders of one person as many."""


def register(app: Flask, blueprint: Blueprint, *, proof: Proof) -> None:
    """Register `blueprint` so that none of its views runs before `proof` has held."""
    blueprint.before_request(proof)
    app.register_blueprint(blueprint)
    app.extensions.setdefault(PROOFS, {})[blueprint.name] = proof


def shop_signed(clock: Clock, *, extra: Iterable[str] = ()) -> Proof:
    """The strict proof of what reveals something: Shopify's names, each once, and `extra` ones it may sign.

    Puts the verified shop into `g.shop`, its path into `g.path_prefix`, and who is signed in there into
    `g.customer_id` (None for nobody); nothing else says which shop or customer asks.
    """
    names = allowed_names(extra)

    def prove_shop() -> None:
        proven = read_app_proxy(parameters_of(request_here().environ), now=clock(), names=names)
        here = noted_here()
        here.shop = proven.shop
        here.path_prefix = proven.path_prefix
        here.customer_id = proven.logged_in_customer_id

    return prove_shop


def page_signed(clock: Clock, *, extra: Iterable[str] = ()) -> Proof:
    """The proof of what reveals nothing: signed by Shopify, unknown names passed over.

    Puts the shop into `g.shop`, for what its merchant chose, where the query holds strictly too: with no name
    but Shopify's, `extra` ones and PAGE_NAMES. A query with another has more than one reading, and its page
    is the same for all shops. Who is signed in is put into `g.customer_id` as the strict proof does, and only
    where that one holds: the values of PAGE_NAMES are anybody's.
    """
    strictly = allowed_names(extra)
    names = strictly | {name.encode("ascii") for name in PAGE_NAMES}

    def prove_page() -> None:
        parameters, now = parameters_of(request.environ), clock()
        g.path_prefix = read_page(parameters, now=now)
        with suppress(InvalidSignature):
            g.shop = read_app_proxy(parameters, now=now, names=names).shop
            g.customer_id = read_app_proxy(parameters, now=now, names=strictly).logged_in_customer_id

    return prove_page


def webhook_signed(secrets: Sequence[str]) -> Proof:
    """The proof of a webhook: its raw body is signed. Puts the body into `g.body` and what its headers say,
    which is not signed, into `g.envelope`; the shop that they name into `g.shop`.

    What brings no signature is refused before its body is read, and what is too long before it is proven.
    """

    def prove_webhook() -> None:
        presented_signature(request.headers.get)
        g.body = read_bounded_body(request, most_bytes=MAX_WEBHOOK_BYTES)
        g.envelope = verify_webhook(request.headers.get, g.body, secrets=secrets)
        g.shop = g.envelope.shop

    return prove_webhook


def push_signed(known: KnownAccounts, readers: Mapping[str, ReadPush], clock: Clock) -> Proof:
    """The proof of what a source pushes: it is signed with the secret of this shop's account there. Puts what
    it tells into `g.pushed`, None where a signed body cannot be read, and the shop into `g.shop`.

    Who has no account, who is no shop and who signs otherwise are refused alike. Where there is no account no
    body is read.
    """

    def prove_push() -> None:
        named = request.view_args or {}
        source, shop = named.get("source", ""), named.get("shop", "")
        if (request.content_length or 0) > MAX_PUSH_BYTES:
            abort(413)  # alike for all: it would tell whose account there is
        account = next((one for one in known.known(shop) if one.source == source), None)
        read = readers.get(source)
        if account is None or read is None:
            raise UnprovenPush("no_account")
        headers = {name.lower(): value for name, value in request.headers}
        body = read_bounded_body(request, most_bytes=MAX_PUSH_BYTES)
        try:
            g.pushed = read(body, headers, account, clock())
        except InvalidSignature as refusal:
            raise UnprovenPush(refusal.cause) from refusal
        except SourceBroken:
            g.pushed = None
        g.shop = shop

    return prove_push


def open_to_all() -> None:
    """No proof: for what a load balancer asks and what tells nothing."""
