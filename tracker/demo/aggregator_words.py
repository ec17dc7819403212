"""A journey as 17TRACK v2.4 tells it. https://asset.17track.net/api/document/v2.4_en/index.html

As at the real one the same event may be told twice and events may stand in any order, some times come without
a zone, and there is a sub-status that no documentation lists.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from itertools import groupby
from typing import Any

from tracker.demo.journeys import Company, Journey, Place, Scan

Told = dict[str, Any]

STATUSES: dict[str, tuple[str, str, str | None]] = {
    "announced": ("InfoReceived", "InfoReceived", "InfoReceived"),
    "picked_up": ("InTransit", "InTransit_PickedUp", "PickedUp"),
    "departed": ("InTransit", "InTransit_Departure", "Departure"),
    "by_robot": ("InTransit", "InTransit_RobotTransfer", None),
    "arrived": ("InTransit", "InTransit_Arrival", "Arrival"),
    "handed_over": ("InTransit", "InTransit_Other", None),
    "out_for_delivery": ("OutForDelivery", "OutForDelivery_Other", "OutForDelivery"),
    "attempted": ("DeliveryFailure", "DeliveryFailure_NoBody", None),
    "delivered": ("Delivered", "Delivered_Other", "Delivered"),
}
"""Word of a step → status, sub-status, milestone."""

_MILESTONES = (
    *("InfoReceived", "PickedUp", "Departure", "Arrival", "AvailableForPickup", "OutForDelivery"),
    *("Delivered", "Returning", "Returned"),
)


def track_info(journey: Journey | None, scans: Sequence[Scan], now: datetime) -> Told:
    """The `track_info` of a number: all that is told of these scans (oldest first), NotFound without any."""
    if journey is None or not scans:
        return _not_found()
    newest = scans[-1]
    status, sub_status, _ = STATUSES[newest.step.word]
    plan = journey.plan
    expected = journey.expected()
    last_mile = plan.last_mile if newest.step.company != plan.company else None
    return {
        "shipping_info": {
            "shipper_address": _address(scans[0].step.place),
            "recipient_address": _address(plan.steps[-1].place),
        },
        "latest_status": {"status": status, "sub_status": sub_status, "sub_status_descr": None},
        "latest_event": _event(newest),
        "time_metrics": {
            "days_after_order": (now - scans[0].at).days,
            "days_of_transit": (now - scans[0].at).days,
            "days_of_transit_done": (newest.at - scans[0].at).days if status == "Delivered" else 0,
            "days_after_last_update": (now - newest.at).days,
            "estimated_delivery_date": {
                "source": "Official",
                "from": _local(expected[0], plan.steps[-1].place),
                "to": _local(expected[1], plan.steps[-1].place),
            },
        },
        "milestone": [_milestone(key, scans) for key in _MILESTONES],
        "misc_info": {
            "risk_factor": 0,
            "service_type": None,
            "weight_raw": None,
            "weight_kg": None,
            "pieces": None,
            "dimensions": None,
            "customer_number": None,
            "reference_number": None,
            "local_number": last_mile.number if last_mile else None,
            "local_provider": last_mile.company.name if last_mile else None,
            "local_key": last_mile.company.code if last_mile else 0,
        },
        "tracking": {
            "providers_hash": _hash(plan.number),
            "providers": [
                _provider(company, list(theirs), now)
                for company, theirs in groupby(reversed(scans), key=lambda scan: scan.step.company)
            ],
        },
    }


def status_of(scans: Sequence[Scan]) -> tuple[str, str]:
    """The status and sub-status that these scans lead to."""
    if not scans:
        return "NotFound", "NotFound_Other"
    status, sub_status, _ = STATUSES[scans[-1].step.word]
    return status, sub_status


def _not_found() -> Told:
    nowhere = dict.fromkeys(("country", "state", "city", "street", "postal_code", "coordinates"))
    return {
        "shipping_info": {"shipper_address": nowhere, "recipient_address": nowhere},
        "latest_status": {"status": "NotFound", "sub_status": "NotFound_Other", "sub_status_descr": None},
        "latest_event": None,
        "time_metrics": {
            "days_after_order": 0,
            "days_of_transit": 0,
            "days_of_transit_done": 0,
            "days_after_last_update": 0,
            "estimated_delivery_date": {"source": None, "from": None, "to": None},
        },
        "milestone": [{"key_stage": key, "time_iso": None, "time_utc": None} for key in _MILESTONES],
        "misc_info": None,
        "tracking": {"providers_hash": 0, "providers": []},
    }


def _provider(company: Company, newest_first: list[Scan], now: datetime) -> Told:
    events = [_event(scan) for scan in newest_first for _ in range(2 if scan.step.twice else 1)]
    return {
        "provider": {
            "key": company.code,
            "name": company.name,
            "alias": company.name,
            "tel": None,
            "homepage": company.homepage,
            "country": company.country,
        },
        "provider_lang": company.language,
        "provider_tips": None,
        "service_type": None,
        "latest_sync_status": "Success",
        "latest_sync_time": _utc(now),
        "events_hash": _hash(repr(events)),
        # The oldest is told last but one: who trusts the order of the list tells the story wrong.
        "events": events[:-2] + events[:-3:-1],
    }


def _event(scan: Scan) -> Told:
    step = scan.step
    _, sub_status, milestone = STATUSES[step.word]
    local = _local(scan.at, step.place)
    return {
        "time_iso": local if step.zoned else local[:19],
        "time_utc": _utc(scan.at) if step.zoned else None,
        "time_raw": {
            "date": local[:10],
            "time": local[11:19],
            "timezone": local[19:] if step.zoned else None,
        },
        "description": step.text,
        "location": ", ".join(word for word in (step.place.city, step.place.region) if word),
        "stage": milestone,
        "sub_status": sub_status,
        "address": _address(step.place),
    }


def _address(place: Place) -> Told:
    return {
        "country": place.country,
        "state": place.region,
        "city": place.city,
        "street": None,
        "postal_code": None,
        "coordinates": {"longitude": None, "latitude": None},
    }


def _milestone(key: str, scans: Sequence[Scan]) -> Told:
    reached = next((scan for scan in scans if STATUSES[scan.step.word][2] == key), None)
    if reached is None:
        return {"key_stage": key, "time_iso": None, "time_utc": None}
    event = _event(reached)
    return {"key_stage": key, "time_iso": event["time_iso"], "time_utc": event["time_utc"]}


def _local(at: datetime, place: Place) -> str:
    """To the second, with the offset of the clocks there: `2026-11-27T14:03:00+01:00`."""
    return at.astimezone(_zone(place.offset)).isoformat(timespec="seconds")


def _zone(offset: timedelta) -> timezone:
    return timezone(offset)


def _utc(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _hash(text: str) -> int:
    return zlib.crc32(text.encode()) - 2**31
