"""A merchant removed the app: from now on nothing is served for the shop, and nothing kept to serve it."""

from __future__ import annotations

from datetime import datetime

from tracker.ports.jobs import Jobs
from tracker.ports.shops import KnownShops, ServedShops

PURGE = "purge_shop"
"""The kind of the job that deletes a shop's answers. Its settings stay until Shopify says that nothing may
stay (`erase_shop`), in case the merchant comes back."""


def uninstall_shop(
    shop: str, *, triggered_at: datetime, shops: ServedShops, known: KnownShops, jobs: Jobs
) -> str:
    """Delete the shop's tokens now, and hand on what takes longer.

    Gives `uninstalled`, or `ignored` where the shop is not known or was installed again after `triggered_at`:
    deliveries come in any order. Raises StoreUnavailable, after which it has to be told again.
    """
    if not shops.uninstall(shop, triggered_at=triggered_at):
        return "ignored"
    known.forget(shop)
    jobs.hand_on(PURGE, shop)
    return "uninstalled"
