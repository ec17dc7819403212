"""The switches make the shop fail as HTTP services fail, until they are put back."""

from __future__ import annotations

import json
import threading

import pytest
import requests
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.demo.conftest import TOKEN
from tracker.demo.control import FAULTS
from tracker.demo.state import Shop


def post(client: FlaskClient) -> TestResponse:
    return client.post(
        "/admin/api/2026-10/graphql.json",
        json={"query": "{ shop { name } }"},
        headers={"X-Shopify-Access-Token": TOKEN},
    )


@pytest.mark.parametrize(
    ("fault", "status", "kind"),
    [
        ("5xx", 503, "application/json"),
        ("html", 502, "text/html"),
        ("429", 429, "application/json"),
        ("half_json", 200, "application/json"),
        ("wrong_json", 200, "application/json"),
        ("throttled", 200, "application/json"),
    ],
)
def test_a_fault_is_served_until_it_is_reset(client: FlaskClient, fault: str, status: int, kind: str) -> None:
    client.post("/demo/control", json={"fail": fault})
    for _ in range(2):
        answer = post(client)
        assert (answer.status_code, answer.mimetype) == (status, kind)
    client.delete("/demo/control")
    assert post(client).get_json()["data"] == {"shop": {"name": "Northwind Outfitters"}}


def test_half_json_can_not_be_read_and_429_says_when(client: FlaskClient) -> None:
    client.post("/demo/control", json={"fail": "half_json"})
    with pytest.raises(json.JSONDecodeError):
        json.loads(post(client).get_data(as_text=True))
    client.post("/demo/control", json={"fail": "429"})
    assert post(client).headers["Retry-After"] == "2.0"


def test_a_fault_can_be_told_how_often(client: FlaskClient) -> None:
    client.post("/demo/control", json={"fail": "5xx", "fail_times": 2})
    assert [post(client).status_code for _ in range(3)] == [503, 503, 200]


def send(origin: str) -> requests.Response:
    return requests.post(
        f"{origin}/admin/api/2026-10/graphql.json",
        json={"query": "{ shop { name } }"},
        headers={"X-Shopify-Access-Token": TOKEN},
        timeout=20,
    )


def test_a_body_can_end_before_the_length_that_was_announced(live: str) -> None:
    requests.post(f"{live}/demo/control", json={"fail": "half_body"}, timeout=20)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        send(live)


def test_an_answer_can_be_longer_than_anybody_wants(live: str) -> None:
    requests.post(f"{live}/demo/control", json={"fail": "huge_json"}, timeout=20)

    assert len(send(live).content) > 64 * 1024 * 1024


def test_a_connection_can_be_reset(live: str, caplog: pytest.LogCaptureFixture) -> None:
    """Which is no fault of the demo's, and nothing that its terminal should show."""
    requests.post(f"{live}/demo/control", json={"fail": "reset"}, timeout=20)
    with pytest.raises(requests.ConnectionError):
        send(live)
    requests.get(f"{live}/demo/control", timeout=20)
    assert "" == caplog.text


class Watched(threading.Event):
    """Tells when somebody begins to wait for it."""

    def __init__(self) -> None:
        super().__init__()
        self.waited_for = threading.Event()

    def wait(self, timeout: float | None = None) -> bool:
        self.waited_for.set()
        return super().wait(timeout)


def test_a_request_hangs_until_it_is_let_go(live: str, shop: Shop) -> None:
    """A hanging request holds no lock: the panel still answers, and letting go ends it without an answer."""
    requests.post(f"{live}/demo/control", json={"fail": "hang"}, timeout=20)
    shop.released = released = Watched()
    seen: list[str] = []

    def hang() -> None:
        try:
            send(live)
            seen.append("answered")
        except requests.ConnectionError:
            seen.append("dropped")

    thread = threading.Thread(target=hang)
    thread.start()
    assert released.waited_for.wait(20)
    assert requests.get(f"{live}/demo/control", timeout=20).json()["fail"] == "hang"
    assert seen == []
    requests.delete(f"{live}/demo/control", timeout=20)
    thread.join(timeout=20)
    assert seen == ["dropped"]


def test_answers_can_be_slow(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("tracker.demo.faults.time.sleep", slept.append)
    client.post("/demo/control", json={"delay_ms": 30})
    assert post(client).status_code == 200
    assert slept == [0.03]


@pytest.mark.parametrize(
    "body",
    [
        {"nothing": 1},
        {"fail": "badly"},
        {"fail": 1},
        {"delay_ms": True},
        {"delay_ms": "5"},
        {"frozen": 1},
        {"scopes": "read_orders"},
        ["fail"],
        None,
        {"delay_ms": 5, "nothing": 1},
    ],
)
def test_a_switch_that_does_not_exist_is_refused_whole(client: FlaskClient, body: object) -> None:
    before = client.get("/demo/control").get_json()
    answer = client.post("/demo/control", json=body)
    assert answer.status_code == 422
    assert answer.get_json()["error"]
    assert client.get("/demo/control").get_json() == before


def test_every_fault_has_a_name_that_can_be_switched_on(client: FlaskClient) -> None:
    for fault in FAULTS:
        assert client.post("/demo/control", json={"fail": fault}).get_json()["fail"] == fault


def test_draining_empties_the_bucket(client: FlaskClient) -> None:
    assert client.post("/demo/drain").get_json()["bucket"]["currentlyAvailable"] == 0
    assert post(client).get_json()["errors"][0]["extensions"]["code"] == "THROTTLED"
