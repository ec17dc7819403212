"""What a look-up costs: requests to the shop and round trips to Redis, counted where they arrive."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from redis import Redis
from werkzeug.test import TestResponse

from tests.pretend_shopify import PretendShopify
from tests.store.shops import KEPT, overheard, round_trips
from tests.web.conftest import MakeApp
from tests.web.rendering import without_doubts
from tests.web.storefront import ADA, Storefront

MISSES = {
    "an unknown number": ADA | {"order": "424242"},
    "another e-mail": ADA | {"email": "mallory@example.com"},
    "somebody else's order": ADA | {"order": "10012"},
    "an order without an e-mail": ADA | {"order": "1025"},
    "an order too old to be seen": ADA | {"order": "0900"},
    "a fuzzy neighbour": {"order": "12-A", "email": "ada@example.com"},
    "a tracking number": ADA | {"order": "1Z999AA10123456784"},
    "half a number": ADA | {"order": "100"},
}


def commands(client: Redis, ask: Callable[[], object]) -> list[str]:
    """The commands that clients send to Redis meanwhile; what a script does inside is part of its one."""
    with overheard(client) as heard:
        ask()
    return [name for sender, name in heard if sender != "lua"]


def test_a_warm_look_up_asks_the_shop_nothing_and_redis_once(
    storefront: Storefront, shopify: PretendShopify, redis_client: Redis
) -> None:
    """One round trip for politeness at the door, the answer and the guess limits together."""
    first = storefront.look_up()
    asked = shopify.calls()

    def again() -> None:
        second = storefront.look_up()
        assert (200, first.data) == (second.status_code, second.data)

    assert 1 == round_trips(redis_client, again)
    assert KEPT == commands(redis_client, again)
    assert asked == shopify.calls() == 2


def test_a_miss_asks_the_shop_once_and_a_repeated_miss_not_at_all(
    storefront: Storefront, shopify: PretendShopify
) -> None:
    for _ in range(3):
        assert 404 == storefront.look_up(MISSES["an unknown number"]).status_code
        assert 1 == shopify.calls()


def test_the_token_of_a_grant_is_fetched_once_for_two_workers(
    make_app: MakeApp, shopify: PretendShopify
) -> None:
    for _ in range(2):
        assert 200 == Storefront(make_app(admin_token=None)).look_up().status_code

    assert (1, 2) == (shopify.tokens_fetched(), shopify.calls())


def test_two_workers_share_what_is_known(make_app: MakeApp, shopify: PretendShopify) -> None:
    answers = [Storefront(make_app()).look_up().data for _ in range(2)]

    assert answers[0] == answers[1]
    assert 2 == shopify.calls()


def test_a_wrong_e_mail_after_a_right_one_costs_what_an_unknown_number_does(
    storefront: Storefront, shopify: PretendShopify
) -> None:
    """What one person has looked up opens nothing for the next."""
    assert 200 == storefront.look_up().status_code

    assert 404 == storefront.look_up(ADA | {"email": "mallory@example.com"}).status_code
    assert 3 == shopify.calls()


@pytest.mark.parametrize("as_page", [True, False])
def test_every_kind_of_miss_is_the_same_answer_after_the_same_work(
    *, as_page: bool, storefront: Storefront, shopify: PretendShopify, redis_client: Redis
) -> None:
    """Bytes, status, headers, requests to the shop and commands to Redis: nothing tells the kinds apart."""
    storefront.look_up()
    storefront.look_up(ADA | {"order": "warm the connections"})
    seen = set()

    for fields in MISSES.values():
        before = shopify.calls()
        responses: list[TestResponse] = []
        sent = commands(
            redis_client,
            lambda fields=fields, responses=responses: responses.append(  # type: ignore[misc] # bound per turn
                storefront.look_up(fields, as_page=as_page)
            ),
        )
        (response,) = responses
        # What was typed is questioned for its form alone, found or not.
        body, doubts = without_doubts(response.text)
        assert doubts == (as_page and fields == MISSES["a tracking number"])
        headers = [pair for pair in response.headers if pair[0] not in ("X-Request-Id", "Content-Length")]
        seen.add((response.status, str(headers), body, shopify.calls() - before, str(sent)))

    assert 1 == len(seen), seen
    ((status, _, _, calls, _),) = seen
    assert ("404 NOT FOUND", 1) == (status, calls)


def test_one_script_never_seen_costs_one_more_round_trip_once(
    storefront: Storefront, redis_client: Redis
) -> None:
    """Scripts are sent by digest; a Redis that was restarted learns them as it goes."""
    storefront.look_up(MISSES["an unknown number"])
    redis_client.flushall()
    redis_client.script_flush()

    assert "EVAL" in commands(redis_client, lambda: storefront.look_up(MISSES["half a number"]))
    assert "EVAL" not in commands(redis_client, lambda: storefront.look_up(MISSES["an unknown number"]))


def test_nothing_that_can_be_read_lies_in_redis(storefront: Storefront, redis_client: Redis) -> None:
    """Neither in keys nor in values: not the shop, the order, the e-mail, the address or the answer."""
    storefront.look_up()
    storefront.look_up(MISSES["another e-mail"])
    kept: list[Any] = []
    for key in redis_client.scan_iter():
        kept += [key, redis_client.dump(key)]

    assert len(kept) > 8
    for word in (b"alice", b"1001", b"ada@", b"mallory", b"203.0.113", b"Cascade", b"in_transit", b"shpat"):
        assert word not in b"".join(kept)
