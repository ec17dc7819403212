"""EasyPost's words in ours: a row for each, and none guessed."""

from __future__ import annotations

import pytest

from tracker.carriers.easypost.codes import CARRIERS, DETAILS, WORDS
from tracker.carriers.table import carrier_table
from tracker.order import Attention, Reading, Status

A, S = Attention, Status

ROWS = [
    ("unknown", S.UNKNOWN, A.NONE),
    ("pre_transit", S.LABEL_CREATED, A.NONE),
    ("in_transit", S.IN_TRANSIT, A.NONE),
    ("out_for_delivery", S.OUT_FOR_DELIVERY, A.NONE),
    ("available_for_pickup", S.READY_FOR_PICKUP, A.NONE),
    ("delivered", S.DELIVERED, A.NONE),
    ("return_to_sender", S.RETURNING, A.NONE),
    ("failure", None, A.PROBLEM),
    ("error", None, A.PROBLEM),
    ("cancelled", S.CANCELLED, A.NONE),
    ("canceled", S.CANCELLED, A.NONE),
]


@pytest.mark.parametrize(("raw", "status", "attention"), ROWS)
def test_a_word(raw: str, status: Status | None, attention: Attention) -> None:
    assert WORDS[raw] == Reading(status, attention, raw=raw)


def test_no_row_is_untested() -> None:
    assert {row[0] for row in ROWS} == set(WORDS)


def test_every_carrier_is_one_of_the_table() -> None:
    assert CARRIERS.keys() <= carrier_table().by_key.keys()


@pytest.mark.parametrize(
    ("detail", "attention", "reason"),
    [
        ("address_correction", A.ACTION_NEEDED, "consignee_address"),
        ("damaged", A.PROBLEM, "carrier_damaged"),
        ("delayed", A.DELAYED, None),
        ("lost", A.PROBLEM, "carrier_lost"),
        ("missorted", A.DELAYED, "carrier_missorted"),
        ("refused", A.PROBLEM, "consignee_refused"),
        ("weather_delay", A.DELAYED, "weather_delay"),
    ],
)
def test_a_detail(detail: str, attention: Attention, reason: str | None) -> None:
    assert DETAILS[detail] == (attention, reason)
    assert len(DETAILS) == 7
