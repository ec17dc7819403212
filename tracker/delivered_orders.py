"""An order whose parcel a source calls delivered is read once more, by whom nobody waits for."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from tracker.errors import UpstreamError
from tracker.follow_schedule import happened, newest_status
from tracker.order import Status
from tracker.parcel import TrackingNews
from tracker.ports.answers import KeptOrders
from tracker.ports.jobs import Jobs
from tracker.verbs.follow_order import FOLLOW, SECONDS


@dataclass(frozen=True, slots=True)
class DeliveredOrders:
    """ports.KeptOrders, as `kept` is it, for whoever drops orders for a source's news: it is by being read
    that an order teaches how long its parcel took, and most are never looked up after that."""

    kept: KeptOrders
    jobs: Jobs

    def drop(self, shop: str, order_id: str, *, news: TrackingNews | None = None) -> int:
        """See ports.KeptOrders. Where the job cannot be handed on, this parcel teaches nothing, unless
        somebody looks its order up."""
        dropped = self.kept.drop(shop, order_id, news=news)
        newest = None if news is None else newest_status(happened(news.events, now=news.checked_at))
        if newest is not None and newest.reading.status is Status.DELIVERED:
            with suppress(UpstreamError):
                self.jobs.hand_on(FOLLOW, shop, order_id.encode(), after=SECONDS, once=True)
        return dropped

    def know_part(self, shop: str, part: str, order_id: str) -> None:
        """See ports.KeptOrders."""
        self.kept.know_part(shop, part, order_id)

    def order_of(self, shop: str, part: str) -> str | None:
        """See ports.KeptOrders."""
        return self.kept.order_of(shop, part)
