"""The simulated day keeps the rules of the service."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench import day
from tests.bench.day import Event, Outcome, outcomes
from tests.fakes import NOON
from tracker.order import Status
from tracker.ports.answers import Entry
from tracker.settings import DEFAULT_SOFT_AGES, read_ages
from tracker.verbs.lookup import Ages, Freshness, judge

SOFT = 600
AGES = read_ages(DEFAULT_SOFT_AGES)
FORETOLD = {Freshness.FRESH: Outcome.KEPT, Freshness.SOFT: Outcome.REFRESHING, Freshness.OLD: Outcome.READ}


@given(st.integers(0, 3 * SOFT))
def test_the_simulation_judges_as_the_look_up_does(seconds: int) -> None:
    kept = Entry(b"{}", Status.IN_TRANSIT, "gid://shopify/Order/1", NOON, 4)
    judged = judge(
        kept, now=NOON + timedelta(seconds=seconds), ages=Ages(soft=AGES, hard=AGES), stalled_days=4
    )
    _, (_, foretold) = outcomes([(0.0, Event.LOOK_UP), (float(seconds), Event.LOOK_UP)], SOFT)

    assert FORETOLD[judged] is foretold


def test_after_a_webhook_the_shop_is_asked() -> None:
    events = [(0.0, Event.LOOK_UP), (1.0, Event.WEBHOOK), (2.0, Event.LOOK_UP), (3.0, Event.LOOK_UP)]

    assert [Outcome.READ, Outcome.READ, Outcome.KEPT] == [outcome for _, outcome in outcomes(events, SOFT)]


def test_the_whole_day_is_counted_once() -> None:
    simulated = day.simulate(2_000, {status.value: age for status, age in AGES.items()}, shops=100)

    assert sum(simulated.look_ups) == simulated.answers.total() > 2_000
    assert sum(simulated.kept) == simulated.answers[Outcome.KEPT]
    assert len(simulated.fullest) == 100
    assert 0 < simulated.hit_ratio < 1


def test_each_order_that_is_placed_is_told_of_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(day, "WEBHOOKS", 1e-9)
    monkeypatch.setattr(day, "STATUSES", {"processing": 1.0})
    simulated = day.simulate(2_000, {status.value: age for status, age in AGES.items()}, shops=100)

    assert simulated.placed == sum(simulated.webhooks) == pytest.approx(day.PLACED * 2_000, rel=0.1)


@pytest.mark.parametrize("mean", [0.5, 4.0])
def test_arrivals_have_their_mean(mean: float) -> None:
    chance = random.Random(3)  # noqa: S311 - a simulation
    drawn = Counter(day._poisson(mean, chance) for _ in range(4_000))

    assert sum(value * times for value, times in drawn.items()) / 4_000 == pytest.approx(mean, rel=0.1)
