"""DHL's words → ours, and which of its services a carrier of ours is. Pure.

The five groups of statuses and the services are those of the OpenAPI document of Shipment Tracking – Unified
(https://developer.dhl.com/api-reference/shipment-tracking). Beside its group a status has a text for people
that follows no list; but the parcel service in Germany has a code of two letters in its place, which tells
what the group swallows: a van, a locker, a bell that nobody heard. DHL documents none of them. VA, AA, EE,
PO, LA and ZU are those of answers that a user made public (https://github.com/joethei/ha-dhl, README.md); ES
and ZN are the names that the same events have in its older interface for business customers, and nobody has
shown them here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from tracker.carriers.words import Table, table
from tracker.order import Attention, Reading, Status

_ATTEMPTED = Reading(Status.ATTEMPTED, Attention.ACTION_NEEDED)

WORDS: Table = table(
    ("pre-transit", Reading(Status.LABEL_CREATED)),
    ("transit", Reading(Status.IN_TRANSIT)),
    ("delivered", Reading(Status.DELIVERED)),
    ("failure", Reading(None, Attention.PROBLEM)),
    ("unknown", Reading(Status.UNKNOWN)),
    ("pre-transit.VA", Reading(Status.LABEL_CREATED)),
    ("transit.ES", Reading(Status.IN_TRANSIT)),
    ("transit.AA", Reading(Status.IN_TRANSIT)),
    ("transit.EE", Reading(Status.IN_TRANSIT)),
    ("transit.PO", Reading(Status.OUT_FOR_DELIVERY)),
    ("transit.LA", Reading(Status.READY_FOR_PICKUP)),
    ("transit.ZN", _ATTEMPTED),
    ("failure.ZN", _ATTEMPTED),
    ("delivered.ZU", Reading(Status.DELIVERED)),
)
"""`statusCode` of a shipment and of its events, and with a dot the code of the parcel service in Germany. A
code stands beside the groups alone that it is known with, so that none says the contrary of its group."""

CODED = frozenset({"parcel-de"})
"""Services whose `status` may be a code; letters of others, as DHL Express has them, mean something else."""

_CODE = re.compile(r"[A-Z]{2}")

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


def is_code(service: object, status: object) -> bool:
    """Whether what a service says as `status` is a code, and no text for people."""
    return (
        isinstance(service, str)
        and service in CODED
        and isinstance(status, str)
        and _CODE.fullmatch(status) is not None
    )
