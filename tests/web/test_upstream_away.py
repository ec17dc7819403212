"""A shop that fails, in each way it can: an honest answer, and how long to wait."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import tracker.verbs.lookup
from tests.fakes import SettableClock
from tests.pretend_shopify import PretendShopify
from tests.web.conftest import MakeApp, RecordedMetrics
from tests.web.storefront import ADA, BOB, Storefront, own_pairs, signed
from tracker.demo.access import ALL_SCOPES
from tracker.order import Status

Lines = list[dict[str, Any]]

PASSING = {
    "throttled": "upstream_throttled",
    "429": "upstream_throttled",
    "5xx": "upstream_broken",
    "html": "upstream_broken",
    "half_json": "upstream_broken",
    "reset": "upstream_unreachable",
    "hang": "upstream_timeout",
}


@pytest.fixture
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too little time for a second request, so that no test waits."""
    monkeypatch.setattr(tracker.verbs.lookup, "BUDGET_SECONDS", 0.35)


@pytest.mark.usefixtures("_hurried")
@pytest.mark.parametrize("as_page", [True, False])
@pytest.mark.parametrize("fault", PASSING)
def test_a_shop_that_fails_is_told_with_a_time_to_come_back(
    fault: str, *, as_page: bool, storefront: Storefront, shopify: PretendShopify, log_lines: Lines
) -> None:
    shopify.switch(fail=fault)

    response = storefront.look_up(as_page=as_page)

    assert response.status_code == 503
    assert 1 <= int(response.headers["Retry-After"]) <= 10
    if as_page:
        assert response.mimetype == "application/liquid"
        assert "We cannot look up your order right now" in response.text
    else:
        assert (response.json or {})["code"] == "upstream_unavailable"
    (line,) = [line for line in log_lines if line["event"] == "request"]
    assert (line["code"], line["cause"]) == ("upstream_unavailable", PASSING[fault])


@pytest.mark.parametrize("fault", ["5xx", "html", "half_json", "reset"])
def test_a_fault_that_passes_at_once_is_not_noticed(
    fault: str, storefront: Storefront, shopify: PretendShopify, metrics: RecordedMetrics
) -> None:
    shopify.switch(fail=fault, fail_times=1)

    assert storefront.look_up().status_code == 200
    assert shopify.calls() == 3


@pytest.mark.usefixtures("_hurried")
def test_the_time_that_the_shop_names_is_passed_on(storefront: Storefront, shopify: PretendShopify) -> None:
    shopify.switch(fail="429")

    assert storefront.look_up().headers["Retry-After"] == "2"


@pytest.mark.usefixtures("_hurried")
def test_a_shop_nobody_listens_for_is_unavailable(make_app: MakeApp) -> None:
    storefront = Storefront(make_app(admin_origin="http://127.0.0.1:1"))

    response = storefront.look_up()

    assert (response.status_code, response.headers["Retry-After"]) == (503, "10")


MERCHANTS: dict[str, tuple[dict[str, object], str]] = {
    "a wrong token": ({"token_valid": False}, "access_token_rejected"),
    "a frozen shop": ({"frozen": True}, "shop_unavailable"),
    "e-mails withheld": ({"protected_email": False}, "access_denied"),
    "orders withheld": ({"scopes": ["write_app_proxy"]}, "access_denied"),
}


@pytest.mark.parametrize("as_page", [True, False])
@pytest.mark.parametrize("name", MERCHANTS)
def test_what_the_merchant_has_to_mend_is_not_set_up(
    name: str, *, as_page: bool, storefront: Storefront, shopify: PretendShopify, log_lines: Lines
) -> None:
    """Whatever the e-mail: it says nothing of whose the order is, and waiting does not help."""
    switches, cause = MERCHANTS[name]
    shopify.switch(**switches)

    for fields in (ADA, ADA | {"email": "mallory@example.com"}):
        response = storefront.look_up(fields, as_page=as_page)
        assert response.status_code == 503
        assert "Retry-After" not in response.headers
        if as_page:
            assert "Order tracking is not ready yet" in response.text
        else:
            assert (response.json or {})["code"] == "not_set_up"
    assert {line["cause"] for line in log_lines if line["event"] == "request"} == {cause}


def test_an_installation_without_a_shop_is_not_set_up(
    make_app: MakeApp, shopify: PretendShopify, sqlite_url: str
) -> None:
    app = make_app(shop=None, admin_token=None, database_url=sqlite_url)

    assert (Storefront(app).look_up().json or {})["code"] == "not_set_up"
    assert shopify.calls() == 0


