"""Finding and reading an order, against a real server that answers as the Admin API does, or doesn't."""

from __future__ import annotations

from typing import Any

import pytest

from tests.shopify import recordings
from tests.shopify.one_shop import (
    ALICES_EMAIL,
    ALICES_ID,
    ORDER_ID,
    SCOPES,
    SHOP,
    TOKEN,
    VERSION,
    read_answer,
    shop,
)
from tests.shopify.upstream import Behaviour, recorded, reply, reset
from tracker import order_number
from tracker.claim import by_customer
from tracker.deadline import Deadline
from tracker.errors import (
    UpstreamBroken,
    UpstreamRejected,
)
from tracker.shopify import queries
from tracker.shopify.admin import AdminOrders
from tracker.shopify.api import AdminApi
from tracker.shopify.transport import HttpClient


@pytest.mark.parametrize("nodes", [[{"id": 7, "name": None, "email": {}}], ["none"]])
def test_hits_of_which_none_can_be_read_are_no_miss(nodes: list[object]) -> None:
    """Or a buyer would be told, for a minute, that there is no such order."""
    with shop(reply({"data": {"orders": {"nodes": nodes}}})) as alice, pytest.raises(UpstreamBroken):
        alice.find()


def test_finding_asks_once_with_the_number_as_a_variable() -> None:
    with shop(recorded("find", X_Request_Id="req-1")) as alice:
        found = alice.find()

    assert [hit.name for hit in found.orders] == ["#1001", "#10011", "#10012"]
    assert "read_merchant_managed_fulfillment_orders" in found.scopes
    [request] = alice.server.requests
    assert request.path == f"/admin/api/{VERSION}/graphql.json"
    assert request.headers["x-shopify-access-token"] == TOKEN
    number = order_number.read("1001")
    assert number is not None
    assert request.json == {"query": queries.find(), "variables": {"query": number.query}}
    [call] = alice.calls
    assert (call.operation, call.outcome, call.status, call.request_id) == ("find", "ok", 200, "req-1")
    assert call.throttle["currentlyAvailable"] == 1994


def test_finding_nothing_is_an_answer() -> None:
    with shop(recorded("find_nothing")) as alice:
        assert alice.find().orders == ()


def test_a_customers_order_is_looked_for_among_their_own() -> None:
    with shop(recorded("find_of_customer")) as alice:
        found = alice.find(claim=by_customer(ALICES_ID))

    assert [(hit.name, hit.email, hit.customer_id) for hit in found.orders] == [
        ("#1001", None, ALICES_ID),
        ("#10011", None, "6000000002"),
        ("#10012", None, None),
    ]
    assert "read_customers" in found.scopes
    number = order_number.read("1001")
    assert number is not None
    search = f"customer_id:{ALICES_ID} ({number.query})"
    assert alice.asked == [{"query": queries.find_of_customer(), "variables": {"query": search}}]
    assert [(call.operation, call.outcome) for call in alice.calls] == [("find", "ok")]


def test_a_customers_newest_orders_are_listed_by_one_request() -> None:
    with shop(recorded("recent")) as alice:
        found = alice.recent()

    assert [(hit.name, hit.customer_id) for hit in found] == [
        ("#1002", ALICES_ID),
        ("#1001", ALICES_ID),
        ("#0900", None),
    ]
    assert alice.asked == [{"query": queries.recent(), "variables": {"query": f"customer_id:{ALICES_ID}"}}]
    assert [(call.operation, call.outcome) for call in alice.calls] == [("recent", "ok")]


def test_reading_asks_once_and_only_for_what_the_scopes_open() -> None:
    with shop(recorded("order_split"), recorded("order_unshipped")) as alice:
        order = alice.read()
        poorer = alice.read(frozenset({"read_orders"}))

    assert order is not None
    assert (order.name, order.truncated) == ("#1001", False)
    assert poorer is not None
    assert poorer.name == "#1002"
    assert alice.asked == [
        {"query": queries.read(SCOPES), "variables": {"id": ORDER_ID}},
        {"query": queries.read(frozenset()), "variables": {"id": ORDER_ID}},
    ]
    assert [call.operation for call in alice.calls] == ["read", "read"]


