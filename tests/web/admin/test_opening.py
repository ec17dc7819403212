"""Opening the app in the admin: who may, what it takes the first time, and what happens where it fails."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import event

from tests.fakes import SettableClock
from tests.web.admin.conftest import Merchant, Service
from tests.web.storefront import ALICE, BOB, CHARLIE
from tracker.errors import StoreUnavailable
from tracker.shop import Standing, TokenPair
from tracker.web.admin.policy import AGAIN_SECONDS

NOBODY = "frame-ancestors 'none'"


def tokens_asked_for(service: Service, shop: str = ALICE) -> int:
    return int(service.platform.calls(shop)["token"])


def policy_of(response: Any) -> str:
    return str(response.headers["Content-Security-Policy"])


def framed_by(service: Service) -> str:
    return f"frame-ancestors {service.platform.origin} https://admin.shopify.com"


class TestTheFirstTime:
    def test_a_new_shop_gets_tokens_and_its_page(self, service: Service) -> None:
        response = service.merchant(ALICE).open()

        assert (200, "text/html") == (response.status_code, response.mimetype)
        assert "Set-up guide" in response.text
        stored = service.edges.desk.shops.get(ALICE)
        assert stored is not None
        assert (Standing.INSTALLED, True) == (stored.standing, stored.tokens is not None)
        assert "read_orders" in stored.scopes

    def test_a_second_visit_asks_shopify_for_nothing(self, service: Service, alice: Merchant) -> None:
        def asked() -> dict[str, object]:
            """Without what happens by itself: the throttle's bucket fills, and webhooks are sent."""
            own = ("bucket", "webhooks_failed")
            return {name: value for name, value in service.platform.calls(ALICE).items() if name not in own}

        before = asked()

        alice.open()

        assert before == asked()

    def test_what_follows_an_installation_is_done_behind_the_page(
        self, service: Service, alice: Merchant
    ) -> None:
        """The shop's id is known, and the block finds the settings in the shop."""
        service.do_jobs()

        stored = service.edges.desk.shops.get(ALICE)
        assert stored is not None
        assert stored.shop_id is not None
        installation = service.platform.shop(ALICE).installation
        assert installation is not None
        (noted,) = installation.metafields
        assert ("track_order", "settings", "json") == (noted.namespace, noted.key, noted.type)

    def test_a_look_up_works_right_after(self, service: Service) -> None:
        storefront = service.storefront(ALICE)
        assert 503 == storefront.look_up().status_code

        service.merchant(ALICE).open()

        assert 200 == storefront.look_up().status_code


class TestComingBack:
    @pytest.mark.parametrize("how", ["reopening", "scopes", "uninstalled", "old tokens"])
    def test_tokens_are_exchanged_anew(self, service: Service, alice: Merchant, how: str) -> None:
        shops = service.edges.store.shops  # type: ignore[union-attr] # there is one
        stored = shops.get(ALICE)
        assert stored is not None
        later = datetime.now(UTC) + timedelta(seconds=1)
        match how:
            case "reopening":
                shops.needs_reopening(ALICE, version=stored.version)
            case "scopes":
                shops.change_scopes(ALICE, stored.scopes | {"read_returns"}, at=later)
            case "uninstalled":
                shops.uninstall(ALICE, triggered_at=later)
            case _:
                month = later + timedelta(days=30)
                shops.install(ALICE, tokens=TokenPair("a", later, "r", month), scopes=stored.scopes, at=later)
        before = tokens_asked_for(service)

        assert 200 == alice.open().status_code

        anew = shops.get(ALICE)
        assert anew is not None
        assert (before + 1, Standing.INSTALLED) == (tokens_asked_for(service), anew.standing)


