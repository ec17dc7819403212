"""Who is signed in: the list of their orders, and the look-up of one, on the whole way.

Ada, Grace and Haruka have accounts at Alice's shop. Shopify's signed word alone says who of them asks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from graphql import GraphQLSchema, get_operation_ast, parse
from redis import Redis
from werkzeug.test import TestResponse

from tests.fakes import SettableClock
from tests.pretend_shopify import PretendShopify
from tests.store.shops import KEPT
from tests.web.conftest import MakeApp, RecordedMetrics
from tests.web.storefront import ADA as ADAS_FORM
from tests.web.storefront import ALICE, BOB, JSON_ASKED, Storefront, own_pairs, signed
from tests.web.test_cost import commands
from tests.web.test_faces import assert_json_headers, assert_page, assert_problem, is_marked
from tests.web.test_limits import PLENTY, limit_of, statuses
from tracker.demo.access import ALL_SCOPES
from tracker.demo.admin_api import SCHEMA
from tracker.demo.cost import requested_cost
from tracker.demo.customers import CUSTOMERS
from tracker.order import Status
from tracker.settings import ProxyErrorStatus, read_limits
from tracker.shopify import queries

ADA, GRACE, HARUKA = (str(customer.id) for customer in CUSTOMERS)
NOBODYS_ID = "6999999999"
WITHOUT_CUSTOMERS = [scope for scope in ALL_SCOPES if scope != "read_customers"]
VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "shopify-vectors.json").read_text(encoding="utf-8")
)["app_proxy"]
EMPTY: dict[str, list[object]] = {"orders": []}

Ask = Callable[[Storefront], TestResponse]
ROUTES: dict[str, Ask] = {"list": Storefront.list_orders, "choice": Storefront.choose}
each_route = pytest.mark.parametrize("ask", ROUTES.values(), ids=ROUTES.keys())


@pytest.fixture
def ada(app: Flask) -> Storefront:
    """Alice's storefront as Ada sees it, signed in."""
    return Storefront(app, customer=ADA)


def names(response: TestResponse) -> list[str]:
    assert response.status_code == 200
    return [order["name"] for order in response.get_json()["orders"]]


