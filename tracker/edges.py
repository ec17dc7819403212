"""Where ports meet the edges out: Redis, the Admin API, the store of shops, carriers and aggregators.

No web framework is loaded here, so that `tracker follow` and the other commands need not carry one.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from limits.storage import MemoryStorage

from tracker import observed
from tracker.activity import Activity
from tracker.background import BoundedBackground
from tracker.breaker import Breaker
from tracker.calendars.table import calendar_of
from tracker.carriers.telling import carrier_of, tell_tracking
from tracker.clock import utc_now
from tracker.errors import CacheUnavailable
from tracker.job_doer import job_doer
from tracker.metrics import Metrics
from tracker.parcel import DEFAULT_DAILY_QUOTA
from tracker.ports.clock import Clock
from tracker.ports.jobs import Background
from tracker.ports.parcels import TellStory
from tracker.ports.privacy import Disclosure, Purge
from tracker.ports.sources import KnownAccounts, OfferedSources, SourceAccount, SourceAccounts, TrackingSource
from tracker.ports.tokens import AccessTokens
from tracker.settings import Settings
from tracker.shop import ShopSettings
from tracker.shop_sources import ShopSources
from tracker.shop_story import shop_story
from tracker.shopify.admin import AdminOrders
from tracker.shopify.api import MOST_WAITING, AdminApi
from tracker.shopify.app_data import InstallationAppData
from tracker.shopify.breakers import Breakers
from tracker.shopify.grants import TokenGrants
from tracker.shopify.slots import ShopSlots
from tracker.shopify.subscriptions import ShopSubscriptions
from tracker.shopify.tokens import ClientCredentials, FixedToken, NoTokens, TokensByShop
from tracker.shopify.transport import HttpClient
from tracker.store.budget import RedisBudget
from tracker.store.cache import RedisAnswers
from tracker.store.delivery_times import RedisDeliveryTimes
from tracker.store.disclosure import RedisDisclosure
from tracker.store.followed import RedisFollowedParcels
from tracker.store.own_account import OwnAccount
from tracker.store.own_shop import OwnShop
from tracker.store.purge import RedisPurge
from tracker.store.quota import RedisQuota
from tracker.store.redis import GuardedRedis
from tracker.store.sealing import Sealer
from tracker.store.shop_parcels import RedisShopParcels
from tracker.store.tokens import RedisTokenShelf
from tracker.store.traced_redis import TracedRedis
from tracker.store.troubles import RedisTroubles
from tracker.unknown_words import tell_unknown_word
from tracker.upstream_log import upstream_called
from tracker.verbs.note_app_data import NOTE_APP_DATA
from tracker.webhook_acts import Desk

if TYPE_CHECKING:
    from tracker.shop_store import Store
    from tracker.traces import Traces

KNOWN_EVERYWHERE = timedelta(seconds=65)
"""After which every process knows of an account that was saved (`store/known_accounts.py`)."""

NO_SOURCES = OfferedSources((), lambda _account: None, {})
"""What is offered by default."""


class Edges:
    """The edges out of one process, joined by its settings: Redis behind one breaker, the Admin API, the
    store of shops, and whoever does the jobs."""

    def __init__(
        self,
        settings: Settings,
        metrics: Metrics,
        clock: Clock = utc_now,
        offered: OfferedSources = NO_SOURCES,
    ) -> None:
        self.metrics = metrics
        self.offered = offered
        self._clock = clock
        self.traces = _traces(settings)
        self.sealer = Sealer(settings.api_secret)
        self.breaker = Breaker(on_change=functools.partial(observed.redis_changed, metrics))
        self.redis = _redis(settings, self.breaker, metrics, self.traces)
        self.http = HttpClient(
            pool_size=settings.web_threads,
            observe=functools.partial(upstream_called, metrics, self.traces),
        )
        self.grants = TokenGrants(
            client_id=settings.api_key,
            client_secret=settings.api_secret,
            http=self.http,
            origin=settings.admin_origin,
        )
        # None where one shop of the operator's own is all there is.
        self.store = _store(settings, self.grants, metrics, clock)
        self.activity = Activity() if self.store is None else self.store.activity
        self.tokens = _tokens(settings, self)
        self.budget = RedisBudget(self.redis, self.sealer)
        self.admin_api = AdminApi(
            tokens=self.tokens,
            http=self.http,
            api_version=settings.api_version,
            origin=settings.admin_origin,
            slots=ShopSlots(_most_at_once(settings)),
            on_version_fell_forward=functools.partial(observed.fell_forward, metrics),
            on_throttled=self.activity.throttled,
            on_budget=self.budget.told,
            breakers=Breakers(on_change=functools.partial(observed.circuit_changed, metrics)),
            # A small worker has threads for kept stories too.
            most_waiting=min(MOST_WAITING, settings.web_threads // 4),
        )
        self.orders = AdminOrders(
            self.admin_api,
            tell_tracking=tell_tracking,
            on_unknown_word=functools.partial(tell_unknown_word, metrics),
            on_withheld=functools.partial(observed.withheld, metrics),
            on_skipped=metrics.part_skipped,
        )
        self.installations = ShopSubscriptions(
            self.admin_api,
            app_url=settings.app_url,
            on_refused=functools.partial(observed.subscription_refused, metrics),
        )
        sealers = [Sealer(secret) for secret in settings.api_secrets]
        self.kept = RedisPurge(self.redis, sealers)
        # What is kept of a shop outside of the store.
        self.purges: tuple[Purge, ...] = (self.kept,)
        self.disclosures: tuple[Disclosure, ...] = (RedisDisclosure(self.redis, sealers),)
        self.accounts, self.known_accounts = _accounts(settings, self.store)
        self.followed = RedisFollowedParcels(self.redis, sealers)
        self.quota = RedisQuota(self.redis, self.sealer, daily_quota_of=self.daily_quota_of)
        self.troubles = RedisTroubles(self.redis, self.sealer)
        self.sources = ShopSources(self.sources_of, self.followed, carrier_of)
        # Where this process counts while Redis is away.
        self.memory = MemoryStorage()
        self.answers = RedisAnswers(
            self.redis,
            self.sealer,
            guess_limits=settings.guess_limits if settings.rate_limits_enabled else {},
            memory=self.memory,
        )
        self.times = RedisDeliveryTimes(self.redis, self.sealer)
        self.parcels = RedisShopParcels(self.redis, self.sealer, clock=clock)
        self.tell_story: TellStory = functools.partial(
            shop_story,
            calendar_of=calendar_of,
            times=self.times,
            parcels=self.parcels,
            background=_traced(_learning(metrics), "learn", self.traces),
        )
        # For reading stories anew behind the answer.
        self.refreshing = _traced(_refreshing(metrics), "refresh", self.traces)
        self.desk = _desk(settings, self, clock)
        self.jobs = job_doer(
            self.desk, self.store, app_data=InstallationAppData(self.admin_api), metrics=metrics
        )

    def settings_of(self, shop: str) -> ShopSettings:
        """See ports.SettingsOf."""
        return ShopSettings() if self.store is None else self.store.known.settings_of(shop)

    def lists_orders(self, shop: str) -> bool:
        """See ports.ListsOrders. Without a store nobody knows what was granted."""
        return self.store is None or self.store.known.lists_orders(shop)

    def sources_of(self, shop: str) -> Sequence[TrackingSource]:
        """See ports.SourcesOf. Where nothing is offered nobody's accounts are looked at."""
        if not self.offered.names:
            return ()
        made = (self.offered.make(account) for account in self.known_accounts.known(shop))
        return tuple(source for source in made if source is not None)

    def daily_quota_of(self, shop: str, source: str) -> int:
        """For how many parcels a shop's account at a source may be asked in a day."""
        quotas = {account.source: account.daily_quota for account in self.known_accounts.known(shop)}
        return quotas.get(source, DEFAULT_DAILY_QUOTA)

    def settled(self, shop: str, source: str) -> None:
        """A merchant changed or removed the account at this source: what went wrong with it is no more, and
        it may be asked at once."""
        self.troubles.settled(shop, source)
        self.quota.resume(shop, source)

    def saved(self, shop: str, source: str) -> None:
        """A merchant saved the account at this source: it is settled, and what waited for it is asked for."""
        self.settled(shop, source)
        with suppress(CacheUnavailable):  # they have their turn some minutes later
            self.followed.hasten(shop, source, at=self._clock() + KNOWN_EVERYWHERE)
        self.followed.begin(shop)

    def close(self) -> None:
        """Give up what is connected."""
        self.activity.close()
        self.http.close()
        if self.traces is not None:
            self.traces.close()
        if self.store is not None:
            self.store.database.close()


