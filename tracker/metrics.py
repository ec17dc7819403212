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

    def request_answered(self, route: str, status: int, seconds: float) -> None:
        """A request was answered; `route` is the rule's own text, never the path that was sent."""

    def lookup_answered(self, outcome: str, cache: str) -> None:
        """A look-up ended: `outcome` is `story` or a refusal's code, `cache` kept, refreshing, stale…"""

    def refused(self, code: str, cause: str) -> None:
        """A request was refused, with the stable cause that the log line has too."""

    def upstream_called(self, operation: str, outcome: str, seconds: float) -> None:
        """The Admin API was asked: find, recent, read, page or token, and how that ended."""

    def redis_failed(self, word: str) -> None:
        """An operation on Redis failed: `down` or `refused`."""

    def redis_changed(self, news: str) -> None:
        """The breaker of Redis opened (`down`) or closed (`up`)."""

    def circuit_changed(self, whose: str, news: str) -> None:
        """The breaker of a `shop` or of all of `shopify` opened (`down`) or closed (`up`)."""

    def short_forwarded_for(self) -> None:
        """X-Forwarded-For had fewer entries than our own proxies append: TRUSTED_PROXIES may be wrong."""

    def unknown_word(self, kind: str) -> None:
        """Shopify used a word that the status model does not know."""

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

    def activity_lost(self, lookups: int) -> None:
        """So many look-ups are missing in what merchants see of their shops."""

    def webhook_taken(self, topic: str, outcome: str) -> None:
        """A webhook was taken in: its topic, `other` for one that means nothing here, and how it ended."""

    def job_done(self, kind: str, seconds: float) -> None:
        """Work that was handed on is done."""

    def job_failed(self, kind: str, cause: str) -> None:
        """It was tried in vain and will be tried again, or can never be done (`lost`)."""

    def duty_done(self, topic: str) -> None:
        """What the law demands for somebody's data was done."""

    def subscription_refused(self, topic: str) -> None:
        """Shopify did not take a change of a shop's own subscription to webhooks."""
