"""The service: who is asked what, and with which proof."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from flask import Blueprint, Flask

from tracker.clock import utc_now
from tracker.delivered_orders import DeliveredOrders
from tracker.edges import NO_SOURCES, Edges
from tracker.metrics import Metrics
from tracker.ports.clock import Clock
from tracker.ports.sources import OfferedSources
from tracker.prometheus import PrometheusMetrics
from tracker.settings import Settings
from tracker.shopify.webhook_body import read_webhook
from tracker.store.door import STORAGE_URI
from tracker.store.lists import RedisLists
from tracker.store.seen import RedisSeenEvents
from tracker.verbs.lookup import Ages, lookup
from tracker.verbs.recent_orders import PAGE_BUDGET_SECONDS, recent_orders
from tracker.verbs.take_push import take_push
from tracker.verbs.take_webhook import take_webhook
from tracker.web import forged, gate, headers, problems, request_log
from tracker.web.body import MAX_BYTES
from tracker.web.health import health_blueprint
from tracker.web.limits import Door, seconds_a_look, shop_limit
from tracker.web.page import Pages
from tracker.web.pushes import push_blueprint
from tracker.web.schemas import write_answer, write_list
from tracker.web.service import Service
from tracker.web.track import list_blueprint, lookup_blueprint, page_blueprint, recent_choices
from tracker.web.webhooks import webhook_blueprint
from tracker.webhook import Delivered, Envelope
from tracker.webhook_acts import webhook_acts

if TYPE_CHECKING:
    from tracker.traces import Traces


def metrics_of(settings: Settings) -> Metrics:
    """Where this installation's processes that answer requests count."""
    return Metrics() if settings.metrics_port is None else PrometheusMetrics()


def create_app(settings: Settings, *, clock: Clock = utc_now, offered: OfferedSources = NO_SOURCES) -> Flask:
    """The whole service. Nothing is connected before the first request needs it."""
    app = Service("tracker", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BYTES
    # Doubled slashes would be answered by a redirect that repeats the signed query, and Shopify follows it.
    app.url_map.merge_slashes = False
    metrics = metrics_of(settings)
    edges = Edges(settings, metrics, clock, offered)
    app.extensions["tracker_edges"] = edges
    pages = Pages(edges.settings_of, edges.lists_orders)
    door = Door(
        enabled=settings.rate_limits_enabled,
        storage_uri=STORAGE_URI,
        storage_options={"guard": edges.redis, "memory": edges.memory},
        name=edges.sealer.name,
        shop_tag=edges.sealer.shop_tag,
        metrics=metrics,
        trusted_proxies=settings.trusted_proxies,
    )
    limit_of = shop_limit(settings.lookup_limit, edges.settings_of)
    find = functools.partial(
        lookup,
        orders=edges.orders,
        answers=edges.answers,
        budget=edges.budget,
        background=edges.refreshing,
        tell_story=edges.tell_story,
        sources=edges.sources,
        write=write_answer,
        ages=Ages(settings.soft_ages, settings.hard_ages),
        seconds_a_look=functools.partial(seconds_a_look, limit_of),
        settings_of=edges.settings_of,
        clock=clock,
    )
    lists = RedisLists(edges.redis, edges.sealer)
    offer = functools.partial(recent_orders, orders=edges.orders, lists=lists, write=write_list)
    choices = recent_choices(
        functools.partial(offer, budget_seconds=PAGE_BUDGET_SECONDS),
        door=door,
        limit_of=limit_of,
        lists_orders=edges.lists_orders,
    )
    shop_signed = gate.shop_signed(clock, extra=settings.proxy_parameters)

    request_log.init_app(app, metrics)
    headers.init_app(app)
    problems.init_app(app, page=pages.refusal, proxy_error_status=settings.proxy_error_status)
    door.init_app(app)
    gate.register(
        app,
        lookup_blueprint(
            find,
            door=door,
            limit_of=limit_of,
            pages=pages,
            answered=metrics.lookup_answered,
            activity=edges.activity,
        ),
        proof=shop_signed,
    )
    gate.register(
        app,
        list_blueprint(offer, door=door, limit_of=limit_of, pages=pages, choices=choices),
        proof=shop_signed,
    )
    gate.register(
        app,
        page_blueprint(pages, choices),
        proof=gate.page_signed(clock, extra=settings.proxy_parameters),
    )
    if edges.store is not None:
        # Whoever has one shop of their own has no such page, and need not carry what it takes.
        from tracker.merchant_page import add_merchant_page  # noqa: PLC0415

        add_merchant_page(app, settings, edges, edges.store, find=find, clock=clock)
    webhook_signed = gate.webhook_signed(settings.api_secrets)
    gate.register(app, _webhooks(edges, metrics, clock), proof=webhook_signed)
    take = functools.partial(take_push, followed=edges.followed, kept=DeliveredOrders(edges.kept, edges.jobs))
    gate.register(
        app,
        push_blueprint(take, taken=metrics.webhook_taken),
        proof=gate.push_signed(edges.known_accounts, offered.read_push, clock),
    )
    gate.register(
        app,
        health_blueprint(
            redis_answers=edges.redis.answers,
            store=lambda: "none" if edges.store is None else edges.store.state(),
        ),
        proof=gate.open_to_all,
    )
    if edges.traces is not None:
        _trace_requests(app, edges.traces)
    forged.init_app(app, metrics, secrets=settings.api_secrets)
    return app


def _webhooks(edges: Edges, metrics: Metrics, clock: Clock) -> Blueprint:
    def shop_id_of(shop: str) -> int | None:
        known = edges.desk.known.get(shop)
        return None if known is None else known.shop_id

    def take_and_note(envelope: Envelope, delivered: Delivered) -> str:
        outcome: str = take(envelope, delivered)
        edges.activity.webhook_arrived(envelope.shop)
        if envelope.triggered_at is not None:
            late = (clock() - envelope.triggered_at).total_seconds()
            metrics.webhook_arrived(max(0.0, late))
        return outcome

    take = functools.partial(
        take_webhook,
        acts=webhook_acts(edges.desk, edges.jobs),
        seen=RedisSeenEvents(edges.redis, edges.sealer),
        shop_id_of=shop_id_of,
    )
    return webhook_blueprint(read_webhook, take_and_note, taken=metrics.webhook_taken)


def _trace_requests(app: Flask, traces: Traces) -> None:
    # An extra, which costs a worker time and memory, so it is loaded where needed.
    from tracker.web import traced  # noqa: PLC0415

    traced.init_app(app, traces)
