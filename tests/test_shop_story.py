"""A story with what the shop's other parcels taught; and what it teaches itself, behind the answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from tests.fakes import FakeDeliveryTimes, FakeShopParcels, InlineBackground
from tests.plain_orders import at, event, order, parcel
from tracker.business_days import Calendar, CalendarOf, monday_to_friday
from tracker.learned_window import Route
from tracker.order import Attention, DeliveryWindow, Order, Shipment, Source, Status, Story, Tracking
from tracker.shop_story import shop_story

DAY = 24 * 60
ALICE = "alice.myshopify.com"
ROUTE = Route("UPS", None, "DE", scanned=True)
LEARNED = DeliveryWindow(at(3 * DAY), at(9 * DAY), Source.RULE)
"""Of a parcel scanned on Monday 2 November."""
TUESDAY = at(2 * DAY)


class World:
    """A shop that 36 parcels have taught."""

    def __init__(self) -> None:
        self.times = FakeDeliveryTimes({ROUTE: {2: 20.0, 3: 10.0, 6: 6.0}})
        self.parcels = FakeShopParcels()
        self.background = InlineBackground()

    def tell(
        self,
        *shipments: Shipment,
        now: datetime = TUESDAY,
        generation: int | None = 1,
        cancelled: bool = False,
        calendar_of: CalendarOf = monday_to_friday,
    ) -> Story:
        to: Order = replace(order(*shipments, cancelled=cancelled), destination="DE")
        return shop_story(
            ALICE,
            to,
            now=now,
            stalled_days=4,
            generation=generation,
            calendar_of=calendar_of,
            times=self.times,
            parcels=self.parcels,
            background=self.background,
        )


def sent(
    *events: tuple[Status, int], name: str = "#1001.1", attention: Attention = Attention.NONE
) -> Shipment:
    happened = (event(status, days * DAY, attention=attention) for status, days in events)
    return replace(parcel(*happened, tracking=(Tracking("UPS", "1Z999AA10123456784"),)), name=name)


MOVING, CAME = sent((Status.IN_TRANSIT, 1)), sent((Status.IN_TRANSIT, 1), (Status.DELIVERED, 2))


def test_a_parcel_of_which_nobody_says_when_it_comes_is_told_by_how_long_others_took() -> None:
    story = World().tell(MOVING)

    assert LEARNED == story.shipments[0].delivery_window
    assert LEARNED.end == story.estimated_delivery_at


def test_who_says_when_it_comes_is_believed_and_the_shops_parcels_are_not_looked_at() -> None:
    world = World()
    promised = DeliveryWindow(None, at(4 * DAY), Source.CARRIER)
    story = world.tell(replace(MOVING, other_windows=(promised,)))

    assert promised == story.shipments[0].delivery_window
    assert [] == world.times.asked


def test_all_parcels_of_an_order_are_one_question() -> None:
    world = World()
    silent = replace(sent(name="#1001.2"), displayed=parcel(displayed=Status.SHIPPED).displayed)
    world.tell(MOVING, silent, replace(MOVING, name="#1001.3"), CAME)

    assert [(ALICE, [ROUTE, replace(ROUTE, scanned=False)])] == world.times.asked


def test_of_what_stands_still_no_date_is_told() -> None:
    story = World().tell(MOVING, now=at(6 * DAY))

    assert Attention.STALLED is story.shipments[0].attention
    assert None is story.shipments[0].delivery_window


def test_a_cancelled_order_is_told_no_date_and_is_under_way_nowhere() -> None:
    world = World()
    story = world.tell(MOVING, cancelled=True)

    assert None is story.shipments[0].delivery_window
    assert {(ALICE, "gid://shopify/Order/1"): []} == world.parcels.kept


def test_a_shop_that_taught_nothing_tells_nothing() -> None:
    world = World()
    world.times.weights.clear()

    assert None is world.tell(MOVING).shipments[0].delivery_window


def test_a_delivered_parcel_is_counted_by_its_own_name() -> None:
    world = World()
    world.tell(CAME, replace(CAME, name="#1001.2"), MOVING, now=at(3 * DAY))

    assert {
        (ALICE, "gid://shopify/Order/1 #1001.1"): [1, 2],
        (ALICE, "gid://shopify/Order/1 #1001.2"): [1, 2],
    } == {parcel: [one.days for one in took] for parcel, took in world.times.counted.items()}


def test_parcels_under_way_are_noted_without_the_rule_that_the_merchant_may_change() -> None:
    world = World()
    world.tell(MOVING, CAME, now=at(20 * DAY))
    (notes,) = world.parcels.kept.values()

    assert [("UPS", Status.IN_TRANSIT, Attention.NONE, at(DAY), "DE")] == [
        (note.carrier, note.status, note.attention, note.news, note.destination) for note in notes
    ]


def test_nothing_is_noted_where_nothing_may_be_kept() -> None:
    world = World()
    world.tell(MOVING, CAME, generation=None)

    assert {} == world.parcels.kept
    assert {} == world.times.counted


def test_where_there_is_no_time_to_note_it_the_story_is_told_all_the_same() -> None:
    world = World()
    world.background.full = True

    assert LEARNED == world.tell(MOVING).shipments[0].delivery_window
    assert {} == world.parcels.kept


def test_business_days_are_asked_of_the_country_it_goes_to() -> None:
    asked: list[str | None] = []
    world = World()

    def calendar_of(country: str | None) -> Calendar:
        asked.append(country)
        return Calendar(weekend=frozenset({4, 5}))

    story = world.tell(MOVING, calendar_of=calendar_of)

    assert {"DE"} == set(asked)
    assert DeliveryWindow(at(3 * DAY), at(9 * DAY), Source.RULE) == story.shipments[0].delivery_window
