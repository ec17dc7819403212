"""Everything around one look-up, for its tests: shops, shoppers, an order, and stand-ins for the ports."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from tests.fakes import (
    NOON,
    FakeAnswers,
    FakeBudget,
    FakeOrders,
    InlineBackground,
    SettableClock,
    told_alone,
)
from tests.source_fakes import FakeFollowed, FakeSources, shop_sources
from tracker.claim import by_customer, by_email
from tracker.errors import (
    Refusal,
)
from tracker.order import Order, Shipment, Status, Story
from tracker.order_number import OrderNumber
from tracker.order_number import read as read_number
from tracker.ports.answers import Visit
from tracker.ports.orders import FoundOrder
from tracker.shop import ShopSettings
from tracker.verbs.lookup import (
    Ages,
    Answer,
    Shopper,
    lookup,
)

ALICE = "alice.myshopify.com"
BOB = "bob.myshopify.com"
ADA = "ada@example.com"
BEA = "bea@example.com"
ADAS_ID, BEAS_ID = "6000000001", "6000000002"
SOFT, HARD = 600, 21_600
SECONDS_A_LOOK = 20.0
DELIVERED_SOFT, DELIVERED_HARD = 86_400, 604_800
AGES = Ages(
    soft=dict.fromkeys(Status, SOFT) | {Status.DELIVERED: DELIVERED_SOFT},
    hard=dict.fromkeys(Status, HARD) | {Status.DELIVERED: DELIVERED_HARD},
)
PARCEL = Shipment(name="#1001.1", displayed=None, items=(), created_at=NOON - timedelta(days=2))
COLD = ["ask", "generation", "keep"]
MISSED = ["ask", "generation", "keep_miss"]


def number(typed: str) -> OrderNumber:
    understood = read_number(typed)
    assert understood is not None
    return understood


def gid(which: int) -> str:
    return f"gid://shopify/Order/{which}"


def order(which: int = 1, name: str = "#1001", status: Status = Status.IN_TRANSIT) -> Order:
    return Order(
        id=gid(which),
        name=name,
        placed_at=NOON - timedelta(days=3),
        displayed=status,
        shipments=(),
        unshipped=(),
        total_quantity=1,
    )


def hit(
    which: int = 1,
    name: str = "#1001",
    email: str | None = ADA,
    *,
    customer: str | None = None,
    placed_at: datetime = NOON,
) -> FoundOrder:
    return FoundOrder(gid(which), name, email, placed_at, customer_id=customer)


@dataclass
class World:
    """Everything around one look-up. `told` are the stories that were written, oldest first."""

    orders: FakeOrders = field(default_factory=FakeOrders)
    answers: FakeAnswers = field(default_factory=FakeAnswers)
    budget: FakeBudget = field(default_factory=FakeBudget)
    background: InlineBackground = field(default_factory=InlineBackground)
    clock: SettableClock = field(default_factory=SettableClock)
    sources: FakeSources = field(default_factory=FakeSources)
    followed: FakeFollowed = field(default_factory=FakeFollowed)
    told: list[Story] = field(default_factory=list)
    chosen: dict[str, ShopSettings] = field(default_factory=dict)
    pauses: list[float] = field(default_factory=list)
    while_waiting: Callable[[], None] = lambda: None

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.while_waiting()

    def look_up(
        self,
        typed: str = "#1001",
        email: str = ADA,
        *,
        customer: str | None = None,
        shop: str = ALICE,
        visit: Visit | None = None,
    ) -> Answer:
        claim = by_email(email) if customer is None else by_customer(customer)
        return lookup(
            Shopper(shop, number(typed), claim, "203.0.113.0/24", visit),
            orders=self.orders,
            answers=self.answers,
            budget=self.budget,
            background=self.background,
            tell_story=told_alone,
            sources=shop_sources(self.sources, self.followed),
            write=self.write,
            ages=AGES,
            seconds_a_look=lambda _shop: SECONDS_A_LOOK,
            settings_of=lambda shop: self.chosen.get(shop, ShopSettings()),
            clock=self.clock,
            sleep=self.sleep,
        )

    def write(self, story: Story, checked_at: datetime, refresh_after: int | None) -> bytes:
        self.told.append(story)
        told = {
            "id": story.order.id,
            "checked_at": checked_at.isoformat(),
            "refresh_after": refresh_after,
            "stale": False,
        }
        return json.dumps(told).encode()

    def refusal(
        self, typed: str = "#1001", email: str = ADA, *, customer: str | None = None, shop: str = ALICE
    ) -> Refusal:
        with pytest.raises(Refusal) as caught:
            self.look_up(typed, email, customer=customer, shop=shop)
        return caught.value

    def forget_calls(self) -> None:
        self.orders.calls.clear()
        self.answers.calls.clear()


def a_world() -> World:
    """Alice's shop has one order, of Ada; Bob's has none."""
    world = World()
    world.orders.add(ALICE, hit(), order())
    return world


def a_warm_world() -> World:
    """Ada's order was looked up a moment ago."""
    world = a_world()
    world.look_up()
    world.forget_calls()
    return world


def told(answer: Answer) -> dict[str, object]:
    body: dict[str, object] = json.loads(answer.body)
    return body


def outcome(world: World, customer: str | None = None) -> str:
    """Of Ada's look-up: where the answer came from, or how it was refused."""
    try:
        return world.look_up(customer=customer).cache
    except Refusal as refusal:
        return type(refusal).__name__
