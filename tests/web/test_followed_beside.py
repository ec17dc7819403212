"""Parcels that are followed beside the shop, on their real way: handed on by a look-up or a webhook, told of
by a push, and part of the next look-up's story. Alice has an account at AfterShip, Bob has none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select, update

from tests.fakes import NOON
from tests.source_fakes import OFFERED
from tests.web.pushing import SECRETS, push
from tests.web.shops import World, eventually, world
from tests.web.storefront import ADA, ALICE, BOB
from tracker.ports.sources import SourceAccount
from tracker.store.tables import JOBS
from tracker.verbs.follow_order import FOLLOW

HERS = {**ADA, "order": "#1003"}
"""Ada's parcel of which Shopify tells nothing: what it tells of is not paid for."""


@pytest.fixture
def shops(sqlite_url: str, redis_url: str) -> Iterator[World]:
    with world(sqlite_url, redis_url, offered=OFFERED) as three:
        for shop in (ALICE, BOB):
            three.install(shop)
        assert three.edges.store is not None
        account = SourceAccount("aftership", "the key of Alice", SECRETS[ALICE])
        three.edges.store.accounts.save(ALICE, account, at=NOON)
        yield three


def story(shops: World, shop: str = ALICE) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = (shops.storefront(shop).look_up(HERS).json or {})["shipments"]
    return told


def parcel(shops: World, shop: str = ALICE) -> dict[str, Any]:
    """The one parcel of Ada's order."""
    (told,) = story(shops, shop)
    return told


def jobs(shops: World) -> int:
    assert shops.edges.store is not None
    with shops.edges.store.database.reading() as connection:
        count: int = connection.execute(
            select(func.count()).select_from(JOBS).where(JOBS.c.kind == FOLLOW)
        ).scalar_one()
    return count


def tell(shops: World, shop: str) -> None:
    """Shopify tells of a parcel of Ada's order, with all its webhooks."""
    for topic in ("orders/fulfilled", "fulfillments/create", "fulfillments/update", "orders/updated"):
        assert [200] == shops.take(shops.platform.deliver_webhook(shop, topic, order=HERS["order"]))


def test_a_look_up_has_its_parcels_followed_and_tells_what_is_pushed(shops: World) -> None:
    before = parcel(shops)
    said = json.dumps([before["tracking"][0]["number"].lower()]).encode()

    def delivered() -> bool:
        assert 200 == push(shops, body=said).status_code
        return bool(parcel(shops)["status"] == "delivered")

    eventually(delivered)
    assert ("aggregator", "shopify") == (parcel(shops)["source"], before["source"])
    of_bob = parcel(shops, BOB)
    assert (before["status"], before["tracking"]) == (of_bob["status"], of_bob["tracking"])


def test_until_a_source_answers_nothing_is_said_of_what_its_carrier_did(shops: World) -> None:
    """Neither is where there is no source: that we have no news is all we know."""
    for shop in (ALICE, BOB):
        page = shops.storefront(shop).look_up(HERS, as_page=True).text
        assert "There is no news from the carrier yet." in page


def test_many_webhooks_of_one_order_are_one_read_of_it(shops: World) -> None:
    tell(shops, ALICE)
    tell(shops, BOB)
    assert 1 == jobs(shops)
    assert 0 == shops.platform.calls(ALICE)["operations"].get("read", 0)

    assert shops.edges.store is not None
    with shops.edges.store.database.writing() as connection:
        connection.execute(update(JOBS).values(not_before=datetime.now(UTC)))
    shops.do_jobs()
    assert shops.edges.followed.following(now=datetime.now(UTC)).planned > 0
    assert (1, 0) == tuple(len(shops.edges.parcels.of(shop)) for shop in (ALICE, BOB))
    assert 0 == jobs(shops)
