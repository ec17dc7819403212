"""One way to ask other services over HTTP: pooled, bounded in time and size, typed in its failures. It knows
nothing of whom it asks; each edge says in its own errors what a failure means there.

No exception raised here carries or chains what was sent: requests and urllib3 keep the request, with token
and search string, on theirs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import ClassVar

import requests
import urllib3

from tracker.connections import bounded_adapter, within
from tracker.deadline import Deadline

_CHUNK = 64 * 1024
_SECONDS = re.compile(r"[0-9]{1,6}(\.[0-9]{0,6})?")


class ExchangeError(Exception):
    """No whole answer came. `why` is a stable word."""

    why: ClassVar[str] = "failed"

    def __init__(self) -> None:
        super().__init__(self.why)


class ExchangeTimeout(ExchangeError):
    """Not within the time that was left."""

    why = "timeout"


class ExchangeUnreachable(ExchangeError):
    """Connection refused, reset, or its name or certificate did not hold; or the answer broke off."""

    why = "unreachable"


class ExchangeBroken(ExchangeError):
    """A body that is too long, or can't be unpacked."""

    why = "broken"


class ExchangeUnsendable(ExchangeError):
    """A header that HTTP can't carry. Nothing was sent."""

    why = "unsendable"


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer that came whole. Header names are of any case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class HttpExchange:
    """Sends one request and reads one answer. Safe to share between threads; keeps connections open, no
    cookies, follows no redirect and reads no proxy, netrc or other environment.

    `pool_size` is the number of connections kept per host, `pool_hosts` the number of hosts for which they
    are.
    """

    def __init__(self, *, pool_size: int, pool_hosts: int, max_bytes: int, user_agent: str) -> None:
        self._session = _Session()
        self._session.trust_env = False
        self._session.headers.update({"User-Agent": user_agent, "Accept": "application/json"})
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        adapter = bounded_adapter(pool_size=pool_size, pool_hosts=pool_hosts)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)
        self._max_bytes = max_bytes

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        deadline: Deadline,
        payload: object = None,
        query: Mapping[str, str] | None = None,
    ) -> Reply:
        """One request, with `payload` as JSON where there is one, and its answer, whatever status it has.
        Raises children of ExchangeError."""
        error: ExchangeError
        try:
            return self._send(method, url, headers=headers, deadline=deadline, payload=payload, query=query)
        except ExchangeError as known:
            error = known
        except UnicodeError:
            error = ExchangeUnsendable()
        except (requests.Timeout, urllib3.exceptions.TimeoutError):
            error = ExchangeTimeout()
        except (requests.exceptions.ContentDecodingError, urllib3.exceptions.DecodeError):
            error = ExchangeBroken()
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError):
            # What the end of the time cut off while it was sent looks like a lost connection.
            error = ExchangeTimeout() if deadline.expired() else ExchangeUnreachable()
        # Raised out here, where no other exception is being handled that would be chained to it.
        raise error

    def close(self) -> None:
        """Give up every kept connection."""
        self._session.close()

    def _send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        deadline: Deadline,
        payload: object,
        query: Mapping[str, str] | None,
    ) -> Reply:
        remaining = deadline.remaining()
        if remaining <= 0:
            raise ExchangeTimeout
        with (
            within(deadline),
            self._session.request(
                method,
                url,
                json=payload,
                params=query,
                headers=dict(headers),
                timeout=remaining,
                allow_redirects=False,
                stream=True,
            ) as response,
        ):
            return Reply(response.status_code, response.headers, self._body(response))

    def _body(self, response: requests.Response) -> bytes:
        body = bytearray()
        # read1 returns what has come; `read` would first gather a whole chunk of it unpacked.
        while chunk := response.raw.read1(_CHUNK, decode_content=True):
            body += chunk
            if len(body) > self._max_bytes:
                raise ExchangeBroken
        return bytes(body)


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """None, wherever it leads: before it is followed or not, requests reads its body, however long."""


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds of a Retry-After header; some write "2.0". None for a date or nonsense."""
    value = headers.get("Retry-After", "").strip()
    return float(value) if _SECONDS.fullmatch(value) else None
