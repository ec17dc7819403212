"""The pretend 17TRACK answers as the documentation of version 2.4 says the real one does."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.demo.conftest import ALICE, BOB, Clock, FakeApp, serve
from tracker.demo.aggregator import FIRST_NEWS, LAG, MOST_NUMBERS, PER_SECOND, QUOTA
from tracker.demo.carrier_faults import CARRIER_FAULTS
from tracker.demo.carriers import Carriers
from tracker.demo.courier import Courier
from tracker.demo.followed_parcels import TOLD_BY_AGGREGATOR, TOLD_BY_BOTH, TOLD_BY_DHL

NUMBER, UNKNOWN = TOLD_BY_AGGREGATOR.number, "1Z999AA10123456784"
PACKETA, UPS = 100132, 100002
WAIT = (FIRST_NEWS + LAG).total_seconds()

Post = Callable[..., TestResponse]


@pytest.fixture
def courier() -> Iterator[Courier]:
    made = Courier(factor=0.0)
    yield made
    made.close()


@pytest.fixture
def carriers(clock: Clock, courier: Courier) -> Carriers:
    return Carriers([ALICE, BOB], courier, clock=lambda: clock.now, monotonic=lambda: clock.seconds)


@pytest.fixture
def client(carriers: Carriers) -> FlaskClient:
    return carriers.app().test_client()


@pytest.fixture
def post(carriers: Carriers, client: FlaskClient, clock: Clock) -> Post:
    """Alice's app asks something, a second after it asked the last time."""

    def send(call: str, body: object, *, shop: str = ALICE, hurried: bool = False) -> TestResponse:
        clock.move(0 if hurried else 1)
        headers = {"17token": carriers.keys(shop).aggregator}
        return client.post(f"/track/v2.4/{call}", json=body, headers=headers)

    return send


def accepted(answer: TestResponse) -> list[dict[str, Any]]:
    """What was done, where nothing was rejected."""
    body = answer.get_json()
    assert (200, 0, []) == (answer.status_code, body["code"], body["data"]["rejected"])
    return list(body["data"]["accepted"])


def rejected(answer: TestResponse) -> list[tuple[str | None, int]]:
    """Which numbers were not taken, and why."""
    body = answer.get_json()
    assert (200, 0) == (answer.status_code, body["code"])
    return [(one["number"], one["error"]["code"]) for one in body["data"]["rejected"]]


def story(post: Post, number: str = NUMBER) -> dict[str, Any]:
    (told,) = accepted(post("gettrackinfo", [{"number": number}]))
    info: dict[str, Any] = told["track_info"]
    return info


def events(info: dict[str, Any]) -> list[dict[str, Any]]:
    return [event for provider in info["tracking"]["providers"] for event in provider["events"]]


class TestRegistering:
    def test_a_carrier_is_found_by_the_number(self, post: Post) -> None:
        (told,) = accepted(post("register", [{"number": NUMBER}]))
        assert (NUMBER, PACKETA, 1) == (told["number"], told["carrier"], told["origin"])

    def test_or_is_the_one_that_is_named(self, post: Post) -> None:
        (told,) = accepted(post("register", [{"number": UNKNOWN, "carrier": UPS}]))
        assert (UPS, 0) == (told["carrier"], told["origin"])

    @pytest.mark.parametrize(
        ("entry", "code"),
        [
            ({"number": UNKNOWN}, -18019903),
            ({"number": "?"}, -18010012),
            ({"number": "1" * 51, "carrier": UPS}, -18010012),
            ({"number": 7}, -18010010),
            ({}, -18010010),
        ],
    )
    def test_what_can_not_be_followed_is_rejected_beside_what_can(
        self, post: Post, entry: dict[str, object], code: int
    ) -> None:
        answer = post("register", [entry, {"number": NUMBER}])
        assert [(entry.get("number"), code)] == rejected(answer)
        assert [NUMBER] == [one["number"] for one in answer.get_json()["data"]["accepted"]]

    def test_a_number_is_registered_once_and_for_one_account(self, post: Post, carriers: Carriers) -> None:
        post("register", [{"number": NUMBER}])
        assert [(NUMBER, -18019901)] == rejected(post("register", [{"number": NUMBER}]))
        assert [(NUMBER, -18019902)] == rejected(post("gettrackinfo", [{"number": NUMBER}], shop=BOB))
        assert (1, 0) == (carriers.keys(ALICE).account.used, carriers.keys(BOB).account.used)

    def test_each_number_costs_of_the_quota_until_it_is_spent(self, post: Post, carriers: Carriers) -> None:
        """What is registered already is told as before."""
        post("register", [{"number": NUMBER}])
        carriers.keys(ALICE).account.quota = 1
        other = {"number": UNKNOWN, "carrier": UPS}
        assert [(UNKNOWN, -18019908)] == rejected(post("register", [other]))
        quota = post("getquota", []).get_json()["data"]
        assert (1, 1, 0) == (quota["quota_total"], quota["quota_used"], quota["quota_remain"])
        assert QUOTA == post("getquota", [], shop=BOB).get_json()["data"]["quota_remain"]

    def test_a_switch_spends_it_at_once(self, post: Post, carriers: Carriers) -> None:
        carriers.keys(ALICE).account.spent = True
        assert [(NUMBER, -18019908)] == rejected(post("register", [{"number": NUMBER}]))
        assert 0 == post("getquota", []).get_json()["data"]["quota_remain"]

    def test_the_list_shows_what_was_registered(self, post: Post, clock: Clock) -> None:
        post("register", [{"number": NUMBER}, {"number": UNKNOWN, "carrier": UPS}])
        clock.move(WAIT)
        body = post("gettracklist", {"page_no": 1}).get_json()
        assert 2 == body["page"]["data_total"]
        assert [(NUMBER, "InTransit"), (UNKNOWN, "NotFound")] == [
            (one["number"], one["package_status"]) for one in body["data"]["accepted"]
        ]