def test_the_status_page_is_asked_for_where_it_is_switched_on() -> None:
    with shop(recorded("order_edited"), status_page=True) as alice:
        order = alice.read()

    assert order is not None
    assert order.status_page_url is not None
    assert "statusPageUrl" in alice.asked[0]["query"]


def test_an_order_that_is_gone_is_none() -> None:
    with shop(recorded("order_gone")) as alice:
        assert alice.read() is None


def test_the_shop_is_put_into_the_origin() -> None:
    with shop(recorded("find_nothing")) as alice:
        origin = alice.server.origin + "/{shop}"
        http = HttpClient()
        orders = AdminOrders(AdminApi(tokens=alice.tokens, http=http, api_version=VERSION, origin=origin))
        number = order_number.read("1001")
        assert number is not None
        orders.find(SHOP, number, ALICES_EMAIL, deadline=Deadline(3))
        http.close()

    assert alice.server.requests[0].path == f"/{SHOP}/admin/api/{VERSION}/graphql.json"


@pytest.mark.parametrize("name", ["evil.example", "a.myshopify.com/..", "a.myshopify.com@evil.example", ""])
def test_no_other_host_is_ever_asked(name: str) -> None:
    with shop() as alice, pytest.raises(UpstreamRejected):
        alice.orders.read(name, ORDER_ID, scopes=SCOPES, deadline=Deadline(3))

    assert alice.server.requests == []


def test_an_order_without_a_date_is_no_answer() -> None:
    order = recordings.order("split")
    del order["processedAt"]
    with shop(read_answer(order)) as alice, pytest.raises(UpstreamBroken):
        alice.read()


def test_a_version_that_fell_forward_is_told_once_and_used() -> None:
    newer = {"X_Shopify_API_Version": "2027-01"}
    with shop(recorded("find", **newer), recorded("find", **newer)) as alice:
        assert len(alice.find().orders) == 3
        alice.find()

    assert alice.told == [("version", "2027-01")]


def test_the_version_that_was_asked_for_is_no_news() -> None:
    with shop(recorded("find", X_Shopify_API_Version=VERSION)) as alice:
        alice.find()

    assert alice.told == []


def test_unknown_words_are_told() -> None:
    with shop(recorded("order_unknown_words")) as alice:
        assert alice.read() is not None

    assert ("word", "display_status", "BEAMED_UP") in alice.told


def long_order(cursor: str | None) -> dict[str, Any]:
    order = recordings.order("split")
    order["lineItems"]["pageInfo"] = {"hasNextPage": cursor is not None, "endCursor": cursor}
    return order


def lines_page(cursor: str | None) -> Behaviour:
    line = {
        "id": f"gid://shopify/LineItem/{cursor}",
        "title": "Spoon",
        "currentQuantity": 1,
        "unfulfilledQuantity": 1,
    }
    info = {"hasNextPage": cursor is not None, "endCursor": cursor}
    return read_answer({"lineItems": {"nodes": [line], "pageInfo": info}})


def test_a_long_order_is_read_page_by_page() -> None:
    with shop(read_answer(long_order("c1")), lines_page("c2"), lines_page(None)) as alice:
        order = alice.read()

    assert order is not None
    assert not order.truncated
    assert [part.item.title for part in order.unshipped][-2:] == ["Spoon", "Spoon"]
    assert [call.operation for call in alice.calls] == ["read", "page", "page"]
    assert [asked["variables"] for asked in alice.asked[1:]] == [
        {"id": ORDER_ID, "after": "c1"},
        {"id": ORDER_ID, "after": "c2"},
    ]


def test_pages_end_somewhere() -> None:
    pages = [lines_page(f"c{number}") for number in range(2, 10)]
    with shop(read_answer(long_order("c1")), *pages, max_pages=2) as alice:
        order = alice.read()

    assert order is not None
    assert order.truncated
    assert len(alice.calls) == 3


@pytest.mark.parametrize(
    "page",
    [
        [reset, reset],
        [recorded("query_error")],
        [read_answer(None)],
        [read_answer({"lineItems": {"nodes": [], "pageInfo": {"hasNextPage": True, "endCursor": "c1"}}})],
    ],
)
def test_a_page_that_fails_leaves_what_was_read(page: list[Behaviour]) -> None:
    with shop(read_answer(long_order("c1")), *page) as alice:
        order = alice.read()

    assert order is not None
    assert order.truncated
    assert order.name == "#1001"
