"""The open-loop generator asks when it should, counts from then, and says so where a rate is too much."""

from __future__ import annotations

import itertools
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench import paced, servers, shoppers, tail
from tests.bench.load import Stream, UnexpectedAnswer
from tests.bench.paced import Pace
from tests.bench.tail import Tail

MILLISECONDS = 40


def test_evenly_spaced_requests_are_as_far_apart_as_the_rate_says() -> None:
    due = paced.evenly(8.0, 2.0)

    assert 16 == len(due)
    assert {0.125} == {after - before for before, after in itertools.pairwise(due)}


def test_requests_that_come_by_chance_have_the_rate_and_no_order() -> None:
    due = paced.by_chance(500.0, 20.0)
    gaps = [after - before for before, after in itertools.pairwise(due)]

    assert len(due) == pytest.approx(10_000, rel=0.05)
    assert due == sorted(due) == paced.by_chance(500.0, 20.0)
    # Of a Poisson process, gaps longer than the mean are e^-1 of all.
    assert 0.368 == pytest.approx(sum(gap > 1 / 500 for gap in gaps) / len(gaps), rel=0.05)


@given(st.floats(1.0, 100_000.0), st.floats(10.0, 10_000.0))
def test_the_highest_rate_is_found_wherever_the_search_begins(limit: float, first: float) -> None:
    found = paced.highest(lambda rate: rate <= limit, first=first)

    assert limit / paced.STEP <= found <= limit


def test_one_bad_moment_does_not_make_a_rate_too_high() -> None:
    tries = Counter[float]()

    def fails_at_first(rate: float) -> bool:
        tries[rate] += 1
        return rate <= 1000 and tries[rate] > 1

    assert 1000 / paced.STEP <= paced.highest(fails_at_first, first=100.0) <= 1000


def test_a_queue_that_grows_is_no_sustained_rate_and_one_that_was_worked_off_is() -> None:
    growing = [number * 0.001 for number in range(1000)]

    assert not Pace(behind=growing).is_sustained
    assert Pace(behind=[*growing, *[0.0] * 1000]).is_sustained
    assert not Pace(given_up=True, behind=[0.0] * 1000).is_sustained


def test_a_time_counts_from_when_its_request_was_due(tmp_path: Path) -> None:
    """Or a server that makes the next ones wait would look as fast as one that does not."""
    with servers.upstream(tmp_path, MILLISECONDS) as shop:
        stream = Stream(shoppers.upstream_calls(), 1)
        pace = paced.run(shop, [(stream, [0.0] * 4)])

    assert 4 == pace.sent == len(stream.seconds)
    assert all(
        seconds >= turn * MILLISECONDS / 1000 for turn, seconds in enumerate(sorted(stream.seconds), start=1)
    )
    assert pace.behind[-1] >= 3 * MILLISECONDS / 1000


def test_streams_go_side_by_side_and_refusals_are_counted_where_they_may_be(tmp_path: Path) -> None:
    with servers.upstream(tmp_path, 0) as shop:
        answered = Stream(shoppers.upstream_calls(), 3)
        refused = Stream(shoppers.upstream_calls(), 2, 404, tolerated=frozenset({200}))
        pace = paced.run(shop, [(answered, paced.evenly(500, 0.04)), (refused, paced.evenly(250, 0.04))])
        with pytest.raises(UnexpectedAnswer):
            paced.run(shop, [(Stream(shoppers.upstream_calls(), 1, 404), [0.0])])

    assert (30, 20, 10) == (pace.sent, answered.answered, refused.answered)
    assert ({}, {200: 10}) == (answered.refused, refused.refused)
    assert [] == refused.seconds


def tails(*, slow: float, sustained: int) -> list[Tail]:
    return [Tail(2.0, slow, 0.1, 0.05, is_sustained=number < sustained) for number in range(4)]


def test_the_tail_is_held_against_the_median_and_against_itself_alone() -> None:
    kept = tail.findings(tails(slow=6.0, sustained=4), tails(slow=8.0, sustained=4))
    broken = tail.findings(tails(slow=9.0, sustained=4), tails(slow=18.0, sustained=4))

    assert [("3.0 times", True), ("1.33 of alone", True)] == [(one.figure, one.holds) for one in kept]
    assert [("4.5 times", False), ("2.00 of alone", False)] == [(one.figure, one.holds) for one in broken]


def test_a_rate_that_was_not_sustained_keeps_no_promise() -> None:
    of_itself, of_alone = tail.findings(tails(slow=6.0, sustained=3), tails(slow=6.0, sustained=2))

    assert ("3.0 times, the rate was sustained in 75% of the rounds", True) == (
        of_itself.figure,
        of_itself.holds,
    )
    assert ("1.00 of alone, the rate was sustained in 50% of the rounds", False) == (
        of_alone.figure,
        of_alone.holds,
    )
