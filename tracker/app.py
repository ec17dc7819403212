"""Where ports meet edges: the only file that knows everyone."""

from __future__ import annotations

import functools
from datetime import UTC, datetime

import structlog
from flask import Flask

from tracker.background import BoundedBackground
from tracker.logs import exception_fields
from tracker.lookup import Ages, lookup
from tracker.metrics import Metrics
from tracker.ports import AccessTokens, Clock
from tracker.prometheus import PrometheusMetrics
from tracker.recent_orders import recent_orders
from tracker.settings import Settings
from tracker.shopify.admin import AdminOrders
from tracker.shopify.tokens import ClientCredentials, FixedToken, NoTokens
from tracker.shopify.transport import HttpClient, UpstreamCall
from tracker.store.breaker import Breaker
from tracker.store.cache import RedisAnswers
from tracker.store.door import STORAGE_URI
from tracker.store.lists import RedisLists
from tracker.store.redis import GuardedRedis
from tracker.store.sealing import Sealer
from tracker.store.tokens import RedisTokenShelf
from tracker.web import forged, gate, headers, problems, request_log
from tracker.web.body import MAX_BYTES
from tracker.web.health import health_blueprint
from tracker.web.limits import Door
from tracker.web.page import Pages
from tracker.web.schemas import write_answer, write_list
from tracker.web.service import Service
from tracker.web.track import list_blueprint, lookup_blueprint, page_blueprint

log = structlog.get_logger()


class Edges:
    """The edges out of one process, joined by its settings: Redis behind one breaker, and the Admin API."""

    def __init__(self, settings: Settings, metrics: Metrics) -> None:
        self.sealer = Sealer(settings.api_secret)
        self.breaker = Breaker(on_change=functools.partial(_redis_changed, metrics))
        self.redis = GuardedRedis(settings.redis_url, self.breaker, on_failure=metrics.redis_failed)
        self.http = HttpClient(pool_size=settings.web_threads, observe=functools.partial(_observed, metrics))
        self.tokens = _tokens(settings, self)
        self.orders = AdminOrders(
            tokens=self.tokens,
            http=self.http,
            api_version=settings.api_version,
            origin=settings.admin_origin,
            on_version_fell_forward=functools.partial(_fell_forward, metrics),
            on_unknown_word=functools.partial(_unknown_word, metrics),
            on_withheld=functools.partial(_withheld, metrics),
            on_skipped=metrics.part_skipped,
        )
        self.answers = RedisAnswers(
            self.redis,
            self.sealer,
            guess_limits=settings.guess_limits if settings.rate_limits_enabled else {},
        )


def create_app(settings: Settings, *, clock: Clock = lambda: datetime.now(UTC)) -> Flask:
    """The whole service. Nothing is connected before the first request needs it."""
    app = Service("tracker", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BYTES
    # Doubled slashes would be answered by a redirect that repeats the signed query, and Shopify follows it.
    app.url_map.merge_slashes = False
    metrics = Metrics() if settings.metrics_port is None else PrometheusMetrics()
    edges = Edges(settings, metrics)
    app.extensions["tracker_edges"] = edges
    pages = Pages(clock)
    door = Door(
        enabled=settings.rate_limits_enabled,
        storage_uri=STORAGE_URI,
        storage_options={"guard": edges.redis},
        name=edges.sealer.name,
        shop_tag=edges.sealer.shop_tag,
        metrics=metrics,
        trusted_proxies=settings.trusted_proxies,
    )
    find = functools.partial(
        lookup,
        orders=edges.orders,
        answers=edges.answers,
        background=BoundedBackground(on_error=_background_failed, on_refused=metrics.background_refused),
        write=write_answer,
        ages=Ages(settings.soft_ages, settings.hard_ages),
        clock=clock,
    )
    lists = RedisLists(edges.redis, edges.sealer)
    offer = functools.partial(recent_orders, orders=edges.orders, lists=lists, write=write_list)
    shop_signed = gate.shop_signed(clock, extra=settings.proxy_parameters)
    limit = settings.lookup_limit

    request_log.init_app(app, metrics)
    headers.init_app(app)
    problems.init_app(app, page=pages.refusal, proxy_error_status=settings.proxy_error_status)
    door.init_app(app)
    gate.register(
        app,
        lookup_blueprint(find, door=door, limit=limit, pages=pages, answered=metrics.lookup_answered),
        proof=shop_signed,
    )
    gate.register(app, list_blueprint(offer, door=door, limit=limit), proof=shop_signed)
    gate.register(app, page_blueprint(pages), proof=gate.page_signed(clock))
    gate.register(
        app,
        health_blueprint(redis_answers=edges.redis.answers, tokens_ready=lambda: settings.shop is not None),
        proof=gate.open_to_all,
    )
    forged.init_app(app, metrics, secrets=settings.api_secrets)
    return app


def _tokens(settings: Settings, edges: Edges) -> AccessTokens:
    if settings.shop is None:
        return NoTokens()
    if settings.admin_token is not None:
        return FixedToken(settings.shop, settings.admin_token)
    return ClientCredentials(
        shop=settings.shop,
        client_id=settings.api_key,
        client_secret=settings.api_secret,
        origin=settings.admin_origin,
        http=edges.http,
        shelf=RedisTokenShelf(edges.redis, edges.sealer),
    )


def _observed(metrics: Metrics, call: UpstreamCall) -> None:
    request_log.tally().upstream_calls += 1
    metrics.upstream_called(call.operation, call.outcome, call.seconds)
    if call.outcome != "ok":
        log.warning(
            "upstream",
            operation=call.operation,
            outcome=call.outcome,
            status=call.status,
            milliseconds=round(call.seconds * 1000),
            shopify_request_id=call.request_id,
        )


def _redis_changed(metrics: Metrics, news: str) -> None:
    metrics.redis_changed(news)
    log.warning("redis", news=news)


def _fell_forward(metrics: Metrics, version: str) -> None:
    metrics.version_fell_forward()
    log.warning("api version fell forward", answered=version)


def _unknown_word(metrics: Metrics, kind: str, word: str) -> None:
    metrics.unknown_word(kind)
    log.warning("unknown word", kind=kind, word=word)


def _withheld(metrics: Metrics, path: str) -> None:
    metrics.data_withheld(path)
    log.warning("withheld", path=path)


def _background_failed(error: Exception) -> None:
    log.error("background", **exception_fields(error))
