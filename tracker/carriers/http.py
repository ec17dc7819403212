"""One HTTP client for everything that is asked of aggregators and carriers: what a failure means there, and
one more try where the connection failed. Each source brings its key and knows its own refusals.

No exception raised here carries or chains what was sent or what came.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

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

MAX_BYTES = 8 * 1024 * 1024
"""Forty parcels with their whole history are some hundred kilobytes."""

WORTHWHILE_SECONDS = 0.3
"""A second try is made only if so much time is left for it."""

_MEANT: Mapping[type[ExchangeError], type[SourceError]] = {
    ExchangeTimeout: SourceUnavailable,
    ExchangeUnreachable: SourceUnavailable,
    ExchangeBroken: SourceBroken,
    ExchangeUnsendable: SourceKeyRejected,  # only the key is not ours
}

_FINE = frozenset({HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.ACCEPTED})

_REFUSALS: Mapping[int, type[SourceError]] = {
    HTTPStatus.UNAUTHORIZED: SourceKeyRejected,
    HTTPStatus.FORBIDDEN: SourceKeyRejected,
    HTTPStatus.PAYMENT_REQUIRED: SourceQuotaSpent,
    HTTPStatus.REQUEST_TIMEOUT: SourceUnavailable,
    HTTPStatus.TOO_MANY_REQUESTS: SourceThrottled,
}


class SourceHttp:
    """Asks sources. Safe to share between threads and shops; keeps connections open.

    `pool_size` is the number of connections kept per host. Sources are few, so are hosts.
    """

    def __init__(
        self, *, pool_size: int = 8, max_bytes: int = MAX_BYTES, user_agent: str = "track-my-order"
    ) -> None:
        self._exchange = HttpExchange(
            pool_size=pool_size, pool_hosts=8, max_bytes=max_bytes, user_agent=user_agent
        )

    def ask(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        deadline: Deadline,
        payload: object = None,
        query: Mapping[str, str] | None = None,
    ) -> Reply:
        """One request, whatever status answers it, and one more where the connection failed: so only for what
        may be done twice. Raises SourceUnavailable, SourceBroken for an answer that is too long or can't be
        unpacked, SourceKeyRejected for a key that no header can carry."""
        for last in (False, True):
            try:
                return self._exchange.send(
                    method, url, headers=headers, deadline=deadline, payload=payload, query=query
                )
            except ExchangeError as failed:
                error = failed
            again = isinstance(error, ExchangeUnreachable) and deadline.remaining() > WORTHWHILE_SECONDS
            if last or not again:
                break
        # Raised out here, where no other exception is being handled that would be chained to it.
        raise _MEANT[type(error)]

    def close(self) -> None:
        """Give up every kept connection."""
        self._exchange.close()


def refused(reply: Reply) -> SourceError | None:
    """What an HTTP status other than success means at any source, None for success."""
    if reply.status in _FINE:
        return None
    failed = reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    meant = _REFUSALS.get(reply.status, SourceUnavailable if failed else SourceRejected)
    return meant(retry_after=retry_after(reply.headers))
