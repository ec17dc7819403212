"""DHL's words → ours, and which of its services a carrier of ours is. Pure.

Both are those of the OpenAPI document of Shipment Tracking – Unified
(https://developer.dhl.com/api-reference/shipment-tracking): five groups of statuses, and a text for people
beside them that follows no list.
"""

from __future__ import annotations

from collections.abc import Mapping

from tracker.carriers.words import Table, table
from tracker.order import Attention, Reading, Status

WORDS: Table = table(
    ("pre-transit", Reading(Status.LABEL_CREATED)),
    ("transit", Reading(Status.IN_TRANSIT)),
    ("delivered", Reading(Status.DELIVERED)),
    ("failure", Reading(None, Attention.PROBLEM)),
    ("unknown", Reading(Status.UNKNOWN)),
)
"""`statusCode` of a shipment and of its events."""

RETURNING = Reading(Status.RETURNING, raw="returnFlag")
"""What a shipment that is flagged as one that goes back means, whatever its status."""

SERVICES: Mapping[str, str | None] = {
    "deutsche_post": "post-de",
    "dhl": None,  # any of them
    "dhl_ecommerce": "ecommerce",
    "dhl_ecommerce_asia": "ecommerce-apac",
    "dhl_express": "express",
    "dhl_paket": "parcel-de",
    "dhl_parcel": None,
    "dhl_parcel_nl": "parcel-nl",
    "dhl_parcel_uk": "parcel-uk",
}
"""DHL's name of a service by the carrier's key in the table of carriers: these are all that it tells of.
Where a service is named, no number is taken for one of another's."""
