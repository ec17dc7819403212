"""What a source pushes is taken where the secret of this very shop's account signed it, and nowhere else.
Alice and Bob follow parcels at AfterShip, Charlie never installed the app."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from redis import Redis

import tracker.edges
from tests.fakes import NOON
from tests.source_fakes import OFFERED, FakeFollowed
from tests.web.pushing import NUMBER, SECRETS, push
from tests.web.shops import World, world
from tests.web.storefront import ADA, ALICE, BOB, CHARLIE
from tracker.errors import UnprovenPush
from tracker.ports.sources import SourceAccount
from tracker.web.gate import MAX_PUSH_BYTES


@pytest.fixture
def followed(monkeypatch: pytest.MonkeyPatch) -> FakeFollowed:
    made = FakeFollowed()
    monkeypatch.setattr(tracker.edges, "RedisFollowedParcels", lambda *_: made)
    return made


@pytest.fixture
def shops(sqlite_url: str, redis_url: str, followed: FakeFollowed) -> Iterator[World]:
    readers = {**OFFERED.read_push, "easypost": OFFERED.read_push["aftership"]}
    with world(sqlite_url, redis_url, offered=replace(OFFERED, read_push=readers)) as three:
        assert three.edges.store is not None
        for shop, secret in SECRETS.items():
            three.install(shop)
            for source in ("aftership", "dhl"):
                account = SourceAccount(source, f"the key of {shop}", secret)
                assert three.edges.store.accounts.save(shop, account, at=NOON)
        yield three


def order_of_ada(shops: World) -> str:
    with shops.platform.shop(ALICE).lock:
        return f"gid://shopify/Order/{shops.platform.shop(ALICE).find_order('#1001').id}"


def test_a_story_that_changes_by_it_is_read_anew(
    shops: World, followed: FakeFollowed, log_lines: list[dict[str, Any]]
) -> None:
    shops.storefront(ALICE).look_up(ADA)
    followed.orders[ALICE, "aftership", NUMBER] = order_of_ada(shops)

    assert 200 == push(shops).status_code
    line = log_lines[-1]
    assert ("tracking/aftership", "changed", ALICE) == (line["topic"], line["outcome"], line["shop"])
    shops.storefront(ALICE).look_up(ADA)
    assert "read" == log_lines[-1]["cache"]


@pytest.mark.parametrize(
    ("shop", "source", "secret"),
    [
        (ALICE, "aftership", SECRETS[BOB]),
        (ALICE, "aftership", ""),
        (ALICE, "dhl", None),  # which does not push
        (ALICE, "easypost", None),  # where Alice has no account
        (CHARLIE, "aftership", SECRETS[ALICE]),
        ("nobody.myshopify.com", "aftership", SECRETS[ALICE]),
        ("%7B%7Bshop%7D%7D", "aftership", SECRETS[ALICE]),
        (ALICE, "..", None),
    ],
)
def test_everything_else_is_refused_alike(
    shops: World, followed: FakeFollowed, shop: str, source: str, secret: str | None
) -> None:
    refused = push(shops, shop, source, secret=secret)

    assert 401 == refused.status_code
    assert UnprovenPush.title == (refused.json or {})["title"]
    assert push(shops, secret="another").data == refused.data
    assert [] == followed.pushed


def test_what_one_shop_is_told_is_nothing_to_another(shops: World, followed: FakeFollowed) -> None:
    """Bob's account speaks of Bob's parcels, also of one that Alice follows too."""
    followed.orders[ALICE, "aftership", NUMBER] = order_of_ada(shops)

    assert 200 == push(shops, BOB).status_code
    assert [(BOB, "aftership", NUMBER)] == followed.pushed


def test_it_is_sent_again_where_it_cannot_be_kept(shops: World, followed: FakeFollowed) -> None:
    followed.away = True
    refused = push(shops)

    assert (503, "try_again") == (refused.status_code, (refused.json or {})["code"])
    assert refused.headers["Retry-After"].isdigit()
    followed.away = False
    assert [200, 200] == [push(shops).status_code for _ in range(2)]


def test_a_signed_body_that_cannot_be_read_is_taken_once(
    shops: World, followed: FakeFollowed, log_lines: list[dict[str, Any]]
) -> None:
    assert 200 == push(shops, body=b"<html>").status_code
    assert ("unreadable", []) == (log_lines[-1]["outcome"], followed.pushed)


def test_what_is_too_long_is_refused_whoever_it_is_for(shops: World) -> None:
    wild = b"[" + b" " * MAX_PUSH_BYTES + b"]"

    assert {413} == {push(shops, shop, body=wild).status_code for shop in (ALICE, CHARLIE)}
    assert 413 == push(shops, body=wild, in_chunks=True).status_code
    assert 200 == push(shops, in_chunks=True).status_code
    assert 200 == push(shops, body=b"[" + b" " * (MAX_PUSH_BYTES - 2) + b"]").status_code


def test_nothing_of_it_is_logged_and_refusing_costs_no_redis(
    shops: World, redis_client: Redis, log_lines: list[dict[str, Any]]
) -> None:
    push(shops)
    before = int(redis_client.info("stats")["total_commands_processed"])
    push(shops, secret="another")
    push(shops, "nobody.myshopify.com")
    # The look itself is one.
    assert 1 == int(redis_client.info("stats")["total_commands_processed"]) - before

    assert NUMBER not in str(log_lines)
    assert "nobody.myshopify.com" not in str(log_lines)
