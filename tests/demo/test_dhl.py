"""The pretend DHL answers as the documentation of "Shipment Tracking – Unified" says the real one does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.demo.conftest import ALICE, BOB, Clock
from tracker.demo.carriers import Carriers
from tracker.demo.courier import Courier
from tracker.demo.dhl import CALLS_A_DAY, SPACING
from tracker.demo.dhl_words import STATUSES
from tracker.demo.followed_parcels import DHL, PLANS, TOLD_BY_AGGREGATOR, TOLD_BY_BOTH, TOLD_BY_DHL

NUMBER = TOLD_BY_DHL.number

Get = Callable[..., TestResponse]


@pytest.fixture
def carriers(clock: Clock) -> Carriers:
    courier = Courier(retries=False)
    return Carriers([ALICE, BOB], courier, clock=lambda: clock.now, monotonic=lambda: clock.seconds)


@pytest.fixture
def client(carriers: Carriers) -> FlaskClient:
    return carriers.app().test_client()


@pytest.fixture
def get(carriers: Carriers, client: FlaskClient, clock: Clock) -> Get:
    """Alice's app asks, as long after it asked the last time as DHL wants."""

    def ask(
        number: str | None = NUMBER, *, shop: str = ALICE, hurried: bool = False, **query: str
    ) -> TestResponse:
        clock.move(0 if hurried else SPACING)
        headers = {"DHL-API-Key": carriers.keys(shop).dhl}
        query |= {} if number is None else {"trackingNumber": number}
        return client.get("/track/shipments", query_string=query, headers=headers)

    return ask


def shipment(answer: TestResponse) -> dict[str, Any]:
    assert 200 == answer.status_code
    (told,) = answer.get_json()["shipments"]
    return dict(told)


def test_it_goes_on_to_its_delivery(get: Get, clock: Clock) -> None:
    """In the few status codes there are, with the parcel service's own code beside each."""
    get()
    told = []
    for _ in range(4):
        status = shipment(get())["status"]
        told.append((status["statusCode"], status["status"]))
        clock.move(55)
    assert [("transit", "EE"), ("transit", "PO"), ("failure", "ZN"), ("delivered", "ZU")] == told


def test_news_come_some_time_after_they_happened(get: Get) -> None:
    """Also to who asks for the first time: what has happened so far is known at once."""
    assert ["EE", "ES", "VA"] == [event["status"] for event in shipment(get())["events"]]


def test_it_is_told_newest_first_with_local_times_that_name_no_zone(get: Get, clock: Clock) -> None:
    """Hamburg is an hour ahead of UTC."""
    told = shipment(get())
    times = [event["timestamp"] for event in told["events"]]
    assert sorted(times, reverse=True) == times
    assert "2026-11-20T09:00:05" == times[0] == told["status"]["timestamp"]
    assert "2026-11-20T13:02:55" == told["estimatedTimeOfDelivery"]
    assert {"estimatedFrom": "2026-11-20T13:02:55", "estimatedThrough": "2026-11-20T16:02:55"} == told[
        "estimatedDeliveryTimeFrame"
    ]


def test_elsewhere_it_has_words_and_zones_and_the_number_of_the_last_mile(get: Get, clock: Clock) -> None:
    assert [] == shipment(get(TOLD_BY_BOTH.number))["details"]["references"]
    clock.move(60)
    told = shipment(get(TOLD_BY_BOTH.number))
    assert ("ecommerce", "ARRIVED AT POST OFFICE") == (told["service"], told["status"]["status"])
    assert "-08:00" == told["status"]["timestamp"][-6:]
    assert TOLD_BY_BOTH.last_mile is not None
    assert [{"number": TOLD_BY_BOTH.last_mile.number, "type": "local-tracking-number"}] == told["details"][
        "references"
    ]


def test_html_stands_in_its_texts(get: Get, clock: Clock) -> None:
    get()
    clock.move(60)
    assert "<a href=" in shipment(get())["status"]["description"]


def test_every_word_of_its_plans_has_a_status() -> None:
    words = {step.word for plan in PLANS if DHL in plan.told_by for step in plan.steps}
    assert words <= set(STATUSES)
    assert {"pre-transit", "transit", "failure", "delivered"} == {code for code, _, _ in STATUSES.values()}


@pytest.mark.parametrize("number", ["1Z999AA10123456784", TOLD_BY_AGGREGATOR.number])
def test_a_number_that_it_does_not_know_is_404(get: Get, number: str) -> None:
    answer = get(number)
    assert (404, "application/problem+json") == (answer.status_code, answer.mimetype)
    assert "No shipment with given tracking number found." == answer.get_json()["detail"]


def test_a_number_is_looked_for_at_the_service_that_is_named(get: Get) -> None:
    assert [200, 404] == [get(service=service).status_code for service in ("parcel-de", "express")]


def test_a_request_without_a_number_is_400(get: Get) -> None:
    assert 400 == get(None).status_code


def test_a_key_that_nobody_has_is_401(client: FlaskClient) -> None:
    for headers in ({}, {"DHL-API-Key": "somebody's"}):
        answer = client.get(f"/track/shipments?trackingNumber={NUMBER}", headers=headers)
        assert (401, "Unauthorized") == (answer.status_code, answer.get_json()["title"])


def test_who_asks_too_soon_is_429(get: Get, carriers: Carriers) -> None:
    """Of the same key."""
    assert [200, 429] == [get(hurried=hurried).status_code for hurried in (False, True)]
    assert 200 == get(shop=BOB, hurried=True).status_code
    assert 200 == get().status_code
    assert 1 == carriers.keys(ALICE).key.calls["throttled"]


def test_a_day_s_requests_are_counted_from_midnight(carriers: Carriers, get: Get, clock: Clock) -> None:
    key = carriers.keys(ALICE).key
    assert CALLS_A_DAY == sum(get().status_code == 200 for _ in range(CALLS_A_DAY + 1))
    assert 0 == carriers.dhl.left(key)
    clock.move(12 * 3600)
    assert CALLS_A_DAY == carriers.dhl.left(key)
    assert 200 == get().status_code


def test_a_switch_spends_them_at_once(carriers: Carriers, get: Get) -> None:
    key = carriers.keys(ALICE).key
    key.spent = True
    assert (429, 0) == (get().status_code, carriers.dhl.left(key))
    key.spent = False
    assert 200 == get().status_code


@pytest.mark.parametrize(("fault", "status"), [("5xx", 503), ("html", 502), ("429", 429)])
def test_a_fault_is_met_until_it_is_over(carriers: Carriers, get: Get, fault: str, status: int) -> None:
    carriers.break_down(aggregator=None, dhl=fault)
    assert status == get().status_code
    carriers.break_down(aggregator=None, dhl=None)
    assert 200 == get().status_code