class TestWithoutAToken:
    def bounced(self, response: Any) -> dict[str, list[str]]:
        """The query of the page that fetches a token."""
        assert 302 == response.status_code
        location = response.headers["Location"]
        assert ("", "", "/admin/bounce") == urlsplit(location)[:3]
        return parse_qs(urlsplit(location).query)

    @pytest.mark.parametrize("token", ["", "nonsense", "a.b.c", "é"])
    def test_the_page_sends_for_one(self, service: Service, token: str) -> None:
        response = service.merchant(ALICE).open(id_token=token, host="aG9zdA", locale="de-AT")

        query = self.bounced(response)
        again = urlsplit(query["shopify-reload"][0])
        assert ([ALICE], ["aG9zdA"], ["de-AT"]) == (query["shop"], query["host"], query["locale"])
        assert ("", "", "/admin") == again[:3]
        assert {"shop", "host", "locale", "embedded", "bounced"} == set(parse_qs(again.query))

    def test_a_stale_one_is_no_better(self, service: Service) -> None:
        merchant = service.merchant(ALICE)

        self.bounced(merchant.open(id_token=merchant.token(exp=1)))

    def test_nor_is_one_that_shopify_does_not_take(self, make_service: Any) -> None:
        """It ended a minute ago: our clock is behind, Shopify's own is not."""
        now = int(time.time())
        clock = SettableClock(datetime.fromtimestamp(now - 100, UTC))
        merchant = make_service(clock=clock).merchant(ALICE)

        self.bounced(merchant.open(id_token=merchant.token(nbf=now - 120, exp=now - 60)))

    def test_the_way_leads_back_to_the_page(self, service: Service) -> None:
        client = service.app.test_client(use_cookies=False)
        response = client.get("/admin", query_string={"shop": ALICE})

        page = client.get(response.headers["Location"])

        assert (200, True) == (page.status_code, "/shopifycloud/app-bridge.js" in page.text)
        assert framed_by(service) in policy_of(page)

    def test_one_that_is_refused_for_good_does_not_bounce_for_ever(
        self, service: Service, make_service: Any
    ) -> None:
        """As with another app's secret: the page says so, and nothing is fetched again."""
        query = parse_qs(
            urlsplit(self.bounced(service.merchant(ALICE).open(id_token="x.y.z"))["shopify-reload"][0]).query
        )
        response = service.merchant(ALICE).open(id_token="x.y.z", bounced=query["bounced"][0])

        assert (401, True) == (response.status_code, "could not be opened" in response.text)
        later = str(int(query["bounced"][0]) - AGAIN_SECONDS - 1)
        self.bounced(service.merchant(ALICE).open(id_token="x.y.z", bounced=later))

    @pytest.mark.parametrize(
        "query",
        [
            {},
            {"shop": "evil.example"},
            {"shop": "alice.myshopify.com.evil.example"},
            {"shop": "alice.myshopify.com https://evil.example"},
            {"shop": ["alice.myshopify.com", "bob.myshopify.com"]},
        ],
    )
    def test_outside_of_an_admin_there_is_nothing_and_nobody_may_frame_it(
        self, service: Service, query: dict[str, Any]
    ) -> None:
        for path in ("/", "/admin"):
            response = service.app.test_client(use_cookies=False).get(path, query_string=query)

            assert (401, True) == (response.status_code, NOBODY in policy_of(response))
            assert "evil" not in response.text + str(response.headers)

    def test_a_token_given_twice_or_as_a_bearers_does_not_open_the_page(self, service: Service) -> None:
        merchant = service.merchant(ALICE)
        client = service.app.test_client(use_cookies=False)
        twice = {"shop": ALICE, "id_token": [merchant.token(), merchant.token()]}
        bearer = {"Authorization": f"Bearer {merchant.token()}"}

        self.bounced(client.get("/admin", query_string=twice))
        self.bounced(client.get("/admin", query_string={"shop": ALICE}, headers=bearer))

    @pytest.mark.parametrize(
        "target",
        [
            "https://evil.example/",
            "//evil.example/",
            "/\\evil.example",
            "/admin@evil.example",
            "/admin/../../evil",
            "/admin?x=https://evil.example",
            "/admin#//evil.example",
            "/admin.evil.example",
            "javascript:alert(1)",
            "/proxy/lookup",
            "",
            "/admin\n",
        ],
    )
    def test_no_foreign_address_is_loaded_with_a_token(self, service: Service, target: str) -> None:
        client = service.app.test_client(use_cookies=False)
        response = client.get("/admin/bounce", query_string={"shop": ALICE, "shopify-reload": target})

        assert (400, False) == (response.status_code, "app-bridge.js" in response.text)
        assert NOBODY in policy_of(response)

    def test_nor_one_beside_ours(self, service: Service) -> None:
        client = service.app.test_client(use_cookies=False)
        both = {"shop": ALICE, "shopify-reload": ["/admin", "https://evil.example/"]}

        assert 400 == client.get("/admin/bounce", query_string=both).status_code
        assert 400 == client.get("/admin/bounce", query_string={"shopify-reload": "/admin"}).status_code


