"""The figures that stand in the docs come from measurements, and the simulated day keeps the rules."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench import day, publish
from tests.bench.day import Event, Outcome, outcomes
from tests.bench.table import Finding
from tests.fakes import NOON
from tracker.lookup import Ages, Freshness, judge
from tracker.order import Status
from tracker.ports import Entry
from tracker.settings import DEFAULT_SOFT_AGES, read_ages

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


def told(*findings: Finding) -> dict[str, object]:
    return {
        "title": "What it costs",
        "measured": "2026-11-27",
        "machine": "2 processors",
        "findings": [
            {"promise": finding.promise, "figure": finding.figure, "holds": finding.holds}
            for finding in findings
        ],
    }


def test_a_table_has_every_promise_and_says_which_are_broken() -> None:
    kept = told(
        Finding("quick", "1 ms", holds=True), Finding("small", "9 KB", holds=False), Finding("nothing", "0")
    )

    text = publish.table([kept])

    assert "| quick | 1 ms | kept |\n| small | 9 KB | **broken** |" in text
    assert "nothing" not in text
    assert "**What it costs** (2 processors, 2026-11-27)" in text


def test_the_table_goes_where_it_was_and_nothing_else_changes() -> None:
    readme = f"before\n{publish.BEGIN}\nold\n{publish.END}\nafter\n"

    new = publish.written(readme, [told(Finding("quick", "1 ms", holds=True))])

    assert new.startswith(f"before\n{publish.BEGIN}\n\n**What it costs**")
    assert new.endswith(f"{publish.END}\nafter\n")
    assert "old" not in new


def test_the_readme_tells_what_was_measured_and_nothing_else() -> None:
    readme = (publish.ROOT / "README.md").read_text(encoding="utf-8")

    assert publish.written(readme, publish.all_kept()) == readme


def test_without_a_place_nothing_is_written() -> None:
    with pytest.raises(publish.NoPlace):
        publish.written("no table here", [])
