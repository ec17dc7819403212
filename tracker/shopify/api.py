"""A question to the GraphQL Admin API, with a token that works: what every caller of it shares.

The HTTP is `transport`'s, the meaning of an answer `answers`', what is asked `queries`'.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from http import HTTPStatus

from tracker.deadline import Deadline
from tracker.errors import (
    AccessTokenRejected,
    CircuitOpen,
    UpstreamBusy,
    UpstreamRejected,
    UpstreamThrottled,
)
from tracker.http_exchange import Reply
from tracker.ports.tokens import AccessToken, AccessTokens
from tracker.shopify.answers import Answer, decode, read_answer, throttle
from tracker.shopify.breakers import Breakers
from tracker.shopify.slots import ShopSlots
from tracker.shopify.transport import HttpClient, refused

_SHOP = re.compile(r"[a-z0-9][a-z0-9-]*\.myshopify\.com")
_VERSION = re.compile(r"[0-9a-z-]{1,20}")

PROBE_SECONDS, PROBE_PAUSE = 1.0, 0.05
"""So long somebody waits for news of whoever finds out, for all, whether a shop is well again."""
WORTHWHILE_SECONDS = 0.3
"""With less left than that the shop, well again, would only be counted as too slow."""
MOST_WAITING = 4
"""So many at a time, of all shops, or those that are not well would take the threads of the others."""


class _TokenRefused(AccessTokenRejected):
    """A 401: another token may do better, which it can't where the app as such is refused (403)."""


class AdminApi:
    """The Admin API of any shop for which `tokens` has a token. Safe to share between threads.

    `origin` is where it lives, with `{shop}` for the shop's domain; `api_version` as `2026-10`. `slots` bound
    how much is asked of one shop at once, its token included; None bounds nothing.
    `on_version_fell_forward` is told, once, the version that answered in place of ours; `on_throttled` each
    time the shop for which we are to slow down; `on_budget` with each answer the shop and its throttleStatus.
    `breakers` say whom to leave alone for a while.
    """

    def __init__(
        self,
        *,
        tokens: AccessTokens,
        http: HttpClient,
        api_version: str,
        origin: str = "https://{shop}",
        slots: ShopSlots | None = None,
        on_version_fell_forward: Callable[[str], None] = lambda _version: None,
        on_throttled: Callable[[str], None] = lambda _shop: None,
        on_budget: Callable[[str, Mapping[str, float]], None] = lambda _shop, _status: None,
        breakers: Breakers | None = None,
        most_waiting: int = MOST_WAITING,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._tokens = tokens
        self._http = http
        self._api_version = api_version
        self._endpoint = f"{origin.rstrip('/')}/admin/api/{api_version}/graphql.json"
        self._slots = slots
        self._on_version_fell_forward = on_version_fell_forward
        self._on_throttled = on_throttled
        self._on_budget = on_budget
        self._breakers = Breakers() if breakers is None else breakers
        self._sleep = sleep
        self._waiting = threading.BoundedSemaphore(most_waiting)
        self._fell_forward = False

    def ask(
        self, operation: str, shop: str, text: str, variables: Mapping[str, object], deadline: Deadline
    ) -> Answer:
        """The answer to one query or mutation, with a token that works: a refused one is replaced once.

        `operation` is a word of ours for log and counts. What failed on the way may be asked twice, so a
        mutation has to be one that may be done twice. Raises children of UpstreamError:
        CircuitOpen at once where the shop, or Shopify as a whole, failed a moment ago.
        """
        if not _SHOP.fullmatch(shop):
            raise UpstreamRejected
        payload = {"query": text, "variables": variables}
        try:
            return self._ask_now(operation, shop, payload, deadline)
        except (CircuitOpen, UpstreamBusy) as error:
            if not error.probing or deadline.remaining() < WORTHWHILE_SECONDS + PROBE_PAUSE:
                raise
            if not self._waiting.acquire(blocking=False):
                raise
        try:
            return self._ask_after_probe(operation, shop, payload, deadline)
        finally:
            self._waiting.release()

    def _ask_after_probe(self, operation: str, shop: str, payload: object, deadline: Deadline) -> Answer:
        """Nothing was asked yet. Who comes back when they were told to must not be sent away again because
        somebody else came a moment sooner."""
        patience = Deadline(min(PROBE_SECONDS, deadline.remaining() - WORTHWHILE_SECONDS - PROBE_PAUSE))
        while True:
            self._sleep(PROBE_PAUSE)
            try:
                return self._ask_now(operation, shop, payload, deadline)
            except (CircuitOpen, UpstreamBusy) as error:
                if not error.probing or patience.expired():
                    raise

    def _ask_now(self, operation: str, shop: str, payload: object, deadline: Deadline) -> Answer:
        self._breakers.check(shop)
        forgiving = deadline.forgiving
        with nullcontext() if self._slots is None else self._slots.taken(shop, forgiving=forgiving):
            return self._ask(operation, shop, payload, deadline)

    def _ask(self, operation: str, shop: str, payload: object, deadline: Deadline) -> Answer:
        token = self._tokens.token(shop, deadline=deadline)
        try:
            return self._ask_with(token, operation, shop, payload, deadline)
        except _TokenRefused:
            self._tokens.rejected(shop, token)
        fresh = self._tokens.token(shop, deadline=deadline)
        if fresh == token:
            raise AccessTokenRejected
        try:
            return self._ask_with(fresh, operation, shop, payload, deadline)
        except _TokenRefused:
            self._tokens.rejected(shop, fresh)
            raise

    def _ask_with(
        self, token: AccessToken, operation: str, shop: str, payload: object, deadline: Deadline
    ) -> Answer:
        def attempt() -> Answer:
            try:
                return self._ask_once(token, operation, shop, payload, deadline)
            except UpstreamThrottled:
                self._on_throttled(shop)
                raise

        with self._breakers.guarding(shop, forgiving=deadline.forgiving):
            return self._http.twice_at_most(attempt, deadline)

    def _ask_once(
        self, token: AccessToken, operation: str, shop: str, payload: object, deadline: Deadline
    ) -> Answer:
        with self._http.observed(operation, shop=shop) as seen:
            reply = self._http.post(
                self._endpoint.replace("{shop}", shop),
                payload=payload,
                headers={"X-Shopify-Access-Token": token.value},
                deadline=deadline,
            )
            seen.reply(reply)
            if reply.status == HTTPStatus.UNAUTHORIZED:
                raise _TokenRefused
            if error := refused(reply):
                raise error
            self._check_version(reply)
            decoded = decode(reply.body)
            seen.throttle = throttle(decoded)
            self._on_budget(shop, seen.throttle)
            return read_answer(decoded)

    def _check_version(self, reply: Reply) -> None:
        """Shopify answers a retired version with the oldest that it still supports, and says so here alone:
        https://shopify.dev/docs/api/usage/versioning"""
        answered = reply.headers.get("X-Shopify-API-Version", self._api_version)
        if answered != self._api_version and not self._fell_forward:
            self._fell_forward = True
            self._on_version_fell_forward(answered if _VERSION.fullmatch(answered) else "?")