class TestWhenItCannotBeDone:
    def test_a_shop_that_does_not_answer_is_told_kindly(self, service: Service) -> None:
        service.platform.switch(ALICE, token_fault="5xx")

        response = service.merchant(ALICE).open()

        assert (503, True) == (response.status_code, "cannot be opened right now" in response.text)
        assert framed_by(service) in policy_of(response)

    def test_so_is_a_store_that_is_away(
        self, service: Service, alice: Merchant, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def away() -> object:
            raise StoreUnavailable("away")

        monkeypatch.setattr(service.edges.store.database, "reading", away)  # type: ignore[union-attr] # there is one

        assert 503 == alice.open().status_code
        assert 503 == alice.post("/admin/checks").status_code


def test_the_page_is_framed_by_its_own_shop_alone_and_runs_nothing_inline(make_service: Any) -> None:
    """As it is at Shopify: the shop's own name, and the admin's."""
    service: Service = make_service(admin_origin="https://{shop}", cdn_origin="https://cdn.shopify.com")
    query = {"shop": BOB, "shopify-reload": "/admin"}

    page = service.app.test_client(use_cookies=False).get("/admin/bounce", query_string=query)

    policy = policy_of(page)
    assert f"frame-ancestors https://{BOB} https://admin.shopify.com" in policy
    assert "default-src 'none'; script-src 'self' https://cdn.shopify.com;" in policy
    assert ALICE not in policy


def test_no_page_has_a_script_or_a_handler_of_its_own(alice: Merchant) -> None:
    page = alice.open().text

    assert [] == re.findall(r"<script(?![^>]*\bsrc=)|\son[a-z]+=|javascript:", page)
    assert page.index("app-bridge.js") < page.index("polaris-1.js") < page.index("admin.")


def test_every_html_page_says_who_may_frame_it(service: Service, alice: Merchant) -> None:
    """Whatever else the service answers is framed by nobody."""
    client = service.app.test_client(use_cookies=False)

    for path in ("/", "/admin/bounce", "/admin", "/healthz", "/nothing", "/proxy"):
        assert NOBODY in policy_of(client.get(path)), path


def test_style_and_script_are_kept_for_a_year_under_names_that_change(
    service: Service, alice: Merchant
) -> None:
    client = service.app.test_client(use_cookies=False)
    paths = re.findall(r"/admin/assets/admin\.[0-9a-f]{12}\.(?:js|css)", alice.open().text)

    kinds = {client.get(path).mimetype for path in paths}

    assert {"text/javascript", "text/css"} == kinds
    assert all("immutable" in client.get(path).headers["Cache-Control"] for path in paths)
    assert 404 == client.get("/admin/assets/admin.js").status_code


def test_the_page_takes_at_most_three_queries(service: Service, alice: Merchant) -> None:
    statements: list[str] = []
    engine = service.edges.store.database.engine  # type: ignore[union-attr] # there is one
    event.listen(engine, "before_cursor_execute", lambda _c, _u, text, *_: statements.append(text))

    assert 200 == alice.open().status_code

    assert 1 <= len([text for text in statements if text.startswith("SELECT")]) <= 3


def test_a_shop_of_the_operators_own_without_a_store_has_no_page(make_service: Any) -> None:
    service: Service = make_service(database_url=None, shop=ALICE, admin_token="token")

    assert 404 == service.merchant(ALICE).open().status_code
    assert 404 == service.merchant(ALICE).post("/admin/settings").status_code


def test_charlie_who_has_not_installed_the_app_gets_no_further_than_shopify_lets_him(
    service: Service,
) -> None:
    """Even with a token of his admin: there is nothing to exchange."""
    response = service.merchant(CHARLIE).open()

    assert "Set-up guide" not in response.text
    assert service.edges.desk.shops.get(CHARLIE) is None
