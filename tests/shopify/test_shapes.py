"""Values out of the Admin API's JSON, whatever shape it has."""

from __future__ import annotations

import pytest
from hypothesis import given

from tests.strategies import json_values
from tracker.shopify import shapes


@given(json_values)
def test_no_shape_makes_a_picker_raise(value: object) -> None:
    for pick in (
        shapes.nodes,
        shapes.identity,
        shapes.count,
        shapes.word,
        shapes.secure_url,
    ):
        pick(value)


@pytest.mark.parametrize(
    ("value", "pieces"), [(3, 3), (0, 0), (-2, 0), (True, 0), ("3", 0), (2.5, 0), (None, 0)]
)
def test_a_count_is_never_negative(value: object, pieces: int) -> None:
    assert shapes.count(value) == pieces


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("https://cdn.shopify.com/x.jpg?v=1", True),
        ("http://cdn.shopify.com/x.jpg", False),
        ("javascript:alert(1)", False),
        ("https://", False),
        ("https://a/ b", False),
        ('https://a/"onload="x', False),
        ("https://a/" + "b" * 3000, False),
        ("https://ä.example/", False),
    ],
)
def test_an_address_is_secure_and_whole(value: str, *, kept: bool) -> None:
    assert shapes.secure_url(value) == (value if kept else None)
