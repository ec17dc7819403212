"""The parcels under way of one shop, counted for its merchant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tracker.business_days import CalendarOf
from tracker.errors import CacheUnavailable
from tracker.parcel_note import CarrierCount, ParcelNote, count_by_carrier, to_see_to
from tracker.ports.clock import Clock
from tracker.ports.parcels import ShopParcels
from tracker.shop import Shop
from tracker.web.admin.words import ago

MOST_LISTED = 50
"""Parcels of a kind that are named one by one."""


@dataclass(frozen=True, slots=True)
class ListedParcel:
    """A parcel that its merchant may see to: its order's name and where that is in the admin, None where they
    are not known; its carrier; and when anything was heard of it last, in words and in ISO 8601."""

    order: str | None
    href: str | None
    carrier: str | None
    since: str | None
    at: str | None


@dataclass(frozen=True, slots=True)
class ParcelTable:
    """Counts by carrier, the most parcels first, and the business days by which they were made. `rows` are
    None where nothing can be known now. `listed` are the first of those that stand still and of those that
    have a problem, by these words."""

    rows: Sequence[CarrierCount] | None
    stalled_days: int
    listed: Mapping[str, Sequence[ListedParcel]] = field(default_factory=dict)

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


def parcel_table(
    shop: Shop, *, parcels: ShopParcels, calendar_of: CalendarOf, clock: Clock, address: str
) -> ParcelTable:
    """What is under way in this shop by the days that its merchant has chosen now. `address` is where the
    shop is, for links into its admin. Never raises for a Redis that is away."""
    days = shop.settings.stalled_days
    try:
        notes = parcels.of(shop.domain)
    except CacheUnavailable:
        return ParcelTable(None, days)
    now = clock()
    counts = count_by_carrier(notes, now=now, stalled_days=days, calendar_of=calendar_of)
    stalled, troubled = to_see_to(notes, now=now, stalled_days=days, calendar_of=calendar_of)
    listed = {
        kind: [_listed(note, now=now, address=address) for note in found[:MOST_LISTED]]
        for kind, found in (("stalled", stalled), ("troubled", troubled))
    }
    return ParcelTable(counts, days, listed)


def _listed(note: ParcelNote, *, now: datetime, address: str) -> ListedParcel:
    return ListedParcel(
        order=None if note.order is None else note.order.name,
        href=None if note.order is None else f"{address}/admin/orders/{note.order.id}",
        carrier=note.carrier,
        since=None if note.news is None else ago(note.news, now=now),
        at=None if note.news is None else note.news.isoformat(),
    )
