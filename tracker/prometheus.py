"""The facts of `metrics.py` as Prometheus counters, histograms and gauges, on a port of their own.

No label is a shop's name: there may be ten thousand of them, and a series that workers share is never
forgotten while the service runs. Which shop it is stands in the log line that goes with each count.
"""

from __future__ import annotations

from functools import cache
from typing import TypeVar

from prometheus_client import Counter, Gauge, Histogram

from tracker.metrics import Metrics

Metric = TypeVar("Metric", Counter, Histogram)

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5)
LATE_SECONDS = (1, 2, 5, 10, 30, 60, 300, 900, 3600, 14_400)
"""Shopify tries for four hours."""
SOURCE_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 15)
"""A source is given fifteen seconds."""
SHARES = (0.05, 0.1, 0.25, 0.5, 0.75, 1)

WORKERS_STARTED = Counter("tracker_workers_started", "Workers that became ready for requests")
# Of workers that live, each in a file of its own: what a dead one said last must not stand.
WORKERS = Gauge("tracker_workers", "Workers that are ready for requests", multiprocess_mode="livesum")
REQUESTS = Histogram(
    "tracker_request_seconds",
    "Time to answer, by outcome and cache state",
    ("route", "status", "outcome", "cache"),
    buckets=SECONDS,
)
LOOKUPS = Counter("tracker_lookups", "Look-ups by outcome and cache state", ("outcome", "cache"))
REFUSALS = Counter("tracker_refusals", "Refusals by code and cause", ("code", "cause"))
UPSTREAM = Histogram(
    "tracker_upstream_seconds", "Admin API requests", ("operation", "outcome"), buckets=SECONDS
)
UPSTREAM_POINTS = Counter("tracker_upstream_points", "What Admin API requests cost", ("operation",))
UPSTREAM_ROOM = Histogram(
    "tracker_upstream_room", "Share of a shop's budget that was left after a request", buckets=SHARES
)
REDIS_FAILURES = Counter("tracker_redis_failures", "Operations on Redis that failed", ("how",))
REDIS_CHANGES = Counter("tracker_redis_changes", "Times Redis went down or came up", ("news",))
REDIS_DOWN = Gauge("tracker_redis_down", "Workers that go on without Redis now", multiprocess_mode="livesum")
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
BACKGROUND_WAITING = Gauge(
    "tracker_background_waiting", "Refreshes that wait or are under way", multiprocess_mode="livesum"
)
BACKGROUND_FAILED = Counter("tracker_background_failed", "Work behind requests that failed unforeseen")

WEBHOOKS = Counter("tracker_webhooks", "Webhooks that were taken in", ("topic", "outcome"))
WEBHOOK_LATE = Histogram(
    "tracker_webhook_late_seconds", "From what happened until its webhook came", buckets=LATE_SECONDS
)
JOBS = Histogram("tracker_job_seconds", "Jobs that were done", ("kind",), buckets=SECONDS)
# All workers see the same queue; the one that looked last is right.
JOBS_WAITING = Gauge("tracker_jobs_waiting", "Jobs that wait", multiprocess_mode="livemostrecent")
JOBS_OVERDUE = Gauge(
    "tracker_jobs_overdue_seconds", "For how long the oldest job waits", multiprocess_mode="livemostrecent"
)
JOB_FAILURES = Counter("tracker_job_failures", "Tries of jobs that failed", ("kind", "cause"))
DUTIES = Counter("tracker_privacy_duties", "Duties towards somebody's data that were done", ("topic",))
SUBSCRIPTIONS_REFUSED = Counter(
    "tracker_subscriptions_refused", "Changes of webhook subscriptions that Shopify refused", ("topic",)
)

