"""How verbs meet what a shop's sources say. Nothing here ever speaks to a source: that is the business of
another process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from tracker.carrier_news import (
    is_silent,
    join_news,
    numbers_of,
    scanned_by_shop,
    under_way,
    worth_paying_from,
)
from tracker.order import Order, ShipmentStory, Story
from tracker.parcel import AskAbout, Parcel
from tracker.ports import CarrierOf, KeptNews, SourcesOf, TrackingSource
from tracker.tracking_number import plain_number


@dataclass(frozen=True, slots=True)
class Joined:
    """An order with what sources said of its parcels. Not `complete` where that could not be read just now:
    then it is the shop's own, and may be behind what was told before."""

    order: Order
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
        news = self.followed.news(shop, numbers)
        return Joined(order, complete=False) if news is None else Joined(join_news(order, news))

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

    def names(self, at: datetime) -> tuple[str, ...]:
        """Of the sources that are to be asked by then."""
        return (*self.at_once, *self.if_silent) if at >= self.paid_from else self.at_once


def _names(sources: Iterable[TrackingSource], asked_about: AskAbout) -> tuple[str, ...]:
    return tuple(source.name for source in sources if source.ask_about is asked_about)
