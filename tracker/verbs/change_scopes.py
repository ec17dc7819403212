"""A merchant granted or withdrew a scope."""

from __future__ import annotations

from datetime import datetime

from tracker.ports.jobs import Jobs
from tracker.ports.shops import KnownShops, ServedShops
from tracker.shop import LISTING

SYNCHRONISE = "synchronise_shop"
"""The kind of the job that asks the shop itself, and brings its subscriptions in line with its scopes."""


def change_scopes(
    shop: str,
    scopes: frozenset[str],
    *,
    shop_id: int,
    triggered_at: datetime,
    shops: ServedShops,
    known: KnownShops,
    jobs: Jobs,
    noting: str | None,
) -> str:
    """Store what is granted now, and hand on what goes with it: the change of subscriptions, and the job
    `noting` where customers gain or lose the list of their orders.

    Only the shop's id in the body says whose scopes these are, so they count where that id is known to be
    this shop's (`shop_id` is what the body says). Else the job asks the shop. Gives `changed`, `asked` where
    it is left to the job, or `ignored` for a shop that is not known or of which something newer is. Raises
    StoreUnavailable.
    """
    now = shops.get(shop)
    if now is None:
        return "ignored"
    if now.shop_id is None or now.shop_id != shop_id:
        jobs.hand_on(SYNCHRONISE, shop)
        return "asked"
    if not shops.change_scopes(shop, scopes, at=triggered_at):
        return "ignored"
    known.forget(shop)
    jobs.hand_on(SYNCHRONISE, shop)
    if noting is not None and now.lists_orders != (LISTING in scopes):
        jobs.hand_on(noting, shop)
    return "changed"
