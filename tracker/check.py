"""`tracker check`: can this configuration work? Every finding says what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from tracker.claim import by_email
from tracker.clock import utc_now
from tracker.deadline import Deadline
from tracker.edges import Edges
from tracker.errors import (
    AccessDenied,
    AccessTokenRejected,
    ShopUnavailable,
    StoreUnavailable,
    UpstreamError,
)
from tracker.metrics import Metrics
from tracker.order_number import OrderNumber
from tracker.order_number import read as read_order_number
from tracker.ports.shops import ShopCounts
from tracker.settings import Settings
from tracker.shop import Standing
from tracker.verbs.rotate_secrets import Rotation, rotate_secrets

PATIENCE_SECONDS = 10.0
STANDINGS = {
    Standing.INSTALLED: "installed",
    Standing.NEEDS_REOPENING: "to be reopened",
    Standing.UNINSTALLED: "uninstalled",
}
NEEDED = ("read_orders",)
WORTH_HAVING = {
    "read_fulfillments": "then webhooks about parcels cannot be subscribed to",
    "read_merchant_managed_fulfillment_orders": "then holds, planned dates and pick-up places are unknown",
    "read_customers": "then customers who are signed in have no list of orders to choose from",
    "read_all_orders": "then orders older than 60 days are not found",
}
STORE_ADVICE = (
    "Is the database of DATABASE_URL up, and may this user read and write it? Of SQLite: is the file there "
    "(`tracker db upgrade` makes it), on a disk that is writable and not full?"
)
SCHEMA_ADVICE = {
    "schema_missing": "The database has no tables yet: run `tracker db upgrade`.",
    "schema_older": "The tables are of an earlier version of this service: run `tracker db upgrade`.",
    "schema_newer": (
        "The tables are of a newer version of this service: run that one, or restore a backup from before."
    ),
}
UNREADABLE_ADVICE = (
    "If the app's secret was changed twice, set the one in between as SHOPIFY_API_SECRET_OLD; else merchants "
    "have to open the app for their tokens, and jobs that do not open are lost after a week."
)
ENDING = timedelta(days=30)
"""`tracker tokens refresh` renews what ends within 60 days; what ends within 30 was forgotten for a month."""
REDIS_ADVICE = (
    "Is the server of REDIS_URL up, and can this machine reach it? Shoppers are answered without it, "
)
REDIS_ADVICE += "but nothing is cached and each worker counts its limits alone."
LEAST_USED_FIRST = ("volatile-lru", "allkeys-lru")
POLICY_ADVICE = (
    "Set maxmemory-policy to volatile-lru. noeviction refuses what is new once there is no room; every other "
    "one may forget what was written a moment ago: that an order just changed, or how often somebody guessed."
)
EVICTED_ADVICE = (
    "Give it more memory, some 2 KB for each order that is looked up within a week. Where an order's index "
    "was forgotten, what Shopify tells of it does not show before its story is twice its soft age old."
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report. `grade` is ok, warning or fault; a fault means that no look-up can work."""

    grade: str
    subject: str
    words: str
    advice: str = ""

    @property
    def fatal(self) -> bool:
        """True where nothing can work with this."""
        return self.grade == "fault"

    @property
    def mark(self) -> str:
        """A sign for the terminal."""
        return {"ok": "✓", "warning": "!", "fault": "✗"}[self.grade]

    @property
    def colour(self) -> str:
        """Its colour, by click's names."""
        return {"ok": "green", "warning": "yellow", "fault": "red"}[self.grade]


def check(settings: Settings) -> list[Finding]:
    """Everything that can be found out from here. Asks Redis, the database and Shopify for real; never
    raises."""
    edges = Edges(settings, Metrics())
    try:
        return [
            Finding("ok", "Settings", "all of them can be read"),
            *_limits(settings),
            *_redis(edges.redis.fullness()),
            *_store(settings, edges),
            *_shopify(settings, edges),
        ]
    finally:
        edges.close()


def _limits(settings: Settings) -> Iterator[Finding]:
    if not settings.rate_limits_enabled:
        advice = "Unset RATE_LIMITS_ENABLED, unless this is a test: anybody may guess orders without end."
        yield Finding("warning", "Limits", "switched off", advice)


def _redis(fullness: tuple[str | None, int] | None) -> Iterator[Finding]:
    policy, evicted = fullness or (None, 0)
    if fullness is None:
        yield Finding("warning", "Redis", "does not answer", REDIS_ADVICE)
    elif policy not in (None, *LEAST_USED_FIRST):
        yield Finding("warning", "Redis", f"answers, but when it is full: {policy}", POLICY_ADVICE)
    elif evicted:
        words = f"answers, but was full: it has forgotten {evicted} keys before their end"
        yield Finding("warning", "Redis", words, EVICTED_ADVICE)
    else:
        yield Finding("ok", "Redis", "answers")


