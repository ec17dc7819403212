"""Orders of whose parcels Shopify hears nothing but that they left: their carriers are asked beside it."""

from __future__ import annotations

from tracker.demo.book import Book
from tracker.demo.followed_parcels import TOLD_BY_AGGREGATOR, TOLD_BY_BOTH, TOLD_BY_DHL
from tracker.demo.journeys import Plan

FOLLOWED = {
    "#1041": ("Shopify knows nothing more: an aggregator tells the rest", TOLD_BY_AGGREGATOR),
    "#1042": ("Shopify knows nothing more: DHL itself tells the rest", TOLD_BY_DHL),
    "#1043": ("Two carriers, two numbers: the aggregator and DHL tell one story", TOLD_BY_BOTH),
}
"""Order → its story, and its parcel's journey."""


def write_followed_orders(book: Book) -> None:
    """Add them to the book."""
    for (name, (story, plan)), slug in zip(FOLLOWED.items(), ("boots", "lantern", "pack"), strict=True):
        order = book.order(name, story, [book.line(slug)], placed=4)
        book.ship(order, carrier=plan.shopify_name, number=plan.number, url=None, sent=_hours(plan))


def _hours(plan: Plan) -> float:
    """How long ago it left the shop: an hour before the carrier first told of it."""
    return -plan.steps[0].after.total_seconds() / 3600 + 1