class TestTheList:
    def test_it_has_the_newest_of_their_own_orders(self, ada: Storefront, shopify: PretendShopify) -> None:
        theirs = [order for order in shopify.shop.orders if str(order.customer and order.customer.id) == ADA]
        newest = sorted(theirs, key=lambda order: (order.processed_at, order.id), reverse=True)[:10]

        response = ada.list_orders()

        assert_json_headers(response)
        assert response.mimetype == "application/json"
        assert response.get_json() == {
            "orders": [
                {"name": order.name, "placed_at": f"{order.processed_at:%Y-%m-%dT%H:%M:%SZ}"}
                for order in newest
            ]
        }

    def test_each_customer_has_their_own(self, app: Flask) -> None:
        lists = [names(Storefront(app, customer=one).list_orders()) for one in (ADA, GRACE, HARUKA)]

        assert [len(one) for one in lists] == [10, 4, 1]
        assert set(lists[1]) == {"#10012", "#1026", "#12-A", "#1024"}
        assert lists[2] == ["#1034"]

    def test_whoever_has_no_orders_has_an_empty_one(self, app: Flask) -> None:
        response = Storefront(app, customer=NOBODYS_ID).list_orders()

        assert (response.status_code, response.get_json()) == (200, EMPTY)

    def test_what_it_offers_can_be_chosen(self, app: Flask) -> None:
        for customer in (ADA, GRACE, HARUKA):
            storefront = Storefront(app, customer=customer)
            offered = storefront.list_orders().get_json()["orders"]
            for one in offered:
                order = storefront.choose(one["name"]).get_json()["order"]
                assert {"name": order["name"], "placed_at": order["placed_at"]} == one

    def test_a_guests_order_is_not_offered_though_the_e_mail_is_theirs(
        self, ada: Storefront, shopify: PretendShopify
    ) -> None:
        with shopify.shop.lock:
            (guests,) = [order for order in shopify.shop.orders if order.name == "L-1234"]
            before, guests.processed_at = guests.processed_at, guests.processed_at + timedelta(days=2.99)
        try:
            assert guests.email == ADAS_FORM["email"]
            assert "L-1234" not in names(ada.list_orders())
        finally:
            guests.processed_at = before

    def test_a_filter_that_the_search_does_not_know_gives_nobody_elses(
        self, app: Flask, shopify: PretendShopify, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Shopify passes over a field that it does not know, and finds everything."""
        monkeypatch.setattr("tracker.shopify.admin._of", lambda _: "customer_identity:1")

        assert names(Storefront(app, customer=NOBODYS_ID).list_orders()) == []
        assert set(names(Storefront(app, customer=GRACE).list_orders())) <= {"#10012", "#1026", "#12-A"}

    def test_another_shop_has_none_of_it(self, app: Flask) -> None:
        Storefront(app, customer=ADA).list_orders()

        assert_problem(Storefront(app, shop=BOB, customer=ADA).list_orders(), 503, "not_set_up")

    def test_it_is_kept_for_a_minute_by_all_workers(
        self, make_app: MakeApp, shopify: PretendShopify, redis_client: Redis
    ) -> None:
        first, second = (Storefront(make_app(), customer=ADA) for _ in range(2))
        answers = [first.list_orders().data, second.list_orders().data, first.list_orders().data]

        assert (len(set(answers)), shopify.calls()) == (1, 1)
        (key,) = redis_client.scan_iter(match="*:r:*")
        assert 0 < redis_client.ttl(key) <= 60
        redis_client.delete(key)
        assert first.list_orders().data == answers[0]
        assert shopify.calls() == 2

    def test_a_kept_one_costs_two_round_trips_and_nothing_of_the_shop(
        self, ada: Storefront, shopify: PretendShopify, redis_client: Redis
    ) -> None:
        ada.list_orders()

        assert commands(redis_client, ada.list_orders) == ["EVALSHA", "GET"]
        assert shopify.calls() == 1

    def test_a_shop_that_fails_is_a_refusal_that_is_not_kept(
        self, ada: Storefront, shopify: PretendShopify
    ) -> None:
        shopify.switch(fail="5xx")
        response = ada.list_orders()
        shopify.switch(fail=None)

        assert_problem(response, 503, "upstream_unavailable")
        assert response.headers["Retry-After"] == "10"
        assert len(names(ada.list_orders())) == 10


class TestTheChoice:
    def test_it_is_the_same_answer_as_by_e_mail(self, ada: Storefront, make_app: MakeApp) -> None:
        clock = SettableClock(datetime.now(UTC))
        query = signed(own_pairs(at=clock().timestamp(), customer=ADA))
        storefront = Storefront(make_app(clock=clock))

        for as_page in (False, True):
            chosen = storefront.choose("#1001", as_page=as_page, query=query)
            typed = storefront.look_up(as_page=as_page, query=query)
            assert (chosen.status_code, chosen.data) == (typed.status_code, typed.data)
            assert dict(chosen.headers) | {"X-Request-Id": ""} == dict(typed.headers) | {"X-Request-Id": ""}
        assert_page(ada.choose(as_page=True), 200)
        assert_json_headers(ada.choose())

    def test_json_may_be_sent_too(self, ada: Storefront) -> None:
        response = ada.send("POST", "/proxy/orders/lookup", json={"order": "1001"}, headers=JSON_ASKED)

        assert response.get_json()["order"]["name"] == "#1001"

    @pytest.mark.parametrize("email", ["grace@example.com", "ada@example.com", "not an address", ""])
    def test_an_e_mail_beside_it_has_no_say(self, ada: Storefront, email: str) -> None:
        own = ada.choose(fields={"order": "1001", "email": email})
        graces = ada.choose(fields={"order": "10012", "email": email})

        assert (own.status_code, graces.status_code) == (200, 404)

    def test_a_second_one_is_warm(
        self, ada: Storefront, shopify: PretendShopify, redis_client: Redis
    ) -> None:
        first = ada.choose()

        def again() -> None:
            assert ada.choose().data == first.data

        assert commands(redis_client, again) == KEPT
        assert shopify.calls() == 2

    def test_what_is_warm_for_one_is_closed_to_the_others(self, app: Flask, shopify: PretendShopify) -> None:
        assert Storefront(app, customer=ADA).choose().status_code == 200

        for customer in (GRACE, HARUKA, NOBODYS_ID):
            assert_problem(Storefront(app, customer=customer).choose(), 404, "order_not_found")
        assert shopify.calls() == 2 + 3
        assert_problem(Storefront(app, shop=BOB, customer=ADA).choose(), 503, "not_set_up")

    def test_what_the_e_mail_opened_is_closed_to_another_customer(self, app: Flask) -> None:
        assert Storefront(app, customer=GRACE).look_up().status_code == 200

        assert_problem(Storefront(app, customer=GRACE).choose(), 404, "order_not_found")

    def test_what_the_customer_opened_is_closed_to_another_e_mail(self, ada: Storefront) -> None:
        assert ada.choose().status_code == 200

        for email in (f"{ADA}@example.com", "grace@example.com"):
            assert_problem(ada.look_up({"order": "1001", "email": email}), 404, "order_not_found")

    @pytest.mark.parametrize("as_page", [True, False])
    def test_every_kind_of_miss_is_the_same_answer_after_the_same_work(
        self, *, as_page: bool, app: Flask, shopify: PretendShopify, redis_client: Redis
    ) -> None:
        """The same as of a look-up by e-mail, too."""
        misses = {
            "an unknown number": (ADA, "424242"),
            "somebody else's": (ADA, "10012"),
            "a guest's with their e-mail": (ADA, "L-1234"),
            "without customer or e-mail": (ADA, "1025"),
            "too old to be seen": (ADA, "0900"),
            "a fuzzy neighbour": (ADA, "12-A"),
            "a tracking number": (ADA, "1Z999AA10123456784"),
            "of whoever has no orders": (NOBODYS_ID, "1001"),
        }
        Storefront(app, customer=ADA).choose("warm the connections 1")
        by_email = Storefront(app).look_up(ADAS_FORM | {"order": "737373"}, as_page=as_page)
        seen = set()

        for customer, number in misses.values():
            storefront, before = Storefront(app, customer=customer), shopify.calls()
            responses: list[TestResponse] = []
            sent = commands(
                redis_client,
                lambda storefront=storefront, number=number, responses=responses: responses.append(  # type: ignore[misc] # bound per turn
                    storefront.choose(number, as_page=as_page)
                ),
            )
            (response,) = responses
            headers = [pair for pair in response.headers if pair[0] != "X-Request-Id"]
            seen.add((response.status, str(headers), response.data, shopify.calls() - before, str(sent)))

        assert len(seen) == 1, seen
        ((status, headers_told, body, calls, _),) = seen
        assert (status, calls) == ("404 NOT FOUND", 1)
        told = [pair for pair in by_email.headers if pair[0] != "X-Request-Id"]
        assert (headers_told, body) == (str(told), by_email.data)

    @pytest.mark.parametrize(
        ("fields", "word"),
        [({}, "required"), ({"order": " "}, "required"), ({"order": "?"}, "invalid")],
    )
    def test_a_number_that_makes_no_sense_is_marked(
        self, fields: dict[str, str], word: str, ada: Storefront, shopify: PretendShopify
    ) -> None:
        answer, page = ada.choose(fields=fields), ada.choose(fields=fields, as_page=True)

        assert_problem(answer, 422, "invalid_request", "errors")
        assert answer.get_json()["errors"] == {"order": [word]}
        assert_page(page, 422)
        assert (is_marked(page.text, "order"), is_marked(page.text, "email")) == (True, False)
        assert shopify.calls() == 0

    def test_its_page_speaks_the_language_of_the_form(self, ada: Storefront) -> None:
        page = ada.choose(as_page=True, fields={"order": "1001", "locale": "de"})

        assert 'lang="de"' in page.text

    @pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data; boundary=x", ""])
    def test_another_kind_of_body_is_refused(self, ada: Storefront, kind: str) -> None:
        sent = ada.send("POST", "/proxy/orders/lookup", data=b"order=1001", content_type=kind)

        assert_problem(sent, 415, "unsupported_media_type")

    def test_a_known_story_is_refreshed_and_stands_while_the_shop_fails(
        self, make_app: MakeApp, shopify: PretendShopify
    ) -> None:
        """The ages are those of a look-up."""
        clock = SettableClock(datetime.now(UTC))
        storefront = Storefront(make_app(clock=clock, soft_ages=dict.fromkeys(Status, 100)))

        def choose() -> TestResponse:
            return storefront.choose(query=signed(own_pairs(at=clock().timestamp(), customer=ADA)))

        first = choose().get_json()
        clock.advance(201)
        shopify.switch(fail="5xx")
        assert choose().get_json() == first | {"stale": True}
        shopify.switch(fail=None)
        assert choose().get_json()["checked_at"] > first["checked_at"]

    def test_an_order_that_changed_hands_is_closed_once_that_is_known(
        self, make_app: MakeApp, shopify: PretendShopify
    ) -> None:
        clock = SettableClock(datetime.now(UTC))
        storefront = Storefront(make_app(clock=clock, soft_ages=dict.fromkeys(Status, 100)))

        def choose() -> int:
            query = signed(own_pairs(at=clock().timestamp(), customer=ADA))
            return storefront.choose(query=query).status_code

        assert choose() == 200
        (order,) = [order for order in shopify.shop.orders if order.name == "#1001"]
        before, order.customer = order.customer, CUSTOMERS[1]
        try:
            assert choose() == 200
            clock.advance(201)
            assert choose() == 404
        finally:
            order.customer = before


class TestNobodySignedIn:
    @each_route
    def test_is_asked_for_an_e_mail(self, ask: Ask, storefront: Storefront, shopify: PretendShopify) -> None:
        response = ask(storefront)

        assert_problem(response, 422, "invalid_request", "errors")
        assert response.get_json()["errors"] == {"email": ["required"]}
        assert_json_headers(response)
        assert shopify.calls() == 0

    def test_is_asked_for_it_on_the_page_too(self, storefront: Storefront) -> None:
        page = storefront.choose(as_page=True)

        assert_page(page, 422)
        assert (is_marked(page.text, "order"), is_marked(page.text, "email")) == (False, True)

    @pytest.mark.parametrize("email", ["ada@example.com", "grace@example.com"])
    def test_is_not_taken_for_whose_e_mail_is_sent(self, storefront: Storefront, email: str) -> None:
        assert storefront.choose(fields={"order": "1001", "email": email}).status_code == 422

    @each_route
    def test_is_who_came_before_shopify_named_customers(self, ask: Ask, app: Flask) -> None:
        class Old(Storefront):
            def query(self, *_: tuple[str, str]) -> str:
                return signed([pair for pair in own_pairs() if pair[0] != "logged_in_customer_id"])

        assert ask(Old(app)).status_code == 422

    @pytest.mark.parametrize("name", ["logged_in_customer_id", "customer_id", "customer", "id"])
    def test_is_not_who_they_say_in_the_body_or_in_a_header(
        self, name: str, storefront: Storefront, shopify: PretendShopify
    ) -> None:
        header = {f"X-{name.replace('_', '-')}": ADA, name.replace("_", "-"): ADA}
        fields = {"order": "1001", name: ADA}

        assert storefront.choose(fields=fields).status_code == 422
        response = storefront.send(
            "POST",
            "/proxy/orders/lookup",
            json=fields,
            headers=JSON_ASKED | header,
        )
        assert response.status_code == 422
        assert storefront.list_orders(headers=JSON_ASKED | header).status_code == 422
        assert shopify.calls() == 0


FORGED: dict[str, Callable[[], str]] = {
    "no signature": lambda: f"shop={ALICE}&logged_in_customer_id={ADA}&timestamp=1&path_prefix=/apps/t",
    "the id changed after it was signed": lambda: signed(own_pairs(customer=GRACE)).replace(GRACE, ADA),
    "the id put in after it was signed": lambda: signed(own_pairs()).replace(
        "logged_in_customer_id=", f"logged_in_customer_id={ADA}"
    ),
    "a second id, signed": lambda: signed([*own_pairs(), ("logged_in_customer_id", ADA)]),
    "a second id, not signed": lambda: signed(own_pairs()) + f"&logged_in_customer_id={ADA}",
    "ids joined by a comma": lambda: signed(own_pairs(customer=f",{ADA}")),
    "an id that is none": lambda: signed(own_pairs(customer=f"gid://shopify/Customer/{ADA}")),
    "an id with a term of a search": lambda: signed(own_pairs(customer=f"{ADA} OR name:1001")),
    "an id in other digits": lambda: signed(own_pairs(customer="\u0666")),
    "an id that is too long": lambda: signed(own_pairs(customer="6" * 21)),
    "a customer of one's own name": lambda: signed([*own_pairs(), ("customer_id", ADA)]),
    "an order in the query": lambda: signed([*own_pairs(customer=ADA), ("order", "1001")]),
    "another secret": lambda: signed(own_pairs(customer=ADA), "a secret that nobody gave us"),
}


class TestForgery:
    @pytest.mark.parametrize("forged", FORGED)
    @each_route
    def test_nothing_but_a_signed_id_counts(
        self, ask: Ask, forged: str, app: Flask, shopify: PretendShopify
    ) -> None:
        class Forger(Storefront):
            def query(self, *_: tuple[str, str]) -> str:
                return FORGED[forged]()

        assert_problem(ask(Forger(app)), 401, "invalid_signature")
        assert shopify.calls() == 0

    @pytest.mark.parametrize(
        "vector",
        [vector for vector in VECTORS if vector["gate"] == "reject"],
        ids=lambda vector: vector["id"],
    )
    def test_the_gate_refuses_what_it_refuses_of_a_look_up(
        self, vector: dict[str, Any], make_app: MakeApp
    ) -> None:
        app = make_app(
            api_secret=vector["client_secret"],
            api_secret_old=vector["old_client_secret"],
            clock=lambda: datetime.fromtimestamp(vector["now"], UTC),
        )
        storefront = Storefront(app)

        for response in (
            storefront.list_orders(query=vector["query_string"]),
            storefront.choose(query=vector["query_string"]),
        ):
            assert_problem(response, 401, "invalid_signature")

    def test_the_page_of_the_form_knows_nobody(self, app: Flask) -> None:
        """Its proof lets unknown names through, so it must not say who is signed in."""
        known = Storefront(app, customer=ADA).page().data
        assert known == Storefront(app).page().data


class TestWithoutTheScope:
    """It is optional: a shop without it has no list, and nothing else is different."""

    @pytest.fixture(autouse=True)
    def _not_granted(self, shopify: PretendShopify) -> None:
        shopify.switch(scopes=WITHOUT_CUSTOMERS)

    def test_the_list_is_empty_and_kept(
        self,
        ada: Storefront,
        shopify: PretendShopify,
        metrics: RecordedMetrics,
        log_lines: list[dict[str, Any]],
    ) -> None:
        answers = [ada.list_orders() for _ in range(3)]

        assert {(one.status_code, one.data) for one in answers} == {(200, b'{"orders":[]}')}
        assert shopify.calls() == 1
        assert {line["event"] for line in log_lines} == {"request"}

    def test_a_choice_is_a_miss_like_any_other(self, ada: Storefront, shopify: PretendShopify) -> None:
        assert_problem(ada.choose(), 404, "order_not_found")
        assert shopify.calls() == 1

    def test_the_look_up_by_e_mail_is_what_it_was(self, ada: Storefront) -> None:
        assert ada.look_up().status_code == 200

    def test_once_it_is_granted_the_list_is_there_within_a_minute(
        self, ada: Storefront, shopify: PretendShopify, redis_client: Redis
    ) -> None:
        assert names(ada.list_orders()) == []
        shopify.switch(scopes=list(ALL_SCOPES))
        redis_client.delete(*redis_client.scan_iter(match="*:r:*"))

        assert len(names(ada.list_orders())) == 10


@pytest.mark.parametrize("scopes", [[], ["write_app_proxy"], ["read_customers"]])
def test_where_orders_are_withheld_there_is_nothing_to_choose_from(
    scopes: list[str], ada: Storefront, shopify: PretendShopify
) -> None:
    shopify.switch(scopes=scopes)

    assert names(ada.list_orders()) == []
    assert_problem(ada.choose(), 503, "not_set_up")


def test_the_e_mails_of_orders_are_not_needed(ada: Storefront, shopify: PretendShopify) -> None:
    shopify.switch(protected_email=False)

    assert len(names(ada.list_orders())) == 10
    assert ada.choose().status_code == 200


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
