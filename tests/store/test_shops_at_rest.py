"""Tokens lie sealed in the store, and a change of the app's secret loses none."""

from __future__ import annotations

import pytest

from tests.fakes import NOON
from tests.store.kept_shops import DAY, install, pair, row
from tests.store.shops import ALICE, BOB, SECRET
from tracker.ports.tokens import Resealed
from tracker.shop import TokenPair
from tracker.store.database import Database
from tracker.store.sealing import Sealer
from tracker.store.shops import SqlShops
from tracker.store.tables import SHOPS

NEW_SECRET = "the secret that came after it"


@pytest.fixture
def shops(database: Database) -> SqlShops:
    return SqlShops(database, [Sealer(SECRET)])


class TestAtRest:
    def test_no_token_can_be_read(self, shops: SqlShops, database: Database) -> None:
        told = install(shops)

        left = row(database)
        assert b"shp" not in left.access_token + left.refresh_token
        assert "shp" not in repr(told)

    def test_a_token_opens_only_where_it_was_put(self, shops: SqlShops, database: Database) -> None:
        """Not for another shop, and no refresh token as an access token."""
        install(shops, ALICE)
        install(shops, BOB)
        alice, bob = row(database, ALICE), row(database, BOB)
        moved = SHOPS.update()
        with database.writing() as connection:
            connection.execute(
                moved.where(SHOPS.c.domain == BOB).values(
                    access_token=alice.access_token, refresh_token=alice.refresh_token
                )
            )
            connection.execute(moved.where(SHOPS.c.domain == ALICE).values(access_token=alice.refresh_token))
        assert bob.access_token != alice.access_token

        for domain in (ALICE, BOB):
            assert (told := shops.get(domain)) is not None
            assert told.tokens is None


class TestRotation:
    @pytest.fixture
    def rotated(self, database: Database) -> SqlShops:
        return SqlShops(database, [Sealer(NEW_SECRET), Sealer(SECRET)])

    @pytest.fixture
    def afterwards(self, database: Database) -> SqlShops:
        return SqlShops(database, [Sealer(NEW_SECRET)])

    def test_the_old_secret_is_tried_second(
        self, shops: SqlShops, rotated: SqlShops, afterwards: SqlShops
    ) -> None:
        told = install(shops)

        assert rotated.get(ALICE) == told
        assert (lost := afterwards.get(ALICE)) is not None
        assert lost.tokens is None

    def test_what_is_under_the_old_one_is_sealed_anew_in_batches(
        self, shops: SqlShops, rotated: SqlShops, afterwards: SqlShops
    ) -> None:
        before = [install(shops, f"{name}.myshopify.com", tokens=pair(name)) for name in "abcde"]
        install(rotated, "c.myshopify.com", tokens=pair("c"))
        install(shops, "f.myshopify.com", tokens=TokenPair("shpat_endless"))
        shops.uninstall("e.myshopify.com", triggered_at=NOON + DAY)

        assert rotated.reseal(after=0, limit=9, dry=True).resealed == 7
        first = rotated.reseal(after=0, limit=4)
        assert (first.seen, first.resealed, first.unreadable) == (4, 6, 0)
        assert first.next is not None
        second = rotated.reseal(after=first.next, limit=4)
        assert (second.seen, second.resealed, second.next) == (2, 1, None)

        assert afterwards.get("a.myshopify.com") == before[0]
        assert rotated.reseal(after=0, limit=9) == Resealed(6, 0, 0, None)

    def test_what_opens_with_neither_is_counted_and_left(self, shops: SqlShops, database: Database) -> None:
        told = install(shops)
        strangers = SqlShops(database, [Sealer(NEW_SECRET), Sealer("a secret of somebody else")])

        assert strangers.reseal(after=0, limit=9) == Resealed(1, 0, 2, None)
        assert shops.get(ALICE) == told
