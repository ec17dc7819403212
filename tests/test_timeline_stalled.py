"""A parcel of which nothing is heard for days stands still, and its shopper is told so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.plain_orders import at, event, order, parcel
from tracker.business_days import MONDAY_TO_FRIDAY, Calendar, moment_after
from tracker.order import Attention, Shipment, Status, Tracking
from tracker.timeline import tell
from tracker.timeline_stalled import stands_still

MONDAY = datetime(2026, 11, 2, 10, tzinfo=UTC)
FRIDAY, SATURDAY, SUNDAY = (MONDAY + timedelta(days=days) for days in (4, 5, 6))
MOMENT = timedelta(seconds=1)


def still(news: datetime, *, now: datetime, days: int) -> bool:
    """From Monday to Friday."""
    return stands_still(news, now=now, days=days, calendar=lambda: MONDAY_TO_FRIDAY)


moments = st.timedeltas(timedelta(), timedelta(days=400)).map(lambda later: MONDAY + later)


@pytest.mark.parametrize(
    ("news", "days", "until"),
    [
        (MONDAY, 1, datetime(2026, 11, 3, 10, tzinfo=UTC)),
        (MONDAY, 4, FRIDAY),
        (MONDAY, 5, MONDAY + timedelta(weeks=1)),
        (MONDAY, 30, MONDAY + timedelta(weeks=6)),
        (FRIDAY, 1, datetime(2026, 11, 9, 10, tzinfo=UTC)),
        (FRIDAY, 4, datetime(2026, 11, 12, 10, tzinfo=UTC)),
        (SATURDAY, 1, datetime(2026, 11, 10, tzinfo=UTC)),
        (SUNDAY, 1, datetime(2026, 11, 10, tzinfo=UTC)),
    ],
)
def test_weekends_do_not_count(news: datetime, days: int, until: datetime) -> None:
    assert not still(news, now=until - MOMENT, days=days)
    assert still(news, now=until, days=days)


def worked(news: datetime, now: datetime) -> timedelta:
    """How much of the time in between was on weekdays, told by walking from midnight to midnight."""
    passed, clock = timedelta(), news
    while clock < now:
        midnight = (clock + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        end = min(midnight, now)
        passed += (end - clock) if clock.weekday() < 5 else timedelta()
        clock = end
    return passed


@given(moments, st.integers(1, 30), st.timedeltas(timedelta(), timedelta(days=50)))
def test_the_wait_is_that_much_of_weekdays(news: datetime, days: int, later: timedelta) -> None:
    standing = still(news, now=news + later, days=days)
    passed = worked(news, news + later)

    assert not standing or passed >= timedelta(days=days)
    assert standing or passed <= timedelta(days=days)


def attention(
    shipment: Shipment, *, days: int | None = 4, after: timedelta = timedelta(weeks=3)
) -> Attention:
    return tell(order(shipment), now=at(0) + after, stalled_days=days).shipments[0].attention


@pytest.mark.parametrize(
    "status", [Status.LABEL_CREATED, Status.SHIPPED, Status.IN_TRANSIT, Status.OUT_FOR_DELIVERY]
)
def test_what_is_on_its_way_stalls(status: Status) -> None:
    assert Attention.STALLED == attention(parcel(event(status, 1)))


@pytest.mark.parametrize(
    "status",
    [Status.DELIVERED, Status.CANCELLED, Status.RETURNING, Status.READY_FOR_PICKUP, Status.PROCESSING],
)
def test_what_waits_for_nobody_on_the_way_does_not(status: Status) -> None:
    assert Attention.NONE == attention(parcel(event(status, 1)))


def test_silence_where_nobody_can_report_is_no_news() -> None:
    nameless = Tracking("Post", None)

    assert Attention.NONE == attention(parcel(displayed=Status.SHIPPED), after=timedelta(days=90))
    assert Attention.NONE == attention(parcel(tracking=(nameless,)), after=timedelta(days=90))


@pytest.mark.parametrize(("days", "patience"), [(1, 10), (3, 10), (4, 12), (10, 30)])
def test_a_parcel_of_which_nobody_reported_anything_yet_is_given_longer(days: int, patience: int) -> None:
    """From when it was sent: it stands still in the end, whatever its carrier is."""
    silent = parcel(displayed=Status.SHIPPED, tracking=(Tracking("Post", "JD01"),))
    until = moment_after(at(0), patience, MONDAY_TO_FRIDAY) - at(0)

    assert Attention.NONE == attention(silent, days=days, after=until - MOMENT)
    assert Attention.STALLED == attention(silent, days=days, after=until)


def test_the_shops_own_word_that_it_has_come_ends_its_silence() -> None:
    come = parcel(displayed=Status.DELIVERED, tracking=(Tracking("Post", "JD01"),))

    assert Attention.NONE == attention(come, after=timedelta(days=90))


def test_the_merchant_says_after_how_many_days() -> None:
    moving = parcel(event(Status.IN_TRANSIT, 1))

    assert Attention.NONE == attention(moving, days=30)
    assert Attention.NONE == attention(moving, days=None)
    assert Attention.NONE == attention(moving, after=timedelta(days=2))


def test_worse_news_stands_and_a_delay_gives_way() -> None:
    problem = parcel(event(Status.IN_TRANSIT, 1, attention=Attention.PROBLEM))
    delayed = parcel(event(Status.IN_TRANSIT, 1, attention=Attention.DELAYED))

    assert Attention.PROBLEM == attention(problem)
    assert Attention.STALLED == attention(delayed)


def test_the_headline_says_so() -> None:
    silent, handed_over = parcel(event(Status.IN_TRANSIT, 1)), parcel(event(Status.DELIVERED, 5))
    story = tell(order(silent, handed_over), now=at(0) + timedelta(weeks=3), stalled_days=4)

    assert Attention.STALLED == story.attention


class TestWhereItGoes:
    """The news is of Sunday 1 November 2026, noon; looked at on Friday 6 November, 13:00."""

    FRIDAY = at(0) + timedelta(days=5, hours=1)

    def told(self, calendar_of: Callable[[str | None], Calendar], destination: str | None) -> Attention:
        to = replace(order(parcel(event(Status.IN_TRANSIT, 0))), destination=destination)
        return tell(to, now=self.FRIDAY, stalled_days=4, calendar_of=calendar_of).shipments[0].attention

    def test_business_days_are_those_of_the_destination(self) -> None:
        calendars = {
            "SA": Calendar(weekend=frozenset({4, 5})),
            "US": Calendar(holidays=frozenset({datetime(2026, 11, 3, tzinfo=UTC).date()})),
            None: MONDAY_TO_FRIDAY,
        }

        assert {"SA": Attention.STALLED, "US": Attention.NONE, None: Attention.STALLED} == {
            country: self.told(lambda country: calendars[country], country) for country in calendars
        }

    def test_of_news_that_is_no_such_number_of_days_old_no_calendar_is_asked(self) -> None:
        """Reading one takes longer than telling the story."""
        asked: list[str | None] = []

        def calendar_of(country: str | None) -> Calendar:
            asked.append(country)
            return MONDAY_TO_FRIDAY

        to = replace(order(parcel(event(Status.IN_TRANSIT, 0))), destination="DE")
        tell(to, now=at(0) + timedelta(days=4, seconds=-1), stalled_days=4, calendar_of=calendar_of)
        delivered = replace(order(parcel(event(Status.DELIVERED, 0))), destination="DE")
        tell(delivered, now=self.FRIDAY, stalled_days=4, calendar_of=calendar_of)

        assert [] == asked

        assert Attention.STALLED == self.told(calendar_of, "DE")
        assert ["DE"] == asked
