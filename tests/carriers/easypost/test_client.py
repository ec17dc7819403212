"""EasyPost is asked as its documentation says, and its refusals are ours."""

from __future__ import annotations

import base64

import pytest

from tests.carriers.answers import KEY, now, recorded
from tests.shopify.upstream import Behaviour, Upstream, reply
from tracker.carriers.easypost.client import EasyPost
from tracker.carriers.http import SourceHttp
from tracker.deadline import Deadline
from tracker.errors import SourceBroken, SourceError, SourceKeyRejected, SourceQuotaSpent, SourceThrottled
from tracker.parcel import Parcel

AMERICAN = Parcel("9400111899223344556677", "usps")
NOBODYS = Parcel("QQ123456")


def source(server: Upstream, http: SourceHttp) -> EasyPost:
    return EasyPost(KEY, http, origin=server.origin, clock=now)


def test_each_number_is_registered_and_one_of_nobody_never(http: SourceHttp) -> None:
    with Upstream(
        recorded("easypost", "tracker", status=201), recorded("easypost", "unknown_number", status=422)
    ) as server:
        never = source(server, http).register([AMERICAN, NOBODYS], deadline=Deadline(3))

    assert [NOBODYS] == never
    assert [
        {"tracker": {"tracking_code": "9400111899223344556677", "carrier": "USPS"}},
        {"tracker": {"tracking_code": "QQ123456"}},
    ] == [request.json for request in server.requests]
    assert ("POST", "/v2/trackers") == (server.requests[0].method, server.requests[0].path)
    user = base64.b64decode(server.requests[0].headers["authorization"].removeprefix("Basic "))
    assert f"{KEY}:".encode() == user


def test_news_of_many_come_in_one_request(http: SourceHttp) -> None:
    with Upstream(recorded("easypost", "batch")) as server:
        news = source(server, http).news([AMERICAN, NOBODYS], deadline=Deadline(3))

    assert {AMERICAN} == set(news)
    [request] = server.requests
    assert ("POST", "/v2/trackers/batch") == (request.method, request.path)
    assert {"tracking_codes": ["9400111899223344556677", "QQ123456"]} == request.json


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [
        (reply(status=401), SourceKeyRejected),
        (reply(status=402), SourceQuotaSpent),
        (reply(status=429), SourceThrottled),
        (reply(b"<html>"), SourceBroken),
    ],
)
def test_a_refusal(http: SourceHttp, behaviour: Behaviour, error: type[SourceError]) -> None:
    with Upstream(behaviour) as server, pytest.raises(error) as raised:
        source(server, http).news([AMERICAN], deadline=Deadline(3))

    assert raised.value.__context__ is None