class TestTelling:
    def test_news_come_some_time_after_a_number_was_registered(self, post: Post, clock: Clock) -> None:
        post("register", [{"number": NUMBER}])
        assert [(NUMBER, -18019909)] == rejected(post("gettrackinfo", [{"number": NUMBER}]))
        clock.move(WAIT)
        assert "InTransit" == story(post)["latest_status"]["status"]

    def test_they_may_come_sooner(self, clock: Clock, courier: Courier) -> None:
        """Where nobody wants to wait for them, as in a test of who asks."""
        hurried = Carriers(
            [ALICE],
            courier,
            clock=lambda: clock.now,
            monotonic=lambda: clock.seconds,
            delay_factor=0.1,
        )
        aggregator, account = hurried.aggregator, hurried.keys(ALICE).account
        aggregator.register(account, {"number": NUMBER})
        clock.move(WAIT / 10)
        info = aggregator.track_info(account, {"number": NUMBER})["track_info"]
        assert "InTransit" == info["latest_status"]["status"]

    def test_a_number_that_nobody_knows_is_not_found(self, post: Post, clock: Clock) -> None:
        """Also where another carrier is named than the one it is of, and where only DHL tells of it."""
        wrong = {"number": NUMBER, "carrier": UPS}
        dhl = {"number": TOLD_BY_DHL.number, "carrier": TOLD_BY_DHL.company.code}
        post("register", [wrong, dhl])
        clock.move(WAIT)
        for number in (NUMBER, TOLD_BY_DHL.number):
            info = story(post, number)
            assert ("NotFound", "NotFound_Other") == (
                info["latest_status"]["status"],
                info["latest_status"]["sub_status"],
            )
            assert [] == events(info)

    def test_it_goes_on_to_its_delivery_in_the_words_of_the_documentation(
        self, post: Post, clock: Clock
    ) -> None:
        post("register", [{"number": NUMBER}])
        clock.move(WAIT)
        told = []
        for _ in range(4):
            info = story(post)
            told.append((info["latest_status"]["status"], info["latest_status"]["sub_status"]))
            clock.move(50)
        assert [
            ("InTransit", "InTransit_RobotTransfer"),
            ("InTransit", "InTransit_Arrival"),
            ("OutForDelivery", "OutForDelivery_Other"),
            ("Delivered", "Delivered_Other"),
        ] == told

    def test_it_names_the_time_in_which_the_parcel_is_expected(self, post: Post, clock: Clock) -> None:
        post("register", [{"number": NUMBER}])
        clock.move(WAIT)
        expected = story(post)["time_metrics"]["estimated_delivery_date"]
        assert {
            "source": "Official",
            "from": "2026-11-20T13:02:31+01:00",
            "to": "2026-11-20T16:02:31+01:00",
        } == expected

    def test_its_events_are_as_untidy_as_the_real_ones(self, post: Post, clock: Clock) -> None:
        """One comes twice, they are not in order, one has a time without a zone, one a word of no table."""
        post("register", [{"number": NUMBER}])
        clock.move(WAIT)
        told = events(story(post))
        times = [event["time_raw"]["date"] + event["time_raw"]["time"] for event in told]
        assert sorted(times) not in (times, times[::-1])
        assert 2 == [event["sub_status"] for event in told].count("InTransit_PickedUp")
        assert "InTransit_RobotTransfer" in [event["sub_status"] for event in told]
        (bare,) = [event for event in told if event["time_utc"] is None]
        assert (19, None) == (len(bare["time_iso"]), bare["time_raw"]["timezone"])
        zoned = next(event for event in told if event["time_utc"] is not None)
        assert ("+01:00", "+01:00") == (zoned["time_iso"][19:], zoned["time_raw"]["timezone"])

    def test_the_last_mile_has_a_carrier_and_a_number_of_its_own(self, post: Post, clock: Clock) -> None:
        post("register", [{"number": TOLD_BY_BOTH.number}])
        clock.move(WAIT)
        assert story(post, TOLD_BY_BOTH.number)["misc_info"]["local_number"] is None
        clock.move(60)
        info = story(post, TOLD_BY_BOTH.number)
        assert TOLD_BY_BOTH.last_mile is not None
        assert (TOLD_BY_BOTH.last_mile.number, "USPS", 21051) == (
            info["misc_info"]["local_number"],
            info["misc_info"]["local_provider"],
            info["misc_info"]["local_key"],
        )
        assert ["USPS", "DHL eCommerce US"] == [
            one["provider"]["name"] for one in info["tracking"]["providers"]
        ]


