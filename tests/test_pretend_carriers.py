"""The whole way of parcels that Shopify does not follow: from a merchant's keys to the last scan, past an
aggregator that is gone for a while.

The service, a follower beside it, and the pretend Shopify and carriers, each as it runs for itself.
"""

from __future__ import annotations

import json
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.pretend_shopify import API_KEY
from tests.serving import Served, free_port, serve, start
from tests.web.storefront import ALICE, SECRET
from tracker.demo.followed_orders import FOLLOWED
from tracker.demo.followed_parcels import TOLD_BY_BOTH
from tracker.demo.merchant_accounts import enter_keys
from tracker.demo.platform import Platform, create_platform
from tracker.look_again import SOON
from tracker.order import Status

APP_TOML = Path(__file__).parents[1] / "shopify.app.toml"
PATIENCE = 120.0
"""A source that gave no answer in time is left alone for a minute."""
ADA = "ada@example.com"
TOLD_BY_AGGREGATOR, TOLD_BY_DHL, TOLD_BY_THEM = "#1041", "#1042", "#1043"

Story = dict[str, Any]


@dataclass(frozen=True)
class World:
    """Alice's shop, and all that tells of its parcels."""

    platform: Platform
    service: Served
    follower: subprocess.Popen[bytes]

    def look_up(self, order: str) -> Story:
        """What a shopper is told on the shop's own page."""
        answer = requests.post(
            f"{self.platform.storefront(ALICE)}/apps/track-order/lookup",
            data={"order": order, "email": ADA},
            headers={"Accept": "application/json"},
            timeout=PATIENCE,
        )
        assert 200 == answer.status_code, answer.text
        told: Story = answer.json()
        return told

    def hasten(self, order: str, times: int = 1) -> None:
        """The next things happen now to the parcel of this order."""
        _, plan = FOLLOWED[order]
        for _ in range(times):
            assert 1 == self.platform.carriers.journeys.hasten(plan.number)

    def sees(self, order: str, holds: Callable[[Story], object]) -> Story:
        """The story of an order, once this holds of it."""
        patience = time.monotonic() + PATIENCE
        while not holds(told := self.look_up(order)):
            assert time.monotonic() < patience, told
            assert self.follower.poll() is None
            time.sleep(0.05)
        return told


