"""A shop is asked what it is, what it grants, and is subscribed to what that allows."""

from __future__ import annotations

import pytest

from tests.fakes import NOON
from tests.webhook_fakes import FakeInstallations, FakeShops, shop_of
from tracker.errors import AccessTokenRejected, ShopUnavailable, UpstreamError, UpstreamTimeout
from tracker.ports.shops import Installation
from tracker.verbs.synchronise_shop import synchronise_shop

ALICE = "alice.myshopify.com"
SCOPES = frozenset({"read_orders", "read_returns"})


def synchronise(shops: FakeShops, installations: FakeInstallations) -> str:
    return synchronise_shop(ALICE, installations=installations, shops=shops, known=shops, clock=lambda: NOON)


def test_what_the_shop_says_is_remembered_as_of_when_it_was_asked() -> None:
    shops = FakeShops({ALICE: shop_of(ALICE, shop_id=None)})
    installations = FakeInstallations(Installation(548380009, SCOPES))

    assert "synchronised" == synchronise(shops, installations)
    assert {ALICE: 548380009} == shops.ids
    assert ({ALICE: SCOPES}, {ALICE: NOON}) == (shops.scopes, shops.scopes_at)
    assert [("subscribe", ALICE)] == installations.asked
    assert [ALICE] == shops.forgotten


@pytest.mark.parametrize("error", [AccessTokenRejected(), ShopUnavailable()])
def test_a_shop_that_refuses_us_for_good_is_left_alone(error: UpstreamError) -> None:
    shops = FakeShops({ALICE: shop_of(ALICE)})

    assert "refused" == synchronise(shops, FakeInstallations(error=error))
    assert ({}, {}) == (shops.ids, shops.scopes)


def test_a_shop_that_does_not_answer_is_asked_another_time() -> None:
    with pytest.raises(UpstreamTimeout):
        synchronise(FakeShops(), FakeInstallations(error=UpstreamTimeout()))
