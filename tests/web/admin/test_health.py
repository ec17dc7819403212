"""How it goes: what the page says of a shop is what happened at that shop, and costs next to nothing."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.web.admin.conftest import Merchant, Service
from tests.web.storefront import ALICE, BOB
from tracker.ports.activity import ShopActivity
from tracker.shop import Shop, Standing, TokenPair
from tracker.web.admin.view import AdminView

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
NOTHING = {
    "Last look-up by a shopper": "not yet",
    "Last news from Shopify": "not yet",
    "Shopify asked to slow down": "never so far",
}


def happened(service: Service, merchant: Merchant) -> dict[str, str]:
    """The lines that tell of something, the one about the token apart."""
    service.flush()
    pairs = re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", merchant.open().text)
    told = {name: re.sub(r"<.*?>", "", text) for name, text in pairs}
    assert {*NOTHING, "Access to your shop"} == set(told)
    return {name: text for name, text in told.items() if NOTHING.get(name, text) != text}


def test_nothing_has_happened_at_a_new_shop(service: Service, alice: Merchant) -> None:
    assert {} == happened(service, alice)


def test_a_look_up_is_told_whoever_it_was_and_however_it_ended(
    service: Service, alice: Merchant, bob: Merchant
) -> None:
    service.storefront(ALICE).look_up({"order": "9", "email": "x@y.example"})

    assert {"Last look-up by a shopper": "just now"} == happened(service, alice)
    assert {} == happened(service, bob)


@pytest.mark.usefixtures("reachable")
def test_news_from_shopify_are_told_once_they_were_believed(
    service: Service, alice: Merchant, bob: Merchant
) -> None:
    service.platform.switch(BOB, webhook_wrong_hmac=True)
    for shop in (ALICE, BOB):
        (delivery,) = service.platform.deliver_webhook(shop, "orders/updated", order="#1001")
        while not delivery.attempts:
            delivery.wait(0.1)

    assert {"Last news from Shopify": "just now"} == happened(service, alice)
    assert {} == happened(service, bob)


@pytest.mark.parametrize("how", ["throttled", "429"])
def test_that_shopify_asked_to_slow_down_is_told_where_it_did(
    service: Service, alice: Merchant, bob: Merchant, how: str
) -> None:
    service.platform.switch(ALICE, fail=how, fail_times=1)
    for shop in (ALICE, BOB):
        service.storefront(shop).look_up()

    assert ("just now", None) == tuple(
        happened(service, merchant).get("Shopify asked to slow down") for merchant in (alice, bob)
    )


def test_any_other_fault_is_no_request_to_slow_down(service: Service, alice: Merchant) -> None:
    service.platform.switch(ALICE, fail="5xx")
    assert 503 == service.storefront(ALICE).look_up().status_code

    assert {"Last look-up by a shopper"} == set(happened(service, alice))


class TestTheToken:
    def told(self, tokens: TokenPair | None, *, given: datetime | None) -> tuple[str, str | None]:
        shop = Shop(
            domain=ALICE,
            shop_id=1,
            standing=Standing.INSTALLED,
            scopes=frozenset(),
            installed_at=NOW,
            tokens=tokens,
            version=1,
            confirmed_at=given,
        )
        fact = AdminView(shop, ShopActivity(), NOW).health[-1]
        assert "Access to your shop" == fact.name
        return fact.text, fact.at

    def test_its_age_and_how_long_it_is_good_without_a_visit(self) -> None:
        given = NOW - timedelta(days=3, hours=2)
        pair = TokenPair("access", NOW + timedelta(minutes=20), "refresh", NOW + timedelta(days=87))

        assert (
            "given 3 days ago; renewed by itself, and good until 22 Feb 2027 even without a visit",
            "2026-11-24T10:00:00+00:00",
        ) == self.told(pair, given=given)

    def test_one_that_never_ends(self) -> None:
        told, _ = self.told(TokenPair("access"), given=NOW - timedelta(days=400))

        assert "given 400 days ago; it does not end" == told

    def test_none(self) -> None:
        assert ("none: reload this page", None) == self.told(None, given=NOW)

    def test_the_page_never_shows_it(self, service: Service, alice: Merchant) -> None:
        stored = service.edges.desk.shops.get(ALICE)
        assert stored is not None
        assert stored.tokens is not None
        page = alice.open().text

        assert stored.tokens.access not in page
        assert str(stored.tokens.refresh) not in page


class TestWhatItCosts:
    def operations(self, service: Service) -> dict[str, int]:
        found: dict[str, int] = service.platform.calls(ALICE)["operations"]
        return dict(found)

    def asked(self, service: Service, work: Any) -> int:
        before = self.operations(service)
        assert 200 == work().status_code
        after = self.operations(service)
        return sum(after.values()) - sum(before.values())

    def test_opening_and_checking_take_at_most_three_queries_of_the_shop(
        self, service: Service, live: Merchant
    ) -> None:
        service.do_jobs()

        opening = self.asked(service, live.open)
        checking = self.asked(service, lambda: live.post("/admin/checks"))

        assert (0, 2) == (opening, checking)

    def test_so_does_trying_a_look_up(self, service: Service, live: Merchant) -> None:
        assert 3 == self.asked(service, lambda: live.post("/admin/trial"))

    def test_saving_takes_none_before_it_is_answered(self, service: Service, live: Merchant) -> None:
        nothing: dict[str, object] = {"contact_url": None, "lookup_limit": None, "hidden": []}
        chosen = nothing | {"stalled_days": 5}

        assert 0 == self.asked(service, lambda: live.post("/admin/settings", chosen))
