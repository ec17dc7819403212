"""A shop that fails is left alone, and one that is short of points is asked by those who need it most."""

from __future__ import annotations

import functools
from datetime import UTC, datetime
from typing import Any

import pytest

import tracker.edges
import tracker.verbs.lookup
from tests.fakes import SettableClock, SettableMonotonic
from tests.pretend_shopify import PretendShopify
from tests.web.conftest import MakeApp
from tests.web.storefront import ADA, Storefront, own_pairs, signed
from tests.webhook_bodies import Sender, changed
from tracker.order import Status
from tracker.shopify.breakers import SHOP_FAILURES, SHOP_SECONDS, Breakers

OTHER = ADA | {"order": "1002"}
WRONG = ADA | {"email": "mallory@example.com"}

Lines = list[dict[str, Any]]


class TestLeftAlone:
    @pytest.fixture(autouse=True)
    def monotonic(self, monkeypatch: pytest.MonkeyPatch) -> SettableMonotonic:
        """The breakers' clock stands still; there is no time for a second request, so that no test waits."""
        clock = SettableMonotonic()
        monkeypatch.setattr(tracker.edges, "Breakers", functools.partial(Breakers, monotonic=clock))
        monkeypatch.setattr(tracker.verbs.lookup, "BUDGET_SECONDS", 0.35)
        return clock

    @pytest.fixture
    def down(self, storefront: Storefront, shopify: PretendShopify) -> Storefront:
        """The shop fails, and that was seen often enough."""
        shopify.switch(fail="5xx")
        for _ in range(SHOP_FAILURES):
            assert storefront.look_up().status_code == 503
        return storefront

    def test_nobody_asks_a_shop_that_failed_and_everybody_is_told_for_how_long(
        self, down: Storefront, shopify: PretendShopify, monotonic: SettableMonotonic, log_lines: Lines
    ) -> None:
        asked = shopify.calls()
        monotonic.advance(1.5)

        response = down.look_up()

        assert (response.status_code, response.headers["Retry-After"]) == (503, "4")
        assert (response.json or {})["code"] == "upstream_unavailable"
        assert shopify.calls() == asked
        assert [line["cause"] for line in log_lines if line["event"] == "request"][-1] == "circuit_open"
        assert [line["news"] for line in log_lines if line["event"] == "circuit"] == ["down"]

    def test_one_look_up_finds_out_that_it_is_back(
        self, down: Storefront, shopify: PretendShopify, monotonic: SettableMonotonic
    ) -> None:
        shopify.switch(fail=None)
        assert down.look_up().status_code == 503
        monotonic.advance(SHOP_SECONDS)

        assert [down.look_up(fields).status_code for fields in (ADA, OTHER)] == [200, 200]

    def test_what_is_known_is_given_as_stale_without_a_wait(
        self, make_app: MakeApp, shopify: PretendShopify
    ) -> None:
        clock = SettableClock(datetime.now(UTC))
        storefront = Storefront(make_app(clock=clock, soft_ages=dict.fromkeys(Status, 100)))

        def look_up(fields: dict[str, str]) -> Any:
            return storefront.look_up(fields, query=signed(own_pairs(at=clock().timestamp())))

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(tracker.verbs.lookup, "BUDGET_SECONDS", 30)
            first = look_up(ADA).json
        clock.advance(201)
        shopify.switch(fail="5xx")
        for _ in range(SHOP_FAILURES):
            look_up(OTHER)
        asked = shopify.calls()

        assert look_up(ADA).json == first | {"stale": True}
        assert shopify.calls() == asked


class TestShortOfPoints:
    @pytest.fixture
    def hosts(self, make_app: MakeApp, shopify: PretendShopify) -> list[Storefront]:
        """Two, of which the first has been told that next to nothing is left."""
        hosts = [Storefront(make_app()) for _ in range(2)]
        assert hosts[0].look_up().status_code == 200
        with shopify.shop.lock:
            shopify.shop.bucket.drain()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(tracker.verbs.lookup, "BUDGET_SECONDS", 0.35)  # no time to wait and ask again
            assert hosts[0].look_up(OTHER).status_code == 503
        return hosts

    def test_questions_of_which_nothing_is_known_are_refused_first(
        self, hosts: list[Storefront], shopify: PretendShopify, log_lines: Lines
    ) -> None:
        """By whichever host, right or wrong alike, and with the time until there is room."""
        asked = shopify.calls()
        answers = [host.look_up(fields) for host in hosts for fields in (WRONG, ADA | {"order": "1003"})]

        assert {answer.status_code for answer in answers} == {503}
        assert all(1 <= int(answer.headers["Retry-After"]) <= 7 for answer in answers)
        assert {(answer.json or {})["code"] for answer in answers} == {"upstream_unavailable"}
        assert shopify.calls() == asked
        assert log_lines[-1]["cause"] == "budget_reserved"

    def test_whoever_was_told_before_notices_nothing(
        self, hosts: list[Storefront], shopify: PretendShopify
    ) -> None:
        """Neither where the answer is kept nor where a webhook has just dropped it: the points that strangers
        may not have are theirs."""
        assert [host.look_up().status_code for host in hosts] == [200, 200]
        with shopify.shop.lock:
            number = shopify.shop.find_order("#1001").id
        Sender(hosts[0]._app).send(
            "orders/updated", changed("orders/updated", id=number, admin_graphql_api_id=None)
        )
        with shopify.shop.lock:
            shopify.shop.bucket.give_back(500)
        asked = shopify.calls()

        assert hosts[1].look_up().status_code == 200
        assert shopify.calls() == asked + 2
