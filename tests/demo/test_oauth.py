"""The token endpoint of the client-credentials grant."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.demo.conftest import Clock
from tracker.demo.app import API_KEY, API_SECRET
from tracker.demo.state import Shop

PATH = "/admin/oauth/access_token"
RIGHT = {"client_id": API_KEY, "client_secret": API_SECRET, "grant_type": "client_credentials"}


@pytest.mark.parametrize("form", [True, False])
def test_the_right_secret_gets_a_token_that_works_for_a_day(
    client: FlaskClient,
    clock: Clock,
    form: bool,  # noqa: FBT001  # pytest passes parameters by name
) -> None:
    answer = client.post(PATH, data=RIGHT) if form else client.post(PATH, json=RIGHT)
    body = answer.get_json()
    assert answer.status_code == 200
    assert body["expires_in"] == 86399
    assert "read_orders" in body["scope"].split(",")

    def status() -> int:
        return client.post(
            "/admin/api/2026-10/graphql.json",
            json={"query": "{ shop { name } }"},
            headers={"X-Shopify-Access-Token": body["access_token"]},
        ).status_code

    clock.move(86398)
    assert status() == 200
    clock.move(2)
    assert status() == 401


def test_every_request_mints_another_token(client: FlaskClient) -> None:
    tokens = {client.post(PATH, json=RIGHT).get_json()["access_token"] for _ in range(3)}
    assert len(tokens) == 3
    assert client.get("/demo/calls").get_json()["token"] == 3


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_secret": None}, "invalid_client"),
        ({"client_secret": 5}, "invalid_client"),
        ({"client_id": "\u00e9"}, "invalid_client"),
        ({"client_id": ""}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": None}, "unsupported_grant_type"),
    ],
)
def test_anything_else_is_refused_in_the_words_of_oauth(
    client: FlaskClient, change: dict[str, object], error: str
) -> None:
    answer = client.post(PATH, json=RIGHT | change)
    assert answer.status_code == 400
    assert answer.get_json()["error"] == error


@pytest.mark.parametrize("body", [b"", b"[]", b"{"])
def test_a_body_that_is_no_object_is_refused(client: FlaskClient, body: bytes) -> None:
    assert (
        client.post(PATH, data=body, content_type="application/json").get_json()["error"] == "invalid_client"
    )


def test_a_frozen_shop_gives_no_token(client: FlaskClient, shop: Shop) -> None:
    shop.control.frozen = True
    assert client.post(PATH, json=RIGHT).status_code == 402


def test_faults_reach_the_token_endpoint_only_when_told(client: FlaskClient) -> None:
    client.post("/demo/control", json={"fail": "5xx"})
    assert client.post(PATH, json=RIGHT).status_code == 200
    client.post("/demo/control", json={"fail_token": True})
    assert client.post(PATH, json=RIGHT).status_code == 503
