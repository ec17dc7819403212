"""Several shops under one origin, each with its own orders, tokens and storefront; none reaches another."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import requests

from tests.demo.conftest import ALICE, APP_TOML, BOB, CHARLIE, EXTENSION, FakeApp
from tracker.demo.app_config import BadAppConfig
from tracker.demo.platform import SHOPS, Platform, ShopPlan, create_platform
from tracker.demo.signing import proxy_signature

EVERYONE = (ALICE, BOB, CHARLIE)


@pytest.fixture
def served(platform: Platform) -> Iterator[Platform]:
    """The three shops on ports of their own, the app installed in the first two."""
    platform.install(ALICE)
    platform.install(BOB)
    with platform.serve():
        yield platform


def test_there_are_three_shops_by_default() -> None:
    platform = create_platform(app_toml=APP_TOML)
    assert [plan.domain for plan in SHOPS] == platform.domains == list(EVERYONE)
    assert [plan.name for plan in SHOPS] == [platform.shop(one).name for one in EVERYONE]


def test_shops_are_called_as_planned_or_by_their_domain() -> None:
    plans = (ShopPlan("a.myshopify.com", "Shop A"), "big-tent.myshopify.com")
    platform = create_platform(app_toml=APP_TOML, shops=plans)
    assert ["Shop A", "Big Tent"] == [platform.shop(one).name for one in platform.domains]


def test_a_platform_has_a_shop_and_an_app_that_could_be_deployed(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one shop"):
        create_platform(app_toml=APP_TOML, shops=())
    (tmp_path / "app.toml").write_text("")
    with pytest.raises(BadAppConfig):
        create_platform(app_toml=tmp_path / "app.toml")
    with pytest.raises(KeyError):
        create_platform(app_toml=APP_TOML).install("nobody.myshopify.com")


def test_what_is_not_served_has_no_address(platform: Platform) -> None:
    with pytest.raises(RuntimeError):
        _ = platform.origin
    with pytest.raises(RuntimeError):
        platform.storefront(BOB)


def test_the_same_order_number_is_another_order_in_another_shop(platform: Platform) -> None:
    """By its id, its confirmation number, and what was bought; the buyer is the same."""
    orders = [platform.shop(shop).find_order("#1001") for shop in EVERYONE]
    assert {"ada@example.com"} == {order.email for order in orders}
    assert 3 == len({order.id for order in orders})
    assert 3 == len({order.confirmation_number for order in orders})
    assert 3 == len({order.lines[0].title for order in orders})
    numbers = [
        number
        for shop in EVERYONE
        for order in platform.shop(shop).orders
        for number in (order.id, *(parcel.id for parcel in order.parcels), *(line.id for line in order.lines))
    ]
    assert len(numbers) == len(set(numbers))


def test_each_storefront_is_a_shop_of_its_own(served: Platform) -> None:
    """The first at the platform's own origin, the others at theirs; none knows another's name."""
    assert served.origin == served.storefront(ALICE)
    assert 3 == len({served.storefront(shop) for shop in EVERYONE})
    for shop in EVERYONE:
        text = requests.get(f"{served.storefront(shop)}/pages/track-order", timeout=20).text
        names = [other for other in EVERYONE if served.shop(other).name + "</title>" in text]
        assert [shop] == names


def test_the_proxy_answers_at_the_storefront_and_under_the_shops(served: Platform, fake_app: FakeApp) -> None:
    """Signed for the very shop whose path it was, and only where the app is installed."""
    for shop in (ALICE, BOB):
        for origin in (served.storefront(shop), served.admin_origin.format(shop=shop)):
            answer = requests.get(f"{origin}/apps/track-order/x", timeout=20)
            assert "fine" == answer.text
            seen = fake_app.requests.pop()
            assert f"shop={shop}&" in seen["query"]
            assert "/proxy/x" == seen["path"]
            assert seen["query"].endswith(proxy_signature(seen["query"], served.shop(shop).api_secret))
    for origin in (served.storefront(CHARLIE), served.admin_origin.format(shop=CHARLIE)):
        answer = requests.get(f"{origin}/apps/track-order", timeout=20)
        assert (404, "text/html") == (answer.status_code, answer.headers["Content-Type"].split(";")[0])
        assert served.shop(CHARLIE).name in answer.text
    assert [] == fake_app.requests


def test_a_merchant_can_move_the_proxy(served: Platform, fake_app: FakeApp) -> None:
    served.customize_proxy_path(ALICE, "/tools/where-is-it")
    origin = served.storefront(ALICE)
    assert 404 == requests.get(f"{origin}/apps/track-order", timeout=20).status_code
    assert 200 == requests.get(f"{origin}/tools/where-is-it", timeout=20).status_code
    assert "path_prefix=/tools/where-is-it" in fake_app.requests[0]["query"].replace("%2F", "/")
    assert 200 == requests.get(f"{served.storefront(BOB)}/apps/track-order", timeout=20).status_code
    for path in ("/pages/x", "/apps/", "/apps/a/b", "apps/a", f"/apps/{'x' * 31}"):
        with pytest.raises(ValueError, match="no path"):
            served.customize_proxy_path(ALICE, path)


def test_a_shop_s_own_address_is_in_its_answers(served: Platform) -> None:
    """So that a link in Bob's order leads into Bob's shop."""
    state = served.shop(BOB)
    with state.lock:
        token = state.tokens.exchange().access_token
    answer = requests.post(
        f"{served.admin_origin.format(shop=BOB)}/admin/api/2026-10/graphql.json",
        json={"query": "{ shop { id name myshopifyDomain primaryDomain { url host } } }"},
        headers={"X-Shopify-Access-Token": token},
        timeout=20,
    )
    origin = served.storefront(BOB)
    assert {
        "id": f"gid://shopify/Shop/{state.id}",
        "name": state.name,
        "myshopifyDomain": BOB,
        "primaryDomain": {"url": origin, "host": origin.removeprefix("http://")},
    } == answer.json()["data"]["shop"]


def test_the_switches_and_counts_of_a_shop_are_its_own(served: Platform) -> None:
    served.switch(ALICE, fail="5xx")
    url = f"{served.admin_origin}/admin/api/2026-10/graphql.json"
    status = [requests.post(url.format(shop=shop), json={}, timeout=20).status_code for shop in (ALICE, BOB)]
    assert [503, 401] == status
    assert [1, 1, 0] == [served.calls(shop)["admin"] for shop in EVERYONE]
    served.reset(ALICE)
    assert [0, 1, 0] == [served.calls(shop)["admin"] for shop in EVERYONE]


def test_the_shops_are_listed_and_an_unknown_one_is_not_there(served: Platform) -> None:
    text = requests.get(f"{served.origin}/shops/", timeout=20).text
    for shop in EVERYONE:
        assert f'href="{served.admin(shop)}"' in text
        assert f'href="{served.storefront(shop)}/pages/track-order"' in text
    assert 404 == requests.get(f"{served.origin}/shops/nobody.myshopify.com/admin", timeout=20).status_code


@pytest.mark.parametrize("name", ["app-bridge.js", "polaris.js"])
def test_the_cdn_s_scripts_are_for_pages_of_any_origin(served: Platform, name: str) -> None:
    answer = requests.get(f"{served.origin}/shopifycloud/{name}", timeout=20)
    assert (200, "text/javascript") == (answer.status_code, answer.headers["Content-Type"].split(";")[0])
    assert "cross-origin" == answer.headers["Cross-Origin-Resource-Policy"]
    assert 404 == requests.get(f"{served.origin}/shopifycloud/other.js", timeout=20).status_code


def test_duties_reach_the_app_about_anybody_who_ordered(served: Platform, fake_app: FakeApp) -> None:
    """Also about a guest, and a shop that is gone."""
    guest = next(order for order in served.shop(ALICE).orders if order.email and order.customer is None)
    assert guest.email is not None
    served.request_data(ALICE, guest.email)
    served.redact_customer(ALICE, guest.email)
    served.uninstall(ALICE)
    served.redact_shop(ALICE)
    assert served.wait_for_webhooks(20)
    bodies = {one["headers"]["X-Shopify-Topic"]: one["body"].decode() for one in fake_app.requests}
    assert {"customers/data_request", "customers/redact", "app/uninstalled", "shop/redact"} == set(bodies)
    for topic in ("customers/data_request", "customers/redact"):
        assert str(guest.id) in bodies[topic]
        assert guest.email in bodies[topic]


def test_storefronts_take_the_next_ports_where_they_are_free() -> None:
    """The platform's own port is the one asked for, whatever became of the others."""
    first, second, third = three_ports_in_a_row()
    port = first.getsockname()[1]
    second.listen()
    first.close()
    third.close()
    platform = create_platform(app_toml=APP_TOML, extension=EXTENSION)
    with second, platform.serve(port=port):
        assert f"http://127.0.0.1:{port}" == platform.origin
        assert f"http://127.0.0.1:{port + 1}" != platform.storefront(BOB)
        assert f"http://127.0.0.1:{port + 2}" == platform.storefront(CHARLIE)


def three_ports_in_a_row() -> list[socket.socket]:
    """Sockets bound to three ports of which each is the next; others take some meanwhile, so look again."""
    while True:
        sockets = [socket.socket() for _ in range(3)]
        sockets[0].bind(("127.0.0.1", 0))
        port = sockets[0].getsockname()[1]
        with suppress(OSError, OverflowError):
            for number, one in enumerate(sockets[1:], start=1):
                one.bind(("127.0.0.1", port + number))
            return sockets
        for one in sockets:
            one.close()
