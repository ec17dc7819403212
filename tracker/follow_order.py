"""The parcels of an order may have changed: it is read, and what is under way of it is followed."""

from __future__ import annotations

from collections.abc import Callable

from tracker.deadline import Deadline
from tracker.errors import BudgetReserved, UpstreamError
from tracker.ports import Budget, Clock, Orders
from tracker.shop_sources import ShopSources
from tracker.timeline import tell

FOLLOW = "follow_order"
"""The kind of the job."""

SECONDS = 5.0
"""So long a job waits for its like: of one parcel Shopify sends several webhooks within a moment, and the
order is read for all of them once."""

BUDGET_SECONDS = 8.0


def follow_order(
    shop: str,
    order_id: str,
    *,
    orders: Orders,
    budget: Budget,
    scopes_of: Callable[[str], frozenset[str]],
    sources: ShopSources,
    clock: Clock,
) -> int:
    """Follow what is under way of this order (its gid) at the shop's sources; how many parcels are new there.
    None, and nothing is asked, where the shop has no source any more. No shopper waits for it, so it comes
    behind all of them.

    What a webhook said is not believed: its body is proven to be Shopify's, its shop is not. Raises
    UpstreamError where the order cannot be read or noted now; where the shop refuses for good, a look-up will
    hand the parcels on once it no longer does.
    """
    if not sources.wanted(shop):
        return 0
    if seconds := budget.wait_behind(shop):
        raise BudgetReserved(retry_after=seconds)
    try:
        order = orders.read(shop, order_id, scopes=scopes_of(shop), deadline=Deadline(BUDGET_SECONDS))
    except UpstreamError as error:
        if not error.permanent:
            raise
        return 0
    if order is None:
        return 0
    now = clock()
    return sources.follow(shop, tell(sources.joined(shop, order), now=now), at=now)
