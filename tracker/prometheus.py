"""The facts of `metrics.py` as Prometheus counters and histograms, on a port of their own."""

from __future__ import annotations

from functools import cache
from typing import TypeVar

from prometheus_client import Counter, Histogram

from tracker.metrics import Metrics

Metric = TypeVar("Metric", Counter, Histogram)

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5)

REQUESTS = Histogram("tracker_request_seconds", "Time to answer", ("route", "status"), buckets=SECONDS)
LOOKUPS = Counter("tracker_lookups", "Look-ups by outcome and cache state", ("outcome", "cache"))
REFUSALS = Counter("tracker_refusals", "Refusals by code and cause", ("code", "cause"))
UPSTREAM = Histogram(
    "tracker_upstream_seconds", "Admin API requests", ("operation", "outcome"), buckets=SECONDS
)
REDIS_FAILURES = Counter("tracker_redis_failures", "Operations on Redis that failed", ("how",))
REDIS_CHANGES = Counter("tracker_redis_changes", "Times Redis went down or came up", ("news",))
CIRCUITS = Counter(
    "tracker_circuit_changes", "Times a shop or Shopify went down or came up", ("whose", "news")
)
SHORT_FORWARDED_FOR = Counter("tracker_short_forwarded_for", "X-Forwarded-For shorter than TRUSTED_PROXIES")
UNKNOWN_WORDS = Counter("tracker_unknown_words", "Words outside the status model", ("kind",))
WITHHELD = Counter("tracker_data_withheld", "Parts of orders withheld by Shopify", ("part",))
SKIPPED = Counter("tracker_parts_skipped", "Parts of orders of an odd shape", ("kind",))
NEEDS_REOPENING = Counter("tracker_shops_needing_reopening", "Shops whose tokens were refused for good")
STORE_FAILURES = Counter("tracker_store_failures", "Failed transactions of the store of shops", ("word",))
FELL_FORWARD = Counter("tracker_version_fell_forward", "Answers of another API version")
BACKGROUND_REFUSED = Counter("tracker_background_refused", "Refreshes for which there was no room")

WEBHOOKS = Counter("tracker_webhooks", "Webhooks that were taken in", ("topic", "outcome"))
JOBS = Histogram("tracker_job_seconds", "Jobs that were done", ("kind",), buckets=SECONDS)
JOB_FAILURES = Counter("tracker_job_failures", "Tries of jobs that failed", ("kind", "cause"))
DUTIES = Counter("tracker_privacy_duties", "Duties towards somebody's data that were done", ("topic",))
SUBSCRIPTIONS_REFUSED = Counter(
    "tracker_subscriptions_refused", "Changes of webhook subscriptions that Shopify refused", ("topic",)
)

ACTIVITY_LOST = Counter("tracker_activity_lost", "Look-ups missing in what merchants see")


@cache
def _child(metric: Metric, *labels: str) -> Metric:
    """The counter of these labels, which are few: finding it anew takes longer than counting."""
    return metric.labels(*labels)


class PrometheusMetrics(Metrics):
    """Counts in the process, or over all workers where PROMETHEUS_MULTIPROC_DIR is set before import."""

    def request_answered(self, route: str, status: int, seconds: float) -> None:
        _child(REQUESTS, route, str(status)).observe(seconds)

    def lookup_answered(self, outcome: str, cache: str) -> None:
        _child(LOOKUPS, outcome, cache).inc()

    def refused(self, code: str, cause: str) -> None:
        _child(REFUSALS, code, cause).inc()

    def upstream_called(self, operation: str, outcome: str, seconds: float) -> None:
        UPSTREAM.labels(operation, outcome).observe(seconds)

    def redis_failed(self, word: str) -> None:
        REDIS_FAILURES.labels(word).inc()

    def redis_changed(self, news: str) -> None:
        REDIS_CHANGES.labels(news).inc()

    def circuit_changed(self, whose: str, news: str) -> None:
        CIRCUITS.labels(whose, news).inc()

    def short_forwarded_for(self) -> None:
        SHORT_FORWARDED_FOR.inc()

    def unknown_word(self, kind: str) -> None:
        UNKNOWN_WORDS.labels(kind).inc()

    def data_withheld(self, part: str) -> None:
        WITHHELD.labels(part).inc()

    def part_skipped(self, kind: str) -> None:
        SKIPPED.labels(kind).inc()

    def shop_needs_reopening(self) -> None:
        NEEDS_REOPENING.inc()

    def store_failed(self, word: str) -> None:
        STORE_FAILURES.labels(word).inc()

    def version_fell_forward(self) -> None:
        FELL_FORWARD.inc()

    def background_refused(self) -> None:
        BACKGROUND_REFUSED.inc()

    def activity_lost(self, lookups: int) -> None:
        ACTIVITY_LOST.inc(lookups)

    def webhook_taken(self, topic: str, outcome: str) -> None:
        _child(WEBHOOKS, topic, outcome).inc()

    def job_done(self, kind: str, seconds: float) -> None:
        JOBS.labels(kind).observe(seconds)

    def job_failed(self, kind: str, cause: str) -> None:
        JOB_FAILURES.labels(kind, cause).inc()

    def duty_done(self, topic: str) -> None:
        DUTIES.labels(topic).inc()

    def subscription_refused(self, topic: str) -> None:
        SUBSCRIPTIONS_REFUSED.labels(topic).inc()
