"""The store of shops: the same battery on SQLite and on Postgres."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, text, update

from tests.fakes import NOON
from tests.store.kept_shops import DAY, FAR, HOUR, SCOPES, future_pair, install, pair, row
from tests.store.shops import ALICE, BOB, CHARLIE, SECRET
from tracker.ports.shops import ShopCounts
from tracker.shop import Shop, ShopSettings, Standing, TokenPair
from tracker.store.database import Database
from tracker.store.sealing import Sealer
from tracker.store.shops import SqlShops
from tracker.store.tables import JOBS, LOOKUP_COUNTS, SHOPS


@pytest.fixture
def shops(database: Database) -> SqlShops:
    return SqlShops(database, [Sealer(SECRET)])


class TestInstall:
    def test_a_shop_that_was_never_seen_is_none(self, shops: SqlShops) -> None:
        assert shops.get(ALICE) is None

    def test_what_was_installed_is_given_back(self, shops: SqlShops) -> None:
        told = install(shops, shop_id=2**53 + 1)

        expected = Shop(ALICE, 2**53 + 1, Standing.INSTALLED, SCOPES, NOON, pair(), 1)
        assert told == replace(expected, confirmed_at=NOON, scopes_at=NOON)
        assert shops.get(ALICE) == told

    def test_a_token_without_an_end_is_kept_too(self, shops: SqlShops) -> None:
        """Custom apps may have one."""
        endless = TokenPair("shpat_endless")
        install(shops, tokens=endless)

        assert (told := shops.get(ALICE)) is not None
        assert told.tokens == endless

    def test_another_exchange_brings_new_tokens_to_the_same_installation(self, shops: SqlShops) -> None:
        install(shops, shop_id=17)
        told = install(shops, tokens=pair("two"), scopes=frozenset(), at=NOON + DAY)

        assert (told.tokens, told.version, told.scopes) == (pair("two"), 2, frozenset())
        assert (told.installed_at, told.shop_id) == (NOON, 17)

    def test_installing_after_an_uninstall_begins_anew_with_the_settings_of_before(
        self, shops: SqlShops
    ) -> None:
        install(shops)
        shops.save_settings(ALICE, ShopSettings(stalled_days=7))
        shops.uninstall(ALICE, triggered_at=NOON + DAY)
        told = install(shops, tokens=pair("two"), at=NOON + 2 * DAY)

        assert (told.standing, told.tokens, told.installed_at) == (
            Standing.INSTALLED,
            pair("two"),
            NOON + 2 * DAY,
        )
        assert told.settings.stalled_days == 7

    def test_it_ends_that_a_shop_needs_reopening(self, shops: SqlShops) -> None:
        shops.needs_reopening(ALICE, version=install(shops).version)

        assert install(shops, at=NOON + DAY).standing is Standing.INSTALLED
        assert (told := shops.get(ALICE)) is not None
        assert told.installed_at == NOON

    def test_no_shop_learns_of_another(self, shops: SqlShops) -> None:
        install(shops, ALICE, tokens=pair("alice"))
        install(shops, BOB, tokens=pair("bob"))
        shops.uninstall(BOB, triggered_at=NOON + DAY)
        shops.save_settings(BOB, ShopSettings(stalled_days=30))

        expected = Shop(ALICE, None, Standing.INSTALLED, SCOPES, NOON, pair("alice"), 1)
        assert shops.get(ALICE) == replace(expected, confirmed_at=NOON, scopes_at=NOON)
        assert shops.get(CHARLIE) is None


class TestRefresh:
    def test_one_may_refresh_at_a_time(self, shops: SqlShops) -> None:
        told = install(shops)

        assert shops.lease_refresh(ALICE, version=1, holder="a", seconds=60) == told
        assert shops.lease_refresh(ALICE, version=1, holder="b", seconds=60) is None
        assert shops.lease_refresh(ALICE, version=1, holder="a", seconds=60) is None

    def test_a_lease_ends_by_itself(self, shops: SqlShops) -> None:
        """Its holder may have died."""
        told = install(shops)
        shops.lease_refresh(ALICE, version=1, holder="a", seconds=0)

        assert shops.lease_refresh(ALICE, version=1, holder="b", seconds=60) == told

    def test_it_is_given_back_by_its_holder_alone(self, shops: SqlShops) -> None:
        install(shops)
        shops.lease_refresh(ALICE, version=1, holder="a", seconds=60)
        shops.release(ALICE, holder="b")
        assert shops.lease_refresh(ALICE, version=1, holder="b", seconds=60) is None

        shops.release(ALICE, holder="a")
        assert shops.lease_refresh(ALICE, version=1, holder="b", seconds=60) is not None

    def test_a_new_pair_stands_and_the_lease_has_ended(self, shops: SqlShops) -> None:
        install(shops)
        shops.lease_refresh(ALICE, version=1, holder="a", seconds=60)

        assert shops.store_refreshed(ALICE, pair("two"), version=1, holder="a")
        told = shops.lease_refresh(ALICE, version=2, holder="b", seconds=60)
        assert told is not None
        assert (told.tokens, told.version) == (pair("two"), 2)

    def test_without_the_lease_nothing_is_stored(self, shops: SqlShops) -> None:
        """It ended, and went to somebody else, whose answer came later and is the one that counts."""
        install(shops)
        shops.lease_refresh(ALICE, version=1, holder="a", seconds=0)
        shops.lease_refresh(ALICE, version=1, holder="b", seconds=60)

        assert not shops.store_refreshed(ALICE, pair("two"), version=1, holder="a")
        assert shops.store_refreshed(ALICE, pair("three"), version=1, holder="b")
        assert (told := shops.get(ALICE)) is not None
        assert told.tokens == pair("three")

    def test_a_token_exchange_wins_over_a_refresh_under_way(self, shops: SqlShops) -> None:
        install(shops)
        shops.lease_refresh(ALICE, version=1, holder="a", seconds=60)
        install(shops, tokens=pair("of the exchange"))

        assert not shops.store_refreshed(ALICE, pair("of the refresh"), version=1, holder="a")
        assert not shops.needs_reopening(ALICE, version=1)
        assert (told := shops.get(ALICE)) is not None
        assert (told.tokens, told.standing) == (pair("of the exchange"), Standing.INSTALLED)

    def test_an_uninstall_wins_over_a_refresh_under_way(self, shops: SqlShops) -> None:
        install(shops)
        shops.lease_refresh(ALICE, version=1, holder="a", seconds=60)
        shops.uninstall(ALICE, triggered_at=NOON + DAY)

        assert not shops.store_refreshed(ALICE, pair("two"), version=1, holder="a")
        assert not shops.needs_reopening(ALICE, version=1)
        assert (told := shops.get(ALICE)) is not None
        assert (told.tokens, told.standing) == (None, Standing.UNINSTALLED)

    def test_who_erased_and_installed_a_shop_owes_nothing_to_a_refresh_from_before(
        self, shops: SqlShops
    ) -> None:
        """Its versions are counted anew."""
        install(shops)
        shops.lease_refresh(ALICE, version=1, holder="a", seconds=60)
        shops.erase(ALICE)
        install(shops, tokens=pair("anew"))

        assert not shops.store_refreshed(ALICE, pair("two"), version=1, holder="a")

    @pytest.mark.parametrize("made", ["nothing", "endless", "uninstalled", "newer"])
    def test_where_there_is_nothing_to_refresh_nobody_may(self, shops: SqlShops, made: str) -> None:
        match made:
            case "endless":
                install(shops, tokens=TokenPair("shpat_endless"))
            case "uninstalled":
                install(shops)
                shops.uninstall(ALICE, triggered_at=NOON + DAY)
            case "newer":
                install(shops)
                install(shops)

        assert shops.lease_refresh(ALICE, version=1, holder="a", seconds=60) is None

    def test_a_shop_whose_tokens_were_refused_needs_reopening(self, shops: SqlShops) -> None:
        """Its tokens are kept: the refusal may have been about us."""
        install(shops)
        shops.lease_refresh(ALICE, version=1, holder="a", seconds=60)

        assert shops.needs_reopening(ALICE, version=1)
        told = shops.lease_refresh(ALICE, version=1, holder="b", seconds=60)
        assert told is not None
        assert (told.standing, told.tokens) == (Standing.NEEDS_REOPENING, pair())

    def test_a_refresh_that_comes_through_after_all_ends_that(self, shops: SqlShops) -> None:
        install(shops)
        shops.needs_reopening(ALICE, version=1)
        shops.lease_refresh(ALICE, version=1, holder="a", seconds=60)
        shops.store_refreshed(ALICE, pair("two"), version=1, holder="a")

        assert (told := shops.get(ALICE)) is not None
        assert told.standing is Standing.INSTALLED


class TestUninstall:
    def test_tokens_are_gone_at_once(self, shops: SqlShops, database: Database) -> None:
        install(shops)

        assert shops.uninstall(ALICE, triggered_at=NOON + DAY)
        left = row(database)
        assert (left.access_token, left.refresh_token, left.scopes) == (None, None, "")
        assert (told := shops.get(ALICE)) is not None
        assert (told.standing, told.tokens) == (Standing.UNINSTALLED, None)

    def test_told_twice_it_is_still_true(self, shops: SqlShops, database: Database) -> None:
        """What hangs on it may have been interrupted the first time. When it was is not moved."""
        install(shops)
        shops.uninstall(ALICE, triggered_at=NOON + DAY)

        assert shops.uninstall(ALICE, triggered_at=NOON + 2 * DAY)
        assert row(database).uninstalled_at == NOON + DAY

    def test_one_from_before_the_present_installation_is_ignored(self, shops: SqlShops) -> None:
        install(shops)

        assert not shops.uninstall(ALICE, triggered_at=NOON - timedelta(seconds=1))
        assert (told := shops.get(ALICE)) is not None
        assert told.tokens == pair()

    def test_one_that_comes_after_the_next_exchange_is_about_the_time_before(self, shops: SqlShops) -> None:
        """Uninstalled and installed again while its webhook was on the way: the shop seemed installed all
        the time."""
        install(shops)
        install(shops, tokens=pair("two"), at=NOON + 2 * DAY)

        assert not shops.uninstall(ALICE, triggered_at=NOON + DAY)
        assert (told := shops.get(ALICE)) is not None
        assert told.tokens == pair("two")

    def test_of_a_shop_that_nobody_knows_there_is_nothing_to_uninstall(self, shops: SqlShops) -> None:
        assert not shops.uninstall(ALICE, triggered_at=NOON)


class TestChanges:
    def test_scopes_change_with_time_alone(self, shops: SqlShops) -> None:
        """Webhooks come in any order."""
        install(shops)
        wider = SCOPES | {"read_returns"}

        assert shops.change_scopes(ALICE, wider, at=NOON + DAY)
        assert not shops.change_scopes(ALICE, frozenset(), at=NOON + HOUR)
        assert not shops.change_scopes(BOB, wider, at=NOON + DAY)
        assert (told := shops.get(ALICE)) is not None
        assert told.scopes == wider

    def test_an_uninstalled_shop_has_no_scopes(self, shops: SqlShops) -> None:
        install(shops)
        shops.uninstall(ALICE, triggered_at=NOON + DAY)

        assert not shops.change_scopes(ALICE, SCOPES, at=NOON + 2 * DAY)

    def test_what_a_merchant_chose_is_kept(self, shops: SqlShops) -> None:
        install(shops)
        chosen = ShopSettings(7, "https://alice.example/contact?a=ü", "5/minute", frozenset({"events"}))

        assert shops.save_settings(ALICE, chosen)
        assert not shops.save_settings(BOB, chosen)
        assert (told := shops.get(ALICE)) is not None
        assert told.settings == chosen

    def test_settings_of_an_earlier_version_get_the_defaults_for_what_they_lack(
        self, shops: SqlShops, database: Database
    ) -> None:
        install(shops)
        with database.writing() as connection:
            connection.execute(update(SHOPS).values(settings='{"stalled_days": 9, "of_tomorrow": 1}'))

        assert (told := shops.get(ALICE)) is not None
        assert told.settings == ShopSettings(stalled_days=9)

    def test_id_and_path_are_remembered(self, shops: SqlShops) -> None:
        install(shops)

        assert shops.remember_id(ALICE, 2**60)
        assert shops.remember_path(ALICE, "/apps/track-order")
        assert not shops.remember_id(BOB, 1)
        assert not shops.remember_path(BOB, "/a/b")
        assert (told := shops.get(ALICE)) is not None
        assert (told.shop_id, told.path_prefix) == (2**60, "/apps/track-order")


class TestErase:
    def test_nothing_of_a_shop_is_left_in_any_table(self, shops: SqlShops, database: Database) -> None:
        for domain in (ALICE, BOB):
            install(shops, domain)
            with database.writing() as connection:
                number = connection.execute(select(SHOPS.c.id).where(SHOPS.c.domain == domain)).scalar_one()
                connection.execute(
                    insert(LOOKUP_COUNTS).values(
                        shop_id=number, day=NOON.date(), outcome="story", cause="none", count=1
                    )
                )
                connection.execute(
                    insert(JOBS).values(
                        kind="k", shop=domain, payload=b"x", created_at=NOON, not_before=NOON, tries=0
                    )
                )

        assert shops.erase(ALICE)
        with database.reading() as connection:
            assert connection.execute(select(JOBS.c.shop)).scalars().all() == [BOB]
            assert connection.execute(select(SHOPS.c.domain)).scalars().all() == [BOB]
            assert len(connection.execute(select(LOOKUP_COUNTS)).all()) == 1

    def test_twice_it_finds_nothing(self, shops: SqlShops) -> None:
        install(shops)

        assert [shops.erase(ALICE), shops.erase(ALICE)] == [True, False]


class TestIdle:
    def test_shops_whose_refresh_token_ends_soon_come_in_batches(self, shops: SqlShops) -> None:
        for name, days in (("a", 5), ("b", 89), ("c", 6), ("d", 7), ("e", -1)):
            install(shops, f"{name}.myshopify.com", tokens=future_pair(name, days))
        install(shops, "f.myshopify.com", tokens=TokenPair("shpat_endless"))
        soon = future_pair("x", 60).refresh_expires_at
        assert soon is not None

        first = shops.idle(refresh_expires_before=soon, limit=2)
        second = shops.idle(refresh_expires_before=soon, limit=2, after=first[-1].domain)

        assert [shop.domain[0] for shop in (*first, *second)] == ["a", "c", "d"]

    def test_those_that_need_reopening_are_tried_too_and_uninstalled_ones_are_not(
        self, shops: SqlShops
    ) -> None:
        for domain in (ALICE, BOB):
            install(shops, domain, tokens=future_pair("x", 5))
        shops.needs_reopening(ALICE, version=1)
        shops.uninstall(BOB, triggered_at=NOON + DAY)

        assert [shop.domain for shop in shops.idle(refresh_expires_before=FAR, limit=9)] == [ALICE]

    def test_they_are_counted_by_standing(self, shops: SqlShops) -> None:
        for name in "abcd":
            install(shops, f"{name}.myshopify.com", tokens=pair(name, days=1 if name == "a" else 90))
        shops.needs_reopening("c.myshopify.com", version=1)
        shops.uninstall("d.myshopify.com", triggered_at=NOON + DAY)

        assert shops.count(refresh_expires_before=NOON + 2 * DAY) == ShopCounts(
            {Standing.INSTALLED: 2, Standing.NEEDS_REOPENING: 1, Standing.UNINSTALLED: 1}, ending=1
        )


def test_a_statement_that_is_wrong_is_no_store_that_is_away(database: Database) -> None:
    """A mistake of ours must not pass for a database that will be back."""
    with pytest.raises(Exception, match=r"NOT NULL|not-null"), database.writing() as connection:
        connection.execute(insert(SHOPS).values(domain=ALICE))
    with database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM shops")).scalar_one() == 0
