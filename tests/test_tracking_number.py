"""A parcel's number is known again however it is written, and only what can be one is asked for."""

from __future__ import annotations

import pytest
from hypothesis import given

from tests import strategies
from tracker.tracking_number import plain_number, same_number


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("1Z 999", "1Z999"),
        ("rr-123 de", "rr-123de"),
        ("99.00.123456.12345678", "990012345612345678"),
        ("98.00 123456.12345678", "980012345612345678"),
        ("shop.example", None),
        ("1234.", None),
        ("12..34", None),
        ("Selbstabholung!", None),
        ("javascript:x", None),
        ("９９９９", None),
        ("9" * 50, "9" * 50),
        ("9" * 51, None),
        ("999", None),
        ("", None),
        (9999, None),
        (None, None),
    ],
)
def test_a_number_is_some_letters_and_digits(written: object, plain: str | None) -> None:
    assert plain == plain_number(written)


@given(strategies.typed_text)
def test_what_a_source_is_asked_for_is_short_and_plain(typed: str) -> None:
    plain = plain_number(typed)

    assert plain is None or (plain.isascii() and 4 <= len(plain) <= 50)
    assert plain is None or same_number(plain) == same_number(typed)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("rr 123 de", "RR123DE"),
        ("1z\t999", "1Z999"),
        ("99.00.123456.12345678", "9900 1234 5612 345678"),
        ("", " "),
        (None, ""),
    ],
)
def test_spaces_dots_and_case_make_no_other_number(one: object, other: object) -> None:
    assert same_number(one) == same_number(other)
    assert same_number("RR123DE") != same_number("RR-123DE")
