"""One HTTP client for everything that is asked of Shopify: what a failure means there, tried once more where
that may mend it, and told of to whoever counts. It knows nothing of GraphQL or tokens.

No exception raised here carries or chains what was sent.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TypeVar

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
from tracker.http_exchange import (
    ExchangeBroken,
    ExchangeError,
    ExchangeTimeout,
    ExchangeUnreachable,
    ExchangeUnsendable,
    HttpExchange,
    Reply,
    retry_after,
)

MAX_BYTES = 4 * 1024 * 1024
RETRY_PAUSE = 0.1
WORTHWHILE_SECONDS = 0.3
"""A second request is made only if so much is left for it after the pause."""

_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{1,80}")
_T = TypeVar("_T")

_MEANT: Mapping[type[ExchangeError], type[UpstreamError]] = {
    ExchangeTimeout: UpstreamTimeout,
    ExchangeUnreachable: UpstreamUnreachable,
    ExchangeBroken: UpstreamBroken,
    ExchangeUnsendable: UpstreamRejected,  # a token that no header can carry
}


@dataclass(frozen=True, slots=True)
class UpstreamCall:
    """What one HTTP request came to, for the log and the counts: words of ours, figures and the shop's name,
    nothing of a person.

    `operation` is a word of ours (find, read, page, token…); `outcome` is ok or the error's code; `seconds`
    from the first byte sent to the last one read; `status` the HTTP status, None without an answer;
    `throttle` the API's own throttleStatus (maximumAvailable, currentlyAvailable, restoreRate) with
    requestedQueryCost and actualQueryCost; `request_id` is what Shopify's support asks for.
    """

    operation: str
    outcome: str
    seconds: float
    status: int | None = None
    throttle: Mapping[str, float] = field(default_factory=dict)
    request_id: str | None = None
    shop: str | None = None


Observe = Callable[[UpstreamCall], None]


class Seen:
    """What is learnt of a request while it is judged."""

    def __init__(self) -> None:
        self.status: int | None = None
        self.request_id: str | None = None
        self.throttle: Mapping[str, float] = {}

    def reply(self, reply: Reply) -> None:
        """An answer came. Its id is taken only where it looks like one, since it goes to a log."""
        self.status = reply.status
        request_id = reply.headers.get("X-Request-Id", "")
        self.request_id = request_id if _REQUEST_ID.fullmatch(request_id) else None


class HttpClient:
    """POSTs JSON, and GETs pages. Safe to share between threads; keeps connections open, no cookies, follows
    no redirect and reads no proxy, netrc or other environment.

    `pool_size` is the number of connections kept per host, `pool_hosts` the number of hosts (shops) for which
    they are; `observe` is told of every request.
    """

    def __init__(
        self,
        *,
        pool_size: int = 8,
        pool_hosts: int = 64,
        max_bytes: int = MAX_BYTES,
        user_agent: str = "track-my-order",
        observe: Observe | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._exchange = HttpExchange(
            pool_size=pool_size, pool_hosts=pool_hosts, max_bytes=max_bytes, user_agent=user_agent
        )
        self._observe = observe
        self._sleep = sleep

    def post(self, url: str, *, payload: object, headers: Mapping[str, str], deadline: Deadline) -> Reply:
        """One request, whatever status answers it. Raises UpstreamTimeout, UpstreamUnreachable,
        UpstreamBroken for a body that is too long or can't be unpacked."""
        return self._typed("POST", url, headers, deadline, payload)

    def get(self, url: str, *, headers: Mapping[str, str], deadline: Deadline) -> Reply:
        """One request for a page, otherwise as `post`."""
        return self._typed("GET", url, headers, deadline)

    def _typed(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        deadline: Deadline,
        payload: object = None,
    ) -> Reply:
        try:
            return self._exchange.send(method, url, headers=headers, deadline=deadline, payload=payload)
        except ExchangeError as failed:
            error = _MEANT[type(failed)]()
        # Raised out here, where no other exception is being handled that would be chained to it.
        raise error

    @contextmanager
    def observed(self, operation: str, *, shop: str | None = None) -> Iterator[Seen]:
        """Tell `observe` of what happens inside, good or bad, and at which shop."""
        seen = Seen()
        outcome = "ok"
        started = time.monotonic()
        try:
            yield seen
        except UpstreamError as error:
            outcome = error.code
            raise
        finally:
            if self._observe is not None:
                seconds = time.monotonic() - started
                self._observe(
                    UpstreamCall(
                        operation, outcome, seconds, seen.status, seen.throttle, seen.request_id, shop
                    )
                )

    def twice_at_most(self, attempt: Callable[[], _T], deadline: Deadline) -> _T:
        """Run `attempt`, and once more after what a second request may mend, if the time allows.

        Only for what may safely be done twice. A connection that was reset, a 5xx and half an answer are
        tried again at once, a throttled request after the time that the other side named. Not after a
        time-out: what was too slow once has used up the shopper's patience.
        """
        try:
            return attempt()
        except (UpstreamUnreachable, UpstreamBroken, UpstreamThrottled) as failed:
            error: UpstreamError = failed
        pause = RETRY_PAUSE if error.retry_after is None else error.retry_after
        if pause + WORTHWHILE_SECONDS > deadline.remaining():
            raise error
        self._sleep(pause)
        return attempt()

    def close(self) -> None:
        """Give up every kept connection."""
        self._exchange.close()


def refused(reply: Reply) -> UpstreamError | None:
    """What an HTTP status other than success means, None for success.

    https://shopify.dev/docs/api/usage/response-codes
    """
    match reply.status:
        case 200 | 201:
            return None
        case 401 | 403:
            return AccessTokenRejected()
        case 402 | 404 | 423:
            return ShopUnavailable()
        case 429:
            return UpstreamThrottled(retry_after=retry_after(reply.headers))
        case status if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return UpstreamBroken(retry_after=retry_after(reply.headers))
        case _:
            return UpstreamRejected()
