"""17TRACK's words → ours, and our carriers → its numbers. Pure.

The main and sub-statuses are those of its documentation (https://api.17track.net/en/doc?version=v2.4). The
carriers' numbers are those of its public list (https://res.17track.net/asset/carrier/info/apicarrier.all.json),
as far as public sources agree on them.
"""

from __future__ import annotations

from collections.abc import Mapping

from tracker.carriers.words import Table, table
from tracker.order import Attention, Reading, Status

WORDS: Table = table(
    # Nothing is known of the parcel: "expired" says that 17TRACK gave up, not that the parcel did.
    ("NotFound", Reading(Status.UNKNOWN)),
    ("NotFound_Other", Reading(Status.UNKNOWN)),
    ("NotFound_InvalidCode", Reading(Status.UNKNOWN)),
    ("Expired", Reading(Status.UNKNOWN)),
    ("Expired_Other", Reading(Status.UNKNOWN)),
    ("InfoReceived", Reading(Status.LABEL_CREATED)),
    ("InTransit", Reading(Status.IN_TRANSIT)),
    ("InTransit_PickedUp", Reading(Status.IN_TRANSIT)),
    ("InTransit_Other", Reading(Status.IN_TRANSIT)),
    ("InTransit_Departure", Reading(Status.IN_TRANSIT)),
    ("InTransit_Arrival", Reading(Status.IN_TRANSIT)),
    ("InTransit_CustomsProcessing", Reading(Status.IN_TRANSIT, reason="customs_processing")),
    ("InTransit_CustomsReleased", Reading(Status.IN_TRANSIT, reason="customs_released")),
    (
        "InTransit_CustomsRequiringInformation",
        Reading(Status.IN_TRANSIT, Attention.ACTION_NEEDED, "customs_information"),
    ),
    ("OutForDelivery", Reading(Status.OUT_FOR_DELIVERY)),
    ("OutForDelivery_Other", Reading(Status.OUT_FOR_DELIVERY)),
    ("AvailableForPickup", Reading(Status.READY_FOR_PICKUP)),
    ("AvailableForPickup_Other", Reading(Status.READY_FOR_PICKUP)),
    ("DeliveryFailure", Reading(Status.ATTEMPTED, Attention.ACTION_NEEDED)),
    ("DeliveryFailure_Other", Reading(Status.ATTEMPTED, Attention.ACTION_NEEDED)),
    ("DeliveryFailure_NoBody", Reading(Status.ATTEMPTED, Attention.ACTION_NEEDED, "consignee_absent")),
    ("DeliveryFailure_Security", Reading(Status.ATTEMPTED, Attention.ACTION_NEEDED, "other_security")),
    ("DeliveryFailure_Rejected", Reading(Status.ATTEMPTED, Attention.ACTION_NEEDED, "consignee_refused")),
    (
        "DeliveryFailure_InvalidAddress",
        Reading(Status.ATTEMPTED, Attention.ACTION_NEEDED, "consignee_address"),
    ),
    ("Delivered", Reading(Status.DELIVERED)),
    ("Delivered_Other", Reading(Status.DELIVERED)),
    ("Exception", Reading(None, Attention.PROBLEM)),
    ("Exception_Other", Reading(None, Attention.PROBLEM)),
    ("Exception_Returning", Reading(Status.RETURNING)),
    ("Exception_Returned", Reading(Status.RETURNING, returned=True)),
    ("Exception_NoBody", Reading(None, Attention.PROBLEM, "consignee_absent")),
    ("Exception_Security", Reading(None, Attention.PROBLEM, "other_security")),
    ("Exception_Damage", Reading(None, Attention.PROBLEM, "carrier_damaged")),
    ("Exception_Rejected", Reading(None, Attention.PROBLEM, "consignee_refused")),
    ("Exception_Delayed", Reading(None, Attention.PROBLEM, "carrier_delayed")),
    ("Exception_Lost", Reading(None, Attention.PROBLEM, "carrier_lost")),
    ("Exception_Destroyed", Reading(None, Attention.PROBLEM, "carrier_destroyed")),
    ("Exception_Cancel", Reading(Status.CANCELLED)),
)
"""By sub-status, and by main status for where there is no other word."""

CARRIERS: Mapping[str, int] = {
    "4px": 190094,
    "acs": 100070,
    "australia_post": 1151,
    "austrian_post": 1161,
    "bluedart": 100055,
    "china_post": 3011,
    "dhl_express": 100001,
    "dhl_paket": 7041,
    "dpd_uk": 100010,
    "estes": 100221,
    "evri": 100331,
    "fedex": 100003,
    "gls": 100005,
    "royal_mail": 11031,
    "royal_shipments": 100033,
    "sagawa": 100040,
    "tnt": 100004,
    "ups": 100002,
    "usps": 21051,
    "yamato": 100062,
    "yodel": 100017,
}
"""17TRACK's number of a carrier, by its key in the table of carriers. It finds out the others by itself."""
