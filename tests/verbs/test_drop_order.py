"""A change of an order is a change of exactly that order."""

from __future__ import annotations

from tests.webhook_fakes import FakeKept
from tracker.verbs.drop_order import drop_order
from tracker.webhook import OrderChanged

ALICE, BOB = "alice.myshopify.com", "bob.myshopify.com"
ORDER, OTHER = "gid://shopify/Order/1", "gid://shopify/Order/2"
PART, PIECE = "gid://shopify/Return/1", "gid://shopify/FulfillmentOrder/2"


def test_the_order_that_was_named_is_dropped() -> None:
    kept = FakeKept()

    assert "dropped" == drop_order(ALICE, OrderChanged(ORDER), kept=kept)
    assert [(ALICE, ORDER)] == kept.dropped


def test_a_part_that_was_once_named_with_its_order_leads_to_it() -> None:
    kept = FakeKept()
    drop_order(ALICE, OrderChanged(ORDER, (PART,)), kept=kept)

    assert "dropped" == drop_order(ALICE, OrderChanged(None, (PART,)), kept=kept)
    assert [(ALICE, ORDER)] * 2 == kept.dropped


def test_a_part_that_nobody_named_leads_nowhere() -> None:
    kept = FakeKept()
    drop_order(ALICE, OrderChanged(ORDER, (PART,)), kept=kept)

    assert "unresolved" == drop_order(BOB, OrderChanged(None, (PART,)), kept=kept)
    assert "unresolved" == drop_order(ALICE, OrderChanged(None, (PIECE,)), kept=kept)
    assert [(ALICE, ORDER)] == kept.dropped


def test_parts_of_several_orders_drop_each_once() -> None:
    kept = FakeKept({(ALICE, "a"): ORDER, (ALICE, "b"): ORDER, (ALICE, "c"): OTHER})
    drop_order(ALICE, OrderChanged(None, ("a", "b", "c", "d")), kept=kept)

    assert [(ALICE, ORDER), (ALICE, OTHER)] == sorted(kept.dropped)
