"""A journey as DHL's "Shipment Tracking – Unified" tells it. https://developer.dhl.com/api-reference/shipment-tracking

As at the real one, what the parcel service in Germany tells has local times without a zone, a short code as
the status of an event, and HTML in its texts; the one in the United States has words and zones.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any

from tracker.demo.journeys import Journey, Place, Scan

Told = dict[str, Any]

STATUSES: dict[str, tuple[str, str, str]] = {
    "announced": ("pre-transit", "VA", "SHIPMENT INFORMATION RECEIVED"),
    "picked_up": ("transit", "ES", "PACKAGE RECEIVED AT DHL ECOMMERCE FACILITY"),
    "departed": ("transit", "AA", "DEPARTED DHL ECOMMERCE FACILITY"),
    "arrived": ("transit", "EE", "ARRIVED AT POST OFFICE"),
    "handed_over": ("transit", "NB", "TENDERED TO DELIVERY SERVICE PROVIDER"),
    "out_for_delivery": ("transit", "PO", "OUT FOR DELIVERY"),
    "attempted": ("failure", "ZN", "DELIVERY ATTEMPTED"),
    "delivered": ("delivered", "ZU", "DELIVERED"),
}
"""Word of a step → status code, and the status as written in Germany and in the United States."""

SERVICES = {"DHL Paket": "parcel-de", "DHL eCommerce US": "ecommerce"}
"""Carrier → its service at DHL."""


def shipments(journey: Journey, scans: Sequence[Scan]) -> Told:
    """The answer about a number: these scans (oldest first, at least one), told newest first."""
    plan = journey.plan
    service = SERVICES[plan.company.name]
    events = [_event(scan, service) for scan in reversed(scans)]
    start, end = (_time(at, plan.steps[-1].place, service) for at in journey.expected())
    taken_over = plan.last_mile is not None and scans[-1].step.company != plan.company
    references = (
        [{"number": plan.last_mile.number, "type": "local-tracking-number"}]
        if plan.last_mile is not None and taken_over
        else []
    )
    shipment = {
        "id": plan.number,
        "service": service,
        "origin": _place(scans[0].step.place),
        "destination": _place(plan.steps[-1].place),
        "status": events[0],
        "estimatedTimeOfDelivery": start,
        "estimatedDeliveryTimeFrame": {"estimatedFrom": start, "estimatedThrough": end},
        "serviceUrl": f"{plan.company.homepage}?piececode={plan.number}",
        "returnFlag": False,
        "details": {
            "product": {"productName": plan.company.name},
            "proofOfDeliverySignedAvailable": False,
            "totalNumberOfPieces": 1,
            "pieceIds": [plan.number],
            "references": references,
        },
        "events": events,
    }
    return {
        "url": f"/shipments?trackingNumber={plan.number}&offset=0&limit=5",
        "shipments": [shipment],
        "possibleAdditionalShipmentsUrl": [f"/shipments?trackingNumber={plan.number}&service=freight"],
    }


def problem(status: int, title: str, detail: str) -> Told:
    """A refusal as DHL words it."""
    return {"status": status, "title": title, "detail": detail}


def _event(scan: Scan, service: str) -> Told:
    code, in_germany, elsewhere = STATUSES[scan.step.word]
    return {
        "timestamp": _time(scan.at, scan.step.place, service),
        "location": _place(scan.step.place),
        "statusCode": code,
        "status": in_germany if service == "parcel-de" else elsewhere,
        "description": scan.step.text,
    }


def _time(at: datetime, place: Place, service: str) -> str:
    local = at.astimezone(timezone(place.offset)).isoformat(timespec="seconds")
    return local[:19] if service == "parcel-de" else local


def _place(place: Place) -> Told:
    return {"address": {"countryCode": place.country, "addressLocality": place.city}}
