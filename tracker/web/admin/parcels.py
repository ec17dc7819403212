"""The parcels under way of one shop, counted for its merchant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.business_days import CalendarOf
from tracker.errors import CacheUnavailable
from tracker.parcel_note import CarrierCount, count_by_carrier
from tracker.ports import Clock, ShopParcels
from tracker.shop import Shop


@dataclass(frozen=True, slots=True)
class ParcelTable:
    """Counts by carrier, the most parcels first, and the business days by which they were made. `rows` are
    None where nothing can be known now."""

    rows: Sequence[CarrierCount] | None
    stalled_days: int

    @property
    def total(self) -> CarrierCount:
        """Of all carriers together."""
        rows = self.rows or ()
        return CarrierCount(
            None,
            sum(row.under_way for row in rows),
            sum(row.stalled for row in rows),
            sum(row.troubled for row in rows),
        )


def parcel_table(shop: Shop, *, parcels: ShopParcels, calendar_of: CalendarOf, clock: Clock) -> ParcelTable:
    """What is under way in this shop by the days that its merchant has chosen now. Never raises for a Redis
    that is away."""
    days = shop.settings.stalled_days
    try:
        notes = parcels.of(shop.domain)
    except CacheUnavailable:
        return ParcelTable(None, days)
    return ParcelTable(count_by_carrier(notes, now=clock(), stalled_days=days, calendar_of=calendar_of), days)