def _store(settings: Settings, edges: Edges) -> Iterator[Finding]:
    if (store := edges.store) is None:
        return
    name, state = store.database.name, store.state()
    if state in SCHEMA_ADVICE:
        yield Finding("fault", "Database", f"{name} cannot be used", SCHEMA_ADVICE[state])
        return
    try:
        counts = store.shops.count(refresh_expires_before=utc_now() + ENDING)
        left = rotate_secrets(kept=store.sealed, dry=True)
    except StoreUnavailable as error:
        yield Finding("fault", "Database", f"{name} gives no answer ({error.cause})", STORE_ADVICE)
        return
    yield Finding("ok", "Database", f"{name} answers, its tables are up to date")
    yield from _shops(counts)
    yield from _sealed(settings, left)


def _shops(counts: ShopCounts) -> Iterator[Finding]:
    told = ", ".join(f"{counts.by_standing.get(standing, 0)} {word}" for standing, word in STANDINGS.items())
    yield Finding("ok", "Shops", told)
    if reopening := counts.by_standing.get(Standing.NEEDS_REOPENING, 0):
        advice = "Shopify refused their tokens. Their merchants open the app once, and all is well again."
        yield Finding("warning", "Shops", f"{reopening} need reopening", advice)
    if counts.ending:
        advice = "Run `tracker tokens refresh` each day (cron): once they have ended, merchants must act."
        yield Finding("warning", "Tokens", f"of {counts.ending} shops end within {ENDING.days} days", advice)


def _sealed(settings: Settings, left: Rotation) -> Iterator[Finding]:
    if left.resealed:
        advice = "Run `tracker secrets rotate` before SHOPIFY_API_SECRET_OLD is taken out."
        yield Finding("warning", "Secrets", f"{left.resealed} values are still under the old one", advice)
    elif settings.api_secret_old is not None:
        yield Finding("ok", "Secrets", "nothing is under the old one any more")
    if left.unreadable:
        yield Finding("warning", "Secrets", f"{left.unreadable} values open with none", UNREADABLE_ADVICE)


def _shopify(settings: Settings, edges: Edges) -> Iterator[Finding]:
    if settings.shop is None:
        return
    try:
        nobody, deadline = by_email(""), Deadline(PATIENCE_SECONDS)
        found = edges.orders.find(settings.shop, _any_number(), nobody, deadline=deadline)
    except UpstreamError as error:
        yield _fault(error, settings.shop)
        return
    yield Finding("ok", "Shopify", f"{settings.shop} answers")
    if missing := [scope for scope in NEEDED if scope not in found.scopes]:
        advice = (
            "Add it to access_scopes in shopify.app.toml, deploy the app, and let the merchant approve it."
        )
        yield Finding("fault", "Scopes", f"{', '.join(missing)} is missing", advice)
    for scope, why in WORTH_HAVING.items():
        if scope not in found.scopes:
            yield Finding(
                "warning", "Scopes", f"{scope} is not granted", f"You may do without it, but {why}."
            )
    if found.orders and all(order.email is None for order in found.orders):
        advice = "If your orders do have e-mail addresses, ask Shopify for protected customer data, e-mail."
        yield Finding("warning", "E-mail", "no order that was looked at has one", advice)


def _fault(error: UpstreamError, shop: str) -> Finding:
    if isinstance(error, AccessTokenRejected):
        advice = (
            "Is the app installed there? Do SHOPIFY_API_KEY and SHOPIFY_API_SECRET (or SHOPIFY_ADMIN_TOKEN) "
        )
        return Finding("fault", "Shopify", "refuses our token", advice + "belong to it?")
    if isinstance(error, AccessDenied):
        advice = "The app needs the scope read_orders and protected customer data approved for e-mail."
        return Finding("fault", "Shopify", "withholds orders or their e-mail addresses", advice)
    if isinstance(error, ShopUnavailable):
        return Finding(
            "fault", "Shopify", f"{shop} is closed, frozen or does not exist", "Check SHOPIFY_SHOP."
        )
    advice = (
        "Can this machine reach the shop over https? Is Shopify's status page green? Try again in a minute."
    )
    return Finding("fault", "Shopify", f"gave no usable answer ({error.code})", advice)


def _any_number() -> OrderNumber:
    number = read_order_number("1001")
    assert number is not None  # noqa: S101 - the plainest number there is
    return number
