"""Look-ups of thirty days: a picture, and the same in words and in a table."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tracker.web.admin
from tracker.errors import InvalidRequest, NotSetUp, OrderNotFound, RateLimited, UpstreamUnavailable
from tracker.ports.activity import LookupCount
from tracker.web.admin import words
from tracker.web.admin.chart import DAYS, GROUPS, HEIGHT, STEP, WIDTH, Chart, first_day
from tracker.web.admin.pages import FOR_SCRIPT

TODAY = date(2026, 11, 27)
FOLDER = Path(tracker.web.admin.__file__).parent

counts = st.builds(
    LookupCount,
    day=st.integers(-5, DAYS + 5).map(lambda days: TODAY - timedelta(days=days)),
    outcome=st.sampled_from(["story", "order_not_found", "rate_limited", "of_a_later_release"]),
    cause=st.sampled_from(["none", "unknown_number", "another_email", "of_a_later_release"]),
    count=st.integers(1, 10_000),
)


def counted(outcome: str, count: int, *, ago: int = 0, cause: str = "none") -> LookupCount:
    return LookupCount(TODAY - timedelta(days=ago), outcome, cause, count)


def chart(*lookups: LookupCount) -> Chart:
    return Chart(lookups, today=TODAY)


def test_it_covers_thirty_days_and_today() -> None:
    told = chart(counted("story", 1), counted("story", 2, ago=29), counted("story", 4, ago=30))

    assert (date(2026, 10, 29), "29 Oct", "27 Nov") == (first_day(TODAY), told.first, told.last)
    assert (3, 2) == (told.total, told.most)
    assert [("27 Nov", (1, 0, 0)), ("29 Oct", (2, 0, 0))] == [(row.day, row.counts) for row in told.rows]


def test_a_sentence_tells_all_of_it() -> None:
    told = chart(counted("story", 5), counted("order_not_found", 2, ago=3), counted("rate_limited", 1, ago=3))

    assert (
        "8 look-ups from 29 Oct to 27 Nov: 5 found, 2 not found, 1 other. The busiest day had 5."
        == told.summary
    )
    assert {"found": 5, "missed": 2, "refused": 1} == told.totals


def test_causes_are_told_in_words_of_which_a_merchant_can_make_something() -> None:
    told = chart(
        counted("order_not_found", 2, cause="unknown_number"),
        counted("order_not_found", 3, cause="unknown_number", ago=5),
        counted("order_not_found", 7, cause="another_email"),
        counted("rate_limited", 1, cause="door"),
        counted("rate_limited", 1, cause="guesses_shop"),
        counted("order_not_found", 1, cause="of_a_later_release"),
        counted("story", 90),
    )

    assert [
        ("The order had another e-mail address, or none", 7),
        ("No order had the number", 5),
        ("Too many tries", 2),
        ("Something else", 1),
    ] == told.causes


@pytest.mark.parametrize(
    "refusal", [OrderNotFound, InvalidRequest, RateLimited, NotSetUp, UpstreamUnavailable]
)
def test_each_refusal_of_a_look_up_has_words(refusal: type[OrderNotFound]) -> None:
    """A miss is told by its cause instead."""
    if refusal is OrderNotFound:
        causes = ("unknown_number", "another_email", "another_customer", "kept", "gone")
        assert all(words.say(f"causes.{cause}") for cause in causes)
    else:
        assert words.say(f"causes.{refusal.code}")


def test_nothing_is_an_empty_picture() -> None:
    told = chart()

    assert (0, 0, [], [], []) == (told.total, told.most, list(told.bars), told.rows, told.causes)


@given(st.lists(counts, max_size=40))
def test_the_picture_the_table_and_the_sentence_say_the_same(lookups: list[LookupCount]) -> None:
    told = chart(*lookups)
    columns: dict[int, list[tuple[float, float]]] = {}
    for bar in told.bars:
        columns.setdefault(bar.x, []).append((bar.y, bar.y + bar.height))

    assert told.total == sum(sum(row.counts) for row in told.rows) == sum(told.totals.values())
    assert len(columns) == len(told.rows)
    for x, bars in columns.items():
        assert 0 <= x <= told.width - WIDTH
        assert x % STEP == 1
        # From the foot upwards, each on the one before, none above the top.
        assert bars[0][1] == HEIGHT
        assert all(abs(upper[1] - lower[0]) < 0.05 for lower, upper in pairwise(bars))
        assert bars[-1][0] >= 0
    heights = sorted(round(HEIGHT - min(bar[0] for bar in bars), 1) for bars in columns.values())
    wanted = sorted(round(sum(row.counts) * HEIGHT / told.most, 1) for row in told.rows)
    assert all(abs(drawn - due) < 0.2 for drawn, due in zip(heights, wanted, strict=True))


def test_every_word_that_the_script_and_the_templates_ask_for_is_there() -> None:
    script = (FOLDER / "static" / "admin.js").read_text("utf-8")
    given_to_script = dict(words.below(*FOR_SCRIPT))
    named = set(re.findall(r"words(?:\.(\w+)|\['([\w.]+)'\])", script))
    begun = set(re.findall(r"words\[`([\w.]+)\.\$", script))
    asked = {one or other for one, other in named}

    assert asked > {"checking", "guide.ready"}
    assert asked <= set(given_to_script)
    assert all(any(key.startswith(f"{group}.") for key in given_to_script) for group in begun)
    for template in (FOLDER / "templates").glob("*.html"):
        for key in re.findall(r"say\('([\w.]+)'\)", template.read_text("utf-8")):
            assert words.say(key), key
    assert all(words.say(f"lookups.{group}") for group in GROUPS)
