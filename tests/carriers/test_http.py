"""One client for all sources, against a real server that misbehaves."""

from __future__ import annotations

import gzip
import socket
from collections.abc import Iterator

import pytest

from tests.carriers.answers import KEY
from tests.shopify.upstream import Behaviour, Upstream, close, half, hang, reply, reset, stall
from tracker.carriers.http import SourceHttp, refused
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
from tracker.http_exchange import Reply


@pytest.fixture
def http() -> Iterator[SourceHttp]:
    client = SourceHttp(max_bytes=10_000)
    yield client
    client.close()


def ask(http: SourceHttp, origin: str, seconds: float = 3.0, key: str = KEY) -> Reply:
    return http.ask(
        "POST",
        f"{origin}/v1",
        headers={"key": key},
        query={"number": "1Z"},
        payload=[KEY],
        deadline=Deadline(seconds),
    )


def test_a_question_goes_out_whole(http: SourceHttp) -> None:
    with Upstream(reply({"fine": 1})) as server:
        assert ask(http, server.origin).body == b'{"fine": 1}'

    [request] = server.requests
    assert (request.method, request.path, request.json) == ("POST", "/v1?number=1Z", [KEY])
    assert request.headers["key"] == KEY


@pytest.mark.parametrize("failing", [reset, close, half])
def test_a_connection_that_failed_is_tried_once_more(http: SourceHttp, failing: Behaviour) -> None:
    with Upstream(failing, reply({"fine": 1})) as server:
        assert ask(http, server.origin).status == 200

    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("behaviours", "error", "tries"),
    [
        ([reset, reset], SourceUnavailable, 2),
        ([reply(b" " * 10_001)], SourceBroken, 1),
        (
            [reply(gzip.compress(b" " * 1_000_000), headers={"Content-Encoding": "gzip"})],
            SourceBroken,
            1,
        ),
        ([reply(b"not packed", headers={"Content-Encoding": "gzip"})], SourceBroken, 1),
    ],
)
def test_a_failure_is_typed_and_carries_nothing_of_what_was_sent(
    http: SourceHttp, behaviours: list[Behaviour], error: type[SourceError], tries: int
) -> None:
    with Upstream(*behaviours) as server, pytest.raises(error) as raised:
        ask(http, server.origin)

    assert tries == len(server.requests)
    assert (raised.value.__context__, raised.value.__cause__) == (None, None)
    assert (error.code,) == raised.value.args


@pytest.mark.parametrize("behaviour", [hang, stall])
def test_no_server_holds_a_question_past_its_time_and_is_not_asked_again(
    http: SourceHttp, behaviour: Behaviour
) -> None:
    with Upstream(behaviour) as server, pytest.raises(SourceUnavailable):
        ask(http, server.origin, seconds=0.1)

    assert len(server.requests) == 1


def test_where_nobody_listens_is_unavailable(http: SourceHttp) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        origin = f"http://127.0.0.1:{listener.getsockname()[1]}"

    with pytest.raises(SourceUnavailable):
        ask(http, origin)


def test_a_key_never_follows_a_redirect(http: SourceHttp) -> None:
    with Upstream(reply(status=302, headers={"Location": "/elsewhere"}), reply()) as server:
        assert ask(http, server.origin).status == 302

    assert len(server.requests) == 1


def test_a_key_that_no_header_can_carry_is_the_merchants_to_correct(http: SourceHttp) -> None:
    with Upstream(reply()) as server, pytest.raises(SourceKeyRejected) as raised:
        ask(http, server.origin, key="schlüssel€")

    assert (server.requests, raised.value.__context__) == ([], None)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (301, SourceRejected),
        (400, SourceRejected),
        (401, SourceKeyRejected),
        (402, SourceQuotaSpent),
        (403, SourceKeyRejected),
        (404, SourceRejected),
        (408, SourceUnavailable),
        (429, SourceThrottled),
        (500, SourceUnavailable),
        (503, SourceUnavailable),
    ],
)
def test_what_a_status_means(status: int, error: type[SourceError]) -> None:
    failed = refused(Reply(status, {"Retry-After": "7"}, b""))

    assert type(failed) is error
    assert failed.retry_after == 7


@pytest.mark.parametrize("status", [200, 201, 202])
def test_success_is_no_refusal(status: int) -> None:
    assert refused(Reply(status, {}, b"")) is None
