"""How long parcels take is told from how long others took, honestly: never of few, never of what is odd."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.delivery_range import FEWEST, HALF_LIFE, LONGEST_DAYS, DeliveryRange, delivery_range, fading

DAY = datetime(2026, 11, 27, tzinfo=UTC)
days = st.integers(0, LONGEST_DAYS)
samples = st.lists(days, min_size=FEWEST, max_size=300)


def told(taken: list[int]) -> DeliveryRange | None:
    return delivery_range(Counter(taken))


@pytest.mark.parametrize("parcels", [0, 1, FEWEST - 1])
def test_of_few_parcels_nothing_is_said(parcels: int) -> None:
    assert None is told([2] * parcels)


def test_from_thirty_on_median_and_ninetieth_are_said() -> None:
    assert DeliveryRange(2, 2) == told([2] * FEWEST)
    assert DeliveryRange(3, 5) == told([1] * 10 + [3] * 10 + [4] * 7 + [5] * 3)


@given(samples)
def test_nine_of_ten_had_come_by_the_ninetieth_and_not_by_the_day_before(taken: list[int]) -> None:
    found = told(taken)
    wanted = 0.9 * (len(taken) + 1)
    if found is None:
        assert sum(one < LONGEST_DAYS for one in taken) < wanted
        return

    assert found.median <= found.ninetieth < LONGEST_DAYS
    assert sum(one <= found.ninetieth for one in taken) >= wanted
    assert sum(one < found.ninetieth for one in taken) < wanted
    assert sum(one <= found.median for one in taken) >= 0.5 * (len(taken) + 1)


@given(samples, st.floats(1, 1e9))
def test_more_of_the_same_says_nothing_else_but_for_the_one_parcel_that_is_to_come(
    taken: list[int], times: float
) -> None:
    once, often = told(taken), delivery_range({one: n * times for one, n in Counter(taken).items()})
    if once is not None:
        assert often is not None
        assert often.ninetieth <= once.ninetieth
        assert often.median <= once.median


@given(samples, days)
def test_a_slower_parcel_more_never_makes_it_sooner(taken: list[int], more: int) -> None:
    before, after = told(taken), told([*taken, max(more, *taken)])
    if after is not None:
        assert before is not None
        assert after.median >= before.median
        assert after.ninetieth >= before.ninetieth


def test_what_mostly_takes_for_ever_is_told_nothing_of() -> None:
    assert None is told([LONGEST_DAYS] * 20 + [3] * 80)
    assert DeliveryRange(3, 3) == told([LONGEST_DAYS] * 5 + [3] * 95)


def test_a_parcel_weighs_half_as_much_a_half_life_later() -> None:
    today = fading(DAY)

    assert 1.0 == pytest.approx(fading(DAY) / today)
    assert 0.5 == pytest.approx(fading(DAY - HALF_LIFE) / today)
    assert None is delivery_range({3: FEWEST * fading(DAY - HALF_LIFE) / today})
    assert None is not delivery_range({3: 2.01 * FEWEST * fading(DAY - HALF_LIFE) / today})


def test_weights_stay_numbers_for_a_century() -> None:
    assert 0 < fading(datetime(2026, 1, 1, tzinfo=UTC)) < fading(datetime(2120, 1, 1, tzinfo=UTC)) < 1e300


def test_of_parcels_of_one_kind_the_next_one_keeps_the_promise() -> None:
    """Small samples, as small shops have them, with a long tail: over many shops nine of ten parcels come by
    the ninetieth percentile that the 30 to 60 before them told, and half by the median."""
    chance = random.Random(1)  # noqa: S311 - to be the same again
    in_time, by_median, rounds = 0, 0, 3_000
    for _ in range(rounds):
        taken = [
            min(LONGEST_DAYS, int(chance.lognormvariate(1.2, 0.5))) for _ in range(chance.randint(30, 60))
        ]
        found = told(taken)
        assert found is not None
        came = int(chance.lognormvariate(1.2, 0.5))
        in_time += came <= found.ninetieth
        by_median += came <= found.median

    assert 0.90 <= in_time / rounds <= 0.97
    assert 0.50 <= by_median / rounds <= 0.72
