"""What a source said at different times comes to the same, in whatever order and how often it is told."""

from __future__ import annotations

import itertools
from datetime import timedelta
from functools import reduce
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from tests import strategies
from tests.fakes import NOON
from tests.followed import event, news
from tracker.order import Status, Tracking
from tracker.parcel import TrackingNews
from tracker.parcel_news import joined_news, tells_another_story
from tracker.timeline_events import MOST

LATER = NOON + timedelta(hours=1)


def joined(told: list[TrackingNews]) -> TrackingNews | None:
    return reduce(joined_news, told, None)


@given(told=st.lists(strategies.news, min_size=1, max_size=3), chance=st.randoms())
def test_order_and_copies_change_nothing(told: list[TrackingNews], chance: Random) -> None:
    """Every event is kept once, and what has the newest event decides the rest."""
    shuffled = [*told, *told]
    chance.shuffle(shuffled)
    whole = joined(shuffled)

    assert whole is not None
    once = joined(told)
    assert once is not None
    assert once == whole
    assert (once.window_age, once.last_mile_age) == (whole.window_age, whole.last_mile_age)
    assert sorted({event for each in told for event in each.events}, key=repr) == sorted(
        whole.events, key=repr
    )
    assert whole.checked_at == max(each.checked_at for each in told)
    brought = [each.last_mile for each in told if each.last_mile is not None]
    assert whole.last_mile in brought if brought else whole.last_mile is None
    assert whole.window in [None, *(each.window for each in told)]


def test_a_push_that_comes_late_turns_no_date_back() -> None:
    """It is told after what it is older than."""
    before = news(event(hours=3), at=NOON, window_in=1)
    after = news(event(hours=1), at=LATER, window_in=2)
    late = news(event(hours=3), at=LATER + timedelta(hours=1), window_in=1)

    for order in itertools.permutations([before, after, late]):
        whole = joined(list(order))
        assert whole is not None
        assert (after.window, late.checked_at) == (whole.window, whole.checked_at)


def test_a_date_stays_until_another_is_told_or_the_parcel_has_come() -> None:
    """A push may say only what is new."""
    dated, push = news(event(hours=3), window_in=2), news(event(hours=1), at=LATER)
    corrected = news(event(hours=3), at=LATER, window_in=3)
    came = news(event(Status.DELIVERED), at=LATER)

    assert dated.window == joined_news(dated, push).window
    assert corrected.window == joined_news(dated, corrected).window
    for order in itertools.permutations([dated, push, came]):
        whole = joined(list(order))
        assert whole is not None
        assert whole.window is None


def test_of_too_many_events_the_newest_stay_in_whatever_pieces_they_come() -> None:
    events = [event(hours=hours) for hours in range(MOST + 100)]
    pieces = [news(*events[start : start + 150]) for start in range(0, len(events), 150)]

    for order in itertools.permutations(pieces):
        whole = joined(list(order))
        assert whole is not None
        assert (MOST, events[0], events[MOST - 1]) == (len(whole.events), whole.events[-1], whole.events[0])


def test_a_story_is_another_one_by_what_a_shopper_would_see() -> None:
    """When the source was asked is none of it."""
    first = joined_news(None, news(event(hours=1)))

    def changes(told: TrackingNews) -> bool:
        return tells_another_story(first, joined_news(first, told))

    assert tells_another_story(None, first)
    assert not changes(news(event(hours=1), at=LATER))
    assert changes(news(event(), at=LATER))
    assert changes(news(event(hours=1), at=LATER, window_in=1))
    assert changes(TrackingNews(LATER, (event(hours=1),), last_mile=Tracking("DPD", "1")))
    assert not tells_another_story(None, TrackingNews(NOON))
