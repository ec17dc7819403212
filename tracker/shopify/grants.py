"""What Shopify's token endpoint gives for an ID token (token exchange) and for a refresh token. Fills
`ports.TokenExchange`; nothing is kept here.

https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/token-exchange
https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/offline-access-tokens
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from tracker.clock import utc_now
from tracker.deadline import Deadline
from tracker.errors import (
    AccessTokenRejected,
    IdTokenRejected,
    UpstreamBroken,
    UpstreamError,
    UpstreamRejected,
)
from tracker.http_exchange import Reply
from tracker.ports.clock import Clock
from tracker.ports.tokens import Granted
from tracker.shop import TokenPair
from tracker.shopify.answers import decode
from tracker.shopify.shapes import count
from tracker.shopify.transport import HttpClient, refused

_GRANT = "urn:ietf:params:oauth:grant-type:token-exchange"
_ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"  # noqa: S105 - a name of a kind of token
_OFFLINE = "urn:shopify:params:oauth:token-type:offline-access-token"
_TOKEN = re.compile(r"[!-~]{1,512}")
_SCOPE = re.compile(r"[a-z_]{1,80}")
_LONGEST_LIFE = 10 * 365 * 24 * 3600


_Refusal = Callable[[Reply], UpstreamError | None]


class TokenGrants:
    """Asks for pairs of tokens, with the app's id and secret. Safe to share between threads."""

    def __init__(
        self,
        *,
        client_id: str,
        client_secret: str,
        http: HttpClient,
        origin: str = "https://{shop}",
        clock: Clock = utc_now,
    ) -> None:
        self._app = {"client_id": client_id, "client_secret": client_secret}
        self._http = http
        self._origin = origin.rstrip("/")
        self._clock = clock

    def exchange(self, shop: str, id_token: str, *, deadline: Deadline) -> Granted:
        """See ports.TokenExchange. An expiring pair is asked for; apps that are exempt may get a token
        without an end."""
        return self._granted(
            shop,
            {
                "grant_type": _GRANT,
                "subject_token": id_token,
                "subject_token_type": _ID_TOKEN,
                "requested_token_type": _OFFLINE,
                "expiring": "1",
            },
            _exchange_refused,
            deadline,
        )

    def refresh(self, shop: str, refresh_token: str, *, deadline: Deadline) -> Granted:
        """A new pair for a refresh token, which stays good until the new one is used: asking twice is safe.

        Raises AccessTokenRejected for a 400 or 401, which are final, and other UpstreamErrors for what may
        be different another time.
        """
        sent = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return self._granted(shop, sent, _refresh_refused, deadline)

    def _granted(self, shop: str, grant: Mapping[str, str], refusal: _Refusal, deadline: Deadline) -> Granted:
        url = f"{self._origin.replace('{shop}', shop)}/admin/oauth/access_token"

        def ask() -> Granted:
            with self._http.observed("token", shop=shop) as seen:
                asked_at = self._clock()
                reply = self._http.post(url, payload={**self._app, **grant}, headers={}, deadline=deadline)
                seen.reply(reply)
                if error := refusal(reply) or refused(reply):
                    raise error
                return _read(decode(reply.body), asked_at)

        return self._http.twice_at_most(ask, deadline)


def token_of(value: object) -> str:
    """A token that a header can carry. Raises UpstreamBroken."""
    if not isinstance(value, str) or not _TOKEN.fullmatch(value):
        raise UpstreamBroken
    return value


def end_of(seconds: object, asked_at: datetime) -> datetime:
    """When a token ends that lives for so many seconds; the time of the question is on the safe side. Raises
    UpstreamBroken for what is no number of seconds."""
    if not count(seconds):
        raise UpstreamBroken
    return asked_at + timedelta(seconds=min(count(seconds), _LONGEST_LIFE))


def _read(answer: Mapping[str, Any], asked_at: datetime) -> Granted:
    access = token_of(answer.get("access_token"))
    granted = answer.get("scope")
    words = granted.split(",") if isinstance(granted, str) else []
    scopes = frozenset(word.strip() for word in words if _SCOPE.fullmatch(word.strip()))
    if answer.get("expires_in") is None and answer.get("refresh_token") is None:
        return Granted(TokenPair(access), scopes)
    pair = TokenPair(
        access,
        end_of(answer.get("expires_in"), asked_at),
        token_of(answer.get("refresh_token")),
        end_of(answer.get("refresh_token_expires_in"), asked_at),
    )
    return Granted(pair, scopes)


def _exchange_refused(reply: Reply) -> UpstreamError | None:
    if reply.status not in {HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED}:
        return None
    # Only this word is about the ID token; the others are about us, and another ID token would not help.
    return IdTokenRejected() if _error_word(reply) == "invalid_subject_token" else UpstreamRejected()


def _refresh_refused(reply: Reply) -> UpstreamError | None:
    match reply.status:
        case HTTPStatus.BAD_REQUEST | HTTPStatus.UNAUTHORIZED:
            return AccessTokenRejected()
        case HTTPStatus.FORBIDDEN:  # what stands before Shopify says it, and may think better of it
            return UpstreamRejected()
        case _:
            return None


def _error_word(reply: Reply) -> object:
    try:
        return decode(reply.body).get("error")
    except UpstreamBroken:
        return None
