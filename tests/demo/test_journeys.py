"""What happens to a parcel happens by itself, at its time, and keeps it."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from tests.demo.conftest import Clock
from tracker.demo.followed_orders import FOLLOWED
from tracker.demo.followed_parcels import AGGREGATOR, DHL, PLANS, TOLD_BY_AGGREGATOR, TOLD_BY_DHL
from tracker.demo.journeys import Journey, Journeys, Plan
from tracker.demo.stories import write_orders


@pytest.fixture
def journeys(clock: Clock) -> Journeys:
    return Journeys(PLANS, lambda: clock.now)


@pytest.fixture
def journey(journeys: Journeys) -> Journey:
    """The one that the aggregator tells, asked for just now."""
    begun = journeys.ask(TOLD_BY_AGGREGATOR.number, AGGREGATOR)
    assert begun is not None
    return begun


def words(journey: Journey, clock: Clock) -> list[str]:
    return [scan.step.word for scan in journey.scans(clock.now)]


def test_it_goes_on_by_itself_from_when_it_is_asked_for(journey: Journey, clock: Clock) -> None:
    told = [words(journey, clock)]
    for _ in range(3):
        clock.move(60)
        told.append(words(journey, clock))
    assert ["announced", "picked_up", "departed", "by_robot"] == told[0]
    assert [["arrived"], ["out_for_delivery"], ["delivered"]] == [
        after[len(before) :] for before, after in pairwise(told)
    ]


def test_it_waits_for_whoever_asks_first(journeys: Journeys, clock: Clock) -> None:
    """Nobody who opens the demo late comes too late."""
    clock.move(3600)
    begun = journeys.ask(TOLD_BY_AGGREGATOR.number, AGGREGATOR)
    clock.move(10)
    assert begun is journeys.ask(TOLD_BY_AGGREGATOR.number, AGGREGATOR)
    assert begun is not None
    assert "by_robot" == words(begun, clock)[-1]


def test_who_does_not_know_of_it_is_told_nothing(journeys: Journeys) -> None:
    assert journeys.ask(TOLD_BY_AGGREGATOR.number, DHL) is None
    assert journeys.ask(TOLD_BY_DHL.number, AGGREGATOR) is None
    assert journeys.ask("1Z999AA10123456784", AGGREGATOR) is None


def test_the_next_thing_can_be_made_to_happen_now(journeys: Journeys, journey: Journey, clock: Clock) -> None:
    """What has happened keeps its time, and what is to come comes earlier by as much."""
    before = journey.scans(clock.now)
    usual = journey.expected()
    clock.move(5)
    assert 1 == journeys.hasten()
    hastened = journey.scans(clock.now)
    assert before == hastened[:-1]
    assert ("arrived", clock.now) == (hastened[-1].step.word, hastened[-1].at)
    assert tuple(at - timedelta(seconds=20) for at in usual) == journey.expected()


def test_one_can_be_hastened_alone(journeys: Journeys, journey: Journey, clock: Clock) -> None:
    other = journeys.ask(TOLD_BY_DHL.number, DHL)
    assert other is not None
    assert 1 == journeys.hasten(TOLD_BY_DHL.number)
    assert ("by_robot", "out_for_delivery") == (words(journey, clock)[-1], words(other, clock)[-1])


def test_what_has_arrived_goes_no_further(journeys: Journeys, journey: Journey, clock: Clock) -> None:
    clock.move(3600)
    ended = journey.scans(clock.now)
    assert "delivered" == ended[-1].step.word
    assert 0 == journeys.hasten()
    assert ended == journey.scans(clock.now)
    assert ended[-1].at == journey.expected()[0]


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.shopify_name)
def test_every_plan_is_told_in_order_from_its_announcement_to_its_delivery(plan: Plan) -> None:
    """With something yet to come, so that there is something to watch."""
    times = [step.after for step in plan.steps]
    assert sorted(times) == times
    assert ("announced", "delivered") == (plan.steps[0].word, plan.steps[-1].word)
    assert times[0] < timedelta(0) < times[-1]


def test_shopify_itself_knows_only_that_they_left(clock: Clock) -> None:
    parcels = {order.name: order.parcels for order in write_orders(clock.now) if order.name in FOLLOWED}
    assert list(FOLLOWED) == list(parcels)
    for name, (_, plan) in FOLLOWED.items():
        (parcel,) = parcels[name]
        (tracking,) = parcel.tracking
        assert (plan.number, plan.shopify_name, None) == (tracking.number, tracking.company, tracking.url)
        assert ([], "FULFILLED", None) == (
            parcel.events,
            parcel.display_status,
            parcel.estimated_delivery_at,
        )
        assert clock.now + plan.steps[0].after >= parcel.created_at
