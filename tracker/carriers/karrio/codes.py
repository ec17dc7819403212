"""Karrio's words → ours, and our carriers → its names of them. Pure.

Both are those of its API (https://docs.karrio.io/reference/api/create-trackers): TrackerStatus, and the
carriers that can be followed.
"""

from __future__ import annotations

from collections.abc import Mapping

from tracker.carriers.words import Table, table
from tracker.order import Attention, Reading, Status

WORDS: Table = table(
    ("pending", Reading(Status.SHIPPED)),
    ("picked_up", Reading(Status.IN_TRANSIT)),
    ("in_transit", Reading(Status.IN_TRANSIT)),
    ("on_hold", Reading(None, Attention.PROBLEM)),
    ("delivery_delayed", Reading(None, Attention.DELAYED)),
    ("out_for_delivery", Reading(Status.OUT_FOR_DELIVERY)),
    ("ready_for_pickup", Reading(Status.READY_FOR_PICKUP)),
    ("delivery_failed", Reading(Status.ATTEMPTED, Attention.ACTION_NEEDED)),
    ("delivered", Reading(Status.DELIVERED)),
    ("return_to_sender", Reading(Status.RETURNING)),
    ("cancelled", Reading(Status.CANCELLED)),
    ("unknown", Reading(Status.UNKNOWN)),
)
"""`status` of a tracker, and of its events where Karrio is new enough to tell it."""

CARRIERS: Mapping[str, str] = {
    "allied_express": "allied_express",
    "amazon": "amazon_shipping",
    "aramex": "aramex",
    "asendia_usa": "asendia_us",
    "australia_post": "australiapost",
    "boxknight": "boxknight",
    "bpost": "bpost",
    "canada_post": "canadapost",
    "canpar": "canpar",
    "chronopost": "chronopost",
    "colissimo": "colissimo",
    "dhl": "dhl_universal",
    "dhl_ecommerce": "dhl_universal",
    "dhl_express": "dhl_express",
    "dhl_paket": "dhl_parcel_de",
    "dpd": "dpd",
    "fedex": "fedex",
    "la_poste": "laposte",
    "purolator": "purolator",
    "royal_mail": "royalmail",
    "sendle": "sendle",
    "tnt": "tnt",
    "ups": "ups",
    "usps": "usps",
}
"""Karrio's name of a carrier, by its key in the table of carriers. It asks carriers with the merchant's own
accounts, and finds out none by itself."""