def _accounts(settings: Settings, store: Store | None) -> tuple[SourceAccounts, KnownAccounts]:
    """Where accounts at sources are kept, and where they are known: that of the own shop comes by the
    settings, all others by the store."""
    if settings.shop is None or (settings.tracking_source is None and store is not None):
        assert store is not None  # noqa: S101 - without a shop of its own an installation has a store
        return store.accounts, store.known_accounts
    account = None
    if settings.tracking_source is not None and settings.tracking_key is not None:
        account = SourceAccount(
            settings.tracking_source,
            settings.tracking_key,
            settings.tracking_push_secret,
            settings.tracking_daily_quota,
            settings.tracking_ask_about,
        )
    if store is None:
        own = OwnAccount(settings.shop, account)
    else:
        own = OwnAccount(settings.shop, account, stored=store.accounts, known=store.known_accounts)
    return own, own


def _desk(settings: Settings, edges: Edges, clock: Clock) -> Desk:
    stored = None if edges.store is None else edges.store.shops
    own = None if settings.shop is None else OwnShop(settings.shop, stored)
    shops, known = own or stored, own if edges.store is None else edges.store.known
    assert shops is not None  # noqa: S101 - without a shop of its own an installation has a store
    assert known is not None  # noqa: S101 - the same
    return Desk(
        shops=shops,
        known=known,
        kept=edges.kept,
        purges=edges.purges,
        disclosures=edges.disclosures,
        installations=edges.installations,
        orders=edges.orders,
        budget=edges.budget,
        sources=edges.sources,
        tell_story=edges.tell_story,
        settings_of=edges.settings_of,
        generation_of=edges.answers.generation,
        clock=clock,
        on_data_request=observed.data_requested,
        noting=None if edges.store is None else NOTE_APP_DATA,
    )


