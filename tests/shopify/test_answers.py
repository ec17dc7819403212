"""What an answer of the GraphQL API says before anybody looks at its data."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.shopify import recordings
from tracker.errors import (
    AccessDenied,
    AccessTokenRejected,
    ShopUnavailable,
    UpstreamBroken,
    UpstreamError,
    UpstreamRejected,
    UpstreamThrottled,
)
from tracker.shopify.answers import decode, read_answer, throttle


def failing(code: str | None, **more: object) -> dict[str, Any]:
    return {"errors": [{"message": "told", "extensions": {"code": code}}], **more}


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (recordings.answer("throttled"), UpstreamThrottled),
        (recordings.answer("query_error"), UpstreamRejected),
        (recordings.answer("internal_error"), UpstreamBroken),
        (recordings.answer("shop_inactive"), ShopUnavailable),
        (recordings.answer("find_orders_withheld"), AccessDenied),
        (failing("MAX_COST_EXCEEDED"), UpstreamRejected),
        (failing("TIMEOUT"), UpstreamBroken),
        (failing("UNAUTHORIZED"), AccessTokenRejected),
        (failing(None), UpstreamRejected),
        (failing("FORBIDDEN_NEWS", data={"order": None}), UpstreamBroken),
        (failing("ACCESS_DENIED", data={}), AccessDenied),
        ({"errors": "Not Found"}, UpstreamBroken),
        ({"errors": {"query": "Required parameter missing or invalid"}}, UpstreamBroken),
        ({"errors": []}, UpstreamBroken),
        ({"data": None}, UpstreamBroken),
        ({"data": []}, UpstreamBroken),
        ({}, UpstreamBroken),
    ],
)
def test_an_answer_without_use_is_a_typed_error(answer: dict[str, Any], error: type[UpstreamError]) -> None:
    with pytest.raises(error) as raised:
        read_answer(answer)
    assert type(raised.value) is error


def test_fields_withheld_beside_data_are_named_without_positions() -> None:
    answer = read_answer(recordings.answer("find_email_withheld"))

    assert answer.withheld == {"orders.nodes.email"}
    assert answer.data["orders"]["nodes"][0]["name"] == "#1001"


@pytest.mark.parametrize(
    "path", [None, [], "orders", [0, 1], ["alice@example.com"], ["a" * 61], [{"x": 1}], ["<b>"]]
)
def test_a_path_that_is_none_is_not_repeated(path: object) -> None:
    answer = failing("ACCESS_DENIED", data={"order": {}})
    answer["errors"][0]["path"] = path

    assert read_answer(answer).withheld == {"?"}


def test_throttled_says_how_long_until_the_bucket_holds_enough() -> None:
    with pytest.raises(UpstreamThrottled) as raised:
        read_answer(recordings.answer("throttled"))
    assert raised.value.retry_after == pytest.approx((107 - 47) / 100)


@pytest.mark.parametrize(
    "cost",
    [
        None,
        {},
        {"requestedQueryCost": 10},
        {"requestedQueryCost": 10, "throttleStatus": {"currentlyAvailable": 5, "restoreRate": 0}},
        {"requestedQueryCost": 10, "throttleStatus": {"currentlyAvailable": 50, "restoreRate": 100}},
        {"requestedQueryCost": "10", "throttleStatus": []},
        {"requestedQueryCost": float("nan"), "throttleStatus": {"currentlyAvailable": 5, "restoreRate": 1}},
    ],
)
def test_throttled_without_figures_means_a_second(cost: object) -> None:
    with pytest.raises(UpstreamThrottled) as raised:
        read_answer(failing("THROTTLED", extensions={"cost": cost}))
    assert raised.value.retry_after == 1.0


def test_the_figures_of_the_bucket_are_flat() -> None:
    assert throttle(recordings.answer("find")) == {
        "requestedQueryCost": 10.0,
        "actualQueryCost": 6.0,
        "maximumAvailable": 2000.0,
        "currentlyAvailable": 1994.0,
        "restoreRate": 100.0,
    }


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<!DOCTYPE html><html>",
        b'{"data": {"orders"',
        b"[]",
        b"null",
        b'"text"',
        b"7",
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b"1" * 5_000,
    ],
)
def test_a_body_that_is_no_object_is_broken(body: bytes) -> None:
    with pytest.raises(UpstreamBroken) as raised:
        decode(body)
    assert raised.value.__context__ is None


@given(
    st.binary(max_size=60)
    | st.recursive(
        st.none()
        | st.booleans()
        | st.floats()
        | st.text(max_size=8)
        | st.sampled_from(["ACCESS_DENIED", "THROTTLED"]),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["data", "errors", "extensions", "code", "path", "cost", "throttleStatus"]),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    ).map(lambda value: json.dumps(value).encode())
)
def test_whatever_comes_is_an_answer_or_a_typed_error(body: bytes) -> None:
    try:
        answer = read_answer(decode(body))
    except UpstreamError:
        return
    assert isinstance(answer.data, dict)
