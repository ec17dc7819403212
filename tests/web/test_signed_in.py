"""Who is signed in: the list of their orders, and the look-up of one, on the whole way.

Ada, Grace and Haruka have accounts at Alice's shop. Shopify's signed word alone says who of them asks.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from redis import Redis
from werkzeug.test import TestResponse

from tests.fakes import SettableClock
from tests.pretend_shopify import PretendShopify
from tests.store.shops import KEPT
from tests.web.conftest import MakeApp
from tests.web.rendering import without_doubts
from tests.web.signed_in import ADA, EMPTY, GRACE, HARUKA, NOBODYS_ID, names
from tests.web.storefront import ADA as ADAS_FORM
from tests.web.storefront import BOB, JSON_ASKED, Storefront, own_pairs, signed
from tests.web.test_cost import commands
from tests.web.test_faces import assert_json_headers, assert_page, assert_problem, is_marked
from tracker.demo.customers import CUSTOMERS
from tracker.order import Status


@pytest.fixture
def ada(app: Flask) -> Storefront:
    """Alice's storefront as Ada sees it, signed in."""
    return Storefront(app, customer=ADA)


OF_ONE_ANSWER = ("X-Request-Id", "Content-Length")


def asked_again(response: TestResponse) -> str:
    """A body but for what asks for the same order once more, as it was asked for."""
    once_more = re.compile(
        r'action="[^"]*lookup" [^>]*>\s*<input type="hidden" name="order".*?</form>', re.DOTALL
    )
    return once_more.sub("", response.text)


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
            assert (chosen.status_code, asked_again(chosen)) == (typed.status_code, asked_again(typed))
            of_one = dict.fromkeys(OF_ONE_ANSWER, "")
            assert dict(chosen.headers) | of_one == dict(typed.headers) | of_one
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
            headers = [pair for pair in response.headers if pair[0] not in OF_ONE_ANSWER]
            # What was typed is questioned for its form alone, found or not.
            body, doubts = without_doubts(response.text)
            assert doubts == (as_page and number == misses["a tracking number"][1])
            seen.add((response.status, str(headers), body, shopify.calls() - before, str(sent)))

        assert len(seen) == 1, seen
        ((status, headers_told, body, calls, _),) = seen
        assert (status, calls) == ("404 NOT FOUND", 1)
        told = [pair for pair in by_email.headers if pair[0] not in OF_ONE_ANSWER]
        assert (headers_told, body) == (str(told), by_email.text)

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