class TestRefusing:
    def test_a_key_that_nobody_has_is_401(self, client: FlaskClient) -> None:
        for headers in ({}, {"17token": "somebody's"}):
            answer = client.post("/track/v2.4/getquota", json=[], headers=headers)
            assert (401, -18010002) == (answer.status_code, answer.get_json()["code"])

    def test_forty_numbers_are_the_most(self, post: Post) -> None:
        many = [{"number": f"AB{index:07}", "carrier": UPS} for index in range(MOST_NUMBERS + 1)]
        assert MOST_NUMBERS == len(accepted(post("register", many[:-1])))
        assert -18010014 == post("register", many).get_json()["code"]

    @pytest.mark.parametrize("body", [{}, "text", [7], None])
    def test_what_is_no_list_of_numbers_is_refused(self, post: Post, body: object) -> None:
        assert -18010013 == post("register", body).get_json()["code"]

    def test_the_fourth_request_within_a_second_is_429(self, post: Post, carriers: Carriers) -> None:
        """Of the same account; a second later it is let in again."""
        statuses = [post("getquota", [], hurried=number > 0).status_code for number in range(PER_SECOND + 1)]
        assert [200, 200, 200, 429] == statuses
        assert 200 == post("getquota", [], shop=BOB, hurried=True).status_code
        assert 200 == post("getquota", []).status_code
        assert 1 == carriers.keys(ALICE).account.calls["throttled"]

    @pytest.mark.parametrize(
        ("fault", "status"), [("5xx", 503), ("html", 502), ("429", 429), ("half_json", 200)]
    )
    def test_a_fault_is_met_before_anything_else(
        self, post: Post, carriers: Carriers, fault: str, status: int
    ) -> None:
        carriers.break_down(aggregator=fault, dhl=None)
        answer = post("register", [{"number": NUMBER}])
        assert (status, None) == (answer.status_code, answer.get_json(silent=True) if status == 200 else None)
        assert {} == carriers.keys(ALICE).account.registered
        carriers.break_down(aggregator=None, dhl=None)
        accepted(post("register", [{"number": NUMBER}]))

    def test_switched_off_it_is_gone_and_hanging_it_is_silent_until_it_is_let_go(
        self, carriers: Carriers
    ) -> None:
        assert {"off", "hang"} < set(CARRIER_FAULTS)
        server, origin = serve(carriers.app())
        url = f"{origin}/track/v2.4/getquota"
        headers = {"17token": carriers.keys(ALICE).aggregator}
        carriers.break_down(aggregator="off", dhl=None)
        with pytest.raises(requests.ConnectionError):
            requests.post(url, json=[], headers=headers, timeout=20)
        carriers.break_down(aggregator="hang", dhl=None)
        ended = threading.Event()

        def ask() -> None:
            with pytest.raises(requests.ConnectionError):
                requests.post(url, json=[], headers=headers, timeout=20)
            ended.set()

        asking = threading.Thread(target=ask)
        asking.start()
        assert not ended.wait(0.05)
        carriers.break_down(aggregator=None, dhl=None)
        assert ended.wait(20)
        asking.join()
        server.shutdown()
        server.server_close()


