"""AfterShip's words → ours, and our carriers → its slugs. Pure.

Tags and subtags: https://www.aftership.com/docs/tracking/2026-07/enum/delivery-sub-statuses, whose newest
(given since March 2026) https://support.aftership.com/en/article/learn-about-delivery-sub-statuses-1b0hdlx
explains;
slugs: https://www.aftership.com/docs/tracking/others/supported-couriers.
"""

from __future__ import annotations

from collections.abc import Mapping

from tracker.carriers.words import Table, table
from tracker.order import Attention, Detail, Reading, Status

_ATTEMPTED = Reading(Status.ATTEMPTED, Attention.ACTION_NEEDED)
_PROBLEM = Reading(None, Attention.PROBLEM)

WORDS: Table = table(
    ("Pending", Reading(Status.SHIPPED)),
    ("Pending_001", Reading(Status.SHIPPED)),
    ("Pending_002", Reading(Status.SHIPPED)),
    ("Pending_003", Reading(Status.SHIPPED)),
    ("Pending_004", Reading(Status.SHIPPED)),
    ("Pending_005", Reading(Status.SHIPPED)),
    ("Pending_006", Reading(Status.SHIPPED)),
    ("InfoReceived", Reading(Status.LABEL_CREATED)),
    ("InfoReceived_001", Reading(Status.LABEL_CREATED)),
    ("InTransit", Reading(Status.IN_TRANSIT)),
    ("InTransit_001", Reading(Status.IN_TRANSIT)),
    ("InTransit_002", Reading(Status.IN_TRANSIT)),
    ("InTransit_003", Reading(Status.IN_TRANSIT)),
    ("InTransit_004", Reading(Status.IN_TRANSIT)),
    ("InTransit_005", Reading(Status.IN_TRANSIT, reason="customs_released")),
    ("InTransit_006", Reading(Status.IN_TRANSIT, reason="customs_processing")),
    ("InTransit_007", Reading(Status.IN_TRANSIT)),
    ("InTransit_008", Reading(Status.IN_TRANSIT)),
    ("InTransit_009", Reading(Status.IN_TRANSIT)),
    ("OutForDelivery", Reading(Status.OUT_FOR_DELIVERY)),
    ("OutForDelivery_001", Reading(Status.OUT_FOR_DELIVERY)),
    ("OutForDelivery_003", Reading(Status.OUT_FOR_DELIVERY)),
    ("OutForDelivery_004", Reading(Status.OUT_FOR_DELIVERY)),
    ("AvailableForPickup", Reading(Status.READY_FOR_PICKUP)),
    ("AvailableForPickup_001", Reading(Status.READY_FOR_PICKUP)),
    ("AttemptFail", _ATTEMPTED),
    ("AttemptFail_001", _ATTEMPTED),
    ("AttemptFail_002", Reading(Status.ATTEMPTED, Attention.ACTION_NEEDED, "consignee_absent")),
    ("AttemptFail_003", Reading(Status.ATTEMPTED, Attention.ACTION_NEEDED, "consignee_closed")),
    ("Delivered", Reading(Status.DELIVERED)),
    ("Delivered_001", Reading(Status.DELIVERED)),
    ("Delivered_002", Reading(Status.DELIVERED, detail=Detail.COLLECTED)),
    ("Delivered_003", Reading(Status.DELIVERED, detail=Detail.SIGNED)),
    ("Delivered_004", Reading(Status.DELIVERED)),
    ("Delivered_005", Reading(Status.DELIVERED, detail=Detail.NEIGHBOUR)),
    ("Exception", _PROBLEM),
    ("Exception_001", _PROBLEM),
    ("Exception_002", Reading(None, Attention.PROBLEM, "consignee_moved")),
    ("Exception_003", Reading(None, Attention.PROBLEM, "consignee_refused")),
    ("Exception_004", Reading(None, Attention.PROBLEM, "customs_delayed")),
    ("Exception_005", Reading(None, Attention.DELAYED)),
    ("Exception_006", Reading(None, Attention.PROBLEM, "consignee_payment")),
    ("Exception_007", Reading(None, Attention.PROBLEM, "consignee_address")),
    ("Exception_008", Reading(None, Attention.PROBLEM, "consignee_not_collected")),
    ("Exception_009", Reading(None, Attention.PROBLEM, "carrier_rejected")),
    ("Exception_010", Reading(Status.RETURNING)),
    ("Exception_011", Reading(Status.RETURNING, returned=True)),
    ("Exception_012", Reading(None, Attention.PROBLEM, "carrier_damaged")),
    ("Exception_013", Reading(None, Attention.PROBLEM, "carrier_lost")),
    ("Exception_016", Reading(None, Attention.DELAYED, "carrier_processing")),
    ("Exception_017", Reading(None, Attention.DELAYED, "weather_delay")),
    ("Exception_018", Reading(None, Attention.PROBLEM, "customs_documents")),
    ("Exception_019", Reading(None, Attention.DELAYED, "carrier_flight")),
    ("Exception_020", Reading(Status.CANCELLED)),
    ("Exception_021", Reading(None, Attention.PROBLEM, "carrier_destroyed")),
    # AfterShip gave up, not the parcel.
    ("Expired", Reading(Status.UNKNOWN)),
    ("Expired_001", Reading(Status.UNKNOWN)),
)
"""By subtag, and by tag for where there is no other word."""

SLUGS: Mapping[str, str] = {
    "australia_post": "australia-post",
    "canada_post": "canada-post",
    "china_post": "china-post",
    "dhl_express": "dhl",
    "dhl_paket": "dhl-germany",
    "dpd": "dpd",
    "dpd_uk": "dpd-uk",
    "fedex": "fedex",
    "gls": "gls",
    "royal_mail": "royal-mail",
    "tnt": "tnt",
    "ups": "ups",
    "usps": "usps",
}
"""AfterShip's slug of a carrier, by its key in the table of carriers. It finds out the others by itself."""
