"""What the edges tell of themselves, as counts and log lines: where something went otherwise than it should,
an operator finds one of each, and nothing private in either."""

from __future__ import annotations

import structlog

from tracker.logs import exception_fields
from tracker.metrics import Metrics

log = structlog.get_logger()


def redis_changed(metrics: Metrics, news: str) -> None:
    """Redis is down, or up again."""
    metrics.redis_changed(news)
    log.warning("redis", news=news)


def store_failed(metrics: Metrics, word: str) -> None:
    """The database failed; `word` says how."""
    metrics.store_failed(word)
    log.warning("store", word=word)


def circuit_changed(metrics: Metrics, whose: str, shop: str | None, news: str) -> None:
    """The breaker of one shop, or of all of Shopify, opened or closed."""
    metrics.circuit_changed(whose, news)
    log.warning("circuit", whose=whose, shop=shop, news=news)


def needs_reopening(metrics: Metrics, shop: str) -> None:
    """Shopify finally refused a shop's token: its merchant has to open the app."""
    metrics.shop_needs_reopening()
    log.warning("needs reopening", shop=shop)


def fell_forward(metrics: Metrics, version: str) -> None:
    """Shopify answered by another version of its API than was asked for."""
    metrics.version_fell_forward()
    log.warning("api version fell forward", answered=version)


def withheld(metrics: Metrics, path: str) -> None:
    """Shopify left out what a scope or a level of access does not cover; `path` names the field."""
    metrics.data_withheld(path)
    log.warning("withheld", path=path)


def subscription_refused(metrics: Metrics, topic: str) -> None:
    """Shopify refused to subscribe a shop to a topic."""
    metrics.subscription_refused(topic)
    log.warning("subscription refused", topic=topic)


def data_requested(shop: str, answers: int) -> None:
    """A customer's data was asked for; the operator has to send it. `answers` is how many are kept."""
    log.warning("data requested", shop=shop, answers=answers)


def background_failed(metrics: Metrics, error: Exception) -> None:
    """Work behind a request failed unforeseen."""
    metrics.background_failed()
    log.error("background", **exception_fields(error))