def test_another_shop_than_the_one_of_the_installation_is_not_set_up(
    make_app: MakeApp, shopify: PretendShopify
) -> None:
    for token in ("shpat_of_alice_and_nobody_else", None):
        bob = Storefront(make_app(admin_token=token), shop=BOB)
        assert (bob.look_up().json or {})["code"] == "not_set_up"
    assert (shopify.calls(), shopify.tokens_fetched()) == (0, 0)


def test_a_grant_that_is_refused_is_not_set_up(make_app: MakeApp, shopify: PretendShopify) -> None:
    storefront = Storefront(make_app(admin_token=None, api_key="key-of-nobody"))

    assert (storefront.look_up().json or {})["code"] == "not_set_up"


def test_a_token_that_was_forgotten_is_fetched_anew(make_app: MakeApp, shopify: PretendShopify) -> None:
    storefront = Storefront(make_app(admin_token=None))
    assert storefront.look_up().status_code == 200
    with shopify.shop.lock:
        shopify.shop.forget_tokens()

    assert storefront.look_up(ADA | {"order": "1002"}).status_code == 200
    assert shopify.tokens_fetched() == 2


@pytest.mark.parametrize("missing", [scope for scope in ALL_SCOPES if scope != "read_orders"])
@pytest.mark.parametrize("order", ["1001", "1012", "1013", "1014", "1017", "1023"])
def test_without_an_optional_scope_the_story_is_poorer_not_gone(
    missing: str, order: str, storefront: Storefront, shopify: PretendShopify
) -> None:
    shopify.switch(scopes=[scope for scope in ALL_SCOPES if scope != missing])

    response = storefront.look_up(ADA | {"order": order})

    assert response.status_code == 200
    assert (response.json or {})["order"]["status"] is not None


def test_with_the_least_scopes_every_order_has_a_story(
    storefront: Storefront, shopify: PretendShopify
) -> None:
    shopify.switch(scopes=["read_orders"])
    orders = [order for order in shopify.shop.orders if order.email and order.name != "#0900"]
    assert len(orders) > 25

    for order in orders:
        response = storefront.look_up({"order": order.name, "email": order.email})
        assert (order.name, response.status_code) == (order.name, 200)


class Later:
    """A storefront whose service's clock can be moved; Shopify signs by the same clock."""

    def __init__(self, make_app: MakeApp, **settings: Any) -> None:
        self.clock = SettableClock(datetime.now(UTC))
        self.storefront = Storefront(make_app(clock=self.clock, **settings))

    def look_up(self) -> Any:
        return self.storefront.look_up(query=signed(own_pairs(at=self.clock().timestamp())))


SOFT = dict.fromkeys(Status, 100)


@pytest.mark.usefixtures("_hurried")
@pytest.mark.parametrize("fault", ["throttled", "5xx", "hang", "frozen", "token"])
def test_a_known_story_stands_while_the_shop_fails(
    fault: str, make_app: MakeApp, shopify: PretendShopify
) -> None:
    """Too old to be given without asking, too good to be thrown away: it says of itself that it is stale."""
    later = Later(make_app, soft_ages=SOFT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tracker.verbs.lookup, "BUDGET_SECONDS", 30)
        first = later.look_up().json
    later.clock.advance(201)
    switches: dict[str, dict[str, object]] = {"frozen": {"frozen": True}, "token": {"token_valid": False}}
    shopify.switch(**switches.get(fault, {"fail": fault}))

    response = later.look_up()

    assert response.status_code == 200
    assert response.json == first | {"stale": True}


def test_a_story_past_its_age_is_read_again(make_app: MakeApp, shopify: PretendShopify) -> None:
    later = Later(make_app, soft_ages=SOFT)
    first = later.look_up().json
    later.clock.advance(201)

    second = later.look_up().json

    assert shopify.calls() == 4
    assert datetime.fromisoformat(second["checked_at"]) - datetime.fromisoformat(
        first["checked_at"]
    ) == timedelta(seconds=201)
    assert second["stale"] is False


def test_a_stale_story_says_so_on_the_page(make_app: MakeApp, shopify: PretendShopify) -> None:
    clock = SettableClock(datetime.now(UTC))
    storefront = Storefront(make_app(clock=clock, soft_ages=SOFT))
    storefront.look_up(query=signed(own_pairs(at=clock().timestamp())))
    clock.advance(201)
    shopify.switch(token_valid=False)

    page = storefront.look_up(query=signed(own_pairs(at=clock().timestamp())), as_page=True)

    assert "The latest news could not be fetched." in page.text
