"""A date is told with its source while it holds: never one in the past, none while there is a problem."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.plain_orders import at, event, order, parcel, told
from tests.strategies import maybe_moments, moments, shipments, windows
from tracker.order import Attention, DeliveryWindow, Shipment, Source, Status
from tracker.timeline import tell
from tracker.timeline_window import choose_window, last_moment, promises

S = Status
A = Attention
DAY = 24 * 60


def window(start: int | None, end: int | None, source: Source = Source.SHOPIFY) -> DeliveryWindow:
    return DeliveryWindow(
        None if start is None else at(start), None if end is None else at(end), source=source
    )


@pytest.mark.parametrize(
    ("told_windows", "chosen"),
    [
        ([], None),
        ([window(None, None)], None),
        ([window(None, None, Source.CARRIER), window(None, 5)], window(None, 5)),
        ([window(1, 2), window(3, 4, Source.CARRIER)], window(3, 4, Source.CARRIER)),
        ([window(3, 4, Source.CARRIER), window(5, 6, Source.AGGREGATOR)], window(3, 4, Source.CARRIER)),
        ([window(1, 2), window(5, 6, Source.AGGREGATOR)], window(5, 6, Source.AGGREGATOR)),
        ([window(1, 2), window(3, 4, Source.RULE)], window(1, 2)),
        ([window(3, 4, Source.RULE)], window(3, 4, Source.RULE)),
        ([window(1, 4), window(2, 4), window(2, 3), window(None, 4)], window(2, 4)),
        ([window(7, None), window(1, 4)], window(7, None)),
        ([window(9, 4)], window(None, 4)),
    ],
)  # fmt: skip
def test_the_source_nearest_to_the_parcel_is_believed(
    told_windows: list[DeliveryWindow], chosen: DeliveryWindow | None
) -> None:
    assert chosen == choose_window(told_windows)


def test_a_date_holds_until_its_day_is_over() -> None:
    midnight = datetime(2026, 11, 24, tzinfo=UTC)
    a_day = DeliveryWindow(None, midnight, Source.CARRIER)
    evening = midnight + timedelta(hours=23, minutes=59)

    assert a_day == choose_window([a_day], now=evening)
    assert choose_window([a_day], now=midnight + timedelta(days=1)) is None


@pytest.mark.parametrize(
    ("start", "end", "over"),
    [
        ("14:23", "17:23", "18:23"),
        ("10:00", "12:00", "13:00"),
        (None, "17:23", "18:23"),
        ("23:20", "23:40", "23:59"),
        ("05:00", "05:00", "23:59"),
        (None, "12:00", "23:59"),
        (None, "18:30", "23:59"),
    ],
)
def test_a_time_of_day_holds_for_an_hour_more_and_a_date_for_its_day(
    start: str | None, end: str, over: str
) -> None:
    """What may be a midnight by the clock of whoever told it is a date alone."""

    def today(clock: str) -> datetime:
        return datetime.fromisoformat(f"2026-11-24T{clock}:00+00:00")

    told_window = DeliveryWindow(None if start is None else today(start), today(end), Source.CARRIER)
    last = today(over)

    assert told_window == choose_window([told_window], now=last)
    assert choose_window([told_window], now=last + timedelta(minutes=1)) is None


@pytest.mark.parametrize(
    ("today", "start"),
    [(0, at(DAY)), (DAY, at(DAY)), (3 * DAY - 120, at(3 * DAY)), (4 * DAY, None)],
    ids=["not begun", "its first day", "half over", "its last day"],
)
def test_days_that_are_over_are_left_out_of_a_window(today: int, start: datetime | None) -> None:
    days = window(DAY, 4 * DAY)
    assert replace(days, start=start) == choose_window([days], now=at(today))


def test_a_date_that_is_over_gives_way_to_another_source() -> None:
    late = window(None, 0, Source.CARRIER)
    shops = window(None, 3 * DAY)
    shipment = replace(parcel(event(S.IN_TRANSIT, 0)), delivery_window=shops, other_windows=(late,))

    assert late == told(shipment, now=at(0)).delivery_window
    assert shops == told(shipment, now=at(2 * DAY)).delivery_window
    assert told(shipment, now=at(5 * DAY)).delivery_window is None


@pytest.mark.parametrize(
    ("attention", "shown"),
    [(A.NONE, True), (A.DELAYED, True), (A.STALLED, False), (A.ACTION_NEEDED, False), (A.PROBLEM, False)],
)
def test_no_date_is_told_while_somebody_has_to_look(attention: Attention, *, shown: bool) -> None:
    shipment = parcel(event(S.IN_TRANSIT, 0, attention=attention), window=(at(10), at(20)))

    assert shown == (told(shipment).delivery_window is not None)
    assert shown == (tell(order(shipment)).estimated_delivery_at is not None)


def test_a_parcel_that_stands_still_has_no_date() -> None:
    shipment = parcel(event(S.IN_TRANSIT, 0), window=(None, at(20 * DAY)))

    assert told(shipment, now=at(10 * DAY)).delivery_window is not None
    assert told(shipment, now=at(10 * DAY), stalled_days=4).delivery_window is None


def test_while_one_parcel_has_a_problem_the_order_has_no_date() -> None:
    well = parcel(event(S.IN_TRANSIT, 0), window=(None, at(20)))
    lost = parcel(event(S.IN_TRANSIT, 0, attention=A.PROBLEM), window=(None, at(30)))
    story = tell(order(well, lost))

    assert story.estimated_delivery_at is None
    assert [well.delivery_window, None] == [one.delivery_window for one in story.shipments]
    assert tell(order(well, replace(lost, cancelled=True))).estimated_delivery_at == at(20)


@pytest.mark.parametrize(
    ("said", "now", "chosen"),
    [
        (None, 2 * 60, window(None, 2 * 60)),
        (window(None, 24 * 60), 2 * 60, window(None, 2 * 60)),
        (window(24 * 60, 26 * 60), 2 * 60, window(None, 2 * 60)),
        (window(3 * 60, 5 * 60), 2 * 60, window(3 * 60, 5 * 60)),
        (None, 60, window(None, 60)),
        (None, 18 * 60, window(None, 18 * 60)),
        (None, 19 * 60, None),
    ],
    ids=[
        "nobody names a day",
        "tomorrow",
        "hours of tomorrow",
        "hours of today",
        "just left",
        "a long round",
        "since yesterday",
    ],
)
def test_what_is_out_for_delivery_comes_on_this_round(
    said: DeliveryWindow | None, now: int, chosen: DeliveryWindow | None
) -> None:
    """The van knows better than a date that was told before, and when it left is no promise later on."""
    shipment = replace(parcel(event(S.OUT_FOR_DELIVERY, 60)), delivery_window=said)
    assert chosen == told(shipment, now=at(now)).delivery_window


def test_what_is_late_on_its_round_has_the_date_that_a_source_tells() -> None:
    late = parcel(event(S.OUT_FOR_DELIVERY, 60), event(None, 90, attention=A.DELAYED), window=(None, at(DAY)))
    assert late.delivery_window == told(late, now=at(120)).delivery_window


@given(st.lists(windows, max_size=6), maybe_moments, st.randoms(use_true_random=False))
def test_windows_in_any_order_choose_the_same(
    told_windows: list[DeliveryWindow], now: datetime | None, chance: random.Random
) -> None:
    shuffled = told_windows * 2
    chance.shuffle(shuffled)
    assert choose_window(told_windows, now=now) == choose_window(shuffled, now=now)


@given(shipments, moments)
def test_what_is_told_is_neither_past_nor_of_a_parcel_in_trouble(shipment: Shipment, now: datetime) -> None:
    story = told(shipment, now=now, stalled_days=4)
    if story.delivery_window is not None:
        last = last_moment(story.delivery_window)
        assert last is not None
        assert promises(story.attention)
        assert not story.terminal
        said = [one for one in (shipment.delivery_window, *shipment.other_windows) if one is not None]
        start = story.delivery_window.start
        assert last.date() >= now.date()
        assert start is None or start.date() >= now.date()
        on_the_round = story.status is S.OUT_FOR_DELIVERY and last >= now
        assert story.delivery_window.source in {one.source for one in said} or on_the_round
