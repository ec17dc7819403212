"""What sources say of a parcel becomes part of its story, whatever they send."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import strategies
from tests.fakes import NOON
from tracker.carrier_news import (
    LONGEST_WAY,
    MOST_PARCELS,
    SHOP_IS_FIRST,
    SHOP_IS_HEARD,
    heard_at,
    join_news,
    numbers_of,
    under_way,
    worth_paying_from,
)
from tracker.order import (
    DeliveryWindow,
    Method,
    Order,
    Reading,
    Shipment,
    Source,
    Status,
    Tracking,
    TrackingEvent,
)
from tracker.parcel import TrackingNews
from tracker.timeline import tell

NUMBER, OTHER, LAST_MILE = "JD0146 0012 3456", "JD99", "LZ123456785NL"
HOUR = timedelta(hours=1)


def event(status: Status | None, hours: float = 1, **told: str | None) -> TrackingEvent:
    return TrackingEvent(Reading(status), NOON - hours * HOUR, Source.AGGREGATOR, **told)


def news(*events: TrackingEvent, **more: object) -> TrackingNews:
    return replace(TrackingNews(NOON, events), **more)  # type: ignore[arg-type] # as the test says


def order(*numbers: str | None, **changes: object) -> Order:
    """One parcel with these numbers."""
    shipment = Shipment(
        name="#1001.1",
        displayed=Reading(Status.SHIPPED),
        items=(),
        created_at=NOON - timedelta(days=2),
        tracking=tuple(Tracking("DHL", number) for number in numbers),
    )
    return Order(
        id="gid://shopify/Order/1",
        name="#1001",
        placed_at=NOON - timedelta(days=3),
        displayed=Status.SHIPPED,
        shipments=(replace(shipment, **changes),),  # type: ignore[arg-type] # as the test says
        unshipped=(),
        total_quantity=1,
    )


class TestJoining:
    def test_a_parcel_that_the_shop_knows_nothing_of_has_its_whole_story(self) -> None:
        window = DeliveryWindow(NOON + HOUR, NOON + 3 * HOUR, Source.AGGREGATOR)
        told = news(event(Status.IN_TRANSIT, 5, city="Köln"), event(Status.OUT_FOR_DELIVERY), window=window)

        (parcel,) = tell(join_news(order(NUMBER), {NUMBER: [told]}), now=NOON).shipments

        assert (Status.OUT_FOR_DELIVERY, Source.AGGREGATOR, window) == (
            parcel.status,
            parcel.source,
            parcel.delivery_window,
        )
        assert [None, "Köln"] == [one.event.city for one in parcel.events]

    def test_a_number_is_the_same_whatever_its_spaces_and_case(self) -> None:
        joined = join_news(order(NUMBER), {"jd014600123456": [news(event(Status.IN_TRANSIT))]})

        assert 1 == len(joined.shipments[0].events)

    def test_news_of_another_number_is_none_of_this_parcels(self) -> None:
        kept = order(NUMBER, None)

        assert kept == join_news(kept, {OTHER: [news(event(Status.DELIVERED))]})
        assert kept == join_news(kept, {NUMBER: []})

    def test_two_sources_both_count(self) -> None:
        told = [news(event(Status.IN_TRANSIT, 3)), news(event(Status.DELIVERED))]

        assert Status.DELIVERED is tell(join_news(order(NUMBER), {NUMBER: told})).status

    @given(strategies.orders, st.permutations(range(4)), st.lists(strategies.events, min_size=4, max_size=4))
    def test_the_order_in_which_it_came_tells_nothing(
        self, told: Order, ways: list[int], events: list[TrackingEvent]
    ) -> None:
        numbered = replace(
            told,
            shipments=tuple(replace(part, tracking=(Tracking("DHL", NUMBER),)) for part in told.shipments),
        )
        one = join_news(numbered, {NUMBER: [news(event) for event in events]})
        other = join_news(numbered, {NUMBER: [news(events[way]) for way in ways]})

        stories = [[part.events for part in tell(joined).shipments] for joined in (one, other)]
        assert stories[0] == stories[1]


class TestLastMile:
    def test_a_parcel_that_another_carrier_brings_is_one_with_both_numbers(self) -> None:
        last = Tracking("PostNL", LAST_MILE, "https://postnl.example/x")
        joined = join_news(order(NUMBER), {NUMBER: [news(event(Status.IN_TRANSIT), last_mile=last)]})

        (parcel,) = joined.shipments
        assert (Tracking("DHL", NUMBER), last) == parcel.tracking

    def test_one_that_the_shop_or_two_sources_name_is_told_once(self) -> None:
        said = [news(last_mile=Tracking("PostNL", LAST_MILE.lower())) for _ in range(2)]

        assert 2 == len(join_news(order(NUMBER, LAST_MILE), {NUMBER: said}).shipments[0].tracking)
        assert 2 == len(join_news(order(NUMBER), {NUMBER: said}).shipments[0].tracking)

    @given(st.permutations(range(4)))
    def test_of_what_sources_say_of_one_the_fullest_is_told(self, turns: list[int]) -> None:
        """A source that does not know the carrier takes nothing from one that does."""
        full = Tracking("PostNL", LAST_MILE, "https://postnl.example/x")
        tellings = [
            Tracking(None, LAST_MILE),
            Tracking(None, LAST_MILE, "https://other.example/x"),
            Tracking("PostNL", LAST_MILE.lower()),
            full,
        ]
        said = [news(last_mile=tellings[turn]) for turn in turns]

        assert (Tracking("DHL", NUMBER), full) == join_news(order(NUMBER), {NUMBER: said}).shipments[
            0
        ].tracking

    def test_its_delivery_is_the_parcels(self) -> None:
        """The number that the shop knows never says more than that it was handed over."""
        told = {
            NUMBER: [news(event(Status.IN_TRANSIT), last_mile=Tracking("PostNL", LAST_MILE))],
            LAST_MILE: [news(event(Status.DELIVERED, 0.5))],
        }

        assert Status.DELIVERED is tell(join_news(order(NUMBER, LAST_MILE), told), now=NOON).status
        assert Status.IN_TRANSIT is tell(join_news(order(NUMBER, LAST_MILE, OTHER), told), now=NOON).status


class TestSeveralParcelsInOne:
    def test_it_has_come_with_the_last_of_them(self) -> None:
        """The shop sends two boxes under two numbers as one."""
        told = {NUMBER: [news(event(Status.DELIVERED))], OTHER: [news(event(Status.IN_TRANSIT, 2))]}
        (parcel,) = tell(join_news(order(NUMBER, OTHER), told), now=NOON).shipments
        assert (Status.IN_TRANSIT, 2) == (parcel.status, len(parcel.events))

        told[OTHER] = [news(event(Status.DELIVERED, 0.5))]
        (parcel,) = tell(join_news(order(NUMBER, OTHER), told), now=NOON).shipments
        assert Status.DELIVERED is parcel.status

    def test_one_of_which_nobody_says_anything_has_not_come(self) -> None:
        told = {NUMBER: [news(event(Status.IN_TRANSIT, 2), event(Status.DELIVERED))]}

        assert Status.IN_TRANSIT is tell(join_news(order(NUMBER, OTHER), told), now=NOON).status


class TestNumbers:
    def test_numbers_of_an_order_are_asked_for_once_and_in_bounds(self) -> None:
        many = order(NUMBER, NUMBER, None, "Selbstabholung!", *(f"JD{number:06}" for number in range(500)))

        assert "JD014600123456" == numbers_of(many)[0]
        assert MOST_PARCELS == len(set(numbers_of(many))) == len(under_way(tell(many), now=NOON))


class TestUnderWay:
    def test_what_has_come_or_was_called_back_is_not_followed(self) -> None:
        for gone in (
            order(NUMBER, displayed=Reading(Status.DELIVERED)),
            order(NUMBER, cancelled=True),
            order(NUMBER, created_at=NOON - LONGEST_WAY - HOUR),
        ):
            assert () == under_way(tell(gone, now=NOON), now=NOON)

    def test_what_goes_back_is(self) -> None:
        returning = order(NUMBER, displayed=Reading(Status.RETURNING))

        assert [Tracking("DHL", NUMBER)] == [
            tracking for tracking, _ in under_way(tell(returning, now=NOON), now=NOON)
        ]


class TestWorthPaying:
    """A source that is asked about silent parcels alone is so once the shop had its time to tell of one."""

    SENT = NOON - HOUR

    def paid_from(self, *events: TrackingEvent, numbers: Sequence[str] = (NUMBER,)) -> datetime:
        (part,) = tell(order(*numbers, created_at=self.SENT, events=events), now=NOON).shipments
        return worth_paying_from(part)

    def test_the_shop_has_some_hours_to_tell_of_a_first_scan(self) -> None:
        """That a label was made is none, nor is what somebody else tells."""
        told_by_shop = TrackingEvent(Reading(Status.LABEL_CREATED), self.SENT, Source.SHOPIFY)
        by_another = TrackingEvent(Reading(Status.IN_TRANSIT), NOON, Source.AGGREGATOR)

        assert self.SENT + SHOP_IS_FIRST == self.paid_from() == self.paid_from(told_by_shop, by_another)

    def test_what_it_tells_of_is_not_paid_for_until_it_is_silent_for_long(self) -> None:
        """The newest scan counts."""
        scans = [
            TrackingEvent(Reading(Status.IN_TRANSIT), NOON - hours * HOUR, Source.SHOPIFY)
            for hours in (3, 1, 2)
        ]

        assert NOON - HOUR + SHOP_IS_HEARD == self.paid_from(*scans)

    def test_of_several_numbers_the_shop_does_not_say_which_it_means(self) -> None:
        scan = TrackingEvent(Reading(Status.IN_TRANSIT), NOON, Source.SHOPIFY)

        assert self.SENT == self.paid_from(scan, numbers=(NUMBER, OTHER))


@pytest.mark.parametrize(
    ("heard", "changes"),
    [
        (True, {}),
        (True, {"method": Method.PICKUP_POINT, "tracking": ()}),
        (True, {"method": Method.LOCAL}),
        (False, {"method": Method.LOCAL, "tracking": ()}),
        (False, {"method": Method.PICK_UP, "tracking": ()}),
        (False, {"cancelled": True}),
        (False, {"events": ()}),
    ],
)
def test_a_carrier_is_heard_of_a_parcel_that_it_has(*, heard: bool, changes: dict[str, Any]) -> None:
    """The shop's own van is no carrier, and of what was called off nobody waits for news."""
    told = order(NUMBER)
    events = (event(Status.LABEL_CREATED, 5), event(Status.IN_TRANSIT, 2))
    shipment = replace(told.shipments[0], **{"events": events, **changes})
    (parcel,) = tell(replace(told, shipments=(shipment,))).shipments
    assert (NOON - 2 * HOUR if heard else None) == heard_at(parcel)
