"""Shopify's signed word alone says who is signed in; whoever is not gets nothing of anybody."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from redis import Redis

from tests.pretend_shopify import PretendShopify
from tests.web.conftest import MakeApp, RecordedMetrics
from tests.web.signed_in import ADA, GRACE, Ask, each_route, names
from tests.web.storefront import ALICE, JSON_ASKED, Storefront, own_pairs, signed
from tests.web.test_faces import assert_json_headers, assert_page, assert_problem, is_marked
from tracker.demo.access import ALL_SCOPES

WITHOUT_CUSTOMERS = [scope for scope in ALL_SCOPES if scope != "read_customers"]
VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "shopify-vectors.json").read_text(encoding="utf-8")
)["app_proxy"]


@pytest.fixture
def ada(app: Flask) -> Storefront:
    """Alice's storefront as Ada sees it, signed in."""
    return Storefront(app, customer=ADA)


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
        """While its proof lets names through that are not Shopify's own: it must not say who is signed in."""
        for extra in (("order", "1001"), ("locale", "en"), ("dialog", "button"), ("gclid", "1")):
            known = Storefront(app, customer=ADA).page(extra).data
            assert known == Storefront(app).page(extra).data, extra


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
