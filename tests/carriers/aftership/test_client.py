"""AfterShip is asked as its documentation says, and its refusals are ours."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.carriers.answers import KEY, answer, now, recorded
from tests.shopify.upstream import Behaviour, Upstream, reply
from tracker.carriers.aftership.client import MOST_PAGES, AfterShip
from tracker.carriers.http import SourceHttp
from tracker.deadline import Deadline
from tracker.errors import (
    SourceBroken,
    SourceError,
    SourceKeyRejected,
    SourceQuotaSpent,
    SourceRejected,
    SourceThrottled,
)
from tracker.parcel import Parcel

PARCEL = Parcel("420606079400111899223344556677", "dhl_ecommerce")
AMERICAN = Parcel("9400111899223344556677", "usps")


def source(server: Upstream, http: SourceHttp) -> AfterShip:
    return AfterShip(KEY, http, origin=server.origin, clock=now)


def said(name: str, status: int = 200) -> Behaviour:
    return recorded("aftership", name, status=status)


def test_each_number_is_registered_once_and_one_of_nobody_never(http: SourceHttp) -> None:
    nobodys = Parcel("QQ123456")
    with Upstream(said("created", 201), said("already_exists", 400), said("courier_unknown", 400)) as server:
        never = source(server, http).register([PARCEL, AMERICAN, nobodys], deadline=Deadline(3))

    assert [nobodys] == never
    assert [
        {"tracking_number": "420606079400111899223344556677"},
        {"tracking_number": "9400111899223344556677", "slug": "usps"},
        {"tracking_number": "QQ123456"},
    ] == [request.json for request in server.requests]
    assert ("POST", "/tracking/2026-07/trackings", KEY) == (
        server.requests[0].method,
        server.requests[0].path,
        server.requests[0].headers["as-api-key"],
    )


def test_news_of_many_come_in_one_request(http: SourceHttp) -> None:
    with Upstream(said("trackings")) as server:
        news = source(server, http).news([PARCEL, AMERICAN, Parcel("a,b")], deadline=Deadline(3))

    assert {PARCEL} == set(news)
    [request] = server.requests
    asked = urlsplit(request.path)
    assert ("GET", "/tracking/2026-07/trackings") == (request.method, asked.path)
    assert {
        "tracking_numbers": ["420606079400111899223344556677,9400111899223344556677"],
        "limit": ["200"],
    } == parse_qs(asked.query)


def page(cursor: str, *, further: bool = True) -> Behaviour:
    pagination = {"has_next_page": further, "next_cursor": cursor}
    return reply({"meta": {}, "data": {"pagination": pagination, "trackings": []}})


def test_further_pages_are_read_too(http: SourceHttp) -> None:
    with Upstream(page("next"), said("trackings")) as server:
        assert {PARCEL} == set(source(server, http).news([PARCEL], deadline=Deadline(3)))

    assert "cursor=next" in server.requests[1].path


def test_the_last_page_is_the_last_whatever_cursor_it_names(http: SourceHttp) -> None:
    with Upstream(page("next", further=False), page("further")) as server:
        source(server, http).news([PARCEL], deadline=Deadline(3))

    assert 1 == len(server.requests)


def test_pages_without_end_have_one(http: SourceHttp) -> None:
    with Upstream(*(page("again") for _ in range(MOST_PAGES + 1))) as server:
        assert {} == source(server, http).news([PARCEL], deadline=Deadline(3))

    assert MOST_PAGES == len(server.requests)


def test_of_many_couriers_the_parcels_own_counts(http: SourceHttp) -> None:
    both = answer("aftership", "trackings")
    [told] = both["data"]["trackings"]
    another = {**told, "slug": "another", "checkpoints": told["checkpoints"][:1]}
    both["data"]["trackings"] = [another, {**told, "slug": "ups"}]
    mine = Parcel(PARCEL.number, "ups")
    with Upstream(reply(both)) as server:
        news = source(server, http).news([mine], deadline=Deadline(3))

    assert 2 == len(news[mine].events)


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [
        (reply({"meta": {"code": 401}}, status=401), SourceKeyRejected),
        (reply({"meta": {"code": 403}}, status=403), SourceKeyRejected),
        (reply({"meta": {"code": 402}}, status=402), SourceQuotaSpent),
        (reply({"meta": {"code": 4001}}, status=400), SourceRejected),
        (reply({"meta": {"code": 429}}, status=429), SourceThrottled),
        (reply(b"<html>", status=400), SourceBroken),
    ],
)
def test_a_refusal(http: SourceHttp, behaviour: Behaviour, error: type[SourceError]) -> None:
    with Upstream(behaviour) as server, pytest.raises(error) as raised:
        source(server, http).register([PARCEL], deadline=Deadline(3))

    assert raised.value.__context__ is None