class TestPushing:
    @pytest.fixture
    def pushed(
        self, carriers: Carriers, post: Post, clock: Clock, fake_app: FakeApp
    ) -> Callable[[], list[str]]:
        """Alice's account pushes to the app; the newest sub-status of each push that arrives from now on."""
        carriers.keys(ALICE).account.push_to = f"{fake_app.url}/webhooks/tracking"
        post("register", [{"number": NUMBER}])
        clock.move(WAIT)

        def arrived() -> list[str]:
            fake_app.requests.clear()
            with carriers.aggregator.lock:
                sent = carriers.aggregator.push_what_is_new()
            assert all(delivery.wait(20) for delivery in sent)
            return [
                json.loads(one["body"])["data"]["track_info"]["latest_status"]["sub_status"]
                for one in fake_app.requests
            ]

        return arrived

    def test_news_are_pushed_once_each(self, pushed: Callable[[], list[str]], clock: Clock) -> None:
        assert ["InTransit_RobotTransfer"] == pushed()
        assert [] == pushed()
        clock.move(30)
        assert ["InTransit_Arrival"] == pushed()

    def test_a_push_is_signed_and_says_what_a_request_would_be_told(
        self, pushed: Callable[[], list[str]], carriers: Carriers, post: Post, fake_app: FakeApp
    ) -> None:
        """By the key, over the body and a slash."""
        pushed()
        (seen,) = fake_app.requests
        key = carriers.keys(ALICE).aggregator
        body = json.loads(seen["body"])
        assert hashlib.sha256(seen["body"] + f"/{key}".encode()).hexdigest() == seen["headers"]["Sign"]
        assert ("TRACKING_UPDATED", NUMBER, PACKETA) == (
            body["event"],
            body["data"]["number"],
            body["data"]["carrier"],
        )
        assert events(story(post)) == events(body["data"]["track_info"])

    def test_it_may_come_twice(self, pushed: Callable[[], list[str]], carriers: Carriers) -> None:
        carriers.aggregator.pushes_twice = True
        assert ["InTransit_RobotTransfer"] * 2 == pushed()

    def test_it_may_be_overtaken(
        self, pushed: Callable[[], list[str]], carriers: Carriers, clock: Clock, fake_app: FakeApp
    ) -> None:
        carriers.aggregator.pushes_late = True
        with carriers.aggregator.lock:
            (late,) = carriers.aggregator.push_what_is_new()
        clock.move(30)
        assert "InTransit_Arrival" == pushed()[0]
        assert late.wait(20)
        newest = [json.loads(one["body"])["data"]["track_info"]["latest_status"] for one in fake_app.requests]
        assert ["InTransit_Arrival", "InTransit_RobotTransfer"] == [one["sub_status"] for one in newest]

    def test_while_it_is_away_it_pushes_nothing_and_catches_up_later(
        self, pushed: Callable[[], list[str]], carriers: Carriers, clock: Clock
    ) -> None:
        carriers.break_down(aggregator="off", dhl=None)
        assert [] == pushed()
        clock.move(200)
        carriers.break_down(aggregator=None, dhl=None)
        assert ["Delivered_Other"] == pushed()

    def test_without_an_address_nothing_is_pushed(
        self, pushed: Callable[[], list[str]], carriers: Carriers
    ) -> None:
        carriers.keys(ALICE).account.push_to = None
        assert [] == pushed()

    def test_it_pushes_by_itself_while_it_is_served(
        self, carriers: Carriers, fake_app: FakeApp, courier: Courier, clock: Clock
    ) -> None:
        account = carriers.keys(ALICE).account
        account.push_to = f"{fake_app.url}/webhooks/tracking"
        arrived = threading.Event()
        taken = fake_app.answer

        def answer() -> Any:
            arrived.set()
            return taken()

        fake_app.answer = answer
        with carriers.serve("127.0.0.1", 0) as origin:
            headers = {"17token": carriers.keys(ALICE).aggregator}
            requests.post(
                f"{origin}/track/v2.4/register", json=[{"number": NUMBER}], headers=headers, timeout=20
            )
            clock.move(WAIT)
            assert arrived.wait(20)
        assert courier.wait_until_idle(20)
        assert 1 == account.calls["pushes_taken"]
