"""An Admin API that fails, stalls or refuses: it is typed, told, and tried again where that may help."""

from __future__ import annotations

import pytest

from tests.shopify.one_shop import ORDER_ID, SCOPES, SHOP, TOKEN, FakeTokens, shop
from tests.shopify.upstream import Behaviour, close, half, hang, recorded, reply, reset
from tracker.deadline import Deadline
from tracker.errors import (
    AccessDenied,
    AccessTokenRejected,
    ShopUnavailable,
    UpstreamBroken,
    UpstreamError,
    UpstreamRejected,
    UpstreamThrottled,
    UpstreamTimeout,
    UpstreamUnreachable,
)

FAILURES: list[tuple[list[Behaviour], type[UpstreamError], float | None]] = [
    ([reset, reset], UpstreamUnreachable, None),
    ([close, close], UpstreamUnreachable, None),
    ([half, half], UpstreamUnreachable, None),
    ([reply(b"<html>", status=502)] * 2, UpstreamBroken, None),
    (
        [reply(b"<!DOCTYPE html><p>Maintenance", headers={"Content-Type": "text/html"})] * 2,
        UpstreamBroken,
        None,
    ),
    ([reply(b'{"data": {"order')] * 2, UpstreamBroken, None),
    ([reply([])] * 2, UpstreamBroken, None),
    ([reply({"data": None})] * 2, UpstreamBroken, None),
    ([reply({"data": {"order": [], "orders": []}})], UpstreamBroken, None),
    ([reply({"data": {}})], UpstreamBroken, None),
    ([recorded("internal_error")] * 2, UpstreamBroken, None),
    ([recorded("throttled")] * 2, UpstreamThrottled, 0.6),
    ([reply(status=429, headers={"Retry-After": "2.0"})] * 2, UpstreamThrottled, 2.0),
    ([reply(status=429, headers={"Retry-After": "60"})], UpstreamThrottled, 60.0),
    ([recorded("query_error")], UpstreamRejected, None),
    ([reply(status=400)], UpstreamRejected, None),
    ([reply(status=302, headers={"Location": "https://evil.example/"})], UpstreamRejected, None),
    ([reply(status=402)], ShopUnavailable, None),
    ([reply({"errors": "Not Found"}, status=404)], ShopUnavailable, None),
    ([reply(status=423)], ShopUnavailable, None),
    ([recorded("shop_inactive")], ShopUnavailable, None),
    ([reply(status=401)], AccessTokenRejected, None),
    ([reply(status=403)], AccessTokenRejected, None),
    ([recorded("find_orders_withheld")], AccessDenied, None),
]


@pytest.mark.parametrize(
    ("verb", "behaviours", "error", "retry_after"),
    [
        (verb, *failure)
        for verb in ("find", "recent", "read")
        for failure in FAILURES
        if (verb, failure[1]) != ("recent", AccessDenied)  # which is an empty list
    ],
)
def test_each_failure_is_typed_told_and_carries_nothing_of_what_was_sent(
    verb: str, behaviours: list[Behaviour], error: type[UpstreamError], retry_after: float | None
) -> None:
    with shop(*behaviours) as alice, pytest.raises(error) as raised:
        getattr(alice, verb)()

    assert raised.value.code == error.code
    assert raised.value.retry_after == (None if retry_after is None else pytest.approx(retry_after))
    assert len(alice.calls) == len(alice.server.requests) == len(behaviours)
    said = [raised.value, raised.value.__context__, raised.value.__cause__]
    assert not [text for text in map(repr, said) if TOKEN in text or "1001" in text]
    assert all(type(context).__module__ in ("builtins", "tracker.errors") for context in said[1:])


def test_a_time_out_is_not_tried_again() -> None:
    with shop(hang) as alice, pytest.raises(UpstreamTimeout):
        alice.orders.read(SHOP, ORDER_ID, scopes=SCOPES, deadline=Deadline(0.1))

    assert [call.outcome for call in alice.calls] == ["upstream_timeout"]


@pytest.mark.parametrize(
    ("first", "pause"),
    [
        (reset, 0.1),
        (close, 0.1),
        (reply(status=503), 0.1),
        (recorded("throttled"), 0.6),
        (reply(status=429, headers={"Retry-After": "1.0"}), 1.0),
    ],
)
def test_a_second_request_mends_what_it_can(first: Behaviour, pause: float) -> None:
    with shop(first, recorded("order_split")) as alice:
        assert alice.read() is not None

    assert alice.time.slept == [pytest.approx(pause)]
    assert [call.outcome for call in alice.calls][1:] == ["ok"]


def test_throttled_is_not_waited_for_where_the_time_is_short() -> None:
    with shop(recorded("throttled")) as alice, pytest.raises(UpstreamThrottled) as raised:
        alice.read(seconds=0.8)

    assert alice.time.slept == []
    assert raised.value.retry_after == pytest.approx(0.6)


def test_a_refused_token_is_replaced_once() -> None:
    with shop(reply(status=401), recorded("find"), tokens=FakeTokens("old", "new")) as alice:
        assert len(alice.find().orders) == 3

    assert alice.tokens.refused == ["old"]
    sent = [request.headers["x-shopify-access-token"] for request in alice.server.requests]
    assert sent == ["old", "new"]


def test_two_refused_tokens_are_enough() -> None:
    tokens = FakeTokens("old", "new", "newest")
    refusals = [reply(status=401), reply(status=401)]
    with shop(*refusals, tokens=tokens) as alice, pytest.raises(AccessTokenRejected):
        alice.find()

    assert tokens.refused == ["old", "new"]


def test_a_403_is_no_matter_of_the_token() -> None:
    tokens = FakeTokens("old", "new")
    with shop(reply(status=403), tokens=tokens) as alice, pytest.raises(AccessTokenRejected):
        alice.find()

    assert alice.tokens.refused == []
