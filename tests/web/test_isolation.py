"""No route brings anything of one shop to another: each is asked for by Alice, who has a story, settings and
counts of her own, then by Bob, then by Charlie, who never installed the app. And no shop takes another's
threads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.source_fakes import OFFERED
from tests.web.shops import PATIENCE, World, eventually, world
from tests.web.storefront import ADA, ALICE, BOB, CHARLIE, FORM, SECRET
from tests.webhook_bodies import Sender
from tracker.demo.customers import CUSTOMERS
from tracker.store.sealing import Sealer
from tracker.store.tables import LOOKUP_COUNTS, SHOPS, TRACKING_ACCOUNTS

Lines = list[dict[str, Any]]
Ask = Callable[[World, str], TestResponse]

KEY = "of-alice-alone"
OF_ALICE = "/pages/of-alice-alone"
CHOSEN = {"stalled_days": 7, "contact_url": OF_ALICE, "lookup_limit": None, "hidden": ["events"]}
ADAS_ID = str(CUSTOMERS[0].id)


def _page(path: str) -> Ask:
    return lambda shops, shop: shops.storefront(shop).send("GET", path)


def _opened(path: str) -> Ask:
    def ask(shops: World, shop: str) -> TestResponse:
        query = {"shop": shop, "embedded": "1", "id_token": shops.platform.id_token(shop)}
        return shops.app.test_client(use_cookies=False).get(path, query_string=query)

    return ask


def _clicked(path: str) -> Ask:
    def ask(shops: World, shop: str) -> TestResponse:
        headers = {"Authorization": f"Bearer {shops.platform.id_token(shop)}"}
        chosen = CHOSEN if shop == ALICE else CHOSEN | {"contact_url": None}
        return shops.app.test_client(use_cookies=False).post(path, headers=headers, json=chosen)

    return ask


def _asset(page: str, folder: str) -> Ask:
    def ask(shops: World, shop: str) -> TestResponse:
        shown = (_opened if page == "/admin" else _page)(page)(shops, ALICE).text
        found = re.search(rf"{folder}/([\w.-]+\.js)", shown)
        assert found is not None
        prefix = "/proxy/assets" if folder == "/assets" else folder
        return shops.storefront(shop).send("GET", f"{prefix}/{found[1]}")

    return ask


def _told(shops: World, shop: str) -> TestResponse:
    """What Shopify tells, and what is done about it later. `test_webhooks_of_shops.py` has every topic."""
    sender = Sender(shops.app, shop=shop)
    sender.send("app/scopes_update")
    answer = sender.send("orders/updated")
    shops.do_jobs()
    return answer


def _account(path: str) -> Ask:
    """An account of Alice's own, under a key that stands nowhere else."""

    def ask(shops: World, shop: str) -> TestResponse:
        sent: dict[str, Any] = {"source": "aftership"}
        if not path.endswith("remove"):
            sent |= {
                "key": KEY if shop == ALICE else "another",
                "push_secret": None,
                "daily_quota": 7,
                "ask_about": "every_parcel",
            }
        headers = {"Authorization": f"Bearer {shops.platform.id_token(shop)}"}
        return shops.app.test_client(use_cookies=False).post(path, headers=headers, json=sent)

    return ask


def _choices(path: str) -> Ask:
    def ask(shops: World, shop: str) -> TestResponse:
        return shops.storefront(shop, customer=ADAS_ID).send("POST", path, data="", content_type=FORM)

    return ask


def _pushed(shops: World, shop: str) -> TestResponse:
    """`test_pushes.py` has those that are signed."""
    return shops.app.test_client(use_cookies=False).post(f"/webhooks/tracking/aftership/{shop}", json={})


ROUTES: dict[tuple[str, str], Ask] = {
    ("POST", "/proxy/lookup"): lambda shops, shop: shops.storefront(shop).look_up(),
    ("POST", "/proxy/orders/lookup"): lambda shops, shop: shops.storefront(shop, customer=ADAS_ID).choose(),
    ("GET", "/proxy/orders"): lambda shops, shop: shops.storefront(shop, customer=ADAS_ID).list_orders(),
    ("GET", "/proxy"): _page("/proxy"),
    ("POST", "/proxy"): _choices("/proxy"),
    ("GET", "/proxy/"): _page("/proxy/"),
    ("POST", "/proxy/"): _choices("/proxy/"),
    ("GET", "/proxy/lookup"): _page("/proxy/lookup"),
    ("GET", "/proxy/assets/<name>"): _asset("/proxy", "/assets"),
    ("GET", "/"): _opened("/"),
    ("GET", "/admin"): _opened("/admin"),
    ("GET", "/admin/bounce"): lambda shops, shop: shops.app.test_client(use_cookies=False).get(
        "/admin/bounce", query_string={"shop": shop, "shopify-reload": "http://localhost/admin?shop=" + shop}
    ),
    ("GET", "/admin/assets/<name>"): _asset("/admin", "/admin/assets"),
    ("POST", "/admin/checks"): _clicked("/admin/checks"),
    ("POST", "/admin/trial"): _clicked("/admin/trial"),
    ("POST", "/admin/settings"): _clicked("/admin/settings"),
    ("POST", "/admin/account"): _account("/admin/account"),
    ("POST", "/admin/account/remove"): _account("/admin/account/remove"),
    ("POST", "/webhooks/shopify"): _told,
    ("POST", "/webhooks/tracking/<source>/<shop>"): _pushed,
    ("GET", "/healthz"): _page("/healthz"),
    ("GET", "/readyz"): _page("/readyz"),
}
"""How each route is asked for by a shop. A new route needs a line here."""


