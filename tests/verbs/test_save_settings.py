"""What a merchant chose is stored, and noted in the shop as it is stored when that is done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from tests.fakes import NOON
from tests.webhook_fakes import FakeJobs
from tracker.deadline import Deadline
from tracker.errors import AccessTokenRejected, NotSetUp, UpstreamError, UpstreamTimeout
from tracker.shop import ShopSettings, TokenPair
from tracker.store.database import Database
from tracker.store.known_shops import CachedShops
from tracker.store.sealing import Sealer
from tracker.store.shops import SqlShops
from tracker.verbs.note_app_data import NOTE_APP_DATA, note_app_data
from tracker.verbs.save_settings import save_settings

ALICE, BOB, CHARLIE = "alice.myshopify.com", "bob.myshopify.com", "charlie.myshopify.com"
CHOSEN = ShopSettings(9, "/pages/contact", "50/10 minutes", frozenset({"pictures"}))


@pytest.fixture
def shops(sqlite_url: str) -> Iterator[SqlShops]:
    """Alice and Bob have the app, Charlie does not."""
    database = Database(sqlite_url)
    shops = SqlShops(database, [Sealer("a secret that is long enough for this")])
    for domain in (ALICE, BOB):
        shops.install(domain, tokens=TokenPair("token"), scopes=frozenset(), at=NOON)
    yield shops
    database.close()


@dataclass
class FakeAppData:
    """ports.AppData, what was noted by shop; `error` is raised where it is set."""

    noted: dict[str, tuple[str | None, ShopSettings, bool]] = field(default_factory=dict)
    error: UpstreamError | None = None

    def note(
        self,
        shop: str,
        *,
        path_prefix: str | None,
        settings: ShopSettings,
        lists_orders: bool,
        deadline: Deadline,
    ) -> None:
        """Noted."""
        if self.error is not None:
            raise self.error
        self.noted[shop] = path_prefix, settings, lists_orders


def test_it_counts_from_the_next_look_up_in_that_shop_alone(shops: SqlShops) -> None:
    known, jobs = CachedShops(shops), FakeJobs()
    assert ShopSettings() == known.settings_of(ALICE) == known.settings_of(BOB)

    save_settings(ALICE, CHOSEN, shops=shops, known=known, jobs=jobs, noting=NOTE_APP_DATA)

    assert (CHOSEN, ShopSettings()) == (known.settings_of(ALICE), known.settings_of(BOB))
    assert [(NOTE_APP_DATA, ALICE)] == jobs.handed_on


def test_a_shop_that_was_erased_meanwhile_has_nothing_to_save(shops: SqlShops) -> None:
    jobs = FakeJobs()

    with pytest.raises(NotSetUp):
        save_settings(CHARLIE, CHOSEN, shops=shops, known=CachedShops(shops), jobs=jobs, noting=NOTE_APP_DATA)
    assert ([], None) == (jobs.handed_on, shops.get(CHARLIE))


def test_what_is_stored_when_it_is_noted_is_what_counts(shops: SqlShops) -> None:
    """Two who save one after the other leave what the last of them chose, in whatever order the jobs run."""
    app_data = FakeAppData()
    shops.save_settings(ALICE, ShopSettings(3))
    shops.save_settings(ALICE, CHOSEN)
    shops.remember_path(ALICE, "/a/where")

    assert ["noted", "noted"] == [note_app_data(ALICE, shops=shops, app_data=app_data) for _ in range(2)]
    assert {ALICE: ("/a/where", CHOSEN, False)} == app_data.noted


def test_whether_orders_can_be_listed_is_noted_as_the_scopes_are_then(shops: SqlShops) -> None:
    app_data = FakeAppData()
    shops.change_scopes(ALICE, frozenset({"read_customers"}), at=NOON + timedelta(seconds=1))

    note_app_data(ALICE, shops=shops, app_data=app_data)
    assert {ALICE: (None, ShopSettings(), True)} == app_data.noted


def test_nothing_is_noted_in_a_shop_without_the_app(shops: SqlShops) -> None:
    app_data = FakeAppData()
    shops.uninstall(BOB, triggered_at=NOON + timedelta(seconds=1))

    assert {"no_such_shop"} == {
        note_app_data(shop, shops=shops, app_data=app_data) for shop in (BOB, CHARLIE)
    }
    assert {} == app_data.noted


def test_a_refusal_for_good_ends_it_and_any_other_is_tried_again(shops: SqlShops) -> None:
    assert "refused" == note_app_data(ALICE, shops=shops, app_data=FakeAppData(error=AccessTokenRejected()))
    with pytest.raises(UpstreamTimeout):
        note_app_data(ALICE, shops=shops, app_data=FakeAppData(error=UpstreamTimeout()))
