"""DHL's words in ours: a row for each, and none guessed."""

from __future__ import annotations

import pytest

from tracker.carriers.dhl.codes import CODED, SERVICES, WORDS, is_code
from tracker.carriers.table import carrier_table
from tracker.order import Attention, Reading, Status

ROWS = [
    ("pre-transit", Status.LABEL_CREATED, Attention.NONE),
    ("transit", Status.IN_TRANSIT, Attention.NONE),
    ("delivered", Status.DELIVERED, Attention.NONE),
    ("failure", None, Attention.PROBLEM),
    ("unknown", Status.UNKNOWN, Attention.NONE),
    ("pre-transit.VA", Status.LABEL_CREATED, Attention.NONE),
    ("transit.ES", Status.IN_TRANSIT, Attention.NONE),
    ("transit.AA", Status.IN_TRANSIT, Attention.NONE),
    ("transit.EE", Status.IN_TRANSIT, Attention.NONE),
    ("transit.PO", Status.OUT_FOR_DELIVERY, Attention.NONE),
    ("transit.LA", Status.READY_FOR_PICKUP, Attention.NONE),
    ("transit.ZN", Status.ATTEMPTED, Attention.ACTION_NEEDED),
    ("failure.ZN", Status.ATTEMPTED, Attention.ACTION_NEEDED),
    ("delivered.ZU", Status.DELIVERED, Attention.NONE),
]


@pytest.mark.parametrize(("raw", "status", "attention"), ROWS)
def test_a_word(raw: str, status: Status | None, attention: Attention) -> None:
    assert WORDS[raw] == Reading(status, attention, raw=raw)


def test_no_row_is_untested() -> None:
    assert {row[0] for row in ROWS} == set(WORDS)


def test_every_carrier_of_dhl_in_the_table_is_one_of_its_services() -> None:
    dhl = {key for key in carrier_table().by_key if key.startswith("dhl")}

    assert SERVICES.keys() == dhl | {"deutsche_post"}
    assert CODED <= set(SERVICES.values())


def test_a_code_is_two_letters_of_the_parcel_service_in_germany() -> None:
    assert is_code("parcel-de", "PO")
    assert not [
        (service, status)
        for service, status in [
            ("parcel-de", "DELIVERED"),
            ("parcel-de", "Die Sendung wurde zugestellt."),
            ("parcel-de", ["PO"]),
            ("express", "PO"),
            (["parcel-de"], "PO"),
            (None, "PO"),
        ]
        if is_code(service, status)
    ]
