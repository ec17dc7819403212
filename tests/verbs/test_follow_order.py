"""What a webhook says of parcels is not believed: the order is read, once for many, and followed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from tests.fakes import (
    NOON,
    FakeAnswers,
    FakeBudget,
    FakeDeliveryTimes,
    FakeOrders,
    FakeShopParcels,
    InlineBackground,
    SettableClock,
)
from tests.lookup_world import ALICE, BOB, PARCEL, gid, hit, order
from tests.source_fakes import FakeFollowed, FakeSource, FakeSources, shop_sources
from tests.webhook_fakes import (
    FakeInstallations,
    FakeJobs,
    FakeKept,
    FakePurge,
    FakeShops,
    shop_of,
)
from tracker.business_days import monday_to_friday
from tracker.errors import AccessTokenRejected, BudgetReserved, CacheUnavailable, UpstreamTimeout
from tracker.order import Reading, Source, Status, Tracking, TrackingEvent
from tracker.parcel import AskAbout, Parcel
from tracker.ports.jobs import Job
from tracker.ports.orders import Urgency
from tracker.shop import ShopSettings
from tracker.shop_story import shop_story
from tracker.verbs.follow_order import FOLLOW, FOLLOW_LATER, SECONDS, follow_order
from tracker.webhook import Envelope, OrderChanged
from tracker.webhook_acts import MOST_TRIES, Desk, job_handles, webhook_acts

NUMBER = "JD0146001234"
ON_ITS_WAY, AT_THE_DOOR = (
    TrackingEvent(Reading(status), NOON - timedelta(days=days), Source.SHOPIFY)
    for status, days in ((Status.IN_TRANSIT, 3), (Status.DELIVERED, 1))
)
SENT = replace(PARCEL, tracking=(Tracking("DPD", NUMBER),))
CAME = replace(SENT, events=(ON_ITS_WAY, AT_THE_DOOR), created_at=NOON - timedelta(days=4))
SCOPES = frozenset({"read_orders"})


class World:
    """Alice follows parcels at a source, and has an order with one parcel; so has Bob, who follows none."""

    def __init__(self) -> None:
        self.orders, self.followed = FakeOrders(), FakeFollowed()
        self.jobs, self.kept, self.budget = FakeJobs(), FakeKept(), FakeBudget()
        sent = replace(order(), shipments=(SENT,))
        for shop in (ALICE, BOB):
            self.orders.add(shop, hit(), sent)
        self.answers, self.times, self.parcels = FakeAnswers(), FakeDeliveryTimes(), FakeShopParcels()
        self.asked_before: list[str] = []
        self.later: list[float] = []
        self.tell_story = partial(
            shop_story,
            calendar_of=monday_to_friday,
            times=self.times,
            parcels=self.parcels,
            background=InlineBackground(),
        )
        self.source = FakeSource()
        self.sources = shop_sources(FakeSources({ALICE: [self.source]}), self.followed)
        shops = FakeShops({shop: replace(shop_of(shop), scopes=SCOPES) for shop in (ALICE, BOB)})
        self.desk = Desk(
            shops=shops,
            known=shops,
            kept=self.kept,
            purges=[FakePurge()],
            disclosures=[FakePurge()],
            installations=FakeInstallations(),
            orders=self.orders,
            budget=self.budget,
            sources=self.sources,
            tell_story=self.tell_story,
            settings_of=lambda _shop: ShopSettings(),
            generation_of=self.begin,
            clock=SettableClock(),
            on_data_request=lambda _shop, _answers: None,
            noting=None,
        )

    def follow(self, shop: str = ALICE, order_id: str = gid(1)) -> int:
        return follow_order(
            shop,
            order_id,
            orders=self.orders,
            budget=self.budget,
            scopes_of=lambda _shop: SCOPES,
            sources=self.sources,
            tell_story=self.tell_story,
            settings_of=lambda _shop: ShopSettings(),
            generation_of=self.begin,
            clock=SettableClock(),
            later=self.later.append,
        )

    def begin(self, shop: str) -> int | None:
        """The moment at which a read begins, and what was asked of the shop until then."""
        self.asked_before.extend(self.orders.calls)
        return self.answers.generation(shop)

    def hear(self, topic: str, shop: str = ALICE, event: OrderChanged | None = None) -> str:
        acts = webhook_acts(self.desk, self.jobs)
        return acts[OrderChanged](Envelope(shop, topic), event or OrderChanged(gid(1)))


@pytest.fixture
def world() -> World:
    return World()


def test_the_parcels_of_the_order_as_it_is_read_are_followed(world: World) -> None:
    assert 1 == world.follow()

    assert [(ALICE, gid(1), ("aftership",), (Parcel(NUMBER, "dpd"),))] == world.followed.followed
    assert [SCOPES] == world.orders.scopes


def test_a_parcel_that_was_sent_just_now_is_followed_at_once(world: World) -> None:
    world.orders.orders[gid(1)] = replace(order(), shipments=(replace(SENT, created_at=NOON),))

    assert (1, []) == (world.follow(), world.later)


def test_its_parcels_count_for_the_shop_though_nobody_asked_for_them(world: World) -> None:
    """What is under way is on the merchant's list, and what came teaches how long it takes."""
    world.follow()
    (notes,) = world.parcels.kept.values()
    assert ["DPD"] == [note.carrier for note in notes]
    assert {} == world.times.counted

    world.orders.add(ALICE, hit(), replace(order(), shipments=(CAME,), destination="DE"))
    assert 0 == world.follow()
    assert {(ALICE, gid(1)): []} == world.parcels.kept
    assert [(ALICE, f"{gid(1)} {CAME.name}")] == list(world.times.counted)


