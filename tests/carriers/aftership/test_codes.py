"""AfterShip's words in ours: a row for each, and none guessed."""

from __future__ import annotations

import pytest

from tracker.carriers.aftership.codes import SLUGS, WORDS
from tracker.carriers.table import carrier_table
from tracker.order import Attention, Detail, Reading, Status

A, D, S = Attention, Detail, Status

ROWS = [
    ("Pending", S.SHIPPED, A.NONE, None, None),
    ("Pending_001", S.SHIPPED, A.NONE, None, None),
    ("Pending_002", S.SHIPPED, A.NONE, None, None),
    ("Pending_003", S.SHIPPED, A.NONE, None, None),
    ("Pending_004", S.SHIPPED, A.NONE, None, None),
    ("Pending_005", S.SHIPPED, A.NONE, None, None),
    ("Pending_006", S.SHIPPED, A.NONE, None, None),
    ("InfoReceived", S.LABEL_CREATED, A.NONE, None, None),
    ("InfoReceived_001", S.LABEL_CREATED, A.NONE, None, None),
    ("InTransit", S.IN_TRANSIT, A.NONE, None, None),
    ("InTransit_001", S.IN_TRANSIT, A.NONE, None, None),
    ("InTransit_002", S.IN_TRANSIT, A.NONE, None, None),
    ("InTransit_003", S.IN_TRANSIT, A.NONE, None, None),
    ("InTransit_004", S.IN_TRANSIT, A.NONE, None, None),
    ("InTransit_005", S.IN_TRANSIT, A.NONE, "customs_released", None),
    ("InTransit_006", S.IN_TRANSIT, A.NONE, "customs_processing", None),
    ("InTransit_007", S.IN_TRANSIT, A.NONE, None, None),
    ("InTransit_008", S.IN_TRANSIT, A.NONE, None, None),
    ("InTransit_009", S.IN_TRANSIT, A.NONE, None, None),
    ("OutForDelivery", S.OUT_FOR_DELIVERY, A.NONE, None, None),
    ("OutForDelivery_001", S.OUT_FOR_DELIVERY, A.NONE, None, None),
    ("OutForDelivery_003", S.OUT_FOR_DELIVERY, A.NONE, None, None),
    ("OutForDelivery_004", S.OUT_FOR_DELIVERY, A.NONE, None, None),
    ("AvailableForPickup", S.READY_FOR_PICKUP, A.NONE, None, None),
    ("AvailableForPickup_001", S.READY_FOR_PICKUP, A.NONE, None, None),
    ("AttemptFail", S.ATTEMPTED, A.ACTION_NEEDED, None, None),
    ("AttemptFail_001", S.ATTEMPTED, A.ACTION_NEEDED, None, None),
    ("AttemptFail_002", S.ATTEMPTED, A.ACTION_NEEDED, "consignee_absent", None),
    ("AttemptFail_003", S.ATTEMPTED, A.ACTION_NEEDED, "consignee_closed", None),
    ("Delivered", S.DELIVERED, A.NONE, None, None),
    ("Delivered_001", S.DELIVERED, A.NONE, None, None),
    ("Delivered_002", S.DELIVERED, A.NONE, None, D.COLLECTED),
    ("Delivered_003", S.DELIVERED, A.NONE, None, D.SIGNED),
    ("Delivered_004", S.DELIVERED, A.NONE, None, None),
    ("Delivered_005", S.DELIVERED, A.NONE, None, D.NEIGHBOUR),
    ("Exception", None, A.PROBLEM, None, None),
    ("Exception_001", None, A.PROBLEM, None, None),
    ("Exception_002", None, A.PROBLEM, "consignee_moved", None),
    ("Exception_003", None, A.PROBLEM, "consignee_refused", None),
    ("Exception_004", None, A.PROBLEM, "customs_delayed", None),
    ("Exception_005", None, A.DELAYED, None, None),
    ("Exception_006", None, A.PROBLEM, "consignee_payment", None),
    ("Exception_007", None, A.PROBLEM, "consignee_address", None),
    ("Exception_008", None, A.PROBLEM, "consignee_not_collected", None),
    ("Exception_009", None, A.PROBLEM, "carrier_rejected", None),
    ("Exception_010", S.RETURNING, A.NONE, None, None),
    ("Exception_011", S.RETURNING, A.NONE, None, None),
    ("Exception_012", None, A.PROBLEM, "carrier_damaged", None),
    ("Exception_013", None, A.PROBLEM, "carrier_lost", None),
    ("Exception_016", None, A.DELAYED, "carrier_processing", None),
    ("Exception_017", None, A.DELAYED, "weather_delay", None),
    ("Exception_018", None, A.PROBLEM, "customs_documents", None),
    ("Exception_019", None, A.DELAYED, "carrier_flight", None),
    ("Exception_020", S.CANCELLED, A.NONE, None, None),
    ("Exception_021", None, A.PROBLEM, "carrier_destroyed", None),
    ("Expired", S.UNKNOWN, A.NONE, None, None),
    ("Expired_001", S.UNKNOWN, A.NONE, None, None),
]


@pytest.mark.parametrize(("raw", "status", "attention", "reason", "detail"), ROWS)
def test_a_word(
    raw: str, status: Status | None, attention: Attention, reason: str | None, detail: Detail | None
) -> None:
    assert WORDS[raw] == Reading(status, attention, reason, detail, raw, returned=raw == "Exception_011")


def test_no_row_is_untested() -> None:
    assert {row[0] for row in ROWS} == set(WORDS)


def test_every_carrier_is_one_of_the_table_and_has_a_slug_of_its_own() -> None:
    assert SLUGS.keys() <= carrier_table().by_key.keys()
    assert len(SLUGS) == len(set(SLUGS.values()))
