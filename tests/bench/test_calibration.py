"""What the shop's own parcels taught holds for the next one: nine of ten come by the ninetieth percentile."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.bench.calibration import ROUTES, STEADY, Route, Score, whole, years

SEEDS = range(4)
STEADY_ROUTE = Route(STEADY, "US", 60)


def year_of(route: Route) -> Score:
    return whole(years(route, SEEDS))


def test_of_a_carrier_that_stays_as_it_is_nine_of_ten_come_as_told_and_half_by_the_median() -> None:
    """Whole days make both a little more; a range that tells next to nothing would make it nearly all."""
    score = year_of(STEADY_ROUTE)

    assert 0.88 <= score.in_time <= 0.97
    assert 0.50 <= score.by_median / score.told <= 0.85
    assert score.days_apart / score.told <= 3


@pytest.mark.parametrize("name", [name for name in ROUTES if "heavy" in name or "twice" in name])
def test_heavy_tails_and_a_carrier_that_changes_cost_little_of_that(name: str) -> None:
    assert 0.85 <= year_of(ROUTES[name]).in_time <= 0.97


def test_a_route_on_which_too_little_comes_is_never_told_of() -> None:
    assert 0 == year_of(replace(STEADY_ROUTE, a_month=8)).told
    assert 0 < year_of(replace(STEADY_ROUTE, a_month=25)).told
