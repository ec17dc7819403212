"""From parcels that came to what the next shopper reads: the JSON and the page say when half of a shop's
parcels, and nine of ten, had come."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask

from tests.web.storefront import ALICE, BOB, Storefront
from tracker.business_days import day_after
from tracker.calendars.table import calendar_of
from tracker.edges import Edges
from tracker.learned_window import Route, Taken

UNDER_WAY = {"order": "1031A", "email": "ada@example.com"}
DELIVERED = {"order": "1005", "email": "ada@example.com"}
ROUTE = Route("UPS", "US", "US", scanned=True)


@pytest.fixture
def edges(app: Flask) -> Edges:
    edges: Edges = app.extensions["tracker_edges"]
    return edges


def teach(edges: Edges, shop: str, *, parcels: int = 40) -> None:
    """So many parcels came to this shop's shoppers just now, three of four of them after 20 business days."""
    for number in range(parcels):
        took = [Taken(ROUTE, 20 if number % 4 else 30)]
        edges.times.count(shop, f"parcel {number}", took, at=datetime.now(UTC))


def window(storefront: Storefront) -> dict[str, str | None] | None:
    (parcel,) = storefront.look_up(UNDER_WAY).get_json()["shipments"]
    told: dict[str, str | None] | None = parcel["delivery_window"]
    if told is not None:
        shipped = datetime.fromisoformat(parcel["shipped_at"]).date()
        calendar = calendar_of("US")
        assert f"{day_after(shipped, 20, calendar)}T12:00:00Z" == told["from"]
        assert f"{day_after(shipped, 30, calendar)}T12:00:00Z" == told["to"]
    return told


def test_what_forty_parcels_taught_is_told_to_the_next_shopper(edges: Edges, storefront: Storefront) -> None:
    teach(edges, ALICE)
    told = window(storefront)

    assert told is not None
    assert "rule" == told["source"]
    assert "Usually arrives" in storefront.look_up(UNDER_WAY, as_page=True).text


def test_twenty_parcels_or_those_of_another_shop_teach_nothing(edges: Edges, storefront: Storefront) -> None:
    teach(edges, ALICE, parcels=20)
    teach(edges, BOB)

    assert None is window(storefront)


def test_a_delivered_parcel_is_counted_behind_the_answer(edges: Edges, storefront: Storefront) -> None:
    storefront.look_up(DELIVERED)
    known = edges.times.of(ALICE, [ROUTE], now=datetime.now(UTC))

    assert 0.9 < sum(known[ROUTE].values()) <= 1
