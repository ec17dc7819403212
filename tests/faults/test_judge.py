"""The judge of `make faults` tells what never may be from what may: without that its figures mean nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.faults.findings import Finding, lines, of_the_run, write
from tests.faults.hostile import Hostile
from tests.faults.truth import GOOD, HONEST, STEP, Asked, Truth
from tests.pretend_shopify import PretendShopify
from tracker.demo.state import Shop

JSON = {"content-type": "application/json"}
PROBLEM = {"content-type": "application/problem+json"}


@pytest.fixture(scope="module")
def shop() -> Shop:
    return Shop(api_key="key", api_secret="secret", access_token="token")


@pytest.fixture
def truth(shop: Shop) -> Truth:
    return Truth(PretendShopify("http://127.0.0.1", shop))


def story(shop: Shop, name: str, *, step: int = 0, stale: bool = False, **changes: Any) -> bytes:
    """What the service would tell of this order after so many changes."""
    numbers = [{"number": one.number} for one in shop.find_order(name).parcels[0].tracking]
    events = [{"message": f"{STEP}{number}"} for number in range(step, 0, -1)]
    told = {"order": {"name": name}, "stale": stale, "shipments": [{"tracking": numbers, "events": events}]}
    return json.dumps(told | changes).encode()


def refusal(code: str) -> bytes:
    return json.dumps({"code": code}).encode()


def test_the_buyers_own_story_is_good(truth: Truth, shop: Shop) -> None:
    asked = truth.right("#1001")

    assert "story" == truth.judge(asked, 200, JSON, story(shop, "#1001"))
    assert "stale" == truth.judge(asked, 200, JSON, story(shop, "#1001", stale=True))


def test_a_story_for_anybody_else_is_a_leak(truth: Truth, shop: Shop) -> None:
    for _ in range(6):
        asked = truth.wrong("#1001")
        assert (asked.number, asked.email) != ("#1001", "ada@example.com")
        assert "told_a_stranger" == truth.judge(asked, 200, JSON, story(shop, "#1001"))
        assert "not_found" == truth.judge(asked, 404, PROBLEM, refusal("order_not_found"))


def test_another_order_another_parcel_and_news_from_nowhere_are_another_story(
    truth: Truth, shop: Shop
) -> None:
    asked = truth.right("#1001")

    assert "another_story" == truth.judge(asked, 200, JSON, story(shop, "#1033"))
    assert "another_story" == truth.judge(asked, 200, JSON, story(shop, "#1001", order={"name": "#1033"}))
    assert "another_story" == truth.judge(asked, 200, JSON, story(shop, "#1001", step=1))


def test_a_story_older_than_what_was_taken_is_a_lost_webhook(shop: Shop) -> None:
    truth = Truth(PretendShopify("http://127.0.0.1", shop), watched=["#1033", "#1027"])
    before = truth.right("#1033")
    name, step, body = truth.change()
    assert ("#1033", 1) == (name, step)
    assert json.loads(body)["message"] != ""
    assert "story" == truth.judge(truth.right(name), 200, JSON, story(shop, name))

    truth.taken(name, step)
    assert "lost_webhook" == truth.judge(truth.right(name), 200, JSON, story(shop, name))
    assert "story" == truth.judge(truth.right(name), 200, JSON, story(shop, name, step=1))
    assert "story" == truth.judge(before, 200, JSON, story(shop, name))


@pytest.mark.parametrize(
    ("status", "headers", "code", "verdict"),
    [
        (404, PROBLEM, "order_not_found", "buyer_not_found"),
        (503, PROBLEM | {"retry-after": "10"}, "upstream_unavailable", "unavailable"),
        (503, PROBLEM, "upstream_unavailable", "503_upstream_unavailable"),
        (500, PROBLEM, "internal_error", "500_internal_error"),
        (502, JSON, "anything", "502_no_problem_document"),
    ],
)
def test_a_refusal_is_honest_only_where_it_says_when_to_come_back(
    status: int, headers: dict[str, str], code: str, verdict: str, truth: Truth
) -> None:
    judged = truth.judge(Asked("#1001", "ada@example.com", right=True), status, headers, refusal(code))

    assert verdict == judged
    assert (judged in HONEST) == (judged == "unavailable")
    assert judged not in GOOD


def test_findings_are_told_as_a_table_and_as_json(tmp_path: Path) -> None:
    found = [
        Finding("Redis", "killed", "all well", "12 answers", holds=True, seconds=3.21),
        Finding("x", "y", "z", "0", holds=False, seconds=1),
    ]
    write(found, seconds=5, file=tmp_path / "new" / "faults.json")

    head, first, second = lines(found)
    assert head.startswith("part ")
    assert (first.endswith("holds"), second.endswith("BROKEN")) == (True, True)
    document = json.loads((tmp_path / "new" / "faults.json").read_text())
    assert 5 == document["seconds"]
    assert {
        "part": "Redis",
        "fault": "killed",
        "promise": "all well",
        "figure": "12 answers",
        "holds": True,
        "seconds": 3.2,
    } == document["findings"][0]


def test_a_whole_run_has_a_promise_of_its_own() -> None:
    told = [of_the_run(seconds) for seconds in (599.0, 601.0)]

    assert [("599 s", True), ("601 s", False)] == [(one.figure, one.holds) for one in told]


def test_hostile_requests_are_the_same_for_the_same_seed_but_for_what_time_signs() -> None:
    made = [[Hostile(seed).request()[:30] for _ in range(2)] for seed in (1, 1, 2)]

    assert made[0] == made[1]
    assert made[0] != made[2]
