"""Every blueprint is registered with the proof that its requests must bring, by name, or not at all.

What Shopify's app proxy did not sign is refused by `forged.py` before; the proofs here judge what it did.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from flask import Blueprint, Flask, g, request

from tracker.ports import Clock
from tracker.shopify.signature import allowed_names, read_app_proxy, read_page
from tracker.web.forged import parameters_of

Proof = Callable[[], None]
"""Runs before every view of a blueprint. Raises InvalidSignature where the proof does not hold."""

PROOFS = "tracker_proofs"


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
        proven = read_app_proxy(parameters_of(request.environ), now=clock(), names=names)
        g.shop = proven.shop
        g.path_prefix = proven.path_prefix
        g.customer_id = proven.logged_in_customer_id

    return prove_shop


def page_signed(clock: Clock) -> Proof:
    """The proof of what reveals nothing: signed by Shopify, unknown names passed over, no shop given."""

    def prove_page() -> None:
        g.path_prefix = read_page(parameters_of(request.environ), now=clock())

    return prove_page


def open_to_all() -> None:
    """No proof: for what a load balancer asks and what tells nothing."""
