"""The parcels of an order may have changed: it is read, and what is under way of it is followed."""

from __future__ import annotations

from collections.abc import Callable

from tracker.deadline import Deadline
from tracker.errors import BudgetReserved, UpstreamError
from tracker.ports.clock import Clock
from tracker.ports.orders import Budget, Orders
from tracker.ports.parcels import TellStory
from tracker.ports.shops import SettingsOf
from tracker.shop_sources import ShopSources

FOLLOW = "follow_order"
"""The kind of the job."""

FOLLOW_LATER = "follow_order_later"
"""The kind of the same job, where the shop was given its time to tell of a parcel first. Of a kind of its
own, or the next one, which is not to wait, would be taken for the same."""

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
    tell_story: TellStory,
    settings_of: SettingsOf,
    generation_of: Callable[[str], int | None],
    clock: Clock,
    later: Callable[[float], None],
) -> int:
    """Follow what is under way of this order (its gid) at the shop's sources; how many parcels are new there.
    None, and nothing is asked, where the shop has no source any more. No shopper waits for it, so it comes
    behind all of them. Its parcels count for the shop as those of a look-up do, whether or not somebody ever
    asks for them; `generation_of` a shop is as in `ports.Answers`. Where a source is asked about silent
    parcels alone and one of these may yet turn out to be, `later` is told in how many seconds that will be
    known.

    What a webhook said is not believed: its body is proven to be Shopify's, its shop is not. Raises
    UpstreamError where the order cannot be read or noted now; where the shop refuses for good, a look-up will
    hand the parcels on once it no longer does.
    """
    if not sources.wanted(shop):
        return 0
    if seconds := budget.wait_behind(shop):
        raise BudgetReserved(retry_after=seconds)
    # Before anything is asked: what is dropped during the read may be news that it does not tell yet.
    generation = generation_of(shop)
    try:
        order = orders.read(shop, order_id, scopes=scopes_of(shop), deadline=Deadline(BUDGET_SECONDS))
    except UpstreamError as error:
        if not error.permanent:
            raise
        return 0
    if order is None:
        return 0
    now = clock()
    story = tell_story(
        shop,
        sources.joined(shop, order).order,
        now=now,
        stalled_days=settings_of(shop).stalled_days,
        generation=generation,
    )
    if (worth_it := sources.worth_paying_at(shop, story, at=now)) is not None:
        later((worth_it - now).total_seconds())
    return sources.follow(shop, story, at=now)
