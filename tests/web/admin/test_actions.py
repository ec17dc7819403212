"""What the page's script asks for: only with a token of its own, only about its own shop."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import SettableClock
from tests.id_tokens import claims, sign
from tests.web.admin.conftest import Merchant, Service
from tests.web.storefront import ALICE, BOB, CHARLIE, SECRET
from tracker.errors import StoreUnavailable
from tracker.shop import ShopSettings

ACTIONS = ("/admin/checks", "/admin/trial", "/admin/settings")
CHOSEN = {"stalled_days": 7, "contact_url": "/pages/contact", "lookup_limit": 50, "hidden": ["pictures"]}
VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "vectors" / "shopify-vectors.json").read_text(encoding="utf-8")
)["session_token_jwt"]
RETRY = "X-Shopify-Retry-Invalid-Session-Request"


def settings_of(service: Service, shop: str) -> ShopSettings | None:
    stored = service.edges.desk.shops.get(shop)
    return None if stored is None else stored.settings


class TestProof:
    @pytest.mark.parametrize("path", ACTIONS)
    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"Authorization": ""},
            {"Authorization": "Bearer"},
            {"Authorization": "Bearer x.y.z"},
            {"Authorization": "Basic YTpi"},
            {"Authorization": f"Bearer {sign(claims(sub='gid://shopify/Customer/1', sid=None), SECRET)}"},
            {"Authorization": f"Bearer {sign(claims(exp=1), SECRET)}"},
            {"Authorization": f"Bearer {sign(claims(), 'a secret of somebody else, long enough')}"},
        ],
    )
    def test_without_one_nothing_is_done_and_app_bridge_is_told_to_ask_again(
        self, service: Service, alice: Merchant, path: str, headers: dict[str, str]
    ) -> None:
        response = service.app.test_client(use_cookies=False).post(path, json=CHOSEN, headers=headers)

        assert (401, "invalid_id_token") == (response.status_code, (response.json or {})["code"])
        assert "1" == response.headers[RETRY]
        assert ShopSettings() == settings_of(service, ALICE)

    def test_a_token_counts_as_a_bearers_alone(self, service: Service, alice: Merchant) -> None:
        for scheme, status in (("Basic", 401), ("Token", 401), ("bearer", 200)):
            headers = {"Authorization": f"{scheme} {alice.token()}"}
            response = service.app.test_client(use_cookies=False).post("/admin/checks", headers=headers)

            assert (scheme, status) == (scheme, response.status_code)

    def test_both_doors_follow_every_vector(self, make_service: Any) -> None:
        """A token that is refused opens no page and does nothing; one that holds comes to a shop that nobody
        has installed the app in."""
        for vector in VECTORS:
            service: Service = make_service(
                clock=SettableClock(datetime.fromtimestamp(vector["now"], UTC)),
                api_key=vector["client_id"],
                api_secret=vector["client_secret"],
                **({"api_secret_old": old} if (old := vector["old_client_secret"]) else {}),
            )
            client = service.app.test_client(use_cookies=False)
            bearer = {"Authorization": f"Bearer {vector['token']}"}
            query = {"shop": ALICE, "id_token": vector["token"]}

            fetched = client.post("/admin/checks", headers=bearer)
            opened = client.get("/admin", query_string=query)

            accepted = vector["policy"] == "accept"
            assert (503 if accepted else 401) == fetched.status_code, vector["id"]
            assert (None if accepted else "1") == fetched.headers.get(RETRY), vector["id"]
            assert accepted == ("/admin/bounce" not in opened.headers.get("Location", "")), vector["id"]
            assert vector["token"] not in opened.text + str(opened.headers)
        assert {"accept", "reject"} == {vector["policy"] for vector in VECTORS}

    @pytest.mark.parametrize("path", ACTIONS)
    def test_a_link_or_a_form_of_another_site_cannot_bring_one(
        self, service: Service, alice: Merchant, path: str
    ) -> None:
        """In the query or in a field it does not count, and nothing is done by GET."""
        client = service.app.test_client(use_cookies=False)
        token = alice.token()

        assert 401 == client.post(path, query_string={"id_token": token}, json=CHOSEN).status_code
        assert 401 == client.post(path, data={"id_token": token}).status_code
        assert 405 == client.get(path, headers={"Authorization": f"Bearer {token}"}).status_code
        assert ShopSettings() == settings_of(service, ALICE)

    def test_a_refusal_has_a_cause_in_the_log_and_the_token_is_in_none(
        self, service: Service, alice: Merchant, log_lines: list[dict[str, Any]]
    ) -> None:
        token = alice.token(exp=1)
        alice.post("/admin/checks", token=token)

        line = log_lines[-1]
        assert ("invalid_id_token", "expired_token") == (line["code"], line["cause"])
        assert token not in str(log_lines)
        assert alice.token() not in str(log_lines)


class TestSettings:
    def test_what_was_chosen_is_stored_and_handed_to_the_block(
        self, service: Service, alice: Merchant
    ) -> None:
        assert {"saved": True} == alice.post("/admin/settings", CHOSEN).json
        service.do_jobs()

        chosen = ShopSettings(7, "/pages/contact", "50/10 minutes", frozenset({"pictures"}))
        assert chosen == settings_of(service, ALICE)
        installation = service.platform.shop(ALICE).installation
        assert installation is not None
        (noted,) = installation.metafields
        assert (
            '{"contact_url": "/pages/contact", "hidden": ["pictures"], "lists_orders": false}' == noted.value
        )

    def test_the_page_shows_it_again(self, alice: Merchant) -> None:
        alice.post("/admin/settings", CHOSEN)

        page = alice.open().text

        assert 'name="stalled_days" type="number" inputmode="numeric" value="7"' in page
        assert 'name="lookup_limit" type="number" inputmode="numeric" value="50"' in page
        assert 'value="/pages/contact"' in page
        assert '<input name="shown" type="checkbox" value="pictures">' in page
        assert '<input name="shown" type="checkbox" value="events" checked>' in page

    def test_the_limit_at_the_door_is_the_shops_own(self, service: Service, alice: Merchant) -> None:
        alice.post("/admin/settings", CHOSEN | {"lookup_limit": 5})
        storefront = service.storefront(ALICE)

        statuses = [storefront.look_up().status_code for _ in range(6)]

        assert [200, 200, 200, 200, 200, 429] == statuses

    def test_the_page_without_javascript_shows_what_is_to_be_shown(
        self, service: Service, alice: Merchant
    ) -> None:
        storefront = service.storefront(ALICE)
        order = {"order": "1001", "email": "ada@example.com"}
        before = storefront.look_up(order, as_page=True).text
        hidden = ["pictures", "items", "events", "freshness", "expected", "status_page"]
        alice.post("/admin/settings", CHOSEN | {"hidden": hidden})

        after = storefront.look_up(order, as_page=True).text

        for marker in ("track-order__items", "<p>Carrier news"):
            assert (True, False) == (
                marker in before.split("<track-order")[1],
                marker in after.split("<track-order")[1],
            ), marker
        assert 'data-show=""' in after
        contact = "{% capture contact %}/pages/contact{% endcapture %}"  # Shopify makes the link of it
        assert (False, True) == (contact in before, contact in after)

    def test_nothing_chosen_is_the_products_own_choice(self, service: Service, alice: Merchant) -> None:
        alice.post("/admin/settings", CHOSEN)
        nothing: dict[str, object] = {
            "stalled_days": 4,
            "contact_url": None,
            "lookup_limit": None,
            "hidden": [],
        }

        assert 200 == alice.post("/admin/settings", nothing).status_code

        assert ShopSettings() == settings_of(service, ALICE)

    @pytest.mark.parametrize(
        ("field", "values"),
        [
            ("stalled_days", [0, 31, -1, 4.5, "4", True, None, [], "9" * 400]),
            ("lookup_limit", [0, 4, 1001, "50", 50.5, False, {}]),
            ("hidden", [None, "pictures", ["price"], [["pictures"]], {"pictures": True}]),
            (
                "contact_url",
                [
                    *(
                        "javascript:alert(1)",
                        "http://shop.example",
                        "//evil.example",
                        "pages/contact",
                        "mailto:a@b.c",
                    ),
                    *(
                        "https://",
                        "https:///x",
                        "https://a b",
                        '/"><script>',
                        "/a\nb",
                        "/ä",
                        7,
                        "/" + "x" * 500,
                    ),
                    "https://user@evil.example",
                ],
            ),
        ],
    )
    def test_what_makes_no_sense_is_told_by_its_field_and_nothing_is_stored(
        self, service: Service, alice: Merchant, field: str, values: list[object]
    ) -> None:
        for value in values:
            response = alice.post("/admin/settings", CHOSEN | {field: value})

            assert (422, {field: ["invalid"]}) == (response.status_code, (response.json or {})["errors"]), (
                value
            )
        assert ShopSettings() == settings_of(service, ALICE)

    def test_a_field_that_is_missing_or_unknown_is_told_too(self, alice: Merchant) -> None:
        missing = alice.post("/admin/settings", {"stalled_days": 4})
        unknown = alice.post("/admin/settings", CHOSEN | {"shop": BOB})

        assert {name: ["required"] for name in ("contact_url", "hidden", "lookup_limit")} == (
            missing.json or {}
        )["errors"]
        assert {"body": ["unknown"]} == (unknown.json or {})["errors"]

    @pytest.mark.parametrize(
        ("body", "kind", "status"),
        [
            (b"", "application/json", 422),
            (b"[1]", "application/json", 422),
            (b"null", "application/json", 422),
            (b"\xff", "application/json", 422),
            (b'{"stalled_days": 4', "application/json", 422),
            (b'{"stalled_days": 4, "stalled_days": 5}', "application/json", 422),
            (b"[" * 5000, "application/json", 422),
            (b"x" * 10_000, "application/json", 413),
            (b"stalled_days=4", "application/x-www-form-urlencoded", 415),
        ],
    )
    def test_a_body_of_another_shape_is_refused(
        self, service: Service, alice: Merchant, body: bytes, kind: str, status: int
    ) -> None:
        headers = {"Authorization": f"Bearer {alice.token()}"}
        client = service.app.test_client(use_cookies=False)

        response = client.post("/admin/settings", data=body, content_type=kind, headers=headers)

        assert status == response.status_code
        assert ShopSettings() == settings_of(service, ALICE)

    def test_a_store_that_cannot_write_says_so(
        self, service: Service, alice: Merchant, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full() -> object:
            raise StoreUnavailable("sqlite_full")

        with monkeypatch.context() as patch:
            patch.setattr(service.edges.store.database, "writing", full)  # type: ignore[union-attr] # there is one
            response = alice.post("/admin/settings", CHOSEN)

        assert (503, "upstream_unavailable") == (response.status_code, (response.json or {})["code"])
        assert ShopSettings() == settings_of(service, ALICE)


class TestIsolation:
    def test_no_setting_of_one_reaches_another(
        self, service: Service, alice: Merchant, bob: Merchant
    ) -> None:
        alice.post("/admin/settings", CHOSEN | {"lookup_limit": 5, "contact_url": "/pages/alice"})
        service.do_jobs()

        assert ShopSettings() == settings_of(service, BOB)
        assert "/pages/alice" not in bob.open().text
        statuses = [
            service.storefront(BOB).look_up({"order": "9", "email": "x@y.example"}).status_code
            for _ in range(7)
        ]
        assert {404} == set(statuses)
        (noted,) = service.platform.shop(BOB).installation.metafields  # type: ignore[union-attr] # he has one
        assert '{"contact_url": null, "hidden": [], "lists_orders": false}' == noted.value

    def test_no_count_or_health_of_one_reaches_another(
        self, service: Service, alice: Merchant, bob: Merchant
    ) -> None:
        service.storefront(ALICE).look_up()
        service.storefront(ALICE).look_up({"order": "9", "email": "x@y.example"})
        service.flush()

        mine, his = alice.open().text, bob.open().text

        assert ("2 look-ups" in mine, "Nobody has looked up" in mine) == (True, False)
        assert ("look-ups from" in his, "Nobody has looked up" in his) == (False, True)
        assert "No order had the number" in mine

    def test_what_the_query_says_of_a_shop_counts_for_nothing(
        self, alice: Merchant, service: Service
    ) -> None:
        """Only the token does."""
        page = alice.open(shop=BOB)
        answer = alice.post("/admin/checks", {"shop": BOB})

        assert f"/shops/{ALICE}/admin" in page.text
        assert BOB not in page.text
        assert BOB not in answer.text

    def test_a_shop_without_the_app_can_do_nothing(self, service: Service) -> None:
        charlie = service.merchant(CHARLIE)

        for path in ACTIONS:
            response = charlie.post(path, CHOSEN)
            assert (503, "not_set_up") == (response.status_code, (response.json or {})["code"])
        assert settings_of(service, CHARLIE) is None

    def test_nor_can_one_that_took_it_away_while_its_page_was_open(
        self, service: Service, alice: Merchant
    ) -> None:
        service.edges.desk.shops.uninstall(ALICE, triggered_at=datetime.now(UTC) + timedelta(seconds=1))

        for path in ACTIONS:
            assert 503 == alice.post(path, CHOSEN).status_code
