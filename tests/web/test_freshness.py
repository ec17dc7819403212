"""A webhook that any host takes makes the next look-up at every host show the order, whatever is in flight.

Two hosts: two services with nothing in common but Redis and the shop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

import tracker.edges
from tests.fakes import InlineBackground, SettableClock
from tests.pretend_shopify import PretendShopify
from tests.web.conftest import MakeApp
from tests.web.storefront import ADA, Storefront, own_pairs, signed
from tests.webhook_bodies import Sender, changed
from tracker.demo.customers import CUSTOMERS
from tracker.order import Status

NEW = "new@example.com"
AS_NEW = ADA | {"email": NEW}
ADAS_ID = str(CUSTOMERS[0].id)


class Hosts:
    """Two of them, by a clock that can be moved, and what happens at the shop."""

    def __init__(self, make_app: MakeApp, shopify: PretendShopify) -> None:
        self.clock = SettableClock(datetime.now(UTC))
        self.one, self.two = (
            make_app(clock=self.clock, soft_ages=dict.fromkeys(Status, 100)) for _ in range(2)
        )
        self.shopify = shopify

    def look_up(self, app: Flask, fields: dict[str, str] = ADA, *, customer: str = "") -> Any:
        """By who is signed in, where there is a `customer`, else by e-mail."""
        query = signed(own_pairs(at=self.clock().timestamp(), customer=customer))
        storefront = Storefront(app)
        if customer:
            return storefront.choose(query=query)
        return storefront.look_up(fields, query=query)

    def change(self, app: Flask, email: str = NEW) -> None:
        """The order is somebody else's from now on, and the webhook that says so is taken by `app`."""
        with self.shopify.shop.lock:
            order = self.shopify.shop.find_order("#1001")
            order.email, order.customer, number = email, None, order.id
        body = changed("orders/updated", id=number, admin_graphql_api_id=None)
        assert Sender(app).send("orders/updated", body).status_code == 200


@pytest.fixture
def hosts(make_app: MakeApp, shopify: PretendShopify, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hosts]:
    """What is refreshed behind an answer is refreshed at once, so that no test waits."""
    monkeypatch.setattr(tracker.edges, "BoundedBackground", lambda **_: InlineBackground())
    with shopify.shop.lock:
        order = shopify.shop.find_order("#1001")
        before = order.email, order.customer
    yield Hosts(make_app, shopify)
    with shopify.shop.lock:
        order.email, order.customer = before


@contextmanager
def interrupted(app: Flask, call: str, happens: Callable[[], None]) -> Iterator[None]:
    """`happens` once the shop has answered `call` of this host, and before the host has the answer."""
    orders = app.extensions["tracker_edges"].orders
    with pytest.MonkeyPatch.context() as patch:
        ask = getattr(orders, call)

        def late(*arguments: Any, **options: Any) -> Any:
            answer = ask(*arguments, **options)
            patch.undo()
            happens()
            return answer

        patch.setattr(orders, call, late)
        yield


@pytest.mark.parametrize("customer", ["", ADAS_ID], ids=["by e-mail", "signed in"])
def test_a_webhook_at_one_host_shows_at_the_other(hosts: Hosts, customer: str) -> None:
    assert [hosts.look_up(app, customer=customer).status_code for app in (hosts.one, hosts.two)] == [200, 200]

    hosts.change(hosts.one)

    assert hosts.look_up(hosts.two, customer=customer).status_code == 404
    assert hosts.look_up(hosts.two, AS_NEW).status_code == 200


@pytest.mark.parametrize("call", ["find", "read"])
@pytest.mark.parametrize("customer", ["", ADAS_ID], ids=["by e-mail", "signed in"])
@pytest.mark.parametrize("age", [None, 101, 201], ids=["cold", "refreshed behind the answer", "waited for"])
def test_what_was_asked_before_a_webhook_is_not_kept_after_it(
    hosts: Hosts, call: str, customer: str, age: int | None
) -> None:
    """Neither the story nor whose it was: not even where only the find came before."""
    if age is not None:
        hosts.look_up(hosts.one, customer=customer)
        hosts.clock.advance(age)

    with interrupted(hosts.one, call, lambda: hosts.change(hosts.two)):
        assert hosts.look_up(hosts.one, customer=customer).status_code == 200

    assert hosts.look_up(hosts.one, customer=customer).status_code == 404


def test_a_miss_does_not_hide_an_e_mail_that_was_changed(hosts: Hosts) -> None:
    """Nobody knows which order a miss would have been; so whatever changes at the shop ends all of them."""
    assert [hosts.look_up(app, AS_NEW).status_code for app in (hosts.one, hosts.two)] == [404, 404]

    hosts.change(hosts.two)

    assert hosts.look_up(hosts.one, AS_NEW).status_code == 200


def test_a_search_that_began_before_does_not_hide_it_either(hosts: Hosts) -> None:
    with interrupted(hosts.one, "find", lambda: hosts.change(hosts.two)):
        assert hosts.look_up(hosts.one, AS_NEW).status_code == 404

    assert hosts.look_up(hosts.two, AS_NEW).status_code == 200


def test_an_order_that_was_just_placed_is_found_though_it_was_not_a_moment_ago(hosts: Hosts) -> None:
    """As where somebody asks while the shop is still taking it."""
    with hosts.shopify.shop.lock:
        placed = hosts.shopify.shop.find_order("#1001")
        place = hosts.shopify.shop.orders.index(placed)
        del hosts.shopify.shop.orders[place]
    assert hosts.look_up(hosts.one).status_code == 404
    with hosts.shopify.shop.lock:
        hosts.shopify.shop.orders.insert(place, placed)
    assert hosts.look_up(hosts.one).status_code == 404

    Sender(hosts.two).send("orders/create", changed("orders/create", id=placed.id, admin_graphql_api_id=None))

    assert hosts.look_up(hosts.one).status_code == 200
