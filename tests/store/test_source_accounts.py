"""Accounts at sources in the store: sealed, of one shop each, and gone with it. The same battery on SQLite
and on Postgres."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.fakes import NOON
from tests.store.shops import ALICE, BOB, CHARLIE, SECRET
from tracker.parcel import AskAbout
from tracker.ports.sources import KeptAccount, SourceAccount
from tracker.ports.tokens import Resealed
from tracker.shop import TokenPair
from tracker.store.database import Database
from tracker.store.sealing import Sealer
from tracker.store.shops import SqlShops
from tracker.store.source_accounts import SqlSourceAccounts
from tracker.store.tables import TRACKING_ACCOUNTS

NEW_SECRET = "the secret that came after it"
ACCOUNT = SourceAccount("aftership", "asat_of-alice", "whsec_of-alice", 300)
OTHER = SourceAccount("dhl", "dhl-of-alice")
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def shops(database: Database) -> SqlShops:
    """Alice and Bob have the app, Charlie does not."""
    shops = SqlShops(database, [Sealer(SECRET)])
    for domain in (ALICE, BOB):
        shops.install(domain, tokens=TokenPair("a"), scopes=frozenset(), at=NOON)
    return shops


@pytest.fixture
def accounts(database: Database, shops: SqlShops) -> SqlSourceAccounts:
    return SqlSourceAccounts(database, [Sealer(SECRET)])


def test_what_was_saved_is_given_back_to_its_shop_alone(accounts: SqlSourceAccounts) -> None:
    assert accounts.save(ALICE, OTHER, at=LATER)
    assert accounts.save(ALICE, ACCOUNT, at=NOON)

    assert [KeptAccount(ACCOUNT, NOON), KeptAccount(OTHER, LATER)] == accounts.of(ALICE)
    assert ([], [ALICE]) == (accounts.of(BOB), list(accounts.listed()))
    assert ["aftership", "dhl"] == [source for source, _ in accounts.listed()[ALICE]]


def test_one_at_each_source_the_last_that_was_saved(accounts: SqlSourceAccounts) -> None:
    accounts.save(ALICE, ACCOUNT, at=NOON)
    before = accounts.listed()[ALICE]
    changed = SourceAccount(ACCOUNT.source, "another", None, 7, AskAbout.SILENT_PARCELS)
    accounts.save(ALICE, changed, at=LATER)

    assert [KeptAccount(changed, NOON)] == accounts.of(ALICE)
    assert before != accounts.listed()[ALICE]


def test_a_shop_without_the_app_has_none(accounts: SqlSourceAccounts, shops: SqlShops) -> None:
    assert not accounts.save(CHARLIE, ACCOUNT, at=NOON)
    accounts.save(ALICE, ACCOUNT, at=NOON)
    shops.uninstall(ALICE, triggered_at=LATER)

    assert ([], {}) == (accounts.of(ALICE), accounts.listed())
    assert not accounts.save(ALICE, OTHER, at=NOON)


def test_what_is_removed_is_gone(accounts: SqlSourceAccounts, database: Database) -> None:
    accounts.save(ALICE, ACCOUNT, at=NOON)

    assert [False, False, True, False] == [
        accounts.remove(BOB, "aftership"),
        accounts.remove(ALICE, "dhl"),
        accounts.remove(ALICE, "aftership"),
        accounts.remove(ALICE, "aftership"),
    ]
    with database.reading() as connection:
        assert [] == connection.execute(select(TRACKING_ACCOUNTS)).all()


def test_it_goes_with_the_shop(accounts: SqlSourceAccounts, shops: SqlShops, database: Database) -> None:
    for shop in (ALICE, BOB):
        accounts.save(shop, ACCOUNT, at=NOON)
    shops.erase(ALICE)

    with database.reading() as connection:
        assert 1 == len(connection.execute(select(TRACKING_ACCOUNTS)).all())
    assert [KeptAccount(ACCOUNT, NOON)] == accounts.of(BOB)


class TestAtRest:
    def test_nothing_can_be_read_or_moved(self, accounts: SqlSourceAccounts, database: Database) -> None:
        for shop in (ALICE, BOB):
            accounts.save(shop, replace(ACCOUNT, key=f"key of {shop}"), at=NOON)
        accounts.save(ALICE, OTHER, at=NOON)
        with database.writing() as connection:
            rows = connection.execute(select(TRACKING_ACCOUNTS)).all()
            assert b"key of" not in b"".join(row.key for row in rows)
            assert b"whsec" not in b"".join(row.push_secret or b"" for row in rows)
            of_bob = next(row for row in rows if row.shop_id != rows[0].shop_id)
            moved = update(TRACKING_ACCOUNTS).where(TRACKING_ACCOUNTS.c.source == "dhl")
            connection.execute(moved.values(key=of_bob.key))

        assert ["aftership"] == [kept.account.source for kept in accounts.of(ALICE)]

    def test_a_rotation_seals_it_anew_batch_by_batch(
        self, accounts: SqlSourceAccounts, database: Database
    ) -> None:
        for shop in (ALICE, BOB):
            accounts.save(shop, ACCOUNT, at=NOON)
        rotated = SqlSourceAccounts(database, [Sealer(NEW_SECRET), Sealer(SECRET)])
        rotated.save(ALICE, OTHER, at=NOON)
        afterwards = SqlSourceAccounts(database, [Sealer(NEW_SECRET)])
        assert [OTHER] == [kept.account for kept in afterwards.of(ALICE)]

        assert Resealed(3, 4, 0, None) == rotated.reseal(after=0, limit=9, dry=True)
        first = rotated.reseal(after=0, limit=2)
        assert first.next is not None
        assert Resealed(2, 4, 0, first.next) == first
        assert Resealed(1, 0, 0, None) == rotated.reseal(after=first.next, limit=2)

        assert [ACCOUNT, OTHER] == [kept.account for kept in afterwards.of(ALICE)]

    def test_after_a_change_of_the_secret_it_opens_before_it_is_sealed_anew(
        self, accounts: SqlSourceAccounts, database: Database
    ) -> None:
        """Or all parcels would stand still, and every push be refused, until somebody rotates."""
        accounts.save(ALICE, ACCOUNT, at=NOON)

        changed = SqlSourceAccounts(database, [Sealer(NEW_SECRET), Sealer(SECRET)])

        assert [ACCOUNT] == [kept.account for kept in changed.of(ALICE)]

    def test_what_opens_with_neither_is_counted_and_left(
        self, accounts: SqlSourceAccounts, database: Database
    ) -> None:
        accounts.save(ALICE, ACCOUNT, at=NOON)
        strangers = SqlSourceAccounts(database, [Sealer(NEW_SECRET)])

        assert Resealed(1, 0, 2, None) == strangers.reseal(after=0, limit=9)
        assert [KeptAccount(ACCOUNT, NOON)] == accounts.of(ALICE)
