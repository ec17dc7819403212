"""A merchant's three minutes in a browser: from an admin without the app to a shop whose shoppers track their
orders, and back to nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect
from redis import Redis
from sqlalchemy import select

from tests.web.shops import World, world
from tests.web.storefront import ALICE, SECRET
from tracker.store.sealing import Sealer
from tracker.store.tables import METADATA

PATIENCE = 30_000


@pytest.fixture
def shops(sqlite_url: str, redis_url: str) -> Iterator[World]:
    """Nobody has installed the app, and Alice's shop is not open to everybody yet."""
    with world(sqlite_url, redis_url) as three:
        three.platform.switch(ALICE, password_page=True)
        yield three


class Merchant:
    """Alice in her admin, on her phone."""

    def __init__(self, page: Page, shops: World) -> None:
        self.page = page
        self._admin = shops.platform.admin(ALICE)
        page.set_viewport_size({"width": 390, "height": 844})
        page.set_default_timeout(PATIENCE)
        self.faults: list[str] = []
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda said: self.faults.append(said.text) if said.type == "error" else None)

    def open_admin(self) -> None:
        self.page.goto(self._admin)

    def press(self, name: str, *, role: str = "button") -> None:
        """On the admin's own page."""
        self.page.get_by_role(role, name=name, exact=True).click()  # type: ignore[arg-type] # a role by name

    def guide(self, step: str) -> Locator:
        """A step of the guide, on the app's own page in the frame."""
        return self.page.frame_locator("iframe.app").locator(f"#step-{step}")

    def sees(self, **states: str) -> None:
        """How each step of the guide stands."""
        for step, state in states.items():
            expect(self.guide(step)).to_have_attribute("data-state", state, timeout=PATIENCE)

    def back_to_app(self) -> None:
        self.page.get_by_role("navigation").get_by_role("link", name="Track my order").click()


def test_a_merchant_installs_goes_live_and_leaves(page: Page, shops: World, redis_client: Redis) -> None:
    alice = Merchant(page, shops)
    installs(alice)
    allows_more(alice)
    opens_the_shop(alice)
    adds_the_block(alice)
    tries_a_look_up(alice)
    a_shopper_finds_an_order(page)
    assert [] == alice.faults
    leaves(alice, shops)
    nothing_is_left(alice, shops, redis_client)


def installs(alice: Merchant) -> None:
    alice.open_admin()
    alice.press("Install", role="link")
    alice.press("Install")
    alice.sees(connected="done", scopes="optional", email="done", page="todo", block="todo", trial="todo")


def allows_more(alice: Merchant) -> None:
    """One thing where the guide asks for it, the others in the settings that it leads to."""
    extras = alice.guide("scopes").locator(".extras li")
    expect(extras).to_have_count(4)
    extras.first.get_by_role("button").click()
    alice.press("Allow")
    expect(extras).to_have_count(3)
    alice.guide("scopes").get_by_role("link").click()
    for box in alice.page.get_by_role("checkbox").all():
        box.check()
    alice.press("Save")
    alice.press("Open app", role="link")
    alice.sees(scopes="done")


def opens_the_shop(alice: Merchant) -> None:
    """Whose password was in shoppers' way."""
    alice.guide("page").get_by_role("link").click()
    alice.press("Open the shop to everybody")
    alice.back_to_app()
    alice.sees(page="done")


def adds_the_block(alice: Merchant) -> None:
    alice.guide("block").get_by_role("link").click()
    alice.press("Add block and save")
    alice.press("go back to the app", role="link")
    alice.sees(block="done")


def tries_a_look_up(alice: Merchant) -> None:
    alice.guide("trial").get_by_role("button", name="Try it").click()
    alice.sees(connected="done", scopes="done", email="done", page="done", block="done", trial="done")


def a_shopper_finds_an_order(page: Page) -> None:
    """By the block, on the shop's own page."""
    page.get_by_role("link", name="Online store").click()
    page.get_by_label("Order number").fill("1004")
    page.get_by_label("E-mail address").fill("ada@example.com")
    page.get_by_role("button", name="Find my order").click()
    expect(page.locator("track-order")).to_contain_text("Your order is out for delivery.")


def leaves(alice: Merchant, shops: World) -> None:
    alice.open_admin()
    alice.press("Uninstall")
    alice.press("Tell it now (shop/redact)")
    expect(alice.page.get_by_role("status")).to_have_text("The app has taken it.")
    assert shops.platform.wait_for_webhooks(PATIENCE / 1000)
    assert shops.do_jobs() > 0


def nothing_is_left(alice: Merchant, shops: World, redis_client: Redis) -> None:
    """In her shop, in the database, in Redis."""
    store = shops.edges.store
    assert store is not None
    alice.page.goto(f"{shops.platform.storefront(ALICE)}/pages/track-order")
    expect(alice.page.locator("track-order, track-order-button")).to_have_count(0)
    with store.database.reading() as connection:
        rows = {table.name: connection.execute(select(table)).all() for table in METADATA.sorted_tables}
    assert {"privacy_requests": 1} == {name: len(found) for name, found in rows.items() if found}
    tag = Sealer(SECRET).shop_tag(ALICE).encode()
    assert [] == [key for key in redis_client.scan_iter() if tag in key]
