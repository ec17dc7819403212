"""The token endpoint: client credentials, token exchange, refresh, and how each is refused."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from flask.testing import FlaskClient
from werkzeug.test import Client, TestResponse

from tests.demo.conftest import ALICE, BOB, Clock
from tracker.demo.app import API_KEY, API_SECRET
from tracker.demo.oauth import ID_TOKEN, OFFLINE_TOKEN, TOKEN_EXCHANGE
from tracker.demo.platform import Platform
from tracker.demo.state import Shop
from tracker.demo.tokens import Pair

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


@pytest.fixture
def platform(platform: Platform) -> Platform:
    """Alice has installed the app, with one optional scope."""
    platform.install(ALICE, ["read_returns"])
    return platform


def exchange(merchant: Client, platform: Platform, shop: str = ALICE, **changes: object) -> TestResponse:
    """What an app sends that was opened in a shop, with changes; None leaves a parameter out."""
    sent = {
        "client_id": "client-of-the-app",
        "client_secret": API_SECRET,
        "grant_type": TOKEN_EXCHANGE,
        "subject_token": platform.id_token(shop),
        "subject_token_type": ID_TOKEN,
        "requested_token_type": OFFLINE_TOKEN,
        "expiring": "1",
        **changes,
    }
    body = {name: value for name, value in sent.items() if value is not None}
    return merchant.post(f"/shops/{shop}{PATH}", json=body)


def refresh(merchant: Client, token: object, shop: str = ALICE, secret: str = API_SECRET) -> TestResponse:
    sent = {"client_id": "client-of-the-app", "client_secret": secret, "grant_type": "refresh_token"}
    return merchant.post(f"/shops/{shop}{PATH}", json={**sent, "refresh_token": token})


def admits(merchant: Client, token: str, shop: str = ALICE) -> int:
    """The status of a question to the Admin API with this token."""
    return merchant.post(
        f"/shops/{shop}/admin/api/2026-10/graphql.json",
        json={"query": "{ shop { name } }"},
        headers={"X-Shopify-Access-Token": token},
    ).status_code


def pair_of(answer: TestResponse) -> dict[str, Any]:
    assert 200 == answer.status_code
    body = answer.get_json()
    assert isinstance(body, dict)
    return body


def test_an_id_token_buys_a_pair_with_its_lives_and_scopes(merchant: Client, platform: Platform) -> None:
    body = pair_of(exchange(merchant, platform))
    assert (3600, 7_776_000) == (body["expires_in"], body["refresh_token_expires_in"])
    assert "read_orders,read_fulfillments,write_app_proxy,read_returns" == body["scope"]
    assert {"access_token", "refresh_token", "scope", "expires_in", "refresh_token_expires_in"} == set(body)
    assert 200 == admits(merchant, body["access_token"])


def test_a_token_of_one_shop_is_good_for_no_other(merchant: Client, platform: Platform) -> None:
    """Neither to ask with nor to refresh."""
    platform.install(BOB)
    body = pair_of(exchange(merchant, platform))
    assert 401 == admits(merchant, body["access_token"], BOB)
    assert 401 == refresh(merchant, body["refresh_token"], BOB).status_code
    assert 200 == refresh(merchant, body["refresh_token"]).status_code


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"subject_token": None}, "invalid_request"),
        ({"subject_token": 5}, "invalid_request"),
        ({"subject_token": "a.b.c"}, "invalid_subject_token"),
        ({"subject_token_type": "urn:ietf:params:oauth:token-type:access_token"}, "invalid_request"),
        ({"requested_token_type": None}, "invalid_request"),
        ({"expiring": "yes"}, "invalid_request"),
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_id": "other"}, "invalid_client"),
    ],
)
def test_an_exchange_has_to_be_right_in_every_part(
    merchant: Client, platform: Platform, changes: dict[str, Any], error: str
) -> None:
    answer = exchange(merchant, platform, **changes)
    assert (400, error) == (answer.status_code, answer.get_json()["error"])


def test_an_id_token_of_another_shop_or_a_stale_one_buys_nothing(
    merchant: Client, platform: Platform, clock: Clock
) -> None:
    platform.install(BOB)
    stale = platform.id_token(ALICE)
    clock.move(71)
    for token in (stale, platform.id_token(BOB)):
        answer = exchange(merchant, platform, subject_token=token)
        assert (400, "invalid_subject_token") == (answer.status_code, answer.get_json()["error"])


def test_a_shop_that_has_not_installed_the_app_gives_no_token(merchant: Client, platform: Platform) -> None:
    credentials = {
        "client_id": "client-of-the-app",
        "client_secret": API_SECRET,
        "grant_type": "client_credentials",
    }
    for answer in (
        exchange(merchant, platform, BOB),
        merchant.post(f"/shops/{BOB}{PATH}", json=credentials),
    ):
        assert (400, "app_not_installed") == (answer.status_code, answer.get_json()["error"])


def test_a_token_that_never_expires_is_given_and_not_admitted(merchant: Client, platform: Platform) -> None:
    """Public apps may not use them any more."""
    body = pair_of(exchange(merchant, platform, expiring=None))
    assert {"access_token", "scope"} == set(body)
    assert 403 == admits(merchant, body["access_token"])


def test_a_refresh_gives_the_next_pair(merchant: Client, platform: Platform) -> None:
    first = pair_of(exchange(merchant, platform))
    second = pair_of(refresh(merchant, first["refresh_token"]))
    assert set(first) == set(second)
    assert first["refresh_token"] != second["refresh_token"]
    assert {"exchange": 1, "refresh": 1} == platform.calls(ALICE)["grants"]


@pytest.mark.parametrize("token", ["shprt_never", "shprt_é"])
def test_a_refresh_token_that_is_good_no_more_is_refused_for_good(
    merchant: Client, platform: Platform, token: str
) -> None:
    answer = refresh(merchant, token)
    assert (401, "invalid_request") == (answer.status_code, answer.get_json()["error"])


@pytest.mark.parametrize("token", [None, "", 5])
def test_a_refresh_without_a_token_is_a_bad_request(
    merchant: Client, platform: Platform, token: object
) -> None:
    assert 400 == refresh(merchant, token).status_code


def test_an_uninstall_ends_every_token(merchant: Client, platform: Platform) -> None:
    """Also after the app was installed again."""
    pair = pair_of(exchange(merchant, platform))
    platform.uninstall(ALICE)
    assert 401 == admits(merchant, pair["access_token"])
    assert 401 == refresh(merchant, pair["refresh_token"]).status_code
    platform.install(ALICE)
    assert 401 == admits(merchant, pair["access_token"])
    assert 401 == refresh(merchant, pair["refresh_token"]).status_code


def test_both_secrets_count_until_the_old_one_is_revoked(merchant: Client, platform: Platform) -> None:
    pair = pair_of(exchange(merchant, platform))
    platform.rotate_secret("new")
    pair = pair_of(refresh(merchant, pair["refresh_token"]))
    pair = pair_of(refresh(merchant, pair["refresh_token"], secret="new"))
    platform.revoke_old_secret()
    assert "invalid_client" == refresh(merchant, pair["refresh_token"]).get_json()["error"]
    assert 200 == refresh(merchant, pair["refresh_token"], secret="new").status_code


@pytest.mark.parametrize(("fault", "status"), [("invalid_grant", 400), ("invalid_request", 401)])
def test_refusing_for_good_concerns_refreshes_alone(
    merchant: Client, platform: Platform, fault: str, status: int
) -> None:
    pair = pair_of(exchange(merchant, platform))
    platform.switch(ALICE, token_fault=fault, token_fault_times=1)
    assert 200 == exchange(merchant, platform).status_code
    answer = refresh(merchant, pair["refresh_token"])
    assert (status, fault) == (answer.status_code, answer.get_json()["error"])
    assert platform.shop(ALICE).control.token_fault is None


def test_refusing_an_id_token_concerns_exchanges_alone(merchant: Client, platform: Platform) -> None:
    """As if it were stale; the next one is as good as any."""
    pair = pair_of(exchange(merchant, platform))
    platform.switch(ALICE, token_fault="invalid_subject_token", token_fault_times=1)
    pair = pair_of(refresh(merchant, pair["refresh_token"]))
    refused = exchange(merchant, platform)
    assert (400, "invalid_subject_token") == (refused.status_code, refused.get_json()["error"])
    assert pair["refresh_token"] == current(platform).refresh_token
    assert 200 == exchange(merchant, platform).status_code


def test_the_hour_of_an_access_token_can_be_over(merchant: Client, platform: Platform) -> None:
    """Every one that was given out, and none that comes after."""
    before = pair_of(exchange(merchant, platform))
    after = pair_of(refresh(merchant, before["refresh_token"]))
    platform.end_access_tokens(ALICE)
    assert [401, 401] == [admits(merchant, pair["access_token"]) for pair in (before, after)]
    renewed = pair_of(refresh(merchant, after["refresh_token"]))
    assert 200 == admits(merchant, renewed["access_token"])


@pytest.mark.parametrize(("fault", "status"), [("5xx", 503), ("html", 502), ("429", 429)])
def test_the_token_endpoint_fails_by_itself(
    merchant: Client, platform: Platform, fault: str, status: int
) -> None:
    """The Admin API goes on, and nothing was rotated."""
    pair = pair_of(exchange(merchant, platform))
    platform.switch(ALICE, token_fault=fault, token_fault_times=2)
    assert [status] * 2 == [refresh(merchant, pair["refresh_token"]).status_code for _ in range(2)]
    assert 200 == admits(merchant, pair["access_token"])
    assert pair["refresh_token"] == current(platform).refresh_token


def current(platform: Platform) -> Pair:
    found = platform.shop(ALICE).tokens.current
    assert found is not None
    return found


def test_a_lost_answer_has_rotated_and_is_recovered(platform: Platform) -> None:
    """The window in which an app crashes between the answer and its own commit."""
    with platform.serve():
        url = f"{platform.admin_origin.format(shop=ALICE)}{PATH}"
        sent = {"client_id": "client-of-the-app", "client_secret": API_SECRET}
        bought = {
            **sent,
            "grant_type": TOKEN_EXCHANGE,
            "subject_token": platform.id_token(ALICE),
            "subject_token_type": ID_TOKEN,
            "requested_token_type": OFFLINE_TOKEN,
            "expiring": "1",
        }
        pair = requests.post(url, json=bought, timeout=20).json()
        platform.switch(ALICE, token_fault="lost", token_fault_times=1)
        again = {**sent, "grant_type": "refresh_token", "refresh_token": pair["refresh_token"]}
        with pytest.raises(requests.ConnectionError):
            requests.post(url, json=again, timeout=20)
        lost = current(platform)
        assert pair["refresh_token"] != lost.refresh_token
        recovered = requests.post(url, json=again, timeout=20)
    assert 200 == recovered.status_code
    assert lost.refresh_token != recovered.json()["refresh_token"]


def test_a_slow_answer_takes_its_time(
    merchant: Client, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr("tracker.demo.oauth.time.sleep", slept.append)
    platform.switch(ALICE, token_delay_ms=1500)
    exchange(merchant, platform)
    assert [1.5] == slept
