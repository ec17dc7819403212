"""How verbs meet what a shop's sources say. Nothing here ever speaks to a source: that is the business of
another process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tracker.carrier_news import join_news, numbers_of, under_way
from tracker.order import Order, Story, Tracking
from tracker.parcel import Parcel
from tracker.ports import CarrierOf, KeptNews, SourcesOf
from tracker.tracking_number import plain_number


@dataclass(frozen=True, slots=True)
class ShopSources:
    """What it takes: the sources that a shop's merchant switched on, the parcels that are followed at them,
    and who knows carriers."""

    sources_of: SourcesOf
    followed: KeptNews
    carrier_of: CarrierOf

    def wanted(self, shop: str) -> bool:
        """Whether this shop has any source: known in the process, and never an error."""
        return bool(self.sources_of(shop))

    def joined(self, shop: str, order: Order) -> Order:
        """The order with what sources said last of its parcels: one round trip where the shop has a source
        and the order a number, and nothing at all elsewhere. Never raises."""
        if not self.wanted(shop) or not (numbers := numbers_of(order)):
            return order
        return join_news(order, self.followed.news(shop, numbers))

    def follow(self, shop: str, story: Story, *, at: datetime) -> int:
        """Have the parcels of this order that are under way followed, each at the sources that may know it;
        how many are new. Those that are followed already stay as they are. Raises CacheUnavailable."""
        by_sources: dict[tuple[str, ...], list[Parcel]] = {}
        for tracking in under_way(story, now=at):
            parcel = self._parcel(tracking)
            names = tuple(source.name for source in self.sources_of(shop) if source.covers(parcel))
            if names:
                by_sources.setdefault(names, []).append(parcel)
        return sum(
            self.followed.follow(shop, story.order.id, parcels, sources=names, at=at)
            for names, parcels in by_sources.items()
        )

    def _parcel(self, tracking: Tracking) -> Parcel:
        return Parcel(plain_number(tracking.number) or "", self.carrier_of(tracking))
