"""What a shop's other parcels taught, and how a story is told by it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from tracker.learned_window import Route, Taken
from tracker.order import Order, Story, Tracking
from tracker.parcel_note import ParcelNote


class DeliveryTimes(Protocol):
    """How long the delivered parcels of a shop took, counted by route. It never raises: what cannot be kept
    or known now is not, and another parcel will teach the same."""

    def count(self, shop: str, parcel: str, took: Sequence[Taken], *, at: datetime) -> None:
        """Count a parcel that was delivered `at` (aware, UTC), once however often it is told. `parcel` is
        its name among all of the shop's."""
        ...

    def of(self, shop: str, routes: Sequence[Route], *, now: datetime) -> Mapping[Route, Mapping[int, float]]:
        """One round trip: by business days how many parcels took so long, older ones counting for less
        (`delivery_range.fading`). A route that nobody was counted on is not among them."""
        ...


class ShopParcels(Protocol):
    """The parcels of a shop that are under way, as they were when their orders were read last. They go when
    the shop says that their order changed, and by themselves some time after that."""

    def keep(
        self, shop: str, order_id: str, parcels: Sequence[ParcelNote], *, generation: int, at: datetime
    ) -> None:
        """What was read of an order `at` (aware, UTC), in place of what was kept; without any parcel nothing
        is. Not kept where the order was dropped since `generation`. It never raises: what cannot be kept now
        is not known."""
        ...

    def of(self, shop: str) -> Sequence[ParcelNote]:
        """All that is known, of some thousands of orders at most: those that were read last. Raises
        errors.CacheUnavailable."""
        ...


class TellStory(Protocol):
    """How the story of an order of a shop is told."""

    def __call__(
        self, shop: str, order: Order, *, now: datetime, stalled_days: int, generation: int | None
    ) -> Story:
        """Of an order that was read at `now` (aware, UTC); `generation` as in Answers. Never raises."""
        ...


TellTracking = Callable[[str | None, str | None, str | None], Tracking]
"""What a shopper is told of a parcel's company, number and address, as the shop tells them: the carrier in
its proper writing, the number as it is, and an address that is safe to follow, or None. It never raises."""


CarrierOf = Callable[[Tracking], str | None]
"""Whose parcel it is, of which a shopper is told this: the carrier's key in the table of carriers, None where
nobody knows for certain. It never raises."""
