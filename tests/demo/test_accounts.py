"""Signing in at the demo shop, as a shopper would in their account."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.demo.conftest import FakeApp
from tracker.demo.customers import CUSTOMERS, customer_of, signed_in
from tracker.demo.state import Shop

ADA = CUSTOMERS[0]


def test_who_signs_in_is_named_to_the_app_until_they_sign_out(client: FlaskClient, fake_app: FakeApp) -> None:
    client.post("/demo/sign-in", data={"customer": str(ADA.id)})
    client.get("/apps/track-order/orders")
    client.post("/demo/sign-in", data={"customer": ""})
    client.get("/apps/track-order/orders")

    first, second = (request["query"] for request in fake_app.requests)
    assert f"logged_in_customer_id={ADA.id}&" in first
    assert "logged_in_customer_id=&" in second


@pytest.mark.parametrize(
    ("locale", "page"), [("fr", "/pages/track-order?locale=fr"), ("", "/pages/track-order")]
)
def test_the_way_leads_back_to_the_page_in_its_language(client: FlaskClient, locale: str, page: str) -> None:
    answer = client.post("/demo/sign-in", data={"customer": str(ADA.id), "locale": locale})

    assert (answer.status_code, answer.headers["Location"]) == (303, page)


@pytest.mark.parametrize("number", ["42", "ada", "\u0661", "-1", " "])
def test_nobody_signs_in_with_a_number_that_nobody_has(client: FlaskClient, shop: Shop, number: str) -> None:
    assert client.post("/demo/sign-in", data={"customer": number}).status_code == 422
    assert shop.control.logged_in_customer_id == ""


def test_each_account_is_found_by_number_and_by_e_mail() -> None:
    assert [signed_in(str(one.id)) for one in CUSTOMERS] == list(CUSTOMERS)
    assert [customer_of(one.email) for one in CUSTOMERS] == list(CUSTOMERS)
    assert signed_in("") is customer_of(None) is customer_of("mallory@example.com") is None
