"""The demo switches of an admin let the carriers misbehave, push, and go on."""

from __future__ import annotations

import json

import pytest
from werkzeug.test import Client

from tests.demo.conftest import ALICE, BOB, Clock, FakeApp
from tracker.demo.followed_orders import FOLLOWED
from tracker.demo.followed_parcels import TOLD_BY_AGGREGATOR
from tracker.demo.platform import Platform

PANEL = f"/shops/{ALICE}/admin/demo"
CARD = f"{PANEL}/carriers"


def page(merchant: Client) -> str:
    return merchant.get(PANEL).get_data(as_text=True)


def test_it_names_the_orders_to_try_and_the_keys_to_use(merchant: Client, platform: Platform) -> None:
    """Those of this shop alone."""
    text = page(merchant)
    assert all(name in text for name in FOLLOWED)
    mine, theirs = platform.carriers.keys(ALICE), platform.carriers.keys(BOB)
    assert mine.aggregator in text
    assert mine.dhl in text
    assert theirs.aggregator not in text
    assert theirs.dhl not in text


def test_the_switches_are_set_and_shown(merchant: Client, platform: Platform) -> None:
    """An account is one shop's own, what breaks down does so for all."""
    form = {
        "aggregator": "off",
        "dhl": "hang",
        "aggregator_spent": "on",
        "dhl_spent": "on",
        "pushes_twice": "on",
    }
    answer = merchant.post(f"{CARD}/switches", data=form)
    assert (303, f"{PANEL}#carriers") == (answer.status_code, answer.headers["Location"])
    carriers = platform.carriers
    assert ("off", "hang") == (carriers.aggregator.fault, carriers.dhl.fault)
    assert (True, False) == (carriers.aggregator.pushes_twice, carriers.aggregator.pushes_late)
    assert (0, 0) == (carriers.keys(ALICE).account.left, carriers.dhl.left(carriers.keys(ALICE).key))
    assert carriers.keys(BOB).account.left > 0
    text = page(merchant)
    assert "<option selected>off</option>" in text
    assert "<option selected>hang</option>" in text
    assert 3 == text.split('id="carriers"')[1].split("</section>")[0].count(" checked")

    merchant.post(f"{CARD}/switches", data={"aggregator": "", "dhl": ""})
    assert (None, None) == (carriers.aggregator.fault, carriers.dhl.fault)
    assert carriers.keys(ALICE).account.left > 0


@pytest.mark.parametrize("form", [{"aggregator": "odd"}, {"dhl": "throttled"}])
def test_a_fault_there_is_not_is_refused(merchant: Client, platform: Platform, form: dict[str, str]) -> None:
    assert 422 == merchant.post(f"{CARD}/switches", data=form).status_code
    assert (None, None) == (platform.carriers.aggregator.fault, platform.carriers.dhl.fault)


@pytest.mark.parametrize(
    ("address", "status", "kept"),
    [
        ("http://127.0.0.1:9/hook", 303, "http://127.0.0.1:9/hook"),
        ("", 303, None),
        ("javascript:alert(1)", 422, "http://before"),
    ],
)
def test_the_address_of_pushes_is_saved(
    merchant: Client, platform: Platform, address: str, status: int, kept: str | None
) -> None:
    account = platform.carriers.keys(ALICE).account
    account.push_to = "http://before"
    assert status == merchant.post(f"{CARD}/push-to", data={"address": address}).status_code
    assert kept == account.push_to


def test_what_is_known_is_pushed_at_once_and_goes_on_at_once(
    merchant: Client, platform: Platform, fake_app: FakeApp, clock: Clock
) -> None:
    aggregator, account = platform.carriers.aggregator, platform.carriers.keys(ALICE).account
    merchant.post(f"{CARD}/push-to", data={"address": f"{fake_app.url}/hook"})
    aggregator.register(account, {"number": TOLD_BY_AGGREGATOR.number})
    clock.move(10)

    def pushed() -> list[str]:
        merchant.post(f"{CARD}/push")
        assert platform.wait_for_webhooks(20)
        bodies = [json.loads(one["body"]) for one in fake_app.requests]
        return [one["data"]["track_info"]["latest_status"]["sub_status"] for one in bodies]

    assert ["InTransit_RobotTransfer"] == pushed()
    merchant.post(f"{CARD}/go-on")
    clock.move(5)
    assert ["InTransit_RobotTransfer", "InTransit_Arrival"] == pushed()
    assert "<dt>Aggregator: pushes taken</dt><dd>2</dd>" in page(merchant)
