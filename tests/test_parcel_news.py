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
from tracker.order import Tracking
from tracker.parcel import TrackingNews
from tracker.parcel_news import joined_news, tells_another_story
from tracker.timeline_events import MOST

LATER = NOON + timedelta(hours=1)


def joined(told: list[TrackingNews]) -> TrackingNews | None:
    return reduce(joined_news, told, None)


@given(told=st.lists(strategies.news, min_size=1, max_size=3), chance=st.randoms())
def test_order_and_copies_change_nothing(told: list[TrackingNews], chance: Random) -> None:
    """Every event is kept once, and the newest news decides the rest."""
    shuffled = [*told, *told]
    chance.shuffle(shuffled)
    whole = joined(shuffled)

    assert whole is not None
    assert joined(told) == whole
    assert sorted({event for each in told for event in each.events}, key=repr) == sorted(
        whole.events, key=repr
    )
    newest = [each for each in told if each.checked_at == max(each.checked_at for each in told)]
    assert (whole.checked_at, whole.window, whole.last_mile) in [
        (each.checked_at, each.window, each.last_mile) for each in newest
    ]


def test_a_promise_that_is_no_longer_made_goes() -> None:
    assert joined_news(news(window_in=2), news(at=LATER)).window is None


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