@pytest.fixture
def shops(sqlite_url: str, redis_url: str) -> Iterator[World]:
    """Alice and Bob have installed the app."""
    with world(sqlite_url, redis_url, offered=OFFERED, web_threads=4) as three:
        for shop in (ALICE, BOB):
            three.install(shop, "read_customers")
        yield three


def routes_of(app: Flask) -> set[tuple[str, str]]:
    return {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def kept_of(shops: World, client: Redis, shop: str) -> dict[str, object]:
    """Everything that is kept of a shop, wherever it is."""
    assert shops.edges.store is not None
    shops.edges.store.activity.flush()
    tag = Sealer(SECRET).shop_tag(shop).encode()
    kept: dict[str, object] = {
        key.decode("latin-1"): client.dump(key) for key in client.scan_iter() if tag in key
    }
    with shops.edges.store.database.reading() as connection:
        row = connection.execute(select(SHOPS).where(SHOPS.c.domain == shop)).one_or_none()
        counts = select(LOOKUP_COUNTS).where(LOOKUP_COUNTS.c.shop_id == (row.id if row else -1))
        accounts = select(TRACKING_ACCOUNTS).where(TRACKING_ACCOUNTS.c.shop_id == (row.id if row else -1))
        kept["accounts"] = sorted(map(str, connection.execute(accounts).all()))
        kept["counts"] = sorted(map(str, connection.execute(counts).all()))
    return kept | {"row": None if row is None else tuple(row)}


def asked(shops: World, shop: str) -> dict[str, Any]:
    """What was asked of a shop so far, but for what its own visitors and webhooks came to."""
    told = shops.platform.calls(shop)
    return {name: told[name] for name in ("admin", "token", "operations")}


def test_no_route_brings_anything_of_one_shop_to_another(
    shops: World, redis_client: Redis, log_lines: Lines
) -> None:
    assert ROUTES.keys() == routes_of(shops.app)
    for ask in ROUTES.values():
        ask(shops, ALICE)
    assert OF_ALICE in shops.storefront(ALICE).look_up({"order": "9", "email": "x@y.z"}, as_page=True).text

    for shop, others in ((BOB, (ALICE, CHARLIE)), (CHARLIE, (ALICE, BOB))):
        for route, ask in ROUTES.items():
            shops.do_jobs()
            before = {other: (kept_of(shops, redis_client, other), asked(shops, other)) for other in others}
            log_lines.clear()

            answer = ask(shops, shop)

            seen = answer.text + str(answer.headers)
            if "<name>" not in route[1]:  # to know the name, Alice's page was opened
                logged = str([line for line in log_lines if line["event"] == "request"])
                assert not [other for other in others if other in seen + logged], (shop, route)
                after = {
                    other: (kept_of(shops, redis_client, other), asked(shops, other)) for other in others
                }
                assert before == after, (shop, route)
            assert OF_ALICE not in seen, (shop, route)
            assert KEY not in seen, (shop, route)


def test_a_shop_without_the_app_is_not_served_by_what_others_have(shops: World) -> None:
    for rule in ("/proxy/lookup", "/proxy/orders/lookup", "/proxy/orders"):
        ask = next(ask for (_, path), ask in ROUTES.items() if path == rule)
        assert [200, 200] == [ask(shops, shop).status_code for shop in (ALICE, BOB)]

        answer = ask(shops, CHARLIE)

        assert (503, "not_set_up") == (answer.status_code, (answer.json or {})["code"])
    assert 0 == shops.platform.calls(CHARLIE)["admin"]


def test_a_shop_that_hangs_takes_no_more_than_its_share_of_the_threads(shops: World) -> None:
    """Of four threads Alice's shoppers get two to wait in; who comes on top is told when to come back, and
    Bob's are served meanwhile."""
    shops.platform.switch(ALICE, fail="hang")
    alice, bob = shops.storefront(ALICE), shops.storefront(BOB)
    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(alice.look_up, ADA | {"order": number}) for number in ("1001", "1002")]
        try:
            eventually(lambda: shops.platform.calls(ALICE)["admin"] == 2)

            refused = alice.look_up(ADA | {"order": "1003"})
            served = bob.look_up()

            assert not any(one.done() for one in waiting)
        finally:
            shops.platform.reset(ALICE)
        assert (503, "upstream_unavailable") == (refused.status_code, (refused.json or {})["code"])
        assert "2" == refused.headers["Retry-After"]
        assert 200 == served.status_code
        assert [200, 200] == [one.result(PATIENCE).status_code for one in waiting]
    assert 200 == alice.look_up(ADA | {"order": "1003"}).status_code
