"""What a merchant chooses takes effect where shoppers see it: in the look-up, in both blocks, and on the
pages of the app proxy. In that merchant's shop, and in no other."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.web.admin.conftest import Merchant, Service
from tests.web.rendering import elements, render
from tests.web.storefront import ADA, ALICE, BOB, CHARLIE
from tracker.demo.customers import CUSTOMERS
from tracker.shop import HIDEABLE
from tracker.verbs.change_scopes import SYNCHRONISE

CHOSEN: dict[str, Any] = {"stalled_days": 4, "contact_url": None, "lookup_limit": None, "hidden": []}
SILENT = {"order": "1033", "email": "ada@example.com"}
"""An order of which nobody has heard for nine days."""


def choose(service: Service, merchant: Merchant, **changes: object) -> None:
    """Save, and let the service do what follows."""
    assert 200 == merchant.post("/admin/settings", CHOSEN | changes).status_code
    service.do_jobs()


def in_the_shop(service: Service, shop: str) -> list[dict[str, str | None]]:
    """The attributes of both blocks as the shop's own Liquid renders them on one page."""
    page = requests.get(f"{service.platform.storefront(shop)}/pages/track-order", timeout=30).text
    found = [one for one in elements(page) if one.tag in {"track-order", "track-order-button"}]
    assert 2 == len(found)
    return [one.attributes for one in found]


def on_the_page(service: Service, shop: str, **query: str) -> dict[str, str | None]:
    """The attributes of the element on the page of the app proxy, as its script will find them."""
    source = service.storefront(shop).page(*query.items()).text.replace("{% layout none %}", "")
    (found,) = [one for one in elements(render(source)) if one.tag == "track-order"]
    return found.attributes


def parts(attributes: dict[str, str | None]) -> set[str]:
    return set((attributes["data-show"] or "").split())


@pytest.fixture
def blocks(service: Service) -> Service:
    """Both blocks are in the themes of Alice and Bob."""
    for shop in (ALICE, BOB):
        service.platform.add_block(shop)
        service.platform.add_block(shop, "track-order-button", "index")
    return service


def test_a_list_of_orders_is_offered_while_the_shop_grants_what_it_takes(blocks: Service) -> None:
    """To who is signed in, in the block and on the app's own page."""

    def offered(shop: str) -> tuple[bool, bool]:
        blocks.do_jobs()
        block, _ = in_the_shop(blocks, shop)
        return "data-customer" in block, "data-customer" in on_the_page(blocks, shop)

    def synchronised(shop: str) -> None:
        blocks.edges.jobs.hand_on(SYNCHRONISE, shop)

    for shop in (ALICE, BOB):
        blocks.platform.switch(shop, logged_in_customer_id=str(CUSTOMERS[0].id))
        blocks.merchant(shop).open()
    assert ((False, False), (False, False)) == (offered(ALICE), offered(BOB))

    blocks.platform.grant(ALICE, ["read_customers"])
    synchronised(ALICE)
    assert ((True, True), (False, False)) == (offered(ALICE), offered(BOB))

    blocks.platform.revoke(ALICE, ["read_customers"])
    synchronised(ALICE)
    assert (False, False) == offered(ALICE)


def test_days_until_stalled_change_what_is_told_of_an_order_that_is_known_already(
    service: Service, alice: Merchant, bob: Merchant
) -> None:
    """And of no other shop's."""

    def attention(shop: str) -> str:
        answer = service.storefront(shop).look_up(SILENT).json
        assert answer is not None
        return str(answer["order"]["attention"])

    assert ("stalled", "stalled") == (attention(ALICE), attention(BOB))

    choose(service, alice, stalled_days=30)
    assert ("none", "stalled") == (attention(ALICE), attention(BOB))

    choose(service, alice, stalled_days=1)
    assert ("stalled", "stalled") == (attention(ALICE), attention(BOB))


def test_a_choice_that_changes_nothing_of_a_story_asks_the_shop_for_nothing(
    service: Service, alice: Merchant
) -> None:
    storefront = service.storefront(ALICE)
    storefront.look_up()
    choose(service, alice, hidden=["items"], contact_url="/pages/contact")
    before = service.platform.calls(ALICE)["admin"]

    assert 200 == storefront.look_up().status_code

    assert before == service.platform.calls(ALICE)["admin"]