def _most_at_once(settings: Settings) -> int:
    """How many threads of a worker may wait for one shop: half of them, since the others are there for other
    shops and for what is kept; and three of four where there is no other shop."""
    share = 2 if settings.shop is None else 4
    return max(1, settings.web_threads - settings.web_threads // share)


def _traces(settings: Settings) -> Traces | None:
    if settings.traces_endpoint is None:
        return None
    # An extra, which costs a worker time and memory, so it is loaded where needed.
    from tracker.traces import exporting  # noqa: PLC0415

    return exporting(settings.traces_endpoint, ratio=settings.traces_ratio)


def _redis(settings: Settings, breaker: Breaker, metrics: Metrics, traces: Traces | None) -> GuardedRedis:
    if traces is None:
        return GuardedRedis(settings.redis_url, breaker, on_failure=metrics.redis_failed)
    return TracedRedis(settings.redis_url, breaker, span=traces.span, on_failure=metrics.redis_failed)


def _refreshing(metrics: Metrics) -> Background:
    return BoundedBackground(
        on_error=functools.partial(observed.background_failed, metrics),
        on_refused=metrics.background_refused,
        on_change=metrics.background_changed,
    )


def _learning(metrics: Metrics) -> Background:
    """A queue of its own: refreshes that wait for a slow shop leave no room in theirs, and must not wait for
    this. Who is turned away is no loss, since another parcel teaches the same."""
    return BoundedBackground(
        on_error=functools.partial(observed.background_failed, metrics), on_refused=lambda: None, threads=1
    )


def _traced(background: Background, name: str, traces: Traces | None) -> Background:
    return background if traces is None else traces.behind(background, name)


def _store(settings: Settings, grants: TokenGrants, metrics: Metrics, clock: Clock) -> Store | None:
    if settings.store_url is None:
        return None
    # SQLAlchemy costs as much time and memory as a third of all the rest, so it is loaded where needed.
    from tracker.shop_store import Store  # noqa: PLC0415

    return Store(
        settings.store_url,
        secrets=settings.api_secrets,
        threads=settings.web_threads,
        grants=grants,
        clock=clock,
        on_failure=functools.partial(observed.store_failed, metrics),
        on_needs_reopening=functools.partial(observed.needs_reopening, metrics),
        on_activity_lost=metrics.activity_lost,
        on_activity_failed=functools.partial(observed.background_failed, metrics),
    )


def _tokens(settings: Settings, edges: Edges) -> AccessTokens:
    others = NoTokens() if edges.store is None else edges.store.tokens
    if settings.shop is None:
        return others
    return TokensByShop({settings.shop: _own_tokens(settings, settings.shop, edges)}, others)


def _own_tokens(settings: Settings, shop: str, edges: Edges) -> AccessTokens:
    if settings.admin_token is not None:
        return FixedToken(shop, settings.admin_token)
    return ClientCredentials(
        shop=shop,
        client_id=settings.api_key,
        client_secret=settings.api_secret,
        origin=settings.admin_origin,
        http=edges.http,
        shelf=RedisTokenShelf(edges.redis, edges.sealer),
    )