def listens(port: int) -> bool:
    """Whether somebody does, on this machine."""
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def following(environ: Mapping[str, str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`tracker follow` until the block ends, with its output in `folder`. It has begun by then: a machine
    that is busy with its start has no time for whoever is asked beside it."""
    folder.mkdir()
    port = free_port()
    process = start({**environ, "FOLLOW_METRICS_PORT": str(port)}, folder, command=("tracker", "follow"))
    try:
        patience = time.monotonic() + PATIENCE
        while not listens(port):
            assert time.monotonic() < patience
            assert process.poll() is None
            time.sleep(0.05)
        yield process
    finally:
        process.terminate()
        assert 0 == process.wait(PATIENCE)


@pytest.fixture
def world(sqlite_url: str, redis_url: str, tmp_path: Path) -> Iterator[World]:
    """Alice has installed the app, and typed the keys of her accounts into its page. Nobody has asked for an
    order yet."""
    platform = create_platform(
        app_toml=APP_TOML,
        api_key=API_KEY,
        api_secret=SECRET,
        shops=(ALICE,),
        retry_factor=1e-3,
        dhl_spacing=0.0,
        delay_factor=0.05,
    )
    with platform.serve():
        carriers = platform.carriers.origin
        assert carriers is not None
        environ = {
            "SHOPIFY_API_KEY": API_KEY,
            "SHOPIFY_API_SECRET": SECRET,
            "SHOPIFY_ADMIN_ORIGIN": platform.admin_origin,
            "SHOPIFY_CDN_ORIGIN": platform.origin,
            "DATABASE_URL": sqlite_url,
            "REDIS_URL": redis_url,
            "TRUSTED_PROXIES": "0",
            "RATE_LIMITS_ENABLED": "false",
            # However slow the machine is: no story is read anew but for news of its parcels.
            "SOFT_AGES": ",".join(f"{status}=21600" for status in Status),
            "SEVENTEEN_TRACK_ORIGIN": carriers,
            "DHL_ORIGIN": carriers,
            "FOLLOW_PACE": "5000",
            "WEB_WORKERS": "1",
        }
        with serve(environ, tmp_path) as service, following(environ, tmp_path / "follower") as follower:
            platform.app_url = f"http://127.0.0.1:{service.port}"
            platform.install(ALICE)
            assert requests.get(platform.launch_url(ALICE), timeout=PATIENCE).ok
            enter_keys(platform.shop(ALICE), platform.carriers)
            yield World(platform, service, follower)


def test_parcels_that_shopify_does_not_follow_tell_their_story(world: World) -> None:
    an_aggregator_tells_what_happened_and_when_it_comes(world)
    what_happens_next_comes_by_itself(world)
    the_aggregator_goes_and_the_story_stays(world)
    it_comes_back_and_the_story_goes_on(world)
    dhl_tells_of_its_own_parcel_when_it_is_asked(world)
    two_carriers_are_one_story_with_two_numbers(world)
    a_word_that_nobody_knows_was_told_once(world)
    no_number_and_no_key_was_logged(world)


def an_aggregator_tells_what_happened_and_when_it_comes(world: World) -> None:
    """In the carrier's own words, each once, one that nobody has seen before among them. Whoever looks an
    order up first is told what Shopify knows, and that it is worth looking again soon."""
    for order in (TOLD_BY_AGGREGATOR, TOLD_BY_DHL, TOLD_BY_THEM):
        first = world.look_up(order)
        assert ("shipped", SOON) == (first["order"]["status"], first["refresh_after"])
    told = world.sees(TOLD_BY_AGGREGATOR, lambda told: told["order"]["status"] == "in_transit")
    (parcel,) = told["shipments"]
    assert [
        "Zásilku přeložil robot.",
        "Zásilka opustila depo.",
        "Zásilka přijata k přepravě.",
        "Obdrželi jsme údaje k zásilce.",
    ] == [event["message"] for event in parcel["events"] if event["source"] == "aggregator"]
    assert {"cs"} == languages(parcel)
    assert "carrier" == parcel["delivery_window"]["source"]
    assert told["order"]["estimated_delivery_at"] is not None
    assert [("Packeta", "Z4712345678")] == [(one["carrier"], one["number"]) for one in parcel["tracking"]]


def timeless(told: Story) -> list[Story]:
    """Its parcels, but for when they were asked for, and when they come: what is out for delivery comes no
    sooner than that."""
    return [parcel | {"checked_at": None, "delivery_window": None} for parcel in told["shipments"]]


def languages(parcel: Story) -> set[str | None]:
    """Of the texts that carriers and aggregators wrote."""
    return {event["language"] for event in parcel["events"] if event["source"] != "shopify"}


def what_happens_next_comes_by_itself(world: World) -> None:
    world.hasten(TOLD_BY_AGGREGATOR, 2)
    world.sees(TOLD_BY_AGGREGATOR, lambda told: told["order"]["status"] == "out_for_delivery")


def the_aggregator_goes_and_the_story_stays(world: World) -> None:
    """Also where it has to be read anew; and nothing of it is said to the shopper."""
    world.platform.carriers.break_down(aggregator="off", dhl=None)
    world.hasten(TOLD_BY_AGGREGATOR)
    before = world.look_up(TOLD_BY_AGGREGATOR)
    sent = world.platform.deliver_webhook(ALICE, "orders/updated", order=TOLD_BY_AGGREGATOR)
    assert all(one.wait(PATIENCE) for one in sent)
    asked = world.platform.calls(ALICE)["admin"]
    after = world.look_up(TOLD_BY_AGGREGATOR)
    assert world.platform.calls(ALICE)["admin"] > asked
    assert (timeless(before), False) == (timeless(after), after["stale"])
    assert None not in [parcel["delivery_window"] for parcel in after["shipments"]]


def it_comes_back_and_the_story_goes_on(world: World) -> None:
    world.platform.carriers.break_down(aggregator=None, dhl=None)
    told = world.sees(TOLD_BY_AGGREGATOR, lambda told: told["order"]["status"] == "delivered")
    assert told["shipments"][0]["delivered_at"] is not None


def dhl_tells_of_its_own_parcel_when_it_is_asked(world: World) -> None:
    """Again and again, since it pushes nothing."""
    told = world.sees(TOLD_BY_DHL, lambda told: told["order"]["status"] == "in_transit")
    (parcel,) = told["shipments"]
    assert {"carrier"} == {event["source"] for event in parcel["events"] if event["source"] != "shopify"}
    assert told["order"]["estimated_delivery_at"] is not None
    assert {"de"} == languages(parcel)
    world.hasten(TOLD_BY_DHL, 3)
    told = world.sees(TOLD_BY_DHL, lambda told: told["order"]["status"] == "delivered")
    assert {
        "out_for_delivery": "Die Sendung ist im Zustellfahrzeug. Live verfolgen",
        "attempted": "Der Empfänger wurde nicht angetroffen.",
    }.items() <= {event["status"]: event["message"] for event in told["shipments"][0]["events"]}.items()


def two_carriers_are_one_story_with_two_numbers(world: World) -> None:
    """And what both tell of is told once."""
    world.sees(TOLD_BY_THEM, lambda told: told["order"]["status"] == "in_transit")
    world.hasten(TOLD_BY_THEM, 3)
    told = world.sees(TOLD_BY_THEM, lambda told: told["order"]["status"] == "delivered")
    (parcel,) = told["shipments"]
    assert TOLD_BY_BOTH.last_mile is not None
    assert {TOLD_BY_BOTH.number, TOLD_BY_BOTH.last_mile.number} == {
        one["number"] for one in parcel["tracking"]
    }
    messages = [event["message"] for event in parcel["events"] if event["message"]]
    assert len(messages) == len(set(messages))


def a_word_that_nobody_knows_was_told_once(world: World) -> None:
    """By the service, which it is pushed to again and again, with all that happened before."""
    lines = [json.loads(line) for line in world.service.out.splitlines() if "unknown word" in line]
    assert [("seventeen_track", "InTransit_RobotTransfer")] == [
        (line["kind"], line["word"]) for line in lines
    ]


def no_number_and_no_key_was_logged(world: World) -> None:
    """Neither by the service nor by the follower."""
    keys = world.platform.carriers.keys(ALICE)
    follower = world.service.folder / "follower"
    said = world.service.out + world.service.err + (follower / "out").read_text()
    secrets = (TOLD_BY_BOTH.number, "Z4712345678", keys.aggregator, keys.dhl, ADA)
    assert not any(secret in said for secret in secrets)
