"""The list of a signed-in customer: theirs alone, newest first, short, and kept for a minute."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import strategies
from tests.fakes import NOON, FakeLists, FakeOrders
from tracker import errors
from tracker.errors import NotSetUp, Refusal, UpstreamUnavailable
from tracker.ports.orders import FoundOrder
from tracker.verbs.recent_orders import BUDGET_SECONDS, KEPT_SECONDS, LONGEST, recent_orders

ALICE = "alice.myshopify.com"
BOB = "bob.myshopify.com"
ADA, BEA = "6000000001", "6000000002"


def hit(
    name: str, *, customer: str | None = ADA, placed_at: datetime = NOON, email: str | None = None
) -> FoundOrder:
    return FoundOrder(f"gid://shopify/Order/{name}", name, email, placed_at, customer_id=customer)


@dataclass
class World:
    """Everything around one list."""

    orders: FakeOrders = field(default_factory=FakeOrders)
    lists: FakeLists = field(default_factory=FakeLists)

    def names(self, customer: str = ADA, *, shop: str = ALICE) -> list[str]:
        written: list[str] = json.loads(self.offer(customer, shop=shop))
        return written

    def offer(self, customer: str = ADA, *, shop: str = ALICE) -> bytes:
        return recent_orders(shop, customer, orders=self.orders, lists=self.lists, write=write)


def write(found: Sequence[FoundOrder]) -> bytes:
    return json.dumps([order.name for order in found]).encode()


@pytest.fixture
def world() -> World:
    """Ada placed two orders in Alice's shop, the second a day later; Bob's shop has none."""
    world = World()
    world.orders.found[ALICE] = [hit("#1001"), hit("#1002", placed_at=NOON + timedelta(days=1))]
    return world


def test_the_newest_comes_first(world: World) -> None:
    assert world.names() == ["#1002", "#1001"]
    assert world.orders.asked == [(ALICE, ADA)]
    assert 0 < world.orders.deadlines[0].remaining() <= BUDGET_SECONDS


def test_whoever_waits_less_does_not_blame_the_shop(world: World) -> None:
    """Where it takes longer, look-ups are asked as before."""
    world.offer()
    recent_orders(BOB, ADA, orders=world.orders, lists=world.lists, write=write, budget_seconds=1)

    assert [False, True] == [deadline.forgiving for deadline in world.orders.deadlines]
    assert world.orders.deadlines[1].remaining() <= 1


@pytest.mark.parametrize("whose", [BEA, None, "", ADA[:-1], "0" + ADA, f"gid://shopify/Customer/{ADA}"])
def test_what_is_not_exactly_theirs_is_left_out(world: World, whose: str | None) -> None:
    """A search may be fuzzy, or not know its filter; an e-mail proves nothing here."""
    world.orders.found[ALICE].append(hit("#1003", customer=whose, email="ada@example.com"))

    assert world.names() == ["#1002", "#1001"]


def test_it_is_short(world: World) -> None:
    world.orders.found[ALICE] = [
        hit(f"#{number}", placed_at=NOON + timedelta(hours=number)) for number in range(1, 20)
    ]

    assert world.names() == [f"#{number}" for number in range(19, 19 - LONGEST, -1)]


def test_a_name_is_offered_once_for_the_newest_of_its_orders(world: World) -> None:
    """Which is the one that a look-up of the name gives."""
    world.orders.found[ALICE].append(hit("1001", placed_at=NOON + timedelta(days=2)))

    assert world.names() == ["1001", "#1002"]


@pytest.mark.parametrize("name", ["", "???", "x" * 300, "1001:1", "\ud800"])
def test_a_name_that_cannot_be_looked_up_is_not_offered(world: World, name: str) -> None:
    world.orders.found[ALICE].append(hit(name))

    assert world.names() == ["#1002", "#1001"]


def test_it_is_kept_for_a_minute_for_this_customer_of_this_shop_alone(world: World) -> None:
    first = world.offer()
    world.orders.found.clear()

    assert world.offer() == first
    assert world.orders.calls == ["recent"]
    assert world.lists.lives == [KEPT_SECONDS] == [60]
    assert world.names(BEA) == world.names(shop=BOB) == []
    assert world.orders.calls == ["recent"] * 3


def test_an_empty_list_is_an_answer_and_is_kept_too(world: World) -> None:
    assert world.names(BEA) == world.names(BEA) == []
    assert world.orders.calls == ["recent"]


@pytest.mark.parametrize(
    ("error", "refusal"),
    [
        (errors.UpstreamTimeout(), UpstreamUnavailable),
        (errors.UpstreamThrottled(retry_after=2), UpstreamUnavailable),
        (errors.AccessTokenRejected(), NotSetUp),
        (errors.ShopUnavailable(), NotSetUp),
    ],
)
def test_a_shop_that_cannot_be_asked_is_a_refusal_and_nothing_is_kept(
    world: World, error: errors.UpstreamError, refusal: type[Refusal]
) -> None:
    world.orders.find_error = error

    with pytest.raises(refusal) as caught:
        world.offer()

    assert (caught.value.cause, caught.value.__cause__) == (error.code, error)
    assert world.lists.kept == {}


@pytest.mark.parametrize("odd", ["", "1 OR 2", "ada@example.com"])
def test_nothing_but_a_customers_id_ever_asks(world: World, odd: str) -> None:
    with pytest.raises(ValueError, match="not a customer's id"):
        world.offer(odd)

    assert (world.orders.calls, world.lists.kept) == ([], {})


hits = st.builds(
    hit,
    st.sampled_from(["#1001", "1001", "#1002", "EN-7", "?", ""]),
    customer=st.sampled_from([ADA, BEA, None]),
    placed_at=strategies.moments,
)


@given(found=st.lists(hits, max_size=25))
def test_whatever_is_found_only_theirs_is_offered_in_order(found: list[FoundOrder]) -> None:
    given_back: list[FoundOrder] = []

    def remember(orders: Sequence[FoundOrder]) -> bytes:
        given_back.extend(orders)
        return b""

    world = World()
    world.orders.found[ALICE] = found
    recent_orders(ALICE, ADA, orders=world.orders, lists=world.lists, write=remember)

    assert all(order in found and order.customer_id == ADA for order in given_back)
    times = [order.placed_at for order in given_back]
    assert times == sorted(times, reverse=True)
    theirs = [order.placed_at for order in found if order.customer_id == ADA and order.name not in ("?", "")]
    assert (times[:1] or None) == ([max(theirs)] if theirs else None)
