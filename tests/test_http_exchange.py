"""One way to ask other services: what each edge makes of a failure is tested there, here which one it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.shopify.upstream import Behaviour, Upstream, half, hang, reply, reset
from tracker.deadline import Deadline
from tracker.http_exchange import (
    ExchangeBroken,
    ExchangeError,
    ExchangeTimeout,
    ExchangeUnreachable,
    ExchangeUnsendable,
    HttpExchange,
    retry_after,
)


@pytest.fixture
def exchange() -> Iterator[HttpExchange]:
    made = HttpExchange(pool_size=1, pool_hosts=1, max_bytes=1_000, user_agent="track-my-order/1")
    yield made
    made.close()


def test_a_question_has_its_query_and_its_body_and_the_answer_its_status(exchange: HttpExchange) -> None:
    with Upstream(reply({"fine": 1}, status=404)) as server:
        answer = exchange.send(
            "POST",
            f"{server.origin}/path",
            headers={"X-Key": "a"},
            query={"number": "1 Z&b"},
            payload=["b"],
            deadline=Deadline(3),
        )

    assert (404, b'{"fine": 1}') == (answer.status, answer.body)
    [request] = server.requests
    assert ("POST", "/path?number=1+Z%26b", ["b"]) == (request.method, request.path, request.json)
    assert ("a", "track-my-order/1") == (request.headers["x-key"], request.headers["user-agent"])


@pytest.mark.parametrize(
    ("behaviour", "key", "seconds", "error"),
    [
        (hang, "a", 0.1, ExchangeTimeout),
        (reset, "a", 3, ExchangeUnreachable),
        (half, "a", 3, ExchangeUnreachable),
        (reply(b" " * 1_001), "a", 3, ExchangeBroken),
        (reply(), "ключ", 3, ExchangeUnsendable),
    ],
)
def test_a_failure_is_typed_and_carries_nothing_of_what_was_sent(
    exchange: HttpExchange, behaviour: Behaviour, key: str, seconds: float, error: type[ExchangeError]
) -> None:
    with Upstream(behaviour) as server, pytest.raises(ExchangeError) as raised:
        exchange.send("GET", server.origin, headers={"X-Key": key}, deadline=Deadline(seconds))

    assert error is type(raised.value)
    assert ((error.why,), None, None) == (
        raised.value.args,
        raised.value.__context__,
        raised.value.__cause__,
    )


@pytest.mark.parametrize(
    ("written", "seconds"), [("2.0", 2.0), (" 30 ", 30.0), ("soon", None), ("-1", None), ("", None)]
)
def test_a_time_to_wait_is_in_seconds_or_none(written: str, seconds: float | None) -> None:
    assert retry_after({"Retry-After": written}) == seconds
