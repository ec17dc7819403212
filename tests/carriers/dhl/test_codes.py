"""DHL's words in ours: a row for each, and none guessed."""

from __future__ import annotations

import pytest

from tracker.carriers.dhl.codes import SERVICES, WORDS
from tracker.carriers.table import carrier_table
from tracker.order import Attention, Reading, Status

ROWS = [
    ("pre-transit", Status.LABEL_CREATED, Attention.NONE),
    ("transit", Status.IN_TRANSIT, Attention.NONE),
    ("delivered", Status.DELIVERED, Attention.NONE),
    ("failure", None, Attention.PROBLEM),
    ("unknown", Status.UNKNOWN, Attention.NONE),
]


@pytest.mark.parametrize(("raw", "status", "attention"), ROWS)
def test_a_word(raw: str, status: Status | None, attention: Attention) -> None:
    assert WORDS[raw] == Reading(status, attention, raw=raw)


def test_no_row_is_untested() -> None:
    assert {row[0] for row in ROWS} == set(WORDS)


def test_every_carrier_of_dhl_in_the_table_is_one_of_its_services() -> None:
    dhl = {key for key in carrier_table().by_key if key.startswith("dhl")}

    assert SERVICES.keys() == dhl | {"deutsche_post"}
