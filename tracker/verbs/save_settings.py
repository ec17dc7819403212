"""A merchant chooses: what was chosen is stored, and handed on to the block in the shop."""

from __future__ import annotations

from tracker.errors import NotSetUp
from tracker.ports.jobs import Jobs
from tracker.ports.shops import KnownShops, Shops
from tracker.shop import ShopSettings


def save_settings(
    shop: str, settings: ShopSettings, *, shops: Shops, known: KnownShops, jobs: Jobs, noting: str
) -> None:
    """Store what this shop's merchant chose. Look-ups go by it at once here, within a minute elsewhere; the
    block as soon as the job `noting` is done.

    Raises NotSetUp where the shop is not known (it was erased while its page was open), StoreUnavailable
    where nothing was stored.
    """
    if not shops.save_settings(shop, settings):
        raise NotSetUp("no_such_shop")
    known.forget(shop)
    jobs.hand_on(noting, shop)
