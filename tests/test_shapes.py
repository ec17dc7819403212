"""Values out of JSON of any shape."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import json_values
from tracker import shapes


@given(json_values)
def test_no_shape_makes_a_picker_raise(value: object) -> None:
    for pick in (shapes.mapping, shapes.mappings, shapes.time):
        pick(value)
    shapes.text(value, 10)


@given(st.text())
def test_a_text_is_one_short_line_without_control_characters(value: str) -> None:
    cleaned = shapes.text(value, 20)

    if cleaned is not None:
        assert 0 < len(cleaned) <= 20
        assert cleaned == cleaned.strip()
        assert not [c for c in cleaned if unicodedata.category(c)[0] == "C" and c not in "\u200c\u200d"]
        assert shapes.text(cleaned, 20) == cleaned


@pytest.mark.parametrize(
    ("value", "cleaned"),
    [
        ("  Mug \n blue\t", "Mug blue"),
        ("a\u0000b\u0007c", "abc"),
        ("\u202egnp.exe", "gnp.exe"),
        ("👨‍👩‍👧 mug", "👨‍👩‍👧 mug"),
        ("می‌خواهم", "می‌خواهم"),
        ("\ud800half", "half"),
        ("", None),
        (" \u0007 ", None),
        (7, None),
    ],
)
def test_what_is_kept_of_a_text(value: object, cleaned: str | None) -> None:
    assert shapes.text(value, 255) == cleaned


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-11-01T10:00:00Z", datetime(2026, 11, 1, 10, tzinfo=UTC)),
        ("2026-11-01T10:00:00.250Z", datetime(2026, 11, 1, 10, 0, 0, 250_000, tzinfo=UTC)),
        ("2026-11-01T12:00:00+02:00", datetime(2026, 11, 1, 10, tzinfo=UTC)),
        ("2026-11-01T10:00:00", None),
        ("2026-13-01T10:00:00Z", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("yesterday", None),
        (1_795_000_000, None),
        (None, None),
    ],
)
def test_a_time_is_in_utc_or_none(value: object, moment: datetime | None) -> None:
    assert shapes.time(value) == moment
