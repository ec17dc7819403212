"""Which parts of a long order are fetched further, and how they are put together."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.shopify import recordings
from tracker.shopify.paging import Page, missing, put_in
from tracker.shopify.queries import FULFILLMENTS_FIRST, FULFILLMENTS_PAGE

ORDER_ID = "gid://shopify/Order/1001"


def split() -> dict[str, Any]:
    return recordings.order("split")


def more(cursor: str | None) -> dict[str, Any]:
    return {"hasNextPage": cursor is not None, "endCursor": cursor}


def test_a_short_order_is_complete() -> None:
    assert [missing(recordings.order(name.removeprefix("order_"))) for name in recordings.ORDERS[:3]] == [
        None
    ] * 3


def test_further_lines_are_joined_to_the_first_ones() -> None:
    order = split()
    order["lineItems"]["pageInfo"] = more("c1")
    page = missing(order)
    assert page == Page("line_items", "order", ORDER_ID, "c1")

    assert put_in(order, page, {"lineItems": {"nodes": [{"id": "new"}], "pageInfo": more("c2")}})
    page = missing(order)
    assert page == Page("line_items", "order", ORDER_ID, "c2")

    assert put_in(order, page, {"lineItems": {"nodes": [{"id": "newer"}], "pageInfo": more(None)}})
    assert missing(order) is None
    assert [node["id"] for node in order["lineItems"]["nodes"]][-2:] == ["new", "newer"]
    assert len(order["lineItems"]["nodes"]) == 6


def test_a_long_list_of_parcels_is_asked_for_anew_once() -> None:
    order = split()
    parcel = order["fulfillments"][0]
    order["fulfillments"] = [parcel] * FULFILLMENTS_FIRST
    page = missing(order)
    assert page == Page("fulfillments", "order", ORDER_ID)

    assert put_in(order, page, {"fulfillments": [parcel] * FULFILLMENTS_FIRST})
    assert missing(order) is None


def test_parcels_beyond_the_longest_list_cannot_be_had() -> None:
    order = split()
    parcel = order["fulfillments"][0]
    order["fulfillments"] = [parcel] * FULFILLMENTS_FIRST
    page = Page("fulfillments", "order", ORDER_ID)
    put_in(order, page, {"fulfillments": [parcel] * FULFILLMENTS_PAGE})

    assert missing(order) == page
    assert not put_in(order, page, {"fulfillments": [parcel] * FULFILLMENTS_PAGE})


def test_a_parcel_that_holds_more_than_was_told_is_asked_for_from_the_beginning() -> None:
    """Its first page carries no cursor."""
    order = split()
    parcel = order["fulfillments"][0]
    parcel["totalQuantity"] = 3
    page = missing(order)
    assert page == Page("fulfillment_items", "fulfillment", parcel["id"])

    first = {"quantity": 2, "lineItem": {"id": "a"}}
    assert put_in(order, page, {"fulfillmentLineItems": {"nodes": [first], "pageInfo": more("c1")}})
    page = missing(order)
    assert page == Page("fulfillment_items", "fulfillment", parcel["id"], "c1")

    second = {"quantity": 1, "lineItem": {"id": "b"}}
    assert put_in(order, page, {"fulfillmentLineItems": {"nodes": [second], "pageInfo": more(None)}})
    assert parcel["fulfillmentLineItems"]["nodes"] == [first, second]
    assert missing(order) is None


def test_a_parcel_that_was_read_to_its_end_is_not_asked_for_again() -> None:
    """Its total may count pieces that are no longer listed."""
    order = split()
    parcel = order["fulfillments"][0]
    parcel["totalQuantity"] = 3
    page = missing(order)
    assert page is not None
    assert put_in(order, page, {"fulfillmentLineItems": {"nodes": [{"quantity": 2}], "pageInfo": more(None)}})

    assert missing(order) is None


def test_further_fulfillment_orders_and_their_lines_are_fetched() -> None:
    order = split()
    order["fulfillmentOrders"]["pageInfo"] = more("c1")
    page = missing(order)
    assert page == Page("fulfillment_orders", "order", ORDER_ID, "c1")
    long = {
        "id": "fo",
        "lineItems": {"nodes": [{"lineItem": {"id": "a"}}], "pageInfo": {"hasNextPage": True}},
    }
    assert put_in(order, page, {"fulfillmentOrders": {"nodes": [long], "pageInfo": more(None)}})

    page = missing(order)
    assert page == Page("fulfillment_order_items", "fulfillmentOrder", "fo")
    whole = [{"lineItem": {"id": "a"}}, {"lineItem": {"id": "b"}}]
    assert put_in(order, page, {"lineItems": {"nodes": whole, "pageInfo": more("c2")}})
    page = missing(order)
    assert page == Page("fulfillment_order_items", "fulfillmentOrder", "fo", "c2")
    assert put_in(order, page, {"lineItems": {"nodes": [{"lineItem": {"id": "c"}}], "pageInfo": more(None)}})

    assert missing(order) is None
    assert len(order["fulfillmentOrders"]["nodes"][-1]["lineItems"]["nodes"]) == 3


def test_a_page_that_brings_nothing_says_so() -> None:
    order = split()
    page = Page("line_items", "order", ORDER_ID, "c1")

    assert not put_in(order, page, {"lineItems": {"nodes": [], "pageInfo": more("c1")}})
    assert not put_in(order, page, {})
    assert not put_in(order, Page("fulfillment_items", "fulfillment", "elsewhere"), {})
    assert not put_in(order, Page("fulfillments", "order", ORDER_ID), {})


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "nodes",
                    "pageInfo",
                    "hasNextPage",
                    "endCursor",
                    "lineItems",
                    "fulfillments",
                    "fulfillmentOrders",
                    "fulfillmentLineItems",
                    "totalQuantity",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@given(anything, anything)
def test_no_shape_makes_it_raise(order: object, owner: object) -> None:
    if isinstance(order, dict):
        page = missing(order)
        if page is not None and isinstance(owner, dict):
            put_in(order, page, owner)
            missing(order)
