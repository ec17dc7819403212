"""Accounts at tracking services on the merchant's page: chosen, removed, and never shown."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from redis import Redis

from tests.followed import ORDER
from tests.source_fakes import OFFERED
from tests.web.admin.browser import PATIENCE, Desk
from tests.web.admin.conftest import Merchant, Service
from tests.web.storefront import ALICE, BOB, CHARLIE
from tracker.follow import make_follower
from tracker.parcel import AskAbout, Parcel
from tracker.ports.sources import SourceAccount
from tracker.settings import Settings
from tracker.web.admin.accounts import account_facts

KEY, SECRET = "asat_of-alice-alone", "whsec_of-alice-alone"
TYPED = {
    "source": "aftership",
    "key": KEY,
    "push_secret": SECRET,
    "daily_quota": 300,
    "ask_about": "silent_parcels",
}
ALICES = SourceAccount("aftership", KEY, SECRET, 300, AskAbout.SILENT_PARCELS)
PATHS = ("/admin/account", "/admin/account/remove")


@pytest.fixture
def service(make_service: Any) -> Service:
    """The service where AfterShip and DHL are offered."""
    made: Service = make_service(offered=OFFERED)
    return made


def stored(service: Service, shop: str = ALICE) -> list[SourceAccount]:
    return [kept.account for kept in service.edges.accounts.of(shop)]


def shown(merchant: Merchant) -> list[dict[str, Any]]:
    """The accounts as the page brings them along."""
    found = re.search(r'data-accounts="(.*?)"', merchant.open().text)
    assert found is not None
    told: list[dict[str, Any]] = json.loads(html.unescape(found[1]))
    return told


class TestActions:
    def test_an_account_is_kept_told_and_used_without_a_word_of_its_key(
        self, service: Service, alice: Merchant, log_lines: list[dict[str, Any]]
    ) -> None:
        answer = alice.post("/admin/account", TYPED)

        (told,) = (answer.json or {})["accounts"]
        assert ("AfterShip", "done", f"/webhooks/tracking/aftership/{ALICE}") == (
            told["name"],
            told["state"],
            told["path"],
        )
        assert [told] == shown(alice)
        assert ([ALICES], "silent_parcels") == (stored(service), told["ask_about"])
        assert ["aftership"] == [source.name for source in service.edges.sources_of(ALICE)]
        told_anywhere = answer.text + alice.open().text + str(log_lines)
        assert not [secret for secret in (KEY, SECRET) if secret in told_anywhere]

    def test_one_that_is_removed_hides_from_nobody_that_redis_was_emptied(
        self, service: Service, alice: Merchant, redis_client: Redis
    ) -> None:
        """What another account told was lost all the same."""
        alice.post("/admin/account", TYPED)
        assert service.edges.followed.emptied(ALICE) is None
        redis_client.flushdb()

        alice.post("/admin/account/remove", {"source": "aftership"})

        assert service.edges.followed.emptied(ALICE) is not None

    def test_what_is_left_empty_stays(self, service: Service, alice: Merchant) -> None:
        alice.post("/admin/account", TYPED)
        emptied = {"key": "  ", "push_secret": None, "daily_quota": 7, "ask_about": "every_parcel"}
        alice.post("/admin/account", TYPED | emptied)

        assert [SourceAccount("aftership", KEY, SECRET, 7)] == stored(service)

    def test_it_is_removed(self, service: Service, alice: Merchant) -> None:
        alice.post("/admin/account", TYPED)
        answers = [alice.post("/admin/account/remove", {"source": "aftership"}) for _ in range(2)]

        assert [{"accounts": []}] * 2 == [answer.json for answer in answers]
        assert ([], ()) == (stored(service), service.edges.sources_of(ALICE))

    @pytest.mark.parametrize(
        ("field", "values"),
        [
            ("source", ["easypost", "pigeon", "", None, 7]),  # the first is not offered here
            ("key", ["abc", "k" * 301, "a key", "kéy-kéy", "key\x00key", 7, ["key-key"]]),
            ("push_secret", ["a b c d", 7]),
            ("daily_quota", [0, -1, "300", 1.5, True, None, 10**8]),
            ("ask_about", ["EVERY_PARCEL", "", None, 7, ["every_parcel"]]),
        ],
    )
    def test_what_makes_no_sense_is_told_by_its_field_and_nothing_is_stored(
        self, service: Service, alice: Merchant, field: str, values: list[object]
    ) -> None:
        for value in values:
            response = alice.post("/admin/account", TYPED | {field: value})
            assert (422, {field: ["invalid"]}) == (response.status_code, (response.json or {})["errors"])
        assert [] == stored(service)

    def test_a_first_account_has_a_key(self, alice: Merchant) -> None:
        refused = alice.post("/admin/account", TYPED | {"key": None})

        assert (422, {"key": ["required"]}) == (refused.status_code, (refused.json or {})["errors"])

    @pytest.mark.parametrize("path", PATHS)
    def test_nobody_else_changes_it(
        self, service: Service, alice: Merchant, bob: Merchant, path: str
    ) -> None:
        alice.post("/admin/account", TYPED)
        body = TYPED if path == "/admin/account" else {"source": "aftership"}
        client = service.app.test_client(use_cookies=False)

        assert [401, 401] == [
            client.post(path, json=body, query_string={"id_token": alice.token()}).status_code,
            client.post(path, json=body, headers={"Authorization": "Bearer x.y.z"}).status_code,
        ]
        assert 503 == service.merchant(CHARLIE).post(path, body).status_code
        assert 200 == bob.post(path, body).status_code
        assert (
            415
            == client.post(path, data=b"x", headers={"Authorization": f"Bearer {alice.token()}"}).status_code
        )
        assert [ALICES] == stored(service)
        assert (path == "/admin/account") == bool(stored(service, BOB))


def test_where_nothing_is_offered_nothing_is_said(make_service: Any) -> None:
    plain: Service = make_service()
    merchant = plain.merchant(ALICE)

    assert 'id="news"' not in merchant.open().text
    assert 422 == merchant.post("/admin/account", TYPED).status_code


@pytest.mark.parametrize(
    ("codes", "state", "text"),
    [
        ([], "done", "No trouble so far."),
        (["source_key_rejected", "source_quota_spent"], "todo", "does not accept the API key"),
        (["source_quota_spent"], "todo", "Your plan there is used up"),
        (["daily_quota_reached"], "todo", "that you chose"),
        (["source_unavailable"], "unknown", "nothing for you to do"),
        (["of_tomorrow"], "todo", "no usable answers"),
    ],
)
def test_the_gravest_trouble_is_told_with_what_to_do(
    service: Service, alice: Merchant, codes: list[str], state: str, text: str
) -> None:
    alice.post("/admin/account", {**TYPED, "source": "dhl"})
    (told,) = account_facts(
        ALICE, service.edges.accounts.of(ALICE), troubles_of=lambda *_: codes, pushing=OFFERED.read_push
    )

    assert (state, None) == (told["state"], told["path"])
    assert text in told["text"]


def test_trouble_is_told_to_its_merchant_until_the_account_is_saved_anew(
    service: Service, alice: Merchant, bob: Merchant
) -> None:
    for merchant in (alice, bob):
        merchant.post("/admin/account", TYPED)
    service.edges.troubles.tell(ALICE, "aftership", "source_key_rejected")
    assert ["todo", "done"] == [shown(merchant)[0]["state"] for merchant in (alice, bob)]

    alice.post("/admin/account", TYPED)
    assert "done" == shown(alice)[0]["state"]


def test_a_quota_that_is_spent_is_told_once_until_the_account_is_saved_anew(
    service: Service, alice: Merchant, log_lines: list[dict[str, Any]]
) -> None:
    """Whatever is due after that. Then it may be asked again at once."""
    edges = service.edges
    follower = make_follower(
        Settings("key", "secret", "redis://127.0.0.1"), edges, sources_of=edges.sources_of
    )

    def follow(*numbers: str) -> list[str]:
        parcels = [Parcel(number) for number in numbers]
        edges.followed.follow(ALICE, ORDER, parcels, sources=["aftership"], at=datetime.now(UTC))
        log_lines.clear()
        follower.run_once()
        return [line["code"] for line in log_lines if line["event"] == "account in trouble"]

    alice.post("/admin/account", TYPED | {"daily_quota": 1})
    assert ([], "done") == (follow("RB1"), shown(alice)[0]["state"])
    assert [["daily_quota_reached"], []] == [follow("RB2"), follow("RB3")]
    (told,) = shown(alice)
    assert "todo" == told["state"]
    assert told["text"].startswith("All parcels a day that you chose are used")

    alice.post("/admin/account", TYPED)
    assert ("done", []) == (shown(alice)[0]["state"], follow("RB4"))
    assert [("ok", 1)] == [
        (line["outcome"], line["parcels"]) for line in log_lines if line["event"] == "follow"
    ]


@pytest.fixture
def desk(service: Service, reachable: str, browser: Browser, browser_context_args: Any) -> Iterator[Desk]:
    with browser.new_context(**browser_context_args) as context:
        page: Page = context.new_page()
        page.set_default_timeout(PATIENCE)
        yield Desk(page, service.platform, ALICE)


def test_a_merchant_switches_carrier_news_on_and_off(service: Service, desk: Desk) -> None:
    """With Polaris, and by its plain twins where the CDN does not answer."""
    desk.open()
    news = desk.app.locator("#news")
    desk.press("saveAccount")
    expect(desk.said("news")).to_have_text("Check the marked fields. Nothing was saved.")
    expect(desk.field("API key")).to_be_focused()
    assert [] == desk.barriers()

    desk.field("Tracking service").select_option("AfterShip")
    desk.field("API key").fill(KEY)
    desk.field("Parcels a day").fill("300")
    desk.field("Ask about").select_option("Only parcels that Shopify has no news of")
    desk.press("saveAccount")
    expect(news.get_by_role("heading", name="AfterShip")).to_be_visible()
    expect(desk.field("API key")).to_have_value("")
    expect(news.locator("code")).to_have_text(
        f"{service.platform.app_url}/webhooks/tracking/aftership/{ALICE}"
    )
    alices = SourceAccount("aftership", KEY, None, 300, AskAbout.SILENT_PARCELS)
    assert ([alices], []) == (stored(service), desk.barriers())

    desk.page.route("**/shopifycloud/**", lambda route: route.abort())
    desk.open()
    expect(desk.field("Parcels a day")).to_have_value("300")  # the first of the list, as it is kept
    expect(desk.field("Ask about")).to_have_value("silent_parcels")
    desk.field("Ask about").select_option("Every parcel, at once")
    desk.field("Parcels a day").fill("5000")
    desk.field("Tracking service").select_option("DHL")
    desk.field("API key").fill("dhl-key-of-alice")
    desk.press("saveAccount")
    expect(news.get_by_role("heading", name="DHL")).to_be_visible()
    news.get_by_role("button", name="Remove AfterShip").click()
    expect(desk.said("news")).to_have_text("Removed. Its parcels are no longer followed.")
    expect(desk.field("Tracking service")).to_be_focused()
    assert ([SourceAccount("dhl", "dhl-key-of-alice", None, 5000)], []) == (stored(service), desk.barriers())
    assert not desk.overflows()
