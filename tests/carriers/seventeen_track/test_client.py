"""17TRACK is asked as its documentation says, and its refusals are ours."""

from __future__ import annotations

import pytest

from tests.carriers.answers import KEY, now, recorded
from tests.shopify.upstream import Behaviour, Upstream, reply
from tracker.carriers.http import SourceHttp
from tracker.carriers.seventeen_track.client import SeventeenTrack
from tracker.deadline import Deadline
from tracker.errors import (
    SourceBroken,
    SourceError,
    SourceKeyRejected,
    SourceQuotaSpent,
    SourceRejected,
    SourceThrottled,
    SourceUnavailable,
)
from tracker.parcel import Parcel

CHINESE = Parcel("LP00123456789012")
AMERICAN = Parcel("9400111899223344556677", "usps")
NO_NUMBER = Parcel("12")
NOBODYS = Parcel("QQ123")


def source(server: Upstream, http: SourceHttp) -> SeventeenTrack:
    return SeventeenTrack(KEY, http, origin=server.origin, clock=now)


def said(name: str) -> Behaviour:
    return recorded("seventeen_track", name)


def test_registering_tells_number_and_carrier_and_gives_what_will_never_be_followed(
    http: SourceHttp,
) -> None:
    """What is registered already is as good as new."""
    with Upstream(said("register")) as server:
        never = source(server, http).register([CHINESE, AMERICAN, NO_NUMBER, NOBODYS], deadline=Deadline(3))

    assert never == [NO_NUMBER, NOBODYS]
    [request] = server.requests
    assert (request.method, request.path) == ("POST", "/track/v2.4/register")
    assert request.headers["17token"] == KEY
    assert request.json == [
        {"number": "LP00123456789012"},
        {"number": "9400111899223344556677", "carrier": 21051},
        {"number": "12"},
        {"number": "QQ123"},
    ]


@pytest.mark.parametrize("code", [-18010015, -18010016])
def test_a_number_with_a_value_that_is_refused_is_not_registered_again_and_again(
    http: SourceHttp, code: int
) -> None:
    rejected = {"number": AMERICAN.number, "error": {"code": code, "message": "…"}}
    answer = {"code": 0, "data": {"accepted": [{"number": CHINESE.number}], "rejected": [rejected]}}
    with Upstream(reply(answer)) as server:
        never = source(server, http).register([CHINESE, AMERICAN], deadline=Deadline(3))

    assert [AMERICAN] == never


def test_news_come_in_one_request_and_only_of_what_is_known(http: SourceHttp) -> None:
    with Upstream(said("gettrackinfo")) as server:
        news = source(server, http).news([CHINESE, AMERICAN], deadline=Deadline(3))

    assert set(news) == {CHINESE}
    assert len(news[CHINESE].events) == 3
    [request] = server.requests
    assert request.path == "/track/v2.4/gettrackinfo"
    assert request.json == [{"number": "LP00123456789012"}, {"number": "9400111899223344556677"}]


def test_what_the_account_has_lost_is_registered_again(http: SourceHttp) -> None:
    with Upstream(said("not_registered"), said("register")) as server:
        assert {} == source(server, http).news([CHINESE, AMERICAN], deadline=Deadline(3))

    assert [request.path for request in server.requests] == [
        "/track/v2.4/gettrackinfo",
        "/track/v2.4/register",
    ]
    assert server.requests[1].json == [{"number": "LP00123456789012"}]


def test_a_plan_that_takes_no_more_keeps_no_news_of_what_it_has(http: SourceHttp) -> None:
    with Upstream(said("not_registered"), said("plan_spent")) as server:
        assert {} == source(server, http).news([CHINESE, AMERICAN], deadline=Deadline(3))

    assert 2 == len(server.requests)


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [
        (said("key_invalid"), SourceKeyRejected),
        (said("plan_spent"), SourceQuotaSpent),
        (said("data_invalid"), SourceRejected),
        (reply({"code": -18010003, "data": None}), SourceUnavailable),
        (reply({"code": -18019907, "data": {}}), SourceQuotaSpent),
        (reply({"code": -1, "data": {}}), SourceBroken),
        (reply({"data": {}}), SourceBroken),
        (reply({"code": "0", "data": {}}), SourceBroken),
        (reply([]), SourceBroken),
        (reply(b"<html>", headers={"Content-Type": "text/html"}), SourceBroken),
        (reply(status=401), SourceKeyRejected),
        (reply(status=429, headers={"Retry-After": "2"}), SourceThrottled),
        (reply(status=503), SourceUnavailable),
    ],
)
def test_a_refusal(http: SourceHttp, behaviour: Behaviour, error: type[SourceError]) -> None:
    with Upstream(behaviour) as server, pytest.raises(error) as raised:
        source(server, http).news([CHINESE], deadline=Deadline(3))

    assert type(raised.value) is error
    assert raised.value.__context__ is None
    assert KEY not in repr(raised.value)


def test_a_spent_plan_is_told_when_a_number_is_registered(http: SourceHttp) -> None:
    with Upstream(said("plan_spent")) as server, pytest.raises(SourceQuotaSpent):
        source(server, http).register([CHINESE], deadline=Deadline(3))


def test_it_is_worth_asking_for_every_parcel_with_a_number(http: SourceHttp) -> None:
    known = SeventeenTrack(KEY, http, origin="http://127.0.0.1:9", clock=now)

    assert (True, True) == (known.covers(CHINESE), known.covers(NOBODYS))
    assert (False, False) == (known.covers(Parcel("12")), known.covers(Parcel("a,b&c=d", "ups")))
    assert KEY not in repr(known)
