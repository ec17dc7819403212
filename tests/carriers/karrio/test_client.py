"""Karrio is asked as its documentation says, and its refusals are ours."""

from __future__ import annotations

import pytest

from tests.carriers.answers import KEY, now, recorded
from tests.shopify.upstream import Behaviour, Upstream, reply
from tracker.carriers.http import SourceHttp
from tracker.carriers.karrio.client import Karrio
from tracker.deadline import Deadline
from tracker.errors import SourceBroken, SourceError, SourceKeyRejected, SourceUnavailable
from tracker.parcel import Parcel

CANADIAN = Parcel("7023210039414604", "canada_post")
NOBODYS = Parcel("QQ123456")


def source(server: Upstream, http: SourceHttp) -> Karrio:
    return Karrio(KEY, http, origin=server.origin, clock=now)


def test_a_parcel_is_registered_whether_or_not_its_carrier_knows_it_yet(http: SourceHttp) -> None:
    with Upstream(
        recorded("karrio", "tracker", status=202), recorded("karrio", "carrier_failed", status=424)
    ) as server:
        never = source(server, http).register([CANADIAN, CANADIAN, NOBODYS], deadline=Deadline(3))

    assert [NOBODYS] == never
    assert ("POST", "/v1/trackers?pending_pickup=true", f"Token {KEY}") == (
        server.requests[0].method,
        server.requests[0].path,
        server.requests[0].headers["authorization"],
    )
    assert {"tracking_number": "7023210039414604", "carrier_name": "canadapost"} == server.requests[0].json


def test_a_parcel_whose_carrier_has_no_account_is_never_followed(http: SourceHttp) -> None:
    with Upstream(reply({"errors": []}, status=404)) as server:
        assert [CANADIAN] == source(server, http).register([CANADIAN], deadline=Deadline(3))


def test_news_come_by_number_and_by_nothing_else(http: SourceHttp) -> None:
    with Upstream(recorded("karrio", "tracker"), reply({"errors": []}, status=404)) as server:
        news = source(server, http).news([Parcel("../orders"), CANADIAN, NOBODYS], deadline=Deadline(3))

    assert {CANADIAN} == set(news)
    assert ["/v1/trackers/7023210039414604", "/v1/trackers/QQ123456"] == [
        request.path for request in server.requests
    ]


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [
        (reply(status=401), SourceKeyRejected),
        (reply(status=500), SourceUnavailable),
        (reply(b"<html>"), SourceBroken),
    ],
)
def test_a_refusal(http: SourceHttp, behaviour: Behaviour, error: type[SourceError]) -> None:
    with Upstream(behaviour) as server, pytest.raises(error) as raised:
        source(server, http).news([CANADIAN], deadline=Deadline(3))

    assert raised.value.__context__ is None


def test_only_carriers_that_it_can_ask_are_asked_for(http: SourceHttp) -> None:
    with Upstream() as server:
        karrio = source(server, http)

    assert (True, False, False) == (
        karrio.covers(CANADIAN),
        karrio.covers(NOBODYS),
        karrio.covers(Parcel("../orders", "ups")),
    )
