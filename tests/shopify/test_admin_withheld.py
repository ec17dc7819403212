"""What a shop withholds makes a story poorer, or a look-up impossible, and is never taken for a miss."""

from __future__ import annotations

import pytest

from tests.shopify import recordings
from tests.shopify.one_shop import ALICES_ID, SCOPES, shop
from tests.shopify.upstream import recorded, reply
from tracker.claim import by_customer
from tracker.errors import (
    AccessDenied,
)
from tracker.shopify import queries


def test_without_the_scope_for_customers_nobodys_orders_are_told_and_it_is_no_news() -> None:
    """The scope is optional: a shop without it is as its merchant wants it."""
    with shop(recorded("recent_without_scope"), recorded("find_of_customer_without_scope")) as alice:
        listed, found = alice.recent(), alice.find(claim=by_customer(ALICES_ID))

    assert [hit.customer_id for hit in [*listed, *found.orders]] == [None, None]
    assert "read_orders" in found.scopes
    assert alice.told == []


def test_where_orders_are_withheld_there_is_no_list_and_no_look_up() -> None:
    with shop(*[recorded("find_orders_withheld")] * 2) as alice:
        assert list(alice.recent()) == []
        with pytest.raises(AccessDenied):
            alice.find(claim=by_customer(ALICES_ID))


def test_where_the_email_is_withheld_nobody_can_be_verified() -> None:
    with shop(recorded("find_email_withheld")) as alice, pytest.raises(AccessDenied):
        alice.find()

    assert alice.told == [("withheld", "orders.nodes.email")]


def test_scopes_that_are_withheld_make_the_story_poorer() -> None:
    with shop(recorded("find_scopes_withheld")) as alice:
        found = alice.find()

    assert found.orders[0].email == "alice@example.com"
    assert found.scopes == frozenset()
    assert alice.told == [("withheld", "currentAppInstallation")]


def test_a_part_that_takes_the_order_with_it_is_left_out_the_second_time() -> None:
    with shop(recorded("order_withheld_holds"), recorded("order_unshipped")) as alice:
        order = alice.read()

    assert order is not None
    assert order.name == "#1002"
    assert [asked["query"] for asked in alice.asked] == [queries.read(SCOPES), queries.read(frozenset())]
    assert alice.told == [("withheld", "order.fulfillmentOrders")]


def test_a_part_withheld_beside_the_order_makes_the_story_poorer() -> None:
    answer = recordings.answer("order_split")
    answer["data"]["order"]["refunds"] = None
    answer["errors"] = [{"extensions": {"code": "ACCESS_DENIED"}, "path": ["order", "refunds"]}]
    with shop(reply(answer)) as alice:
        order = alice.read()

    assert order is not None
    assert alice.told == [("withheld", "order.refunds")]


def test_a_destination_that_is_withheld_is_not_known_and_nothing_to_complain_of() -> None:
    """Which apps may see an address is Shopify's to decide; stories are told without it."""
    answer = recordings.answer("order_split")
    address = answer["data"]["order"]["shippingAddress"]
    address["countryCodeV2"] = None
    path = ["order", "shippingAddress", "countryCodeV2"]
    answer["errors"] = [{"extensions": {"code": "ACCESS_DENIED"}, "path": path}]
    with shop(reply(answer)) as alice:
        order = alice.read()

    assert order is not None
    assert order.destination is None
    assert len(alice.asked) == 1
    assert alice.told == []


def test_an_order_that_is_withheld_is_not_an_order_that_is_gone() -> None:
    answer = {
        "data": {"order": None},
        "errors": [{"extensions": {"code": "ACCESS_DENIED"}, "path": ["order"]}],
    }
    with shop(reply(answer)) as alice, pytest.raises(AccessDenied):
        alice.read()
