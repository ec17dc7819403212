"""17TRACK's words in ours: a row for each, and none guessed."""

from __future__ import annotations

import pytest

from tracker.carriers.seventeen_track.codes import CARRIERS, WORDS
from tracker.carriers.table import carrier_table
from tracker.order import Attention, Reading, Status

A, S = Attention, Status

ROWS = [
    ("NotFound", S.UNKNOWN, A.NONE, None),
    ("NotFound_Other", S.UNKNOWN, A.NONE, None),
    ("NotFound_InvalidCode", S.UNKNOWN, A.NONE, None),
    ("Expired", S.UNKNOWN, A.NONE, None),
    ("Expired_Other", S.UNKNOWN, A.NONE, None),
    ("InfoReceived", S.LABEL_CREATED, A.NONE, None),
    ("InTransit", S.IN_TRANSIT, A.NONE, None),
    ("InTransit_PickedUp", S.IN_TRANSIT, A.NONE, None),
    ("InTransit_Other", S.IN_TRANSIT, A.NONE, None),
    ("InTransit_Departure", S.IN_TRANSIT, A.NONE, None),
    ("InTransit_Arrival", S.IN_TRANSIT, A.NONE, None),
    ("InTransit_CustomsProcessing", S.IN_TRANSIT, A.NONE, "customs_processing"),
    ("InTransit_CustomsReleased", S.IN_TRANSIT, A.NONE, "customs_released"),
    ("InTransit_CustomsRequiringInformation", S.IN_TRANSIT, A.ACTION_NEEDED, "customs_information"),
    ("OutForDelivery", S.OUT_FOR_DELIVERY, A.NONE, None),
    ("OutForDelivery_Other", S.OUT_FOR_DELIVERY, A.NONE, None),
    ("AvailableForPickup", S.READY_FOR_PICKUP, A.NONE, None),
    ("AvailableForPickup_Other", S.READY_FOR_PICKUP, A.NONE, None),
    ("DeliveryFailure", S.ATTEMPTED, A.ACTION_NEEDED, None),
    ("DeliveryFailure_Other", S.ATTEMPTED, A.ACTION_NEEDED, None),
    ("DeliveryFailure_NoBody", S.ATTEMPTED, A.ACTION_NEEDED, "consignee_absent"),
    ("DeliveryFailure_Security", S.ATTEMPTED, A.ACTION_NEEDED, "other_security"),
    ("DeliveryFailure_Rejected", S.ATTEMPTED, A.ACTION_NEEDED, "consignee_refused"),
    ("DeliveryFailure_InvalidAddress", S.ATTEMPTED, A.ACTION_NEEDED, "consignee_address"),
    ("Delivered", S.DELIVERED, A.NONE, None),
    ("Delivered_Other", S.DELIVERED, A.NONE, None),
    ("Exception", None, A.PROBLEM, None),
    ("Exception_Other", None, A.PROBLEM, None),
    ("Exception_Returning", S.RETURNING, A.NONE, None),
    ("Exception_Returned", S.RETURNING, A.NONE, None),
    ("Exception_NoBody", None, A.PROBLEM, "consignee_absent"),
    ("Exception_Security", None, A.PROBLEM, "other_security"),
    ("Exception_Damage", None, A.PROBLEM, "carrier_damaged"),
    ("Exception_Rejected", None, A.PROBLEM, "consignee_refused"),
    ("Exception_Delayed", None, A.PROBLEM, "carrier_delayed"),
    ("Exception_Lost", None, A.PROBLEM, "carrier_lost"),
    ("Exception_Destroyed", None, A.PROBLEM, "carrier_destroyed"),
    ("Exception_Cancel", S.CANCELLED, A.NONE, None),
]


@pytest.mark.parametrize(("raw", "status", "attention", "reason"), ROWS)
def test_a_word(raw: str, status: Status | None, attention: Attention, reason: str | None) -> None:
    returned = raw == "Exception_Returned"
    assert WORDS[raw] == Reading(status, attention, reason, raw=raw, returned=returned)


def test_no_row_is_untested() -> None:
    assert {row[0] for row in ROWS} == set(WORDS)


def test_every_carrier_is_one_of_the_table_and_has_a_number_of_its_own() -> None:
    assert CARRIERS.keys() <= carrier_table().by_key.keys()
    assert len(CARRIERS) == len(set(CARRIERS.values()))
