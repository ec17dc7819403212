"""The set-up guide finds out by itself how a shop stands."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.admin.conftest import Merchant, Service
from tests.web.storefront import ALICE, PATH, own_pairs, signed
from tracker.ports.shops import PageFound
from tracker.verbs.check_setup import EmailAccess, SetUp
from tracker.web.admin import guide
from tracker.web.admin.guide import steps

ADDRESS = "https://alice.myshopify.com"
NEEDED = frozenset({"read_orders", "read_fulfillments"})
EVERYTHING = NEEDED | set(guide.EXTRA_SCOPES)
WELL = SetUp(None, EVERYTHING, EmailAccess.GRANTED, PATH, PageFound.OURS)


def checked(merchant: Merchant) -> dict[str, dict[str, Any]]:
    """The steps by their names."""
    response = merchant.post("/admin/checks")
    assert 200 == response.status_code
    return {step["id"]: step for step in (response.json or {})["steps"]}


def states(merchant: Merchant) -> dict[str, str]:
    return {name: step["state"] for name, step in checked(merchant).items()}


def test_a_shop_that_is_well_has_nothing_to_do(service: Service, live: Merchant) -> None:
    service.platform.grant(ALICE, ["read_customers", "read_returns"])

    found = checked(live)

    assert {"connected": "done", "scopes": "optional", "email": "done", "page": "done"} == states(live)
    assert found["page"]["link"]["href"].endswith(f"/shops/{ALICE}{PATH}")
    missing = [extra["scope"] for extra in found["scopes"]["extras"]]
    assert set(guide.EXTRA_SCOPES) - {"read_customers", "read_returns"} == set(missing)


def test_a_path_that_was_moved_is_learnt_from_the_shoppers(service: Service, live: Merchant) -> None:
    service.platform.customize_proxy_path(ALICE, "/a/where")
    assert "todo" == states(live)["page"]

    service.storefront(ALICE).look_up(query=signed(own_pairs(ALICE, path="/a/where")))
    service.flush()

    assert "done" == states(live)["page"]
    service.do_jobs()
    installation = service.platform.shop(ALICE).installation
    assert installation is not None
    assert "/a/where" in [noted.value for noted in installation.metafields]


def test_e_mails_that_are_withheld_are_told(service: Service, alice: Merchant) -> None:
    service.platform.switch(ALICE, protected_email=False)

    assert "todo" == states(alice)["email"]


def test_a_service_that_the_proxy_does_not_reach_is_told(alice: Merchant) -> None:
    """The app's address leads nowhere in these tests unless one says otherwise."""
    step = checked(alice)["page"]

    assert ("todo", True) == (step["state"], "does not reach this service" in step["text"])


def test_a_shop_that_does_not_answer_leaves_the_rest_unknown(service: Service, alice: Merchant) -> None:
    service.platform.switch(ALICE, fail="5xx")

    assert {"connected": "unknown", "scopes": "unknown", "email": "unknown"} == {
        name: state for name, state in states(alice).items() if name != "page"
    }


def test_a_look_up_is_tried_part_by_part_and_nothing_personal_is_shown(
    service: Service, alice: Merchant
) -> None:
    response = alice.post("/admin/trial")

    step = response.json or {}
    assert ("trial", "done") == (step["id"], step["state"])
    assert [True, True, True] == [part["works"] for part in step["parts"]]
    assert all(isinstance(part["milliseconds"], int) for part in step["parts"])
    assert "Parcels" in step["story"]
    for order in service.platform.shop(ALICE).orders:
        assert order.name not in response.text
        assert order.email is None or order.email not in response.text


def test_a_trial_is_no_look_up_of_a_shopper(service: Service, alice: Merchant) -> None:
    alice.post("/admin/trial")
    service.flush()

    assert "Nobody has looked up an order yet" in alice.open().text


@pytest.mark.parametrize(
    ("switches", "why"),
    [
        ({"fail": "5xx"}, "no usable answer"),
        ({"protected_email": False}, "hides e-mail"),
    ],
)
def test_a_trial_that_fails_says_which_part_and_why(
    service: Service, alice: Merchant, switches: dict[str, object], why: str
) -> None:
    service.platform.switch(ALICE, **switches)

    step = alice.post("/admin/trial").json or {}

    assert "todo" == step["state"]
    (part,) = step["parts"]
    assert (False, True) == (part["works"], why in part["why"])


class TestSentences:
    def step(self, name: str, **found: object) -> guide.Step:
        told = {**{key: getattr(WELL, key) for key in SetUp.__slots__}, **found}
        (step,) = [
            each for each in steps(SetUp(**told), address=ADDRESS, client_id="key") if each["id"] == name
        ]
        return step

    def test_all_is_done_where_all_is_well(self) -> None:
        assert {"done"} == {step["state"] for step in steps(WELL, address=ADDRESS, client_id="key")}

    @pytest.mark.parametrize(
        ("name", "found", "state", "href"),
        [
            ("connected", {"failure": "access_token_rejected"}, "todo", f"{ADDRESS}/admin/apps/key"),
            ("connected", {"failure": "shop_unavailable"}, "todo", f"{ADDRESS}/admin/apps/key"),
            ("connected", {"failure": "upstream_timeout"}, "unknown", f"{ADDRESS}/admin/apps/key"),
            ("scopes", {"scopes": frozenset()}, "todo", f"{ADDRESS}/admin/oauth/install?client_id=key"),
            ("scopes", {"scopes": NEEDED}, "optional", f"{ADDRESS}/admin/settings/apps"),
            ("scopes", {"failure": "upstream_timeout", "scopes": frozenset()}, "unknown", None),
            ("email", {"email": EmailAccess.WITHHELD}, "todo", guide.DATA_ACCESS),
            ("email", {"email": EmailAccess.UNTOLD}, "unknown", f"{ADDRESS}/admin/orders"),
            ("email", {"failure": "upstream_timeout", "email": None}, "unknown", None),
            ("page", {"page": PageFound.PASSWORD}, "todo", f"{ADDRESS}/admin/online_store/preferences"),
            ("page", {"page": PageFound.NOT_FOUND}, "todo", f"{ADDRESS}/admin/settings/apps"),
            ("page", {"page": PageFound.ANOTHER}, "todo", f"{ADDRESS}/admin/settings/apps"),
            ("page", {"page": PageFound.BROKEN}, "todo", f"{ADDRESS}{PATH}"),
            ("page", {"page": PageFound.UNREACHABLE}, "unknown", f"{ADDRESS}{PATH}"),
        ],
    )
    def test_what_is_not_done_says_what_to_do_and_where(
        self, name: str, found: dict[str, object], state: str, href: str | None
    ) -> None:
        step = self.step(name, **found)

        assert (state, href) == (step["state"], step["link"] and step["link"]["href"])
        assert step["text"].endswith((".", ":"))

    def test_the_block_is_one_click_away(self) -> None:
        """https://shopify.dev/docs/apps/build/online-store/theme-app-extensions/configuration"""
        assert (
            "https://alice.myshopify.com/admin/themes/current/editor"
            "?template=page&addAppBlockId=key/track-order&target=newAppsSection"
        ) == guide.block_link(ADDRESS, "key")
