"""EasyPost's words → ours, and our carriers → its names of them. Pure.

Statuses and their details: https://docs.easypost.com/docs/trackers; names of carriers:
https://docs.easypost.com/carriers.
"""

from __future__ import annotations

from collections.abc import Mapping

from tracker.carriers.words import Table, table
from tracker.order import Attention, Reading, Status

WORDS: Table = table(
    ("unknown", Reading(Status.UNKNOWN)),
    ("pre_transit", Reading(Status.LABEL_CREATED)),
    ("in_transit", Reading(Status.IN_TRANSIT)),
    ("out_for_delivery", Reading(Status.OUT_FOR_DELIVERY)),
    ("available_for_pickup", Reading(Status.READY_FOR_PICKUP)),
    ("delivered", Reading(Status.DELIVERED)),
    ("return_to_sender", Reading(Status.RETURNING)),
    ("failure", Reading(None, Attention.PROBLEM)),
    ("error", Reading(None, Attention.PROBLEM)),
    # Both spellings occur.
    ("cancelled", Reading(Status.CANCELLED)),
    ("canceled", Reading(Status.CANCELLED)),
)
"""`status` of a tracker and of its details."""

DETAILS: Mapping[str, tuple[Attention, str | None]] = {
    "address_correction": (Attention.ACTION_NEEDED, "consignee_address"),
    "damaged": (Attention.PROBLEM, "carrier_damaged"),
    "delayed": (Attention.DELAYED, None),
    "lost": (Attention.PROBLEM, "carrier_lost"),
    "missorted": (Attention.DELAYED, "carrier_missorted"),
    "refused": (Attention.PROBLEM, "consignee_refused"),
    "weather_delay": (Attention.DELAYED, "weather_delay"),
}
"""What `status_detail` adds to a status: who has to look, and why. The others add nothing for a shopper."""

CARRIERS: Mapping[str, str] = {
    "australia_post": "AustraliaPost",
    "canada_post": "CanadaPost",
    "dhl_express": "DHLExpress",
    "dpd_uk": "DPDUK",
    "fedex": "FedEx",
    "royal_mail": "RoyalMail",
    "ups": "UPS",
    "usps": "USPS",
}
"""EasyPost's name of a carrier, by its key in the table of carriers. It finds out the others by itself."""
