"""How verbs meet what a shop's sources say. Nothing here ever speaks to a source: that is the business of
another process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tracker.carrier_news import (
    ANSWERED_WITHIN,
    FOLLOWED_WITHIN,
    is_silent,
    join_news,
    numbers_of,
    scanned_by_shop,
    under_way,
    worth_paying_from,
)
from tracker.order import Order, ShipmentStory, Story
from tracker.parcel import AskAbout, KeptParcel, Parcel
from tracker.ports.following import KeptNews
from tracker.ports.parcels import CarrierOf
from tracker.ports.sources import SourcesOf, TrackingSource
from tracker.tracking_number import plain_number


@dataclass(frozen=True, slots=True)
class Joined:
    """An order with what sources said of its parcels, of which this is `kept`, by number. Not `complete`
    where that could not be read just now: then it is the shop's own, and may be behind what was told
    before."""

    order: Order
    kept: Mapping[str, KeptParcel] = field(default_factory=dict)
    complete: bool = True


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

    def joined(self, shop: str, order: Order) -> Joined:
        """The order with what sources said last of its parcels: one round trip where the shop has a source
        and the order a number, and nothing at all elsewhere. Never raises."""
        if not self.wanted(shop) or not (numbers := numbers_of(order)):
            return Joined(order)
        kept = self.followed.news(shop, numbers)
        if kept is None:
            return Joined(order, complete=False)
        return Joined(join_news(order, {number: parcel.news for number, parcel in kept.items()}), kept)

    def follow(self, shop: str, story: Story, *, at: datetime) -> int:
        """Have the parcels of this order that are under way followed, each at the sources that may know it
        and are to be asked about it by then; how many are new. Those that are followed already stay as they
        are. Raises CacheUnavailable."""
        by_sources: dict[tuple[str, ...], list[Parcel]] = {}
        for wanted in self._wanted(shop, story, at=at):
            if names := wanted.names(at):
                by_sources.setdefault(names, []).append(wanted.parcel)
        return sum(
            self.followed.follow(shop, story.order.id, parcels, sources=names, at=at)
            for names, parcels in by_sources.items()
        )

    def awaited(self, shop: str, story: Story, *, at: datetime) -> bool:
        """Whether one of the sources that are asked for a parcel of this order may tell of it any moment, of
        which none has told anything yet."""
        return any(is_silent(wanted.part) and wanted.names(at) for wanted in self._wanted(shop, story, at=at))

    def behind(self, shop: str, story: Story, joined: Joined, *, at: datetime) -> bool:
        """Whether this story of the order that was `joined` may be behind what was told before: what was kept
        was lost a while ago, and a source is asked anew for one of its parcels that has not answered yet. So
        it is after Redis was emptied, for ANSWERED_WITHIN at most."""
        if not joined.complete:
            return True
        late = any(
            self._is_late(wanted, joined.kept.get(wanted.parcel.number), at=at)
            for wanted in self._wanted(shop, story, at=at)
            if is_silent(wanted.part) and wanted.names(at)
        )
        emptied = self.followed.emptied(shop) if late else None
        return emptied is not None and emptied <= ANSWERED_WITHIN

    @staticmethod
    def _is_late(wanted: _Wanted, kept: KeptParcel | None, *, at: datetime) -> bool:
        since = at if kept is None else kept.unanswered_since
        return since is not None and since - wanted.asked_from > FOLLOWED_WITHIN

    def worth_paying_at(self, shop: str, story: Story, *, at: datetime) -> datetime | None:
        """When, later than `at`, a source that is asked about silent parcels alone is to be asked about one
        of this order of which the shop has told no scan so far; None where there is no such parcel."""
        moments = [
            wanted.paid_from
            for wanted in self._wanted(shop, story, at=at)
            if wanted.if_silent and scanned_by_shop(wanted.part) is None and wanted.paid_from > at
        ]
        return max(moments, default=None)

    def _wanted(self, shop: str, story: Story, *, at: datetime) -> Iterator[_Wanted]:
        sources = self.sources_of(shop)
        if not sources:
            return
        for tracking, part in under_way(story, now=at):
            parcel = Parcel(plain_number(tracking.number) or "", self.carrier_of(tracking))
            covering = [source for source in sources if source.covers(parcel)]
            yield _Wanted(
                parcel,
                part,
                at_once=_names(covering, AskAbout.EVERY_PARCEL),
                if_silent=_names(covering, AskAbout.SILENT_PARCELS),
                paid_from=worth_paying_from(part),
            )


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A parcel that is under way, and the sources that may know it: those that are asked about it at once,
    and those that are from `paid_from` on."""

    parcel: Parcel
    part: ShipmentStory
    at_once: tuple[str, ...]
    if_silent: tuple[str, ...]
    paid_from: datetime

    @property
    def asked_from(self) -> datetime:
        """From when the first of them is asked."""
        return self.part.shipment.created_at if self.at_once else self.paid_from

    def names(self, at: datetime) -> tuple[str, ...]:
        """Of the sources that are to be asked by then."""
        return (*self.at_once, *self.if_silent) if at >= self.paid_from else self.at_once


def _names(sources: Iterable[TrackingSource], asked_about: AskAbout) -> tuple[str, ...]:
    return tuple(source.name for source in sources if source.ask_about is asked_about)
