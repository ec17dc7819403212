"""What goes on at a shop is gathered in the process, and written for its merchant alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event

from tests.fakes import SettableClock
from tests.web.storefront import ALICE, BOB, CHARLIE, SECRET
from tracker.errors import StoreUnavailable
from tracker.ports.activity import LookupCount, ShopActivity
from tracker.shop import TokenPair
from tracker.store import activity as module
from tracker.store.activity import KEPT_DAYS, BufferedActivity, SqlActivityLog
from tracker.store.database import Database
from tracker.store.sealing import Sealer
from tracker.store.shops import SqlShops

LONG = 3600.0
LONG_AGO = date(2000, 1, 1)


@pytest.fixture
def shops(database: Database, clock: SettableClock) -> SqlShops:
    """Alice and Bob installed the app, Charlie did not."""
    shops = SqlShops(database, [Sealer(SECRET)])
    for domain in (ALICE, BOB):
        shops.install(domain, tokens=TokenPair("token"), scopes=frozenset(), at=clock.now)
    return shops


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
def activity(database: Database, clock: SettableClock, shops: SqlShops) -> Iterator[BufferedActivity]:
    """Written when the test says so."""
    activity = BufferedActivity(database, clock=clock, every_seconds=LONG)
    yield activity
    activity.close()


@pytest.fixture
def seen(database: Database) -> SqlActivityLog:
    return SqlActivityLog(database)


def test_what_was_noted_is_told_to_each_shop_alone(
    activity: BufferedActivity, seen: SqlActivityLog, clock: SettableClock
) -> None:
    activity.lookup_ended(ALICE, "story", "none")
    activity.lookup_ended(ALICE, "story", "none")
    activity.lookup_ended(ALICE, "order_not_found", "another_email")
    activity.webhook_arrived(BOB)
    activity.throttled(BOB)
    activity.flush()

    today = clock.now.date()
    assert ShopActivity(
        last_lookup_at=clock.now,
        lookups=[
            LookupCount(today, "order_not_found", "another_email", 1),
            LookupCount(today, "story", "none", 2),
        ],
    ) == seen.of(ALICE, since=LONG_AGO)
    assert ShopActivity(last_webhook_at=clock.now, last_throttled_at=clock.now, lookups=[]) == seen.of(
        BOB, since=LONG_AGO
    )


def test_counts_of_several_workers_add_up_and_the_latest_time_stands(
    database: Database, activity: BufferedActivity, seen: SqlActivityLog, clock: SettableClock
) -> None:
    late = clock.now
    activity.lookup_ended(ALICE, "story", "none")
    clock.now = late - timedelta(minutes=1)
    other = BufferedActivity(database, clock=clock, every_seconds=LONG)
    other.lookup_ended(ALICE, "story", "none")
    activity.flush()
    other.close()

    told = seen.of(ALICE, since=LONG_AGO)
    assert (late, [2]) == (told.last_lookup_at, [each.count for each in told.lookups])


def test_a_shop_that_never_installed_leaves_no_trace(
    activity: BufferedActivity, seen: SqlActivityLog
) -> None:
    activity.lookup_ended(CHARLIE, "not_set_up", "access_token_rejected")
    activity.proxied(CHARLIE, "/apps/track-order")
    activity.flush()

    assert ShopActivity() == seen.of(CHARLIE, since=LONG_AGO)


def test_erasing_a_shop_takes_its_counts_along(
    activity: BufferedActivity, seen: SqlActivityLog, shops: SqlShops, clock: SettableClock
) -> None:
    activity.lookup_ended(ALICE, "story", "none")
    activity.flush()
    shops.erase(ALICE)
    shops.install(ALICE, tokens=TokenPair("token"), scopes=frozenset(), at=clock.now)

    assert [] == seen.of(ALICE, since=LONG_AGO).lookups


def test_days_before_the_ones_asked_for_are_not_told_and_old_ones_are_deleted(
    activity: BufferedActivity, seen: SqlActivityLog, clock: SettableClock
) -> None:
    first = clock.now.date()
    activity.lookup_ended(ALICE, "story", "none")
    activity.flush()
    clock.advance(timedelta(days=KEPT_DAYS).total_seconds())
    activity.lookup_ended(ALICE, "story", "none")
    activity.flush()
    today = clock.now.date()

    assert [today] == [each.day for each in seen.of(ALICE, since=today).lookups]
    assert [first, today] == [each.day for each in seen.of(ALICE, since=LONG_AGO).lookups]

    clock.advance(timedelta(days=1).total_seconds())
    activity.lookup_ended(ALICE, "story", "none")
    activity.flush()

    assert [today, clock.now.date()] == [each.day for each in seen.of(ALICE, since=LONG_AGO).lookups]


def test_those_of_a_shop_where_nobody_looks_anything_up_go_too(
    activity: BufferedActivity, seen: SqlActivityLog, clock: SettableClock
) -> None:
    """With the next look-up at any shop; and where there is none anywhere, once they are looked through."""
    for shop in (ALICE, BOB):
        activity.lookup_ended(shop, "story", "none")
        activity.flush()
    clock.advance(timedelta(days=KEPT_DAYS + 1).total_seconds())
    assert seen.of(BOB, since=LONG_AGO).lookups
    activity.lookup_ended(ALICE, "story", "none")
    activity.flush()

    assert [[clock.now.date()], []] == [
        [each.day for each in seen.of(shop, since=LONG_AGO).lookups] for shop in (ALICE, BOB)
    ]
    clock.advance(timedelta(days=KEPT_DAYS + 1).total_seconds())
    activity.prune()

    assert [] == seen.of(ALICE, since=LONG_AGO).lookups


def test_the_path_is_written_where_it_is_news(
    database: Database, activity: BufferedActivity, shops: SqlShops
) -> None:
    statements: list[str] = []
    event.listen(
        database.engine, "before_cursor_execute", lambda _c, _u, statement, *_: statements.append(statement)
    )
    for path in ("/apps/track-order", "/apps/track-order", "/a/where"):
        activity.proxied(ALICE, path)
        activity.flush()

    alice, bob = shops.get(ALICE), shops.get(BOB)
    assert alice is not None
    assert bob is not None
    assert ("/a/where", None) == (alice.path_prefix, bob.path_prefix)
    assert 2 == sum("path_prefix" in statement and "UPDATE" in statement for statement in statements)


def test_what_cannot_be_written_waits_for_the_database(
    database: Database, activity: BufferedActivity, seen: SqlActivityLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> object:
        raise StoreUnavailable("away")

    with monkeypatch.context() as patch:
        patch.setattr(database, "writing", away)
        activity.lookup_ended(ALICE, "story", "none")
        activity.flush()
        activity.lookup_ended(ALICE, "story", "none")
        activity.proxied(ALICE, "/a/where")
        activity.flush()
    activity.flush()

    assert [2] == [each.count for each in seen.of(ALICE, since=LONG_AGO).lookups]


def test_there_is_room_for_so_many_shops_and_the_rest_is_counted(
    database: Database, monkeypatch: pytest.MonkeyPatch, seen: SqlActivityLog, shops: SqlShops
) -> None:
    lost: list[int] = []
    monkeypatch.setattr(module, "MOST_SHOPS", 1)
    activity = BufferedActivity(database, every_seconds=LONG, on_lost=lost.append)
    activity.lookup_ended(ALICE, "story", "none")
    activity.lookup_ended(BOB, "story", "none")
    activity.webhook_arrived(BOB)
    activity.close()

    assert [1] == lost
    assert [1, 0] == [len(seen.of(shop, since=LONG_AGO).lookups) for shop in (ALICE, BOB)]


def test_a_thread_writes_by_itself(database: Database, seen: SqlActivityLog, shops: SqlShops) -> None:
    written = threading.Event()
    event.listen(database.engine, "commit", lambda _connection: written.set())
    activity = BufferedActivity(database, every_seconds=0.01)
    activity.lookup_ended(ALICE, "story", "none")

    assert written.wait(30)
    activity.close()
    assert [1] == [each.count for each in seen.of(ALICE, since=LONG_AGO).lookups]


def test_ending_writes_what_there_is(
    database: Database, activity: BufferedActivity, seen: SqlActivityLog
) -> None:
    activity.lookup_ended(ALICE, "story", "none")
    activity.close()

    assert [1] == [each.count for each in seen.of(ALICE, since=LONG_AGO).lookups]


def test_what_nobody_foresaw_is_told_and_does_not_end_the_writing(
    database: Database, seen: SqlActivityLog, shops: SqlShops, monkeypatch: pytest.MonkeyPatch
) -> None:
    errors: list[Exception] = []
    activity = BufferedActivity(database, every_seconds=LONG, on_error=errors.append)

    def broken() -> object:
        raise ValueError

    with monkeypatch.context() as patch:
        patch.setattr(database, "writing", broken)
        activity.lookup_ended(ALICE, "story", "none")
        activity.flush()
    activity.lookup_ended(ALICE, "story", "none")
    activity.close()

    assert [ValueError] == [type(error) for error in errors]
    assert [1] == [each.count for each in seen.of(ALICE, since=LONG_AGO).lookups]


def test_what_a_merchant_is_told_is_one_query(
    database: Database, activity: BufferedActivity, seen: SqlActivityLog
) -> None:
    for outcome in ("story", "order_not_found", "rate_limited"):
        activity.lookup_ended(ALICE, outcome, "none")
    activity.flush()
    statements: list[str] = []
    event.listen(
        database.engine, "before_cursor_execute", lambda _c, _u, statement, *_: statements.append(statement)
    )
    seen.of(ALICE, since=datetime.now(UTC).date() - timedelta(days=30))

    assert 1 == sum(statement.startswith("SELECT shops") for statement in statements)
    assert 0 == sum(statement.startswith("SELECT lookup") for statement in statements)