def test_the_read_begins_before_the_shop_is_asked_and_nothing_counts_where_nobody_knows_when(
    world: World,
) -> None:
    """Else an order that changes meanwhile would be counted as it was."""
    world.answers.away = True

    assert 1 == world.follow()
    assert ([], 1) == (world.asked_before, len(world.orders.calls))
    assert {} == world.parcels.kept


def test_nothing_is_asked_for_a_shop_without_a_source(world: World) -> None:
    assert 0 == world.follow(BOB)

    assert ([], []) == (world.orders.calls, world.followed.followed)


def test_an_order_that_is_gone_is_none(world: World) -> None:
    assert 0 == world.follow(order_id=gid(7))


def test_what_can_be_tried_again_is_and_what_cannot_is_left(world: World) -> None:
    world.orders.read_error = UpstreamTimeout()
    with pytest.raises(UpstreamTimeout):
        world.follow()
    world.orders.read_error = AccessTokenRejected()
    assert 0 == world.follow()

    world.orders.read_error, world.followed.away = None, True
    with pytest.raises(CacheUnavailable):
        world.follow()


def test_what_is_left_of_the_shops_budget_is_for_shoppers(world: World) -> None:
    world.budget.waits[Urgency.BEHIND] = 7.0
    with pytest.raises(BudgetReserved) as caught:
        world.follow()

    assert (7.0, []) == (caught.value.retry_after, world.orders.calls)


class TestWebhooks:
    @pytest.mark.parametrize(
        "topic",
        ["fulfillments/create", "fulfillments/update", "orders/fulfilled", "orders/partially_fulfilled"],
    )
    def test_one_about_parcels_hands_the_order_on_once_for_its_like(self, world: World, topic: str) -> None:
        assert "dropped" == world.hear(topic)

        assert ([(FOLLOW, ALICE)], [gid(1).encode()]) == (world.jobs.handed_on, world.jobs.payloads)
        assert [(SECONDS, True)] == world.jobs.terms
        assert [(ALICE, gid(1))] == world.kept.dropped

    def test_others_do_not(self, world: World) -> None:
        world.hear("orders/updated")
        world.hear("fulfillments/create", BOB)
        world.hear("fulfillments/create", event=OrderChanged(None, ("gid://shopify/FulfillmentOrder/1",)))

        assert [] == world.jobs.handed_on

    def test_the_job_follows_with_the_scopes_that_the_shop_granted(self, world: World) -> None:
        job_handles(world.desk, world.jobs)[FOLLOW](Job(1, FOLLOW, ALICE, gid(1).encode()))

        assert ([SCOPES], 1) == (world.orders.scopes, len(world.followed.followed))

    def test_where_the_shop_is_to_be_heard_first_it_comes_back_by_itself(self, world: World) -> None:
        """As a job of another kind, so that no webhook meanwhile is taken for the same."""
        world.source.ask_about = AskAbout.SILENT_PARCELS
        just_sent = replace(SENT, created_at=NOON)
        world.orders.orders[gid(1)] = replace(order(), shipments=(just_sent,))
        handles = job_handles(world.desk, world.jobs)
        handles[FOLLOW](Job(1, FOLLOW, ALICE, gid(1).encode()))
        six_hours = 6 * 3600.0

        assert ([(FOLLOW_LATER, ALICE)], [gid(1).encode()]) == (world.jobs.handed_on, world.jobs.payloads)
        assert ([(six_hours, True)], []) == (world.jobs.terms, world.followed.followed)

        world.orders.orders[gid(1)] = replace(order(), shipments=(SENT,))
        handles[FOLLOW_LATER](Job(2, FOLLOW_LATER, ALICE, gid(1).encode()))

        assert ([(FOLLOW_LATER, ALICE)], 1) == (world.jobs.handed_on, len(world.followed.followed))

    def test_where_nothing_can_wait_for_hours_that_is_left_to_a_look_up(self, world: World) -> None:
        world.source.ask_about = AskAbout.SILENT_PARCELS
        world.orders.orders[gid(1)] = replace(order(), shipments=(replace(SENT, created_at=NOON),))
        job_handles(world.desk, None)[FOLLOW](Job(1, FOLLOW, ALICE, gid(1).encode()))

        assert ([], []) == (world.jobs.handed_on, world.followed.followed)

    def test_it_is_let_go_after_some_hours(self, world: World) -> None:
        """The next look-up of the order hands its parcels on as well."""
        job_handles(world.desk, world.jobs)[FOLLOW](
            Job(1, FOLLOW, ALICE, gid(1).encode(), tries=MOST_TRIES + 1)
        )

        assert [] == world.orders.calls
