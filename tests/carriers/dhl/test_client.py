"""DHL is asked as its documentation says, and its refusals are ours."""

from __future__ import annotations

import pytest

from tests.carriers.answers import KEY, body, now, recorded
from tests.shopify.upstream import Behaviour, Upstream, reply
from tracker.carriers.dhl.client import Dhl
from tracker.carriers.http import SourceHttp
from tracker.deadline import Deadline
from tracker.errors import SourceBroken, SourceError, SourceKeyRejected, SourceThrottled, SourceUnavailable
from tracker.parcel import Parcel

GERMAN = Parcel("00340434161094022115", "dhl_paket")
ANY = Parcel("00340434161094022115", "dhl")


def source(server: Upstream, http: SourceHttp) -> Dhl:
    return Dhl(KEY, http, origin=server.origin, clock=now)


def test_a_parcel_is_asked_for_by_number_and_service_and_its_language_is_named(http: SourceHttp) -> None:
    told = reply(body("dhl", "shipment"), headers={"Content-Language": "de"})
    with Upstream(told, told) as server:
        news = source(server, http).news([GERMAN, ANY], deadline=Deadline(3))

    assert {GERMAN, ANY} == set(news)
    assert {"de"} == {event.language for event in news[GERMAN].events}
    assert [
        "/track/shipments?trackingNumber=00340434161094022115&service=parcel-de",
        "/track/shipments?trackingNumber=00340434161094022115",
    ] == [request.path for request in server.requests]
    assert ("GET", KEY) == (server.requests[0].method, server.requests[0].headers["dhl-api-key"])


@pytest.mark.parametrize("status", [400, 404])
def test_a_number_that_dhl_does_not_know_is_no_news(http: SourceHttp, status: int) -> None:
    with Upstream(recorded("dhl", "not_found", status=status)) as server:
        assert {} == source(server, http).news([GERMAN], deadline=Deadline(3))


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [
        (reply(status=401), SourceKeyRejected),
        (reply(status=403), SourceKeyRejected),
        (reply(status=429), SourceThrottled),
        (reply(status=500), SourceUnavailable),
        (reply(b"<html>"), SourceBroken),
        (reply(b'{"shipments": ['), SourceBroken),
    ],
)
def test_a_refusal(http: SourceHttp, behaviour: Behaviour, error: type[SourceError]) -> None:
    with Upstream(behaviour) as server, pytest.raises(error) as raised:
        source(server, http).news([GERMAN], deadline=Deadline(3))

    assert raised.value.__context__ is None


def test_nothing_is_registered_and_only_its_own_parcels_are_asked_for(http: SourceHttp) -> None:
    with Upstream() as server:
        dhl = source(server, http)
        assert [] == dhl.register([GERMAN], deadline=Deadline(3))

    assert [] == server.requests
    assert (True, True, False, False) == (
        dhl.covers(GERMAN),
        dhl.covers(ANY),
        dhl.covers(Parcel("1Z999AA10123456784", "ups")),
        dhl.covers(Parcel("00340434161094022115")),
    )
    assert KEY not in repr(dhl)
