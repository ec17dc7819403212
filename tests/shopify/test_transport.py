"""One HTTP client, against a real server that misbehaves."""

from __future__ import annotations

import gzip
import socket
from collections.abc import Callable, Iterator

import pytest

from tests.shopify.clocks import FakeTime
from tests.shopify.upstream import (
    Behaviour,
    Upstream,
    close,
    half,
    half_chunked,
    hang,
    reply,
    reset,
    stall,
)
from tracker.deadline import Deadline
from tracker.errors import (
    AccessTokenRejected,
    ShopUnavailable,
    UpstreamBroken,
    UpstreamError,
    UpstreamRejected,
    UpstreamThrottled,
    UpstreamTimeout,
    UpstreamUnreachable,
)
from tracker.http_exchange import Reply
from tracker.shopify.transport import HttpClient, UpstreamCall, refused

SENT = "secret-token"


@pytest.fixture
def http(fake_time: FakeTime) -> Iterator[HttpClient]:
    client = HttpClient(max_bytes=10_000, user_agent="track-my-order/1", sleep=fake_time.sleep)
    yield client
    client.close()


def ask(http: HttpClient, url: str, seconds: float = 3.0) -> Reply:
    return http.post(url, payload={"query": SENT}, headers={"X-Token": SENT}, deadline=Deadline(seconds))


def test_json_goes_out_and_the_whole_answer_comes_back(http: HttpClient) -> None:
    with Upstream(reply(b'{"data": 1}', status=200, headers={"X-Request-Id": "abc"})) as server:
        answer = ask(http, f"{server.origin}/path")

    assert (answer.status, answer.body, answer.headers["x-request-id"]) == (200, b'{"data": 1}', "abc")
    [request] = server.requests
    assert (request.method, request.path, request.json) == ("POST", "/path", {"query": SENT})
    assert request.headers["user-agent"] == "track-my-order/1"
    assert request.headers["x-token"] == SENT


def test_a_packed_answer_is_unpacked(http: HttpClient) -> None:
    packed = gzip.compress(b'{"data": 1}')
    with Upstream(reply(packed, headers={"Content-Encoding": "gzip"})) as server:
        assert ask(http, server.origin).body == b'{"data": 1}'


def test_a_connection_is_used_again(http: HttpClient) -> None:
    with Upstream(reply(), reply()) as server:
        ask(http, server.origin)
        ask(http, server.origin)

        assert (len(server.requests), server.connections) == (2, 1)


def test_a_redirect_is_not_followed(http: HttpClient) -> None:
    with Upstream(reply(status=302, headers={"Location": "/elsewhere"}), reply()) as server:
        assert ask(http, server.origin).status == 302

    assert len(server.requests) == 1


def test_the_body_of_a_redirect_is_as_limited_as_any(http: HttpClient) -> None:
    elsewhere = reply(b" " * 10_001, status=302, headers={"Location": "/elsewhere"})
    with Upstream(elsewhere) as server, pytest.raises(UpstreamBroken):
        ask(http, server.origin)


def test_no_cookie_is_kept(http: HttpClient) -> None:
    with Upstream(reply(headers={"Set-Cookie": "a=b; Path=/"}), reply()) as server:
        ask(http, server.origin)
        ask(http, server.origin)

    assert "cookie" not in server.requests[1].headers


def test_the_environment_names_no_proxy_and_no_password(
    http: HttpClient, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    netrc = tmp_path_factory.mktemp("home") / "netrc"
    netrc.write_text("default login alice password secret")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")

    with Upstream(reply()) as server:
        assert ask(http, server.origin).status == 200

    assert "authorization" not in server.requests[0].headers


def nobody_listens() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [
        (reset, UpstreamUnreachable),
        (close, UpstreamUnreachable),
        (half, UpstreamUnreachable),
        (half_chunked, UpstreamUnreachable),
        (reply(b" " * 10_001), UpstreamBroken),
        (reply(gzip.compress(b" " * 1_000_000), headers={"Content-Encoding": "gzip"}), UpstreamBroken),
        (reply(b"not packed", headers={"Content-Encoding": "gzip"}), UpstreamBroken),
    ],
)
def test_a_failure_is_typed_and_carries_nothing_of_what_was_sent(
    http: HttpClient, behaviour: Behaviour, error: type[UpstreamError]
) -> None:
    with Upstream(behaviour) as server, pytest.raises(error) as raised:
        ask(http, server.origin)

    assert type(raised.value) is error
    assert raised.value.__context__ is None
    assert raised.value.__cause__ is None
    assert raised.value.args == (error.code,)


@pytest.mark.parametrize("behaviour", [hang, stall])
def test_no_server_holds_a_request_past_its_deadline(http: HttpClient, behaviour: Behaviour) -> None:
    with Upstream(behaviour) as server, pytest.raises(UpstreamTimeout) as raised:
        ask(http, server.origin, seconds=0.1)

    assert raised.value.__context__ is None


def test_nothing_is_sent_when_the_time_is_up(http: HttpClient) -> None:
    with Upstream(reply()) as server, pytest.raises(UpstreamTimeout):
        ask(http, server.origin, seconds=0)

    assert server.requests == []


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://[", "nowhere", "http://\udcff/"])
def test_where_nobody_answers_is_unreachable(http: HttpClient, url: str) -> None:
    with pytest.raises((UpstreamUnreachable, UpstreamRejected)) as raised:
        ask(http, url)

    assert raised.value.__context__ is None


def test_a_closed_port_is_unreachable(http: HttpClient) -> None:
    with pytest.raises(UpstreamUnreachable):
        ask(http, nobody_listens())


