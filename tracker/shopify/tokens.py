"""Where Admin API tokens come from, for a shop of the operator's own; `offline_tokens.py` is for all others.
Fills `ports.AccessTokens`.

Either a token that the merchant made by hand, or the client credentials grant, whose tokens live for 24 h:
https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/client-credentials-grant
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from tracker.clock import utc_now
from tracker.deadline import Deadline
from tracker.errors import AccessTokenRejected, UpstreamError, UpstreamTimeout
from tracker.ports.clock import Clock
from tracker.ports.tokens import AccessToken, AccessTokens, StoredToken, TokenShelf
from tracker.shopify.answers import decode
from tracker.shopify.grants import end_of, token_of
from tracker.shopify.transport import HttpClient, refused

MARGIN_SECONDS = 300
"""A token is replaced so long before it ends, and up to as much again earlier, by chance: processes that
began together then do not ask together."""

RETRY_SECONDS = 30
"""So long after a failure the token that still works is used without trying again."""

REFUSED_SECONDS = 10
"""So long a refused grant is not asked for again: each look-up would ask, and the merchant must act first."""

_REFUSED_GRANT = {HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_POLL_SECONDS = 0.05
_POLLS = 20


class FixedToken:
    """A token that never ends, of one shop. Refused, it stays refused: there is no other."""

    def __init__(self, shop: str, value: str) -> None:
        self._shop = shop
        self._token = AccessToken(value)

    def token(self, shop: str, *, deadline: Deadline) -> AccessToken:
        """The token. Raises AccessTokenRejected for any other shop."""
        if shop != self._shop:
            raise AccessTokenRejected
        return self._token

    def rejected(self, shop: str, token: AccessToken) -> None:
        """Nothing to be done about it here."""


class TokensByShop:
    """One source for each of some shops, and one for all the others."""

    def __init__(self, own: Mapping[str, AccessTokens], others: AccessTokens) -> None:
        self._own = dict(own)
        self._others = others

    def token(self, shop: str, *, deadline: Deadline) -> AccessToken:
        """As the shop's source gives it."""
        return self._own.get(shop, self._others).token(shop, deadline=deadline)

    def rejected(self, shop: str, token: AccessToken) -> None:
        """The shop's source is told."""
        self._own.get(shop, self._others).rejected(shop, token)


class NoTokens:
    """Of every shop that nobody knows: each look-up is told so."""

    def token(self, shop: str, *, deadline: Deadline) -> AccessToken:
        """Raises AccessTokenRejected, always."""
        raise AccessTokenRejected

    def rejected(self, shop: str, token: AccessToken) -> None:
        """Nothing to be done about it here."""


