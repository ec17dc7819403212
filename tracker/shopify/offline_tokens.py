"""Tokens of any shop that installed the app: offline tokens that end within the hour and are renewed in time.
Fills `ports.AccessTokens` and `ports.TokenRenewal`.

A refresh gives a new pair; the old refresh token stays good until the new one is used. So a pair counts only
once it is stored: whoever dies between Shopify's answer and the store's leaves a refresh token with which the
next one asks again, as soon as the lease of the dead has ended.
https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/offline-access-tokens
"""

from __future__ import annotations

import random
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from tracker.clock import utc_now
from tracker.deadline import Deadline
from tracker.errors import AccessTokenRejected, StoreUnavailable, UpstreamError, UpstreamTimeout
from tracker.ports.clock import Clock
from tracker.ports.shops import KnownShops, Shops
from tracker.ports.tokens import AccessToken
from tracker.shop import Shop, Standing, TokenPair
from tracker.shopify.grants import TokenGrants

MARGIN_SECONDS = 300
"""A token is replaced so long before it ends, and up to as much again earlier, by chance: processes that
began together then do not ask together."""

RETRY_SECONDS = 30
"""So long after a failure the token that still works is used without trying again."""

REFUSED_SECONDS = 10
"""A token that was refused so soon after it was renewed is not renewed again: the next one would be, too."""

LEASE_SECONDS = 20.0
"""So long one of all workers may take for a refresh. Longer than any look-up's time budget; and so long a
shop may have to wait whose refresh died with its worker, if its token ended meanwhile."""

BUSY_SECONDS = 2
"""So long the token that still works is used before it is looked whether another worker has a new one."""

