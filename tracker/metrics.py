"""What is worth counting, as functions named after facts, so that callers know no library.

`Metrics` counts nothing: it is the default and the twin for tests. Labels are words of our own choosing,
never anything that a shopper or a shop typed.
"""

from __future__ import annotations

FOLDER_PREFIX = "tracker-metrics-"
"""Beginning of the name of the directory in which the counts of all workers meet: `tracker serve` makes one
for each run, and it goes with the run."""


class Metrics:
    """Counts nothing. Children override what they count."""

    def request_answered(self, route: str, status: int, outcome: str, cache: str, seconds: float) -> None:
        """A request was answered; `route` is the rule's own text, never the path that was sent. `outcome` is
        that of its log line (story, a refusal's code…), `cache` kept, refreshing, stale, read or none."""

    def lookup_answered(self, outcome: str, cache: str) -> None:
        """A look-up ended: `outcome` is `story` or a refusal's code, `cache` kept, refreshing, stale…"""

    def refused(self, code: str, cause: str) -> None:
        """A request was refused, with the stable cause that the log line has too."""

    def upstream_called(self, operation: str, outcome: str, seconds: float) -> None:
        """The Admin API was asked: find, recent, read, page or token, and how that ended."""

    def upstream_paid(self, operation: str, points: float) -> None:
        """So many points of a shop's budget a question to the Admin API has cost."""

    def upstream_room(self, share: float) -> None:
        """How much of a shop's budget was left after a question to it: 1 is all of it."""

    def redis_failed(self, word: str) -> None:
        """An operation on Redis failed: `down` or `refused`."""

    def redis_changed(self, news: str) -> None:
        """The breaker of Redis opened (`down`) or closed (`up`)."""

    def circuit_changed(self, whose: str, news: str) -> None:
        """The breaker of a `shop` or of all of `shopify` opened (`down`) or closed (`up`)."""

    def short_forwarded_for(self) -> None:
        """X-Forwarded-For had fewer entries than our own proxies append: TRUSTED_PROXIES may be wrong."""

    def unknown_word(self, kind: str) -> None:
        """Shopify, or the source that `kind` names, used a word that the status model does not know."""

    def data_withheld(self, part: str) -> None:
        """A part of an order was withheld for want of a scope or an approval."""

    def shop_needs_reopening(self) -> None:
        """A shop's tokens were refused for good: its merchant has to open the app."""

    def part_skipped(self, kind: str) -> None:
        """A part of an order had an odd shape and was left out."""

    def store_failed(self, word: str) -> None:
        """A transaction of the store failed; `word` is SQLite's name of the error or Postgres' SQLSTATE."""

    def version_fell_forward(self) -> None:
        """Shopify answered with another API version than the one asked for."""

    def background_refused(self) -> None:
        """There was no room for a refresh behind an answer."""

    def background_changed(self, change: int) -> None:
        """So many refreshes more (1) or fewer (-1) wait or are under way behind answers."""

    def background_failed(self) -> None:
        """Work behind the requests failed for a reason that nobody foresaw."""

    def worker_started(self) -> None:
        """A worker process is ready for requests."""

    def activity_lost(self, lookups: int) -> None:
        """So many look-ups are missing in what merchants see of their shops."""

    def webhook_taken(self, topic: str, outcome: str) -> None:
        """A webhook was taken in: its topic, `other` for one that means nothing here, and how it ended."""

    def webhook_arrived(self, seconds: float) -> None:
        """So long after it happened a webhook told of it, by Shopify's clock and ours."""

    def job_done(self, kind: str, seconds: float) -> None:
        """Work that was handed on is done."""

    def jobs_waiting(self, jobs: int, overdue_seconds: float) -> None:
        """How many jobs there are for all workers together, and for how long the oldest is overdue."""

    def job_failed(self, kind: str, cause: str) -> None:
        """It was tried in vain and will be tried again, here or by another worker (`passed_on`), or was
        given up (`lost`)."""

    def duty_done(self, topic: str) -> None:
        """What the law demands for somebody's data was done."""

    def source_asked(self, source: str, outcome: str, parcels: int, seconds: float) -> None:
        """A carrier or an aggregator was asked for so many parcels: `ok`, or the code of what went wrong."""

    def stories_changed(self, source: str, orders: int) -> None:
        """By what it said so many orders have another story."""

    def account_put_off(self, source: str, why: str) -> None:
        """An account was not asked though parcels are due: `held_off`, or `quota_spent`."""

    def account_troubled(self, source: str, code: str) -> None:
        """A merchant has to do something about an account. Once a day for each account and code."""

    def parcels_followed(self, planned: int, overdue_seconds: float) -> None:
        """How many parcels are followed by all workers together, and for how long the oldest is overdue."""

    def following_failed(self) -> None:
        """What was due at an account could not be done, for a reason that nobody foresaw."""

    def subscription_refused(self, topic: str) -> None:
        """Shopify did not take a change of a shop's own subscription to webhooks."""
