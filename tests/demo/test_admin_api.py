"""The Admin API answers, refuses and breaks as Shopify's does."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.demo.conftest import TOKEN, Ask
from tracker.demo.customers import CUSTOMERS
from tracker.demo.state import Shop

FIND = '{ orders(first: 5, query: "name:1005") { nodes { id name email } } }'


def post(
    client: FlaskClient, *, token: str | None = TOKEN, version: str = "2026-10", **options: Any
) -> TestResponse:
    options = options or {"json": {"query": "{ shop { name } }"}}
    headers = {"X-Shopify-Access-Token": token} if token is not None else {}
    return client.post(f"/admin/api/{version}/graphql.json", headers=headers, **options)


def story(ask: Ask, name: str, fields: str) -> dict[str, Any]:
    """The order of that very name, with fields."""
    answer = ask(
        "query ($q: String!) { orders(first: 50, query: $q) { nodes { name " + fields + " } } }",
        q=f'name:"{name}"',
    )
    assert "errors" not in answer
    return next(dict(one) for one in answer["data"]["orders"]["nodes"] if one["name"] == name)


def test_an_order_is_found_and_read(ask: Ask, shop: Shop) -> None:
    found = ask(FIND)["data"]["orders"]["nodes"]
    order = next(one for one in shop.orders if one.name == "#1005")
    assert found == [{"id": f"gid://shopify/Order/{order.id}", "name": "#1005", "email": "ada@example.com"}]
    read = ask(
        """query ($id: ID!) { order(id: $id) { displayFulfillmentStatus requiresShipping
          fulfillments(first: 10) { name displayStatus deliveredAt trackingInfo(first: 5) {
            company number url } events(first: 1, reverse: true) { nodes { status happenedAt message } }
            fulfillmentLineItems(first: 10) { nodes { quantity lineItem { title variantTitle } } } } } }""",
        id=f"gid://shopify/Order/{order.id}",
    )
    assert read["data"]["order"] == {
        "displayFulfillmentStatus": "FULFILLED",
        "requiresShipping": True,
        "fulfillments": [
            {
                "name": "#1005.1",
                "displayStatus": "DELIVERED",
                "deliveredAt": "2026-11-19T12:00:00Z",
                "trackingInfo": [
                    {
                        "company": "UPS",
                        "number": "1Z999AA10123456789",
                        "url": "https://www.ups.com/track?tracknum=1Z999AA10123456789",
                    }
                ],
                "events": {
                    "nodes": [
                        {
                            "status": "DELIVERED",
                            "happenedAt": "2026-11-19T12:00:00Z",
                            "message": "Left with the resident",
                        }
                    ]
                },
                "fulfillmentLineItems": {
                    "nodes": [
                        {"quantity": 1, "lineItem": {"title": "Enamel Camp Mug", "variantTitle": None}},
                        {"quantity": 2, "lineItem": {"title": "Merino Socks", "variantTitle": "Rust / L"}},
                    ]
                },
            }
        ],
    }


def test_a_split_order_says_what_is_still_here(ask: Ask) -> None:
    order = story(
        ask,
        "#1012",
        """displayFulfillmentStatus lineItems(first: 9) { nodes { title quantity unfulfilledQuantity } }
        fulfillmentOrders(first: 9, displayable: true) { nodes { status
          lineItems(first: 9) { nodes { remainingQuantity productTitle } } } }""",
    )
    assert order["displayFulfillmentStatus"] == "PARTIALLY_FULFILLED"
    waiting = [one["title"] for one in order["lineItems"]["nodes"] if one["unfulfilledQuantity"]]
    assert waiting == ["Trail Lantern"]
    assert [one["status"] for one in order["fulfillmentOrders"]["nodes"]] == ["CLOSED", "CLOSED", "OPEN"]
    assert order["fulfillmentOrders"]["nodes"][2]["lineItems"]["nodes"] == [
        {"remainingQuantity": 1, "productTitle": "Trail Lantern"}
    ]


def test_a_fulfillment_is_read_by_itself_and_knows_its_order(ask: Ask, shop: Shop) -> None:
    parcel = next(one for one in shop.orders if one.name == "#1012").parcels[1]
    answer = ask(
        """query ($id: ID!) { fulfillment(id: $id) { name order { name }
          fulfillmentOrders(first: 1) { nodes { orderName } } } }""",
        id=f"gid://shopify/Fulfillment/{parcel.id}",
    )
    assert answer["data"]["fulfillment"] == {
        "name": "#1012.2",
        "order": {"name": "#1012"},
        "fulfillmentOrders": {"nodes": [{"orderName": "#1012"}]},
    }
    assert ask('{ fulfillment(id: "gid://shopify/Fulfillment/1") { id } }')["data"] == {"fulfillment": None}


def test_a_fulfilment_order_is_read_by_itself_and_in_pages(ask: Ask, shop: Shop) -> None:
    waiting = next(one for one in shop.orders if one.name == "#1035").waiting[0]
    query = """query ($id: ID!, $after: String) { fulfillmentOrder(id: $id) { status
      lineItems(first: 40, after: $after) { nodes { remainingQuantity lineItem { title } }
        pageInfo { hasNextPage endCursor } } } }"""
    gid = f"gid://shopify/FulfillmentOrder/{waiting.id}"
    first = ask(query, id=gid)["data"]["fulfillmentOrder"]
    rest = ask(query, id=gid, after=first["lineItems"]["pageInfo"]["endCursor"])["data"]["fulfillmentOrder"]
    assert first["status"] == "OPEN"
    assert [len(one["lineItems"]["nodes"]) for one in (first, rest)] == [40, 10]
    assert not rest["lineItems"]["pageInfo"]["hasNextPage"]
    assert ask(query, id="gid://shopify/FulfillmentOrder/1")["data"] == {"fulfillmentOrder": None}


def test_events_come_by_time_or_by_number(ask: Ask, shop: Shop) -> None:
    parcel = next(one for one in shop.orders if one.name == "#1004").parcels[0]
    parcel.events.reverse()
    order = story(
        ask,
        "#1004",
        """fulfillments(first: 1) { a: events(first: 9) { nodes { status } }
        b: events(first: 9, sortKey: ID, reverse: true) { nodes { status } } }""",
    )
    by_time, by_number = (order["fulfillments"][0][key]["nodes"] for key in "ab")
    assert by_time[0] == {"status": "LABEL_PURCHASED"}
    assert by_number[0] == {"status": "OUT_FOR_DELIVERY"}


def test_a_long_order_is_read_in_pages(ask: Ask) -> None:
    first = story(
        ask, "#1035", "id lineItems(first: 249) { nodes { id } pageInfo { hasNextPage endCursor } }"
    )
    assert first["lineItems"]["pageInfo"]["hasNextPage"]
    rest = ask(
        """query ($id: ID!, $after: String) { order(id: $id) {
          lineItems(first: 249, after: $after) { nodes { title } } } }""",
        id=first["id"],
        after=first["lineItems"]["pageInfo"]["endCursor"],
    )
    assert rest["data"]["order"]["lineItems"]["nodes"] == [{"title": "Sample Kit No. 250"}]


def test_a_picture_is_asked_for_in_a_size(ask: Ask, client: FlaskClient) -> None:
    order = story(
        ask, "#1001", "lineItems(first: 1) { nodes { image { url(transform: {maxWidth: 120}) altText } } }"
    )
    image = order["lineItems"]["nodes"][0]["image"]
    assert image == {
        "url": "http://localhost/cdn/products/rain-shell.svg?width=120",
        "altText": "Cascade Rain Shell",
    }
    assert client.get(image["url"]).mimetype == "image/svg+xml"


def test_a_return_leads_to_its_tracking(ask: Ask) -> None:
    order = story(
        ask,
        "#1023",
        """returnStatus returns(first: 1) { nodes { status reverseFulfillmentOrders(first: 1) { nodes {
        reverseDeliveries(first: 1) { nodes { deliverable {
          ... on ReverseDeliveryShippingDeliverable { tracking { carrierName number } } } } } } } } }""",
    )
    reverse = order["returns"]["nodes"][0]["reverseFulfillmentOrders"]["nodes"][0]
    tracking = reverse["reverseDeliveries"]["nodes"][0]["deliverable"]["tracking"]
    assert tracking == {"carrierName": "UPS", "number": "1Z999AA10123456795"}


def test_without_a_scope_the_field_is_denied_beside_the_rest(ask: Ask, shop: Shop) -> None:
    """The nearest nullable parent becomes null, the answer stays 200, and the error says where and why."""
    shop.control.scopes = ["read_orders"]
    answer = ask(
        """query ($id: ID!) { shop { name } order(id: $id) { name
          fulfillmentOrders(first: 1) { nodes { id } } } }""",
        id=f"gid://shopify/Order/{shop.orders[0].id}",
    )
    assert answer["data"] == {"shop": {"name": "Northwind Outfitters"}, "order": None}
    (error,) = answer["errors"]
    assert error["path"] == ["order", "fulfillmentOrders"]
    assert error["extensions"]["code"] == "ACCESS_DENIED"
    assert "`read_merchant_managed_fulfillment_orders` access scope" in error["extensions"]["requiredAccess"]
    assert error["message"].startswith("Access denied for fulfillmentOrders field. Required access: ")


def test_an_order_tells_whose_it_is(ask: Ask) -> None:
    """A guest's order is nobody's, though its e-mail is that of an account; so is one without an e-mail."""
    query = '{ orders(first: 5, query: "name:%s") { nodes { name email customer { id firstName email } } } }'
    ada = CUSTOMERS[0]

    (of_ada,) = ask(query % "1005")["data"]["orders"]["nodes"]
    (of_a_guest,) = ask(query % "L-1234")["data"]["orders"]["nodes"]
    (without_email,) = ask(query % "1025")["data"]["orders"]["nodes"]

    told = {"id": f"gid://shopify/Customer/{ada.id}", "firstName": "Ada", "email": "ada@example.com"}
    assert of_ada["customer"] == told
    assert (of_a_guest["email"], of_a_guest["customer"]) == ("ada@example.com", None)
    assert without_email["customer"] is None


def test_customers_need_a_scope_of_their_own(ask: Ask, shop: Shop) -> None:
    """Null beside the rest of the order, and an error for each."""
    shop.control.scopes = ["read_orders"]
    answer = ask('{ orders(first: 5, query: "name:1005") { nodes { name customer { id } } } }')

    assert answer["data"]["orders"]["nodes"] == [{"name": "#1005", "customer": None}]
    (error,) = answer["errors"]
    assert error["path"] == ["orders", "nodes", 0, "customer"]
    assert error["extensions"]["code"] == "ACCESS_DENIED"
    assert error["extensions"]["requiredAccess"] == "`read_customers` access scope."


def test_without_any_scope_no_order_is_seen(ask: Ask, shop: Shop) -> None:
    shop.control.scopes = []
    answer = ask(FIND)
    assert answer["data"] is None
    assert answer["errors"][0]["path"] == ["orders"]


def test_an_installation_tells_its_scopes(ask: Ask, shop: Shop) -> None:
    shop.control.scopes = ["read_orders", "read_returns"]
    answer = ask("{ currentAppInstallation { accessScopes { handle } } }")
    handles = [one["handle"] for one in answer["data"]["currentAppInstallation"]["accessScopes"]]
    assert handles == ["read_orders", "read_returns"]


def test_an_email_that_was_not_approved_is_withheld(ask: Ask, shop: Shop) -> None:
    """Value null, error with its path, everything else there: HTTP 200."""
    shop.control.protected_email = False
    answer = ask(FIND)
    node = answer["data"]["orders"]["nodes"][0]
    assert (node["name"], node["email"]) == ("#1005", None)
    assert answer["errors"][0]["path"] == ["orders", "nodes", 0, "email"]
    assert answer["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"


def test_addresses_are_withheld_unless_approved(ask: Ask) -> None:
    answer = ask(
        """{ orders(first: 1, query: "name:1005") { nodes { fulfillments {
          events(first: 1) { nodes { city } } } } } }"""
    )
    assert answer["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"


@pytest.mark.parametrize("token", [None, "", "shpat_other", "\u00e9"])
def test_a_wrong_token_is_401(client: FlaskClient, token: str | None) -> None:
    answer = post(client, token=token)
    assert answer.status_code == 401
    assert answer.get_json() == {
        "errors": "[API] Invalid API key or access token (unrecognized login or wrong password)"
    }


def test_a_token_can_stop_working(client: FlaskClient, shop: Shop) -> None:
    assert post(client).status_code == 200
    shop.control.token_valid = False
    assert post(client).status_code == 401


def test_a_frozen_shop_is_402(client: FlaskClient, shop: Shop) -> None:
    shop.control.frozen = True
    assert post(client).status_code == 402


@pytest.mark.parametrize(
    ("asked", "served"),
    [
        ("2026-10", "2026-10"),
        ("2026-01", "2026-01"),
        ("2025-10", "2026-01"),
        ("2020-01", "2026-01"),
        ("unstable", "unstable"),
    ],
)
def test_an_old_version_falls_forward(client: FlaskClient, asked: str, served: str) -> None:
    assert post(client, version=asked).headers["X-Shopify-API-Version"] == served


@pytest.mark.parametrize("version", ["2026-11", "2031-01", "latest", "2025-1"])
def test_a_version_that_never_was_is_404(client: FlaskClient, version: str) -> None:
    assert post(client, version=version).status_code == 404


def test_every_answer_has_its_own_request_id(client: FlaskClient) -> None:
    assert post(client).headers["X-Request-Id"] != post(client).headers["X-Request-Id"]
    assert "X-Request-Id" in post(client, token="wrong").headers


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("{ orders(first: 1) { nodes { nickname } } }", "Cannot query field 'nickname'"),
        ("{ orders(first: 1", "Syntax Error"),
        ("query A { shop { name } } query B { shop { name } }", "operation name"),
        ("{ orders { nodes { id } } }", "first or last"),
        ("{ orders(query: null) { nodes { id } } }", "first or last"),
        ("{ orders(first: 251) { nodes { id } } }", "at most 250"),
        ("{ orders(first: -1) { nodes { id } } }", "at most 250"),
        ('{ order(id: "5") { id } }', "Invalid global id"),
        ('{ order(id: "gid://shopify/Product/5") { id } }', "Invalid global id"),
        ("query ($n: Int!) { orders(first: $n) { nodes { id } } }", "n"),
    ],
)
def test_a_query_that_is_wrong_is_told_so_in_a_200(ask: Ask, query: str, words: str) -> None:
    assert words in ask(query)["errors"][0]["message"]


def test_an_input_that_is_too_large_by_variable_is_refused(ask: Ask) -> None:
    answer = ask("query ($n: Int!) { orders(first: $n) { nodes { id } } }", n=251)
    assert "at most 250" in answer["errors"][0]["message"]


@pytest.mark.parametrize("body", [b"", b"[]", b'{"query": 5}', b"{", b'{"variables": {}}'])
def test_a_body_without_a_query_is_400(client: FlaskClient, body: bytes) -> None:
    assert post(client, data=body, content_type="application/json").status_code == 400


def test_requests_are_counted_by_kind_and_operation(ask: Ask, client: FlaskClient) -> None:
    ask("query Find { orders(first: 50) { nodes { id } } }")
    ask("query Find { orders(first: 50) { nodes { id } } }")
    post(client, token="wrong")
    counts = client.get("/demo/calls").get_json()
    assert (counts["admin"], counts["points"], counts["operations"]) == (3, 18, {"Find": 2})
    client.delete("/demo/calls")
    assert client.get("/demo/calls").get_json()["admin"] == 0


def test_a_minted_token_ends_and_can_be_forgotten(client: FlaskClient, shop: Shop) -> None:
    token = shop.tokens.mint()
    assert post(client, token=token).status_code == 200
    client.post("/demo/forget-tokens")
    assert post(client, token=token).status_code == 401
