"""What the list and the choice cost, how often they may be asked for, and what of it is kept or logged."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask import Flask
from graphql import GraphQLSchema, get_operation_ast, parse
from redis import Redis

from tests.pretend_shopify import PretendShopify
from tests.web.conftest import MakeApp, RecordedMetrics
from tests.web.signed_in import ADA, GRACE, HARUKA, names
from tests.web.storefront import Storefront
from tests.web.test_faces import assert_problem
from tests.web.test_limits import PLENTY, limit_of, statuses
from tracker.demo.admin_api import SCHEMA
from tracker.demo.cost import requested_cost
from tracker.settings import ProxyErrorStatus, read_limits
from tracker.shopify import queries


@pytest.fixture
def ada(app: Flask) -> Storefront:
    """Alice's storefront as Ada sees it, signed in."""
    return Storefront(app, customer=ADA)


class TestLimits:
    def test_both_kinds_of_look_up_share_their_room_at_the_door(self, make_app: MakeApp) -> None:
        ada = Storefront(make_app(lookup_limit="2/minute"), customer=ADA)

        assert statuses([ada.look_up(), ada.choose(), ada.look_up(), ada.choose()]) == [200, 200, 429, 429]

    def test_lists_are_limited_by_themselves(self, make_app: MakeApp) -> None:
        """Whoever opens many pages of a shop can still look something up."""
        ada = Storefront(make_app(lookup_limit="2/minute"), customer=ADA)

        listed = [ada.list_orders() for _ in range(4)]

        assert statuses(listed) == [200, 200, 429, 429]
        assert_problem(listed[-1], 429, "rate_limited")
        assert 1 <= int(listed[-1].headers["Retry-After"]) <= 60
        assert statuses([ada.choose(), ada.choose(), ada.choose()]) == [200, 200, 429]

    def test_who_is_not_signed_in_takes_room_too(self, make_app: MakeApp) -> None:
        storefront = Storefront(make_app(lookup_limit="1/minute"))

        assert statuses([storefront.list_orders(), storefront.list_orders()]) == [422, 429]
        assert statuses([storefront.choose(), storefront.choose()]) == [422, 429]

    def test_guesses_are_counted_under_the_customer_as_under_an_e_mail(
        self, make_app: MakeApp, shopify: PretendShopify, metrics: RecordedMetrics
    ) -> None:
        app = make_app(
            guess_limits=read_limits("email=3/hour,number_network=99/hour,number=99/hour,shop=99/hour")
        )
        ada, grace = Storefront(app, customer=ADA), Storefront(app, customer=GRACE)
        guessed = [ada.choose(str(40_000 + turn), address=f"198.51.{turn}.1") for turn in range(5)]

        assert statuses(guessed) == [404, 404, 404, 429, 429]
        assert shopify.calls() == 3
        assert metrics.facts.count(("lookup_answered", "rate_limited", "guesses_email")) == 2
        assert grace.choose("10012").status_code == 200
        assert ada.look_up().status_code == 200

    @pytest.mark.parametrize("name", ["number", "shop"])
    def test_the_other_counts_are_those_of_every_look_up(self, name: str, make_app: MakeApp) -> None:
        app = make_app(guess_limits=read_limits(PLENTY) | limit_of(f"{name}=2/hour"))

        by_email = Storefront(app).look_up({"order": "1001", "email": "mallory@example.com"})
        by_customer = Storefront(app, customer=GRACE).choose("1001", address="198.51.100.1")
        third = Storefront(app, customer=HARUKA).choose("1001", address="198.51.100.2")

        assert statuses([by_email, by_customer, third]) == [404, 404, 429]

    def test_their_own_orders_spend_no_guesses(self, make_app: MakeApp) -> None:
        limits = read_limits("email=1/hour,number_network=1/hour,number=1/hour,shop=1/hour")
        ada = Storefront(make_app(guess_limits=limits), customer=ADA)

        assert statuses([ada.choose(order) for order in ("1001", "#1001", "1002", "1003")]) == [200] * 4


def test_what_the_queries_cost(ada: Storefront, shopify: PretendShopify) -> None:
    """Ten points each, and the second query of a choice is the read of every look-up."""
    points = {name: asked_points(SCHEMA, text) for name, text in own_queries().items()}
    print(points)  # noqa: T201 - shown by `pytest -rP`, for whoever changes a query

    assert set(points.values()) == {10}
    ada.list_orders()
    ada.choose()
    with shopify.shop.lock:
        operations = {
            name: count for name, count in shopify.shop.calls.items() if name.startswith("operation")
        }
    assert operations == {"operation:Recent": 1, "operation:FindOfCustomer": 1, "operation:Read": 1}


def own_queries() -> dict[str, str]:
    return {"find of customer": queries.find_of_customer(), "recent": queries.recent()}


def asked_points(schema: GraphQLSchema, text: str) -> int:
    """By the pretend Shopify's own count, which is another one than that of the queries' tests."""
    document = parse(text)
    operation = get_operation_ast(document, None)
    assert operation is not None
    return requested_cost(schema, document, operation, {"query": "x"})


def test_nothing_of_a_customer_is_logged_or_lies_readable(
    ada: Storefront, redis_client: Redis, log_lines: list[dict[str, Any]]
) -> None:
    ada.list_orders()
    ada.choose()
    ada.choose("10012")
    kept: list[Any] = []
    for key in redis_client.scan_iter():
        kept += [key, redis_client.dump(key)]
    private = (ADA, "1001", "10012", "ada@", "northwind")

    assert len(kept) > 8
    assert not [word for word in private if word.encode() in b"".join(kept)]
    routes = [line["route"] for line in log_lines if line["event"] == "request"]
    assert routes == ["/proxy/orders", *["/proxy/orders/lookup"] * 2]
    told = re.sub(r'"request_id": "\w+"', "", json.dumps(log_lines))
    assert not [word for word in private if word in told]


def test_refusals_can_travel_under_a_200(make_app: MakeApp) -> None:
    app = make_app(proxy_error_status=ProxyErrorStatus.ALWAYS_200)
    nobody, ada = Storefront(app), Storefront(app, customer=ADA)

    responses = [
        nobody.list_orders(),
        nobody.choose(),
        ada.choose("10012"),
        ada.choose("10012", as_page=True),
    ]

    assert statuses(responses) == [200] * 4
    codes = [response.get_json()["code"] for response in responses[:3]]
    assert codes == ["invalid_request", "invalid_request", "order_not_found"]


def test_without_redis_both_go_on(make_app: MakeApp, shopify: PretendShopify) -> None:
    ada = Storefront(make_app(redis_url="unix:///nowhere.sock"), customer=ADA)

    assert [len(names(ada.list_orders())) for _ in range(2)] == [10, 10]
    assert ada.choose().status_code == 200
    assert shopify.calls() == 2 + 2