COMMIT_TRIES = 3
PLANS = 4096
_POLL_SECONDS = 0.1
_POLLS = 20
_NEVER = datetime.max.replace(tzinfo=UTC)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What this process means to do about one access token."""

    access: str
    replace_at: datetime
    renewed_at: datetime = _LONG_AGO
    refused: bool = False

    def __repr__(self) -> str:
        return f"_Plan({self.replace_at})"


class OfflineTokens:
    """Tokens from the store, renewed by one thread of one worker of one host at a time for each shop; all
    others go on with the token that still works, or wait a little. Safe to share between threads."""

    def __init__(
        self,
        *,
        shops: Shops,
        known: KnownShops,
        grants: TokenGrants,
        on_needs_reopening: Callable[[str], None] = lambda _shop: None,
        clock: Clock = utc_now,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._shops = shops
        self._known = known
        self._grants = grants
        self._on_needs_reopening = on_needs_reopening
        self._clock = clock
        self._sleep = sleep
        self._jitter = jitter
        self._lock = threading.Lock()
        self._plans: OrderedDict[str, _Plan] = OrderedDict()
        self._running: dict[str, Future[TokenPair]] = {}

    def token(self, shop: str, *, deadline: Deadline) -> AccessToken:
        """See ports.AccessTokens. Raises StoreUnavailable where the store is away and nothing is known, and
        other UpstreamErrors where there is no token that works and none can be had now."""
        known, pair = _served(self._known.get(shop))
        plan = self._plan(shop, pair)
        if not plan.refused and self._clock() < plan.replace_at:
            return AccessToken(pair.access)
        if pair.refresh is None:
            self._needs_reopening(known)
            raise AccessTokenRejected
        if plan.refused and self._clock() < plan.renewed_at + timedelta(seconds=REFUSED_SECONDS):
            raise AccessTokenRejected
        works = None if plan.refused or self._clock() >= _end(pair) else pair
        return AccessToken(self._alone(known, works, deadline).access)

    def rejected(self, shop: str, token: AccessToken) -> None:
        """See ports.AccessTokens. Another worker may have stored a newer one: the store is asked next."""
        with self._lock:
            plan = self._plans.get(shop)
            if plan is None or plan.access != token.value:
                plan = _Plan(token.value, _LONG_AGO)
            self._put(shop, replace(plan, refused=True))
        self._known.forget(shop)

    def renew(self, shop: Shop, *, deadline: Deadline) -> None:
        """See ports.TokenRenewal. Tried for a shop that needs reopening too: what was refused once may have
        been refused for want of the app's right secret."""
        holder = secrets.token_hex(8)
        leased = self._lease(shop, holder)
        if leased is not None:
            self._refreshed(leased, holder, deadline)

    def _alone(self, known: Shop, works: TokenPair | None, deadline: Deadline) -> TokenPair:
        """The pair that one thread of this process gets; the others take it over, or go on with theirs."""
        mine: Future[TokenPair] = Future()
        with self._lock:
            running = self._running.setdefault(known.domain, mine)
        if running is not mine:
            if works is not None:
                return works
            try:
                return running.result(deadline.remaining())
            except TimeoutError:
                raise UpstreamTimeout from None
        try:
            mine.set_result(self._lead(known, works, deadline))
        except BaseException as error:
            mine.set_exception(error)
            raise
        finally:
            with self._lock:
                del self._running[known.domain]
        return mine.result()

    def _lead(self, known: Shop, works: TokenPair | None, deadline: Deadline) -> TokenPair:
        """The pair that is good now. `works` stands in for what cannot be had yet."""
        holder = secrets.token_hex(8)
        try:
            leased = self._lease(known, holder)
            if leased is not None:
                return self._refreshed(leased, holder, deadline)
        except AccessTokenRejected:
            raise
        except UpstreamError:
            if works is None:
                raise
            self._postpone(known.domain, works, RETRY_SECONDS)
            return works
        if works is None:
            return self._of_another(known, deadline)
        self._known.forget(known.domain)
        self._postpone(known.domain, works, BUSY_SECONDS)
        return works

    def _lease(self, known: Shop, holder: str) -> Shop | None:
        return self._shops.lease_refresh(
            known.domain, version=known.version, holder=holder, seconds=LEASE_SECONDS
        )

    def _refreshed(self, leased: Shop, holder: str, deadline: Deadline) -> TokenPair:
        """Under the lease: what Shopify gives, once it is stored."""
        if leased.tokens is None or leased.tokens.refresh is None:
            raise AccessTokenRejected
        try:
            pair = self._grants.refresh(leased.domain, leased.tokens.refresh, deadline=deadline).tokens
        except AccessTokenRejected:
            self._needs_reopening(leased)
            raise
        except UpstreamError:
            with suppress(StoreUnavailable):
                self._shops.release(leased.domain, holder=holder)
            raise
        stored = self._store(leased, pair, holder)
        self._known.forget(leased.domain)
        if not stored:  # installed anew, uninstalled, or our lease ended: what is in the store is newer
            return _served(self._known.get(leased.domain))[1]
        plan = replace(self._plan(leased.domain, pair), renewed_at=self._clock())
        with self._lock:
            self._put(leased.domain, plan)
        return pair

    def _store(self, leased: Shop, pair: TokenPair, holder: str) -> bool:
        """A pair that is not stored is not used either: used once, it would make the stored one void."""
        for tries_left in reversed(range(COMMIT_TRIES)):
            try:
                return self._shops.store_refreshed(leased.domain, pair, version=leased.version, holder=holder)
            except StoreUnavailable:
                if not tries_left:
                    raise
                self._sleep(_POLL_SECONDS)
        raise AssertionError

    def _of_another(self, known: Shop, deadline: Deadline) -> TokenPair:
        """What the holder of the lease stores, for as long as waiting is bearable."""
        for _ in range(_POLLS):
            self._known.forget(known.domain)
            now, pair = _served(self._known.get(known.domain))
            if now.version != known.version:
                return pair
            if deadline.remaining() < _POLL_SECONDS:
                break
            self._sleep(_POLL_SECONDS)
        raise UpstreamTimeout

    def _needs_reopening(self, shop: Shop) -> None:
        # Where the store is away, the next look-up finds the same out again.
        with suppress(StoreUnavailable):
            if self._shops.needs_reopening(shop.domain, version=shop.version):
                self._on_needs_reopening(shop.domain)
        self._known.forget(shop.domain)

    def _plan(self, shop: str, pair: TokenPair) -> _Plan:
        plan = self._plans.get(shop)
        if plan is None or plan.access != pair.access:
            # At most half of a short life: a token must be of some use before it is replaced.
            life = (_end(pair) - self._clock()).total_seconds()
            margin = max(0.0, min(MARGIN_SECONDS * (1 + self._jitter()), life / 2))
            plan = _Plan(pair.access, _end(pair) - timedelta(seconds=margin))
            with self._lock:
                self._put(shop, plan)
        return plan

    def _postpone(self, shop: str, works: TokenPair, seconds: int) -> None:
        again_at = min(self._clock() + timedelta(seconds=seconds), _end(works))
        with self._lock:
            self._put(shop, _Plan(works.access, again_at))

    def _put(self, shop: str, plan: _Plan) -> None:
        self._plans[shop] = plan
        self._plans.move_to_end(shop)
        if len(self._plans) > PLANS:
            self._plans.popitem(last=False)


def _served(shop: Shop | None) -> tuple[Shop, TokenPair]:
    """The shop and its pair. Raises AccessTokenRejected where its merchant has to act first."""
    if shop is None or shop.standing is not Standing.INSTALLED or shop.tokens is None:
        raise AccessTokenRejected
    return shop, shop.tokens


def _end(pair: TokenPair) -> datetime:
    return pair.access_expires_at or _NEVER
