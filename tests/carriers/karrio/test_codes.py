"""Karrio's words in ours: a row for each, and none guessed."""

from __future__ import annotations

import pytest

from tracker.carriers.karrio.codes import CARRIERS, WORDS
from tracker.carriers.table import carrier_table
from tracker.order import Attention, Reading, Status

A, S = Attention, Status

ROWS = [
    ("pending", S.SHIPPED, A.NONE),
    ("picked_up", S.IN_TRANSIT, A.NONE),
    ("in_transit", S.IN_TRANSIT, A.NONE),
    ("on_hold", None, A.PROBLEM),
    ("delivery_delayed", None, A.DELAYED),
    ("out_for_delivery", S.OUT_FOR_DELIVERY, A.NONE),
    ("ready_for_pickup", S.READY_FOR_PICKUP, A.NONE),
    ("delivery_failed", S.ATTEMPTED, A.ACTION_NEEDED),
    ("delivered", S.DELIVERED, A.NONE),
    ("return_to_sender", S.RETURNING, A.NONE),
    ("cancelled", S.CANCELLED, A.NONE),
    ("unknown", S.UNKNOWN, A.NONE),
]


@pytest.mark.parametrize(("raw", "status", "attention"), ROWS)
def test_a_word(raw: str, status: Status | None, attention: Attention) -> None:
    assert WORDS[raw] == Reading(status, attention, raw=raw)


def test_no_row_is_untested() -> None:
    assert {row[0] for row in ROWS} == set(WORDS)


def test_every_carrier_is_one_of_the_table() -> None:
    assert CARRIERS.keys() <= carrier_table().by_key.keys()