SOURCES = Histogram(
    "tracker_source_seconds",
    "Requests to carriers and aggregators",
    ("source", "outcome"),
    buckets=SOURCE_SECONDS,
)
SOURCE_PARCELS = Counter("tracker_source_parcels", "Parcels that sources were asked for", ("source",))
STORIES_CHANGED = Counter(
    "tracker_stories_changed", "Orders that have another story by a source", ("source",)
)
ACCOUNTS_PUT_OFF = Counter(
    "tracker_accounts_put_off", "Times an account was not asked for what was due", ("source", "why")
)
ACCOUNT_TROUBLES = Counter(
    "tracker_account_troubles", "Accounts that their merchants have to see to", ("source", "code")
)
# All workers see the same queue; the one that looked last is right.
PARCELS_FOLLOWED = Gauge(
    "tracker_parcels_followed", "Parcels that are followed", multiprocess_mode="livemostrecent"
)
PARCELS_OVERDUE = Gauge(
    "tracker_parcels_overdue_seconds",
    "For how long the oldest parcel waits for its turn",
    multiprocess_mode="livemostrecent",
)
FOLLOWING_FAILED = Counter("tracker_following_failed", "Turns of accounts that failed unforeseen")

ACTIVITY_LOST = Counter("tracker_activity_lost", "Look-ups missing in what merchants see")


@cache
def _child(metric: Metric, *labels: str) -> Metric:
    """The counter of these labels, which are few: finding it anew takes longer than counting."""
    return metric.labels(*labels)


class PrometheusMetrics(Metrics):
    """Counts in the process, or over all workers where PROMETHEUS_MULTIPROC_DIR is set before import."""

    def request_answered(self, route: str, status: int, outcome: str, cache: str, seconds: float) -> None:
        _child(REQUESTS, route, str(status), outcome, cache).observe(seconds)

    def lookup_answered(self, outcome: str, cache: str) -> None:
        _child(LOOKUPS, outcome, cache).inc()

    def refused(self, code: str, cause: str) -> None:
        _child(REFUSALS, code, cause).inc()

    def upstream_called(self, operation: str, outcome: str, seconds: float) -> None:
        UPSTREAM.labels(operation, outcome).observe(seconds)

    def upstream_paid(self, operation: str, points: float) -> None:
        UPSTREAM_POINTS.labels(operation).inc(points)

    def upstream_room(self, share: float) -> None:
        UPSTREAM_ROOM.observe(share)

    def redis_failed(self, word: str) -> None:
        REDIS_FAILURES.labels(word).inc()

    def redis_changed(self, news: str) -> None:
        REDIS_CHANGES.labels(news).inc()
        REDIS_DOWN.set(news == "down")

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

    def background_changed(self, change: int) -> None:
        BACKGROUND_WAITING.inc(change)

    def background_failed(self) -> None:
        BACKGROUND_FAILED.inc()

    def worker_started(self) -> None:
        WORKERS_STARTED.inc()
        WORKERS.set(1)

    def activity_lost(self, lookups: int) -> None:
        ACTIVITY_LOST.inc(lookups)

    def webhook_taken(self, topic: str, outcome: str) -> None:
        _child(WEBHOOKS, topic, outcome).inc()

    def webhook_arrived(self, seconds: float) -> None:
        WEBHOOK_LATE.observe(seconds)

    def job_done(self, kind: str, seconds: float) -> None:
        JOBS.labels(kind).observe(seconds)

    def jobs_waiting(self, jobs: int, overdue_seconds: float) -> None:
        JOBS_WAITING.set(jobs)
        JOBS_OVERDUE.set(overdue_seconds)

    def job_failed(self, kind: str, cause: str) -> None:
        JOB_FAILURES.labels(kind, cause).inc()

    def duty_done(self, topic: str) -> None:
        DUTIES.labels(topic).inc()

    def source_asked(self, source: str, outcome: str, parcels: int, seconds: float) -> None:
        SOURCES.labels(source, outcome).observe(seconds)
        SOURCE_PARCELS.labels(source).inc(parcels)

    def stories_changed(self, source: str, orders: int) -> None:
        STORIES_CHANGED.labels(source).inc(orders)

    def account_put_off(self, source: str, why: str) -> None:
        ACCOUNTS_PUT_OFF.labels(source, why).inc()

    def account_troubled(self, source: str, code: str) -> None:
        ACCOUNT_TROUBLES.labels(source, code).inc()

    def parcels_followed(self, planned: int, overdue_seconds: float) -> None:
        PARCELS_FOLLOWED.set(planned)
        PARCELS_OVERDUE.set(overdue_seconds)

    def following_failed(self) -> None:
        FOLLOWING_FAILED.inc()

    def subscription_refused(self, topic: str) -> None:
        SUBSCRIPTIONS_REFUSED.labels(topic).inc()
