"""A time budget that is handed down."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import SettableMonotonic
from tracker.deadline import Deadline


def test_it_runs_down_and_expires_at_its_end() -> None:
    clock = SettableMonotonic()
    deadline = Deadline(3, monotonic=clock)

    assert (deadline.remaining(), deadline.expired()) == (3, False)
    clock.advance(2.5)
    assert (deadline.remaining(), deadline.expired()) == (0.5, False)
    clock.advance(0.5)
    assert (deadline.remaining(), deadline.expired()) == (0, True)


@given(seconds=st.floats(-10, 100), later=st.floats(0, 1000))
def test_what_is_left_is_never_negative(seconds: float, later: float) -> None:
    clock = SettableMonotonic()
    deadline = Deadline(seconds, monotonic=clock)
    clock.advance(later)

    assert deadline.remaining() >= 0
    assert deadline.expired() == (deadline.remaining() == 0)


def test_by_default_it_is_measured_on_the_machines_own_monotonic_clock() -> None:
    assert 0 < Deadline(3600).remaining() <= 3600
    assert Deadline(0).expired()
