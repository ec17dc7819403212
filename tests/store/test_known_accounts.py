"""Accounts as they were a moment ago: nothing for shops without one, and a store that is away is not felt."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import pytest

from tests.fakes import NOON, SettableMonotonic
from tests.store.shops import ALICE, BOB, SECRET
from tracker.errors import StoreUnavailable
from tracker.ports.sources import KeptAccount, SourceAccount
from tracker.shop import TokenPair
from tracker.store.database import Database
from tracker.store.known_accounts import RETRY_SECONDS, SECONDS, CachedAccounts
from tracker.store.own_account import OwnAccount
from tracker.store.sealing import Sealer
from tracker.store.shops import SqlShops
from tracker.store.source_accounts import SqlSourceAccounts, Stamps

ACCOUNT, NEWER = SourceAccount("aftership", "old"), SourceAccount("aftership", "new")


class CountedAccounts(SqlSourceAccounts):
    """The real store, which counts how often it is asked, and may be away."""

    lists = reads = 0
    away = False

    def __init__(self, database: Database, sealers: Sequence[Sealer]) -> None:
        super().__init__(database, sealers)
        self.after_listing: Callable[[], object] = lambda: None

    def listed(self) -> Mapping[str, Stamps]:
        self.lists += 1
        if self.away:
            raise StoreUnavailable("away")
        listed = super().listed()
        self.after_listing()
        return listed

    def of(self, shop: str) -> Sequence[KeptAccount]:
        self.reads += 1
        if self.away:
            raise StoreUnavailable("away")
        return super().of(shop)


@pytest.fixture
def accounts(sqlite_url: str) -> Iterator[CountedAccounts]:
    """Alice has one."""
    database = Database(sqlite_url)
    for domain in (ALICE, BOB):
        SqlShops(database, [Sealer(SECRET)]).install(
            domain, tokens=TokenPair("a"), scopes=frozenset(), at=NOON
        )
    accounts = CountedAccounts(database, [Sealer(SECRET)])
    accounts.save(ALICE, ACCOUNT, at=NOON)
    yield accounts
    database.close()


@pytest.fixture
def known(accounts: CountedAccounts, monotonic: SettableMonotonic) -> CachedAccounts:
    return CachedAccounts(accounts, most=1, monotonic=monotonic)


def test_for_shops_without_one_nothing_is_ever_asked(
    known: CachedAccounts, accounts: CountedAccounts
) -> None:
    """However many names a stranger makes up."""
    for number in range(500):
        assert () == known.known(f"shop-{number}.myshopify.com")

    assert (1, 0) == (accounts.lists, accounts.reads)


def test_the_store_is_asked_once_a_minute_and_for_keys_where_they_changed(
    known: CachedAccounts, accounts: CountedAccounts, monotonic: SettableMonotonic
) -> None:
    assert [(ACCOUNT,)] * 2 == [known.known(ALICE) for _ in range(2)]
    monotonic.advance(SECONDS)
    assert (ACCOUNT,) == known.known(ALICE)
    assert (2, 1) == (accounts.lists, accounts.reads)

    accounts.save(ALICE, NEWER, at=NOON)
    assert (ACCOUNT,) == known.known(ALICE)
    monotonic.advance(SECONDS)
    assert (NEWER,) == known.known(ALICE)

    accounts.remove(ALICE, "aftership")
    monotonic.advance(SECONDS)
    assert () == known.known(ALICE)


def test_what_was_changed_here_is_asked_for_again(known: CachedAccounts, accounts: CountedAccounts) -> None:
    known.known(ALICE)
    accounts.save(BOB, NEWER, at=NOON)
    known.forget()

    assert (NEWER,) == known.known(BOB)


def test_what_was_changed_here_while_the_list_was_read_is_asked_for_again(
    known: CachedAccounts, accounts: CountedAccounts
) -> None:
    """Or the merchant's new key would hold in this process only a minute later."""

    def change() -> None:
        accounts.after_listing = lambda: None
        accounts.save(BOB, NEWER, at=NOON)
        known.forget()

    accounts.after_listing = change
    assert (ACCOUNT,) == known.known(ALICE)

    assert (NEWER,) == known.known(BOB)


def test_while_the_store_is_away_all_is_as_it_was(
    known: CachedAccounts, accounts: CountedAccounts, monotonic: SettableMonotonic
) -> None:
    known.known(ALICE)
    accounts.away = True
    monotonic.advance(SECONDS)
    assert [(ACCOUNT,)] * 3 == [known.known(ALICE) for _ in range(3)]
    assert 2 == accounts.lists

    accounts.away = False
    accounts.save(ALICE, NEWER, at=NOON)
    monotonic.advance(RETRY_SECONDS)
    assert (NEWER,) == known.known(ALICE)


def test_a_store_that_never_answered_has_none_and_is_not_asked_by_everybody(
    known: CachedAccounts, accounts: CountedAccounts, monotonic: SettableMonotonic
) -> None:
    accounts.away = True
    assert [(), ()] == [known.known(ALICE), known.known(BOB)]
    assert 1 == accounts.lists

    accounts.away = False
    monotonic.advance(RETRY_SECONDS)
    assert (ACCOUNT,) == known.known(ALICE)


class TestOwn:
    """The operator's own shop, whose account is that of the settings."""

    def test_it_has_that_one_and_no_merchant_changes_it(self) -> None:
        own = OwnAccount(ALICE, ACCOUNT)

        assert [(ACCOUNT,), ()] == [own.known(ALICE), own.known(BOB)]
        assert not own.save(ALICE, NEWER, at=NOON)
        assert not own.remove(ALICE, "aftership")
        assert [ACCOUNT] == [kept.account for kept in own.of(ALICE)]
        assert () == own.of(BOB)

    def test_other_shops_have_what_is_stored(self, accounts: CountedAccounts, known: CachedAccounts) -> None:
        own = OwnAccount(BOB, None, stored=accounts, known=known)
        assert [(ACCOUNT,), ()] == [own.known(ALICE), own.known(BOB)]

        assert own.save(ALICE, NEWER, at=NOON)
        own.forget()
        assert (NEWER,) == own.known(ALICE)
        assert own.remove(ALICE, "aftership")
        assert [] == own.of(ALICE)
