"""Sources are asked when news can be expected: never in the past, never for what has arrived, ever more
seldom."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import strategies
from tests.fakes import NOON
from tests.followed import event, news
from tests.strategies import START
from tracker.errors import (
    SourceBroken,
    SourceError,
    SourceKeyRejected,
    SourceQuotaSpent,
    SourceRejected,
    SourceThrottled,
    SourceUnavailable,
)
from tracker.follow_schedule import (
    DAY,
    ENDS,
    HOUR,
    INTERVALS,
    LONGEST,
    MINUTE,
    PUSHED,
    SILENT_FOR,
    SPREAD,
    UNKNOWN_FOR,
    happened,
    holding_off,
    newest_status,
    next_time,
    told_meanwhile,
    until_tomorrow,
)
from tracker.order import Attention, Reading, Source, Status, TrackingEvent
from tracker.parcel import TrackingNews

moments = st.integers(0, 200 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))
spreads = st.floats(0, 1, exclude_max=True)


def ask(told: TrackingNews | None, *, now: datetime = NOON, pushes: bool = False) -> timedelta | None:
    """In how long it is asked for, of a parcel that is followed since NOON."""
    at = next_time(told, followed_at=NOON, now=now, pushes=pushes)
    return None if at is None else at - now


def test_where_time_runs_faster_it_is_asked_more_often() -> None:
    """By as much, whatever is known of the parcel."""
    for told in (None, news(event())):
        usual = ask(told)
        assert usual is not None
        assert NOON + usual / 60 == next_time(told, followed_at=NOON, now=NOON, pushes=False, pace=60)
    assert NOON + 3 * MINUTE == told_meanwhile(
        news(event()), followed_at=NOON, now=NOON, pushes=False, pace=60
    )


class TestAlways:
    @given(told=st.none() | strategies.news, now=moments, pushes=st.booleans(), spread=spreads)
    def test_never_in_the_past_and_never_too_late(
        self, told: TrackingNews | None, now: datetime, spread: float, *, pushes: bool
    ) -> None:
        at = next_time(told, followed_at=START, now=now, pushes=pushes, spread=spread)

        assert at is None or timedelta() < at - now <= LONGEST * (1 + 1 / SPREAD)

    @given(told=strategies.news, now=moments, pushes=st.booleans())
    def test_never_for_what_has_arrived_and_for_all_else_until_it_is_given_up(
        self, told: TrackingNews, now: datetime, *, pushes: bool
    ) -> None:
        newest = newest_status(happened(told.events, now=now))
        ends = newest is not None and (newest.reading.status in ENDS or newest.reading.returned)
        at = next_time(told, followed_at=START, now=now, pushes=pushes)

        if ends:
            assert at is None
        elif now < START + min(UNKNOWN_FOR, SILENT_FOR / 2):
            assert at is not None

    @given(told=st.none() | strategies.news, earlier=moments, later=moments, pushes=st.booleans())
    def test_ever_more_seldom(
        self, told: TrackingNews | None, earlier: datetime, later: datetime, *, pushes: bool
    ) -> None:
        """Without any news the pauses only grow, and come to an end."""
        earlier, later = sorted((earlier, later))
        told = told and replace(told, events=happened(told.events, now=earlier))
        first, second = (
            next_time(told, followed_at=START, now=now, pushes=pushes) for now in (earlier, later)
        )

        if first is None:
            assert second is None
        if first is not None and second is not None:
            assert first - earlier <= second - later
        assert next_time(told, followed_at=START, now=START + timedelta(days=80), pushes=pushes) is None

    @given(told=strategies.news, now=moments, spread=spreads, pushes=st.booleans())
    def test_what_was_planned_when_a_source_was_asked_is_asked_then(
        self, told: TrackingNews, now: datetime, spread: float, *, pushes: bool
    ) -> None:
        """Whoever takes the turn does not think that somebody else asked just before."""
        asked = max(told.checked_at, now)
        planned = next_time(told, followed_at=START, now=asked, pushes=pushes, spread=spread)

        if planned is not None:
            assert told_meanwhile(told, followed_at=START, now=planned, pushes=pushes) is None

    def test_a_parcel_costs_a_bounded_number_of_questions(self) -> None:
        """One that nobody ever knows anything of, until it is given up."""
        now, questions = NOON, 0
        while (at := next_time(None, followed_at=NOON, now=now, pushes=False)) is not None:
            now, questions = at, questions + 1

        assert 40 < questions < 60


class TestByStatus:
    @pytest.mark.parametrize("status", sorted(set(Status) - ENDS - {Status.UNKNOWN}))
    def test_each_has_its_pace(self, status: Status) -> None:
        assert INTERVALS[status] == ask(news(event(status)))

    @pytest.mark.parametrize("status", sorted(ENDS))
    def test_what_has_arrived_or_was_taken_back_is_not_asked_for(self, status: Status) -> None:
        assert ask(news(event(hours=2), event(status))) is None

    def test_what_goes_back_after_that_is(self) -> None:
        assert 6 * HOUR == ask(news(event(Status.DELIVERED, hours=2), event(Status.RETURNING)))

    def test_what_is_back_at_the_shop_is_not(self) -> None:
        back = TrackingEvent(Reading(Status.RETURNING, returned=True), NOON, Source.AGGREGATOR)

        assert ask(news(event(Status.RETURNING, hours=2), back)) is None

    def test_a_delivery_of_the_future_ends_nothing_before_its_time(self) -> None:
        """Nor does what needs somebody to act."""
        tomorrow = NOON + DAY
        late = TrackingEvent(Reading(Status.DELIVERED, Attention.PROBLEM), tomorrow, Source.CARRIER)

        assert 3 * HOUR == ask(news(event(), late))
        assert 5 * MINUTE == ask(news(late))
        assert ask(news(event(), late), now=tomorrow) is None

    def test_a_word_that_nobody_knows_hides_no_status(self) -> None:
        told = news(event(Status.OUT_FOR_DELIVERY, hours=0.1), event(Status.UNKNOWN), event(None))

        assert 15 * MINUTE == ask(told)

    def test_somebody_has_to_act(self) -> None:
        problem = TrackingEvent(Reading(None, Attention.PROBLEM), NOON, Source.CARRIER)

        assert 2 * HOUR == ask(news(event(hours=1), problem))
        assert 3 * HOUR == ask(news(event(), event(None, hours=5)))

    def test_who_tells_by_itself_is_asked_seldom_once_it_did(self) -> None:
        assert PUSHED == ask(news(event(Status.OUT_FOR_DELIVERY)), pushes=True)
        assert 5 * MINUTE == ask(None, pushes=True)

    def test_nothing_known_yet(self) -> None:
        """Often at first, then less and less, then no more."""
        days = [timedelta(hours=0), timedelta(hours=1), timedelta(days=1), timedelta(days=9), UNKNOWN_FOR]

        assert [5 * MINUTE, HOUR / 2, 12 * HOUR, DAY, None] == [ask(None, now=NOON + age) for age in days]

    def test_silence(self) -> None:
        days = [timedelta(days=1), timedelta(days=4), timedelta(days=30), SILENT_FOR]

        assert [3 * HOUR, 12 * HOUR, DAY, None] == [ask(news(), now=NOON + age) for age in days]

    def test_a_date_that_cannot_be_gives_no_parcel_up(self) -> None:
        ancient = TrackingEvent(Reading(Status.IN_TRANSIT), datetime(1, 1, 1, tzinfo=UTC), Source.CARRIER)

        assert ask(TrackingNews(NOON, (ancient,))) is not None
        assert ask(TrackingNews(NOON, (ancient,)), now=NOON + SILENT_FOR) is None


class TestToldMeanwhile:
    def test_who_was_told_of_just_now_is_asked_for_later(self) -> None:
        told, now = news(event()), NOON + HOUR

        assert NOON + 3 * HOUR == told_meanwhile(told, followed_at=NOON, now=now, pushes=False)
        assert told_meanwhile(told, followed_at=NOON, now=NOON + 3 * HOUR, pushes=False) is None
        assert told_meanwhile(None, followed_at=NOON, now=now, pushes=False) is None

    def test_a_source_whose_clock_is_ahead_is_not_left_alone_for_that(self) -> None:
        told = news(event(), at=NOON + timedelta(days=400))

        assert NOON + 3 * HOUR == told_meanwhile(told, followed_at=NOON, now=NOON, pushes=False)


class TestHoldingOff:
    @pytest.mark.parametrize(
        ("error", "first", "most"),
        [
            (SourceThrottled(), timedelta(seconds=5), 10 * MINUTE),
            (SourceThrottled(retry_after=900), timedelta(seconds=900), timedelta(seconds=900)),
            (SourceUnavailable(), MINUTE, 15 * MINUTE),
            (SourceUnavailable(retry_after=1), MINUTE, 15 * MINUTE),
            (SourceBroken(), 10 * MINUTE, 6 * HOUR),
            (SourceRejected(), MINUTE, 15 * MINUTE),
            (SourceKeyRejected(), HOUR, 6 * HOUR),
            (SourceQuotaSpent(), HOUR, 4 * HOUR),
            (SourceQuotaSpent(retry_after=60), HOUR, 4 * HOUR),
            (SourceQuotaSpent(retry_after=6 * 3600), 6 * HOUR, 6 * HOUR),
            (SourceUnavailable(retry_after=1e12), DAY, DAY),
            (SourceUnavailable(retry_after=-5), MINUTE, 15 * MINUTE),
            (None, 10 * MINUTE, 6 * HOUR),
        ],
    )
    def test_by_what_went_wrong(self, error: SourceError | None, first: timedelta, most: timedelta) -> None:
        assert (first, most) == holding_off(error, now=NOON)

    def test_a_spent_quota_is_tried_once_the_day_is_over_at_the_latest(self) -> None:
        late = NOON + 11.5 * HOUR

        assert (HOUR / 2, HOUR / 2) == holding_off(SourceQuotaSpent(), now=late)

    def test_where_parcels_take_minutes_for_their_way_a_spent_quota_is_tried_in_seconds(self) -> None:
        seconds = timedelta(seconds=6), timedelta(seconds=24)

        assert seconds == holding_off(SourceQuotaSpent(), now=NOON, pace=600)
        assert holding_off(SourceBroken(), now=NOON) == holding_off(SourceBroken(), now=NOON, pace=600)

    @given(now=moments)
    def test_the_day_ends_at_midnight_by_utc(self, now: datetime) -> None:
        tomorrow = now + until_tomorrow(now)

        assert datetime.combine(now.date() + DAY, time(), UTC) == tomorrow
