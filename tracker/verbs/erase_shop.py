"""Nothing of a shop may be kept any longer: what Shopify demands two days after it removed the app."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from tracker.deadline import Deadline
from tracker.errors import UpstreamError
from tracker.ports.privacy import Purge
from tracker.ports.shops import Installations, KnownShops, ServedShops

REMOVED_BEFORE = timedelta(hours=48)
"""https://shopify.dev/docs/apps/build/compliance/privacy-law-compliance"""

BUDGET_SECONDS = 10.0


def erase_shop(
    shop: str,
    *,
    triggered_at: datetime,
    shops: ServedShops,
    known: KnownShops,
    purges: Sequence[Purge],
    installations: Installations,
) -> str:
    """Delete everything of a shop, from the store last, so that whoever is interrupted starts again.

    One that has come back meanwhile is served, so its tokens and settings are of the present installation
    and stay; everything else of it goes. Whether it has come back is told by time, and where our clock and
    Shopify's may have disagreed, by the shop itself. Gives `erased` or `purged`. Raises UpstreamError where
    that cannot be known now, and what `purges` raise.
    """
    for purge in purges:
        purge.shop(shop)
    if shops.get(shop) is None:
        return "erased"
    if not shops.uninstall(shop, triggered_at=triggered_at - REMOVED_BEFORE) and _has_it(shop, installations):
        return "purged"
    shops.erase(shop)
    known.forget(shop)
    return "erased"


def _has_it(shop: str, installations: Installations) -> bool:
    try:
        installations.read(shop, deadline=Deadline(BUDGET_SECONDS))
    except UpstreamError as error:
        if not error.permanent:
            raise
        return False
    return True