class ClientCredentials:
    """Tokens of one shop by the client credentials grant, fetched once for all workers.

    The token is kept in memory and on `shelf` (None: each process for itself), and replaced before it ends.
    Whoever holds the shelf's lock fetches; the others go on with the token that they have, or wait a little
    for the new one. Safe to share between threads.
    """

    def __init__(
        self,
        *,
        shop: str,
        client_id: str,
        client_secret: str,
        http: HttpClient,
        origin: str = "https://{shop}",
        shelf: TokenShelf | None = None,
        clock: Clock = utc_now,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._shop = shop
        self._url = f"{origin.rstrip('/').replace('{shop}', shop)}/admin/oauth/access_token"
        self._grant = {
            "client_id": client_id,
            "client_secret": client_secret,
            "grant_type": "client_credentials",
        }
        self._http = http
        self._shelf = shelf
        self._clock = clock
        self._sleep = sleep
        self._jitter = jitter
        self._lock = threading.Lock()
        self._kept: StoredToken | None = None
        self._replace_at = _LONG_AGO
        self._refused_until = _LONG_AGO
        self._rejected: str | None = None

    def token(self, shop: str, *, deadline: Deadline) -> AccessToken:
        """A token that has not ended. Raises AccessTokenRejected for another shop or a refused grant, and
        other UpstreamErrors where there is no token and none can be had now."""
        if shop != self._shop:
            raise AccessTokenRejected
        kept, now = self._kept, self._clock()
        if kept is not None and now < self._replace_at:
            return AccessToken(kept.value)
        if kept is not None and now < kept.expires_at:
            # One thread replaces it; those that come meanwhile go on with the one that still works.
            if not self._lock.acquire(blocking=False):
                return AccessToken(kept.value)
        elif not self._lock.acquire(timeout=deadline.remaining()):
            raise UpstreamTimeout
        try:
            return AccessToken(self._replaced(deadline).value)
        finally:
            self._lock.release()

    def rejected(self, shop: str, token: AccessToken) -> None:
        """Forget this token, in memory and as found on the shelf."""
        if shop != self._shop:
            return
        self._rejected = token.value
        kept = self._kept
        if kept is not None and kept.value == token.value:
            self._kept = None
            self._replace_at = _LONG_AGO

    def _replaced(self, deadline: Deadline) -> StoredToken:
        """Under the lock: the token of the thread before us, of another worker, or a new one."""
        if fresh := self._fresh() or self._from_shelf():
            return fresh
        now, kept = self._clock(), self._kept
        if now < self._refused_until:
            raise AccessTokenRejected
        working = kept if kept is not None and now < kept.expires_at else None
        with self._shared_lock() as ours:
            if not ours and working is not None:
                return working
            # The lock's last holder may have put its token there just before we took it.
            fresh = self._from_shelf() if ours else self._wait_for_shelf(deadline)
            return fresh or self._fetched(working, deadline)

    def _shared_lock(self) -> AbstractContextManager[bool]:
        return nullcontext(enter_result=True) if self._shelf is None else self._shelf.lock(self._shop)

    def _fresh(self) -> StoredToken | None:
        """The kept token if it need not be replaced yet."""
        return self._kept if self._clock() < self._replace_at else None

    def _from_shelf(self) -> StoredToken | None:
        """Take over what another worker put there, unless it is refused, ended or as old as ours."""
        stored = self._shelf.get(self._shop) if self._shelf is not None else None
        if stored is None or stored.value == self._rejected or self._clock() >= stored.expires_at:
            return None
        if stored != self._kept:
            self._keep(stored)
        return self._fresh()

    def _wait_for_shelf(self, deadline: Deadline) -> StoredToken | None:
        """Until the worker that holds the lock has put its token there, or for as long as is bearable."""
        for _ in range(_POLLS):
            if fresh := self._from_shelf():
                return fresh
            if deadline.remaining() < _POLL_SECONDS:
                break
            self._sleep(_POLL_SECONDS)
        return None

    def _fetched(self, working: StoredToken | None, deadline: Deadline) -> StoredToken:
        try:
            fresh = self._http.twice_at_most(lambda: self._fetch(deadline), deadline)
        except UpstreamError as error:
            if working is not None:
                again_at = self._clock() + timedelta(seconds=RETRY_SECONDS)
                self._replace_at = min(again_at, working.expires_at)
                return working
            if isinstance(error, AccessTokenRejected):
                self._refused_until = self._clock() + timedelta(seconds=REFUSED_SECONDS)
            raise
        self._keep(fresh)
        if self._shelf is not None:
            self._shelf.put(self._shop, fresh.value, fresh.expires_at)
        return fresh

    def _keep(self, token: StoredToken) -> None:
        life = (token.expires_at - self._clock()).total_seconds()
        # At most half of a short life: a token must be of some use before it is replaced.
        margin = min(MARGIN_SECONDS * (1 + self._jitter()), life / 2)
        self._kept = token
        self._replace_at = token.expires_at - timedelta(seconds=margin)

    def _fetch(self, deadline: Deadline) -> StoredToken:
        with self._http.observed("token", shop=self._shop) as seen:
            asked_at = self._clock()
            reply = self._http.post(self._url, payload=self._grant, headers={}, deadline=deadline)
            seen.reply(reply)
            if reply.status in _REFUSED_GRANT:
                raise AccessTokenRejected
            if error := refused(reply):
                raise error
            answer = decode(reply.body)
            return StoredToken(
                token_of(answer.get("access_token")), end_of(answer.get("expires_in"), asked_at)
            )