def test_the_contact_link_is_in_the_blocks_of_that_shop(
    blocks: Service, alice: Merchant, bob: Merchant
) -> None:
    """By the metafield that was saved over the Admin API of that shop."""
    choose(blocks, alice, contact_url="/pages/alices-desk")
    choose(blocks, bob, contact_url="https://help.bob.example/")

    def links(shop: str) -> list[str | None]:
        return [block.get("data-contact") for block in in_the_shop(blocks, shop)]

    assert ["/pages/alices-desk"] * 2 == links(ALICE)
    assert ["https://help.bob.example/"] * 2 == links(BOB)

    choose(blocks, alice)
    assert [None] * 2 == links(ALICE)


@pytest.mark.parametrize(
    "chosen",
    [{"pictures", "items", "events"}, {"freshness", "expected", "status_page"}],
    ids=["some", "others"],
)
def test_what_is_hidden_is_hidden_wherever_that_shop_tells_a_story(
    blocks: Service, alice: Merchant, bob: Merchant, chosen: set[str]
) -> None:
    choose(blocks, alice, hidden=sorted(chosen))
    choose(blocks, bob)

    hidden = [
        *map(parts, in_the_shop(blocks, ALICE)),
        parts(on_the_page(blocks, ALICE)),
        parts(on_the_page(blocks, ALICE, dialog="button", locale="de")),
    ]
    whole = [
        *map(parts, in_the_shop(blocks, BOB)),
        parts(on_the_page(blocks, BOB)),
        parts(on_the_page(blocks, CHARLIE)),
    ]

    assert [HIDEABLE - chosen] * 4 == hidden
    assert [HIDEABLE] * 4 == whole


def test_the_page_keeps_to_the_choice_for_visitors_from_a_mail(service: Service, alice: Merchant) -> None:
    choose(service, alice, hidden=["items"], contact_url="/pages/contact")

    page = on_the_page(service, ALICE, order="#1001", utm_source="mail", utm_campaign="autumn")

    assert (False, "/pages/contact") == ("items" in parts(page), page["data-contact"])


def test_a_query_with_names_that_nobody_knows_gets_the_page_of_any_shop(
    service: Service, alice: Merchant
) -> None:
    """It has more than one reading, so nobody can say whose page it is."""
    choose(service, alice, hidden=["items"], contact_url="/pages/contact")

    page = on_the_page(service, ALICE, gclid="x")

    assert HIDEABLE == parts(page)
    assert "data-contact" not in page


def test_a_path_that_was_moved_is_the_one_that_the_block_posts_to(
    blocks: Service, alice: Merchant, bob: Merchant
) -> None:
    """Once a shopper of that shop has come by it."""
    blocks.platform.customize_proxy_path(ALICE, "/a/where")
    blocks.edges.activity.proxied(ALICE, "/a/where")
    blocks.flush()
    alice.post("/admin/checks")
    blocks.do_jobs()

    def action(shop: str) -> str | None:
        page = requests.get(f"{blocks.platform.storefront(shop)}/pages/track-order", timeout=30).text
        return next(one.attributes["action"] for one in elements(page) if one.tag == "form")

    assert ("/a/where/lookup", "/apps/track-order/lookup") == (action(ALICE), action(BOB))


def test_a_limit_of_one_shop_is_none_of_another(service: Service, alice: Merchant, bob: Merchant) -> None:
    choose(service, alice, lookup_limit=5)
    choose(service, bob, lookup_limit=6)

    def statuses(shop: str) -> list[int]:
        return [service.storefront(shop).look_up(ADA).status_code for _ in range(7)]

    assert [200] * 5 + [429] * 2 == statuses(ALICE)
    assert [200] * 6 + [429] == statuses(BOB)


def test_where_little_may_be_asked_a_page_that_stays_open_asks_less(
    service: Service, alice: Merchant
) -> None:
    """Or it would leave its own visitor nothing to ask."""
    before = service.storefront(ALICE).look_up(ADA).json
    choose(service, alice, lookup_limit=5)
    after = service.storefront(ALICE).look_up({**ADA, "order": "#1006"}).json

    assert before is not None
    assert after is not None
    assert (300, 3 * 10 * 60 / 5) == (before["refresh_after"], after["refresh_after"])
