"""Politeness at the door and protection against guessing, over the whole way."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.pretend_shopify import PretendShopify
from tests.web.conftest import MakeApp, RecordedMetrics
from tests.web.storefront import ADA, ADDRESS, BOB, Storefront
from tracker.settings import read_limits

WRONG = ADA | {"email": "mallory@example.com"}
PLENTY = "email=9000/hour,number_network=9000/hour,number=9000/hour,shop=9000/hour"


def statuses(responses: list[TestResponse]) -> list[int]:
    return [response.status_code for response in responses]


def limited_by(limit: str, make_app: MakeApp) -> Storefront:
    """A storefront where nothing but this guess limit can run out."""
    return Storefront(make_app(guess_limits=read_limits(PLENTY) | limit_of(limit)))


def limit_of(limit: str) -> dict[str, Any]:
    name = limit.partition("=")[0]
    return {name: read_limits(limit)[name]}


@pytest.mark.parametrize("as_page", [True, False])
def test_two_workers_count_one_shopper_together(
    *, as_page: bool, make_app: MakeApp, shopify: PretendShopify
) -> None:
    one, two = (Storefront(make_app(lookup_limit="4/minute")) for _ in range(2))
    assert statuses([one.look_up(), two.look_up(), one.look_up(), two.look_up()]) == [200] * 4
    asked = shopify.calls()

    refused = [one.look_up(as_page=as_page), two.look_up(as_page=as_page)]

    assert statuses(refused) == [429, 429]
    assert all(1 <= int(response.headers["Retry-After"]) <= 60 for response in refused)
    assert shopify.calls() == asked
    if as_page:
        assert refused[0].mimetype == "application/liquid"
        assert "Please wait a little" in refused[0].text
    else:
        assert refused[0].mimetype == "application/problem+json"
        assert (refused[0].json or {})["code"] == "rate_limited"


def test_another_shopper_and_another_shop_have_room_of_their_own(make_app: MakeApp) -> None:
    app = make_app(lookup_limit="1/minute")
    alice, bob = Storefront(app), Storefront(app, shop=BOB)
    assert statuses([alice.look_up(), alice.look_up()]) == [200, 429]

    assert alice.look_up(address="203.0.113.8").status_code == 200
    assert bob.look_up().status_code == 503


def test_what_is_not_signed_takes_nobodys_room(make_app: MakeApp) -> None:
    storefront = Storefront(make_app(lookup_limit="1/minute"))

    assert statuses([storefront.look_up(query=""), storefront.look_up()]) == [401, 200]


def test_a_form_that_cannot_be_read_takes_room_at_the_door(make_app: MakeApp) -> None:
    storefront = Storefront(make_app(lookup_limit="1/minute"))

    assert statuses([storefront.look_up({"order": "?"}), storefront.look_up()]) == [422, 429]


@pytest.mark.parametrize("unreadable", [{"order": "?"}, {"order": "1001"}, {}])
def test_beyond_the_limit_the_door_speaks_first(unreadable: dict[str, str], make_app: MakeApp) -> None:
    """Whatever is wrong with a form, whoever has asked too often is told that."""
    storefront = Storefront(make_app(lookup_limit="2/minute"))

    assert statuses([storefront.look_up(), storefront.look_up(unreadable)]) == [200, 422]
    assert statuses([storefront.look_up(unreadable), storefront.look_up()]) == [429, 429]


def test_the_page_itself_is_not_limited(make_app: MakeApp) -> None:
    storefront = Storefront(make_app(lookup_limit="1/minute"))

    assert statuses([storefront.look_up(), storefront.page(), storefront.page()]) == [200, 200, 200]


@pytest.mark.parametrize("proxies", [0, 1, 2])
def test_a_forged_header_gives_no_new_room(proxies: int, make_app: MakeApp, metrics: RecordedMetrics) -> None:
    """A client writes what it likes; Shopify appends the client, each of our proxies what it saw."""
    storefront = Storefront(make_app(lookup_limit="2/minute", trusted_proxies=proxies))
    behind = "".join(f", 10.0.0.{number}" for number in range(1, proxies + 1))
    forged = [f"198.51.100.{turn}, 2001:db8:{turn}::1, {ADDRESS}{behind}" for turn in range(4)]

    responses = [storefront.look_up(address=header) for header in forged]

    assert statuses(responses) == [200, 200, 429, 429]
    assert ("short_forwarded_for",) not in metrics.facts


def test_an_ipv6_customer_is_one_client(make_app: MakeApp) -> None:
    storefront = Storefront(make_app(lookup_limit="2/minute"))

    responses = [storefront.look_up(address=f"2001:db8:1:2:{turn}::{turn}") for turn in range(1, 4)]

    assert statuses(responses) == [200, 200, 429]
    assert storefront.look_up(address="2001:db8:1:3::1").status_code == 200


@pytest.mark.parametrize("missing", [None, "", "garbage", "203.0.113.7:80"])
def test_clients_that_cannot_be_told_share_one_room(
    missing: str | None, make_app: MakeApp, metrics: RecordedMetrics
) -> None:
    storefront = Storefront(make_app(lookup_limit="2/minute"))

    responses = [storefront.look_up(address=address) for address in (missing, None, "unknown")]

    assert statuses(responses) == [200, 200, 429]
    shorter = 1 + (not missing)
    assert metrics.facts.count(("short_forwarded_for",)) == shorter


def test_a_header_shorter_than_our_own_proxies_is_counted(
    make_app: MakeApp, metrics: RecordedMetrics
) -> None:
    """TRUSTED_PROXIES is wrong then, or somebody came around a proxy."""
    storefront = Storefront(make_app(trusted_proxies=2))

    assert storefront.look_up(address=ADDRESS).status_code == 200
    assert ("short_forwarded_for",) in metrics.facts


def guesses(name: str, turn: int) -> tuple[dict[str, str], str]:
    """The `turn`-th wrong guess, which has nothing in common with the others but what `name` counts by."""
    email, number, address = f"guess{turn}@example.com", str(40_000 + turn), f"198.51.{turn}.1"
    match name:
        case "email":
            email = WRONG["email"]
        case "number_network":
            number, address = "1001", f"203.0.113.{turn + 1}"
        case "number":
            number = ("1001", "#1001", "order 1001", "No. 1001")[turn % 4]
    return {"order": number, "email": email}, address


@pytest.mark.parametrize("as_page", [True, False])
@pytest.mark.parametrize("name", ["email", "number_network", "number", "shop"])
def test_a_guesser_runs_dry(
    name: str, *, as_page: bool, make_app: MakeApp, shopify: PretendShopify, metrics: RecordedMetrics
) -> None:
    storefront = limited_by(f"{name}=3/hour", make_app)
    responses = []

    for turn in range(5):
        fields, address = guesses(name, turn)
        responses.append(storefront.look_up(fields, address=address, as_page=as_page))

    assert statuses(responses) == [404, 404, 404, 429, 429]
    assert 3500 < int(responses[-1].headers["Retry-After"]) <= 3600
    assert shopify.calls() == 3
    assert metrics.facts.count(("lookup_answered", "rate_limited", f"guesses_{name}")) == 2


@pytest.mark.parametrize("name", ["email", "number_network", "number", "shop"])
def test_a_right_answer_that_is_known_passes_a_spent_limit(name: str, make_app: MakeApp) -> None:
    """Nobody can lock a buyer out of what they have already seen."""
    storefront = limited_by(f"{name}=2/hour", make_app)
    assert storefront.look_up().status_code == 200
    for turn in range(4):
        fields, address = guesses(name, turn)
        storefront.look_up(fields, address=address)

    assert statuses([storefront.look_up() for _ in range(3)]) == [200] * 3


@pytest.mark.parametrize("name", ["email", "number_network", "number", "shop"])
def test_right_answers_spend_no_guesses(name: str, make_app: MakeApp) -> None:
    storefront = limited_by(f"{name}=2/hour", make_app)
    orders = ["1001", "1002", "1003", "1004", "#1001", "order 1001", "no. 1001", "1001."]

    assert statuses([storefront.look_up(ADA | {"order": order}) for order in orders]) == [200] * 8


def test_a_guess_that_the_shop_did_not_answer_is_given_back(
    make_app: MakeApp, shopify: PretendShopify
) -> None:
    storefront = limited_by("email=2/hour", make_app)
    shopify.switch(fail="5xx", fail_times=6)

    outage = [storefront.look_up() for _ in range(3)]
    shopify.switch(fail=None)

    assert statuses(outage) == [503] * 3
    assert storefront.look_up().status_code == 200


def test_limits_can_be_switched_off_together(make_app: MakeApp) -> None:
    storefront = Storefront(
        make_app(
            rate_limits_enabled=False,
            lookup_limit="1/hour",
            guess_limits=read_limits("email=1/hour,number_network=1/hour,number=1/hour,shop=1/hour"),
        )
    )

    assert statuses([storefront.look_up(guesses("shop", turn)[0]) for turn in range(4)]) == [404] * 4


def test_no_address_stands_readable_in_a_counter(app: Flask, redis_client: Any) -> None:
    Storefront(app).look_up(address="203.0.113.7")

    assert not [key for key in redis_client.scan_iter() if b"203" in key and b"113" in key]
