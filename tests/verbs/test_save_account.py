"""An account is kept as its merchant typed it; what is never shown stays when it is left empty."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from tests.fakes import NOON, SettableClock
from tests.lookup_world import ALICE, BOB
from tests.source_fakes import FakeAccounts
from tracker.errors import InvalidRequest, NotSetUp, StoreUnavailable
from tracker.parcel import AskAbout
from tracker.ports.sources import KeptAccount, SourceAccount
from tracker.verbs.save_account import ChosenAccount, remove_account, save_account

TYPED = ChosenAccount("aftership", "the key", "the secret", 300, AskAbout.SILENT_PARCELS)


@dataclass
class World:
    """Alice has the app."""

    accounts: FakeAccounts = field(default_factory=lambda: FakeAccounts({ALICE}))
    forgotten: int = 0
    settled: list[tuple[str, str]] = field(default_factory=list)

    def known(self, shop: str) -> tuple[SourceAccount, ...]:
        return ()

    def forget(self) -> None:
        self.forgotten += 1

    def settle(self, shop: str, source: str) -> None:
        self.settled.append((shop, source))

    def save(self, chosen: ChosenAccount = TYPED, shop: str = ALICE) -> None:
        save_account(
            shop,
            chosen,
            accounts=self.accounts,
            known=self,
            settled=self.settle,
            clock=SettableClock(),
        )

    def remove(self, shop: str = ALICE) -> None:
        remove_account(shop, "aftership", accounts=self.accounts, known=self, settled=self.settle)


@pytest.fixture
def world() -> World:
    return World()


def test_what_was_typed_is_kept_and_holds_at_once(world: World) -> None:
    world.save()

    account = SourceAccount("aftership", "the key", "the secret", 300, AskAbout.SILENT_PARCELS)
    assert [KeptAccount(account, NOON)] == world.accounts.of(ALICE)
    assert (1, [(ALICE, "aftership")]) == (world.forgotten, world.settled)


def test_a_key_and_a_secret_that_are_left_empty_stay(world: World) -> None:
    world.save()
    world.save(ChosenAccount("aftership", None, None, 7))

    assert [SourceAccount("aftership", "the key", "the secret", 7)] == [
        kept.account for kept in world.accounts.of(ALICE)
    ]


def test_a_first_account_has_a_key(world: World) -> None:
    world.save()
    with pytest.raises(InvalidRequest) as caught:
        world.save(ChosenAccount("dhl", None, None, 7))

    assert {"key": ["required"]} == caught.value.errors


def test_a_shop_that_is_not_known_has_none(world: World) -> None:
    with pytest.raises(NotSetUp):
        world.save(shop=BOB)
    world.accounts.away = True
    with pytest.raises(StoreUnavailable):
        world.save()

    assert (0, []) == (world.forgotten, world.settled)


def test_one_that_is_removed_is_gone_and_once_more_is_no_mistake(world: World) -> None:
    world.save()
    world.remove()
    world.remove()

    assert [] == world.accounts.of(ALICE)
    assert 3 == world.forgotten


def test_nothing_secret_is_in_what_is_logged_of_it() -> None:
    assert "the " not in repr(TYPED)