def test_a_token_that_no_header_can_carry_is_a_mistake_of_ours(http: HttpClient) -> None:
    with Upstream(reply()) as server, pytest.raises(UpstreamRejected) as raised:
        http.post(server.origin, payload={}, headers={"X-Token": "tökén€"}, deadline=Deadline(1))

    assert raised.value.__context__ is None


def test_a_connection_that_failed_is_not_used_again(http: HttpClient) -> None:
    with Upstream(half, reply(b'{"data": 2}')) as server:
        with pytest.raises(UpstreamUnreachable):
            ask(http, server.origin)

        assert ask(http, server.origin).body == b'{"data": 2}'


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (200, None),
        (301, UpstreamRejected),
        (400, UpstreamRejected),
        (401, AccessTokenRejected),
        (402, ShopUnavailable),
        (403, AccessTokenRejected),
        (404, ShopUnavailable),
        (413, UpstreamRejected),
        (422, UpstreamRejected),
        (423, ShopUnavailable),
        (429, UpstreamThrottled),
        (430, UpstreamRejected),
        (500, UpstreamBroken),
        (502, UpstreamBroken),
        (503, UpstreamBroken),
        (520, UpstreamBroken),
    ],
)
def test_each_http_status_has_one_meaning(status: int, error: type[UpstreamError] | None) -> None:
    found = refused(Reply(status, {}, b""))

    assert type(found) is (error or type(None))


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("2.0", 2.0), ("7", 7.0), (" 1 ", 1.0), ("", None), ("-1", None), ("1e9", None), ("soon", None)],
)
def test_retry_after_is_in_seconds(header: str, seconds: float | None) -> None:
    found = refused(Reply(429, {"Retry-After": header}, b""))

    assert found is not None
    assert found.retry_after == seconds


class Attempts:
    """Fails as told, then succeeds; counts."""

    def __init__(self, *errors: UpstreamError) -> None:
        self.errors = list(errors)
        self.made = 0

    def __call__(self) -> str:
        self.made += 1
        if self.errors:
            raise self.errors.pop(0)
        return "answer"


@pytest.mark.parametrize(
    ("error", "pause"),
    [
        (UpstreamUnreachable(), 0.1),
        (UpstreamBroken(), 0.1),
        (UpstreamBroken(retry_after=1.0), 1.0),
        (UpstreamThrottled(retry_after=0.6), 0.6),
    ],
)
def test_what_a_second_request_may_mend_is_tried_once_more(
    http: HttpClient, fake_time: FakeTime, error: UpstreamError, pause: float
) -> None:
    attempt = Attempts(error)

    assert http.twice_at_most(attempt, fake_time.deadline()) == "answer"
    assert (attempt.made, fake_time.slept) == (2, [pause])


@pytest.mark.parametrize(
    "error", [UpstreamTimeout(), UpstreamRejected(), AccessTokenRejected(), ShopUnavailable()]
)
def test_what_it_cannot_mend_is_not_tried_again(
    http: HttpClient, fake_time: FakeTime, error: UpstreamError
) -> None:
    attempt = Attempts(error)

    with pytest.raises(type(error)):
        http.twice_at_most(attempt, fake_time.deadline())
    assert (attempt.made, fake_time.slept) == (1, [])


def test_there_is_no_third_attempt(http: HttpClient, fake_time: FakeTime) -> None:
    attempt = Attempts(UpstreamBroken(), UpstreamUnreachable())

    with pytest.raises(UpstreamUnreachable):
        http.twice_at_most(attempt, fake_time.deadline())
    assert attempt.made == 2


@pytest.mark.parametrize("retry_after", [2.8, 60.0])
def test_a_pause_that_does_not_fit_is_not_made_and_its_time_is_handed_on(
    http: HttpClient, fake_time: FakeTime, retry_after: float
) -> None:
    attempt = Attempts(UpstreamThrottled(retry_after=retry_after))

    with pytest.raises(UpstreamThrottled) as raised:
        http.twice_at_most(attempt, fake_time.deadline(3.0))
    assert raised.value.retry_after == retry_after
    assert (attempt.made, fake_time.slept) == (1, [])


def observed(told: list[UpstreamCall], inside: Callable[[], None]) -> UpstreamCall:
    http = HttpClient(observe=told.append)
    try:
        with http.observed("find") as seen:
            seen.reply(Reply(200, {"X-Request-Id": "a1-b2"}, b""))
            seen.throttle = {"restoreRate": 100.0}
            inside()
    except UpstreamError:
        pass
    finally:
        http.close()
    [call] = told
    return call


def test_a_request_that_went_well_is_told() -> None:
    call = observed([], lambda: None)

    assert (call.operation, call.outcome, call.status) == ("find", "ok", 200)
    assert (call.request_id, call.throttle) == ("a1-b2", {"restoreRate": 100.0})
    assert call.seconds >= 0


def test_a_request_that_failed_is_told_by_its_code() -> None:
    def fail() -> None:
        raise UpstreamThrottled

    assert observed([], fail).outcome == "upstream_throttled"


@pytest.mark.parametrize("value", ["", "a b", "alice@example.com", "x" * 81, "a\u0301"])
def test_a_request_id_that_is_none_is_not_logged(value: str) -> None:
    told: list[UpstreamCall] = []
    http = HttpClient(observe=told.append)
    with http.observed("read") as seen:
        seen.reply(Reply(500, {"X-Request-Id": value}, b""))
    http.close()

    assert told[0].request_id is None
