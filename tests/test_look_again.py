"""When a page that stays open looks again: as often as there may be news, and within what a visitor has."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.look_again import LONGEST, SHARE, SHORTEST, SOON, LookAgain, look_again
from tracker.order import Status

SOFT = dict.fromkeys(Status, 600) | {Status.OUT_FOR_DELIVERY: 120}
ONE_IN_TWENTY_SECONDS = 20.0
OVER = (None, Status.DELIVERED, Status.CANCELLED)


def then(status: Status | None, *, seconds_a_look: float = ONE_IN_TWENTY_SECONDS) -> int | None:
    return look_again(status, soft=SOFT, seconds_a_look=seconds_a_look, awaited=False).then


def test_a_page_follows_the_age_at_which_its_story_is_read_anew() -> None:
    """But for what changes seldom, of which a source may tell at any time."""
    assert 120 == then(Status.OUT_FOR_DELIVERY)
    assert LONGEST == then(Status.IN_TRANSIT)


@pytest.mark.parametrize("status", OVER)
def test_what_is_over_is_left_alone(status: Status | None) -> None:
    told = look_again(status, soft=SOFT, seconds_a_look=ONE_IN_TWENTY_SECONDS, awaited=True)

    assert LookAgain(None, None) == told


def test_where_a_source_is_being_asked_it_looks_soon_and_then_often() -> None:
    """Only whoever was told first looks so soon: of a parcel that no source knows that would be for days."""
    told = look_again(Status.SHIPPED, soft=SOFT, seconds_a_look=ONE_IN_TWENTY_SECONDS, awaited=True)

    assert LookAgain(SOON, 60) == told


def test_where_much_may_be_asked_and_stories_are_read_anew_at_once_it_is_still_no_hammer() -> None:
    at_once = dict.fromkeys(Status, 1)

    assert LookAgain(SHORTEST, SHORTEST) == look_again(
        Status.SHIPPED, soft=at_once, seconds_a_look=1.0, awaited=True
    )


@given(
    status=st.sampled_from([status for status in Status if status not in OVER]),
    age=st.integers(1, 100_000),
    seconds_a_look=st.floats(0.1, 10_000),
    awaited=st.booleans(),
)
def test_an_open_page_leaves_its_visitor_most_of_their_look_ups(
    *, status: Status, age: int, seconds_a_look: float, awaited: bool
) -> None:
    told = look_again(status, soft=dict.fromkeys(Status, age), seconds_a_look=seconds_a_look, awaited=awaited)

    assert told.first is not None
    assert told.then is not None
    assert round(SHARE * seconds_a_look) <= told.then
    assert told.first <= told.then
