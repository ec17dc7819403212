"""Answers of the look-up as the service writes them: a story, changed where a test needs it, and refusals."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

NOW = "2026-11-21T12:00:00Z"
"""When the tests' browser thinks it is."""


@dataclass(frozen=True)
class Answer:
    """What the storefront sends back to one look-up. `promised` is a Content-Length that is not kept."""

    body: bytes
    status: int = 200
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    promised: int | None = None


def answer(story: Json) -> Answer:
    return Answer(json.dumps(story).encode())


def refusal(
    code: str,
    status: int,
    *,
    headers: dict[str, str] | None = None,
    errors: dict[str, list[str]] | None = None,
) -> Answer:
    """A problem document (RFC 9457) as the service sends it."""
    problem: Json = {
        "type": f"/problems/{code}",
        "title": code,
        "status": status,
        "code": code,
        "detail": code,
    }
    if errors is not None:
        problem["errors"] = errors
    return Answer(json.dumps(problem).encode(), status, "application/problem+json", headers or {})


def html(status: int, body: str = "<!doctype html><title>Shop</title><h1>Page</h1>") -> Answer:
    """A page of the shop or of something on the way, where an answer was expected."""
    return Answer(body.encode(), status, "text/html; charset=utf-8")


def item(title: str = "Stoneware mug", quantity: int = 1, **changes: Any) -> Json:
    plain = {"title": title, "variant": "Blue", "quantity": quantity, "ordered": quantity, "image_url": None}
    return {**plain, **changes}


def event(status: str, occurred_at: str, **changes: Any) -> Json:
    said = {"message": None, "language": None, "source": "carrier"}
    place = {"city": None, "province": None, "country": None}
    return {"status": status, "attention": "none", "occurred_at": occurred_at, **said, **place, **changes}


EVENTS = [
    event(
        "in_transit", "2026-11-21T08:12:00Z", message="Left the sorting centre", city="Leipzig", country="DE"
    ),
    event("in_transit", "2026-11-20T22:40:00Z", message="Arrived at the sorting centre", city="Leipzig"),
    event("in_transit", "2026-11-20T16:05:00Z", message="Picked up from the sender"),
    event("label_created", "2026-11-19T09:00:00Z"),
]

PARCEL: Json = {
    "name": "#1001.1",
    "status": "in_transit",
    "detail": None,
    "attention": "none",
    "reason": None,
    "step": 2,
    "terminal": False,
    "source": "carrier",
    "occurred_at": "2026-11-21T08:12:00Z",
    "checked_at": "2026-11-21T11:55:00Z",
    "news_at": "2026-11-21T08:12:00Z",
    "advice": None,
    "method": "shipping",
    "scheduled_at": None,
    "pickup": None,
    "shipped_at": "2026-11-20T16:05:00Z",
    "delivered_at": None,
    "delivery_window": None,
    "tracking": [
        {
            "carrier": "UPS",
            "number": "1Z999AA10123456784",
            "url": "https://www.ups.com/track?n=1Z",
            "carrier_phone": "+1 800 742 5877",
            "carrier_help_url": "https://www.ups.com/us/en/support/contact-us.page",
        }
    ],
    "items": [item(quantity=2), item("Linen tea towel", variant=None)],
    "events": EVENTS,
}

ORDER: Json = {
    "name": "#1001",
    "placed_at": "2026-11-18T10:00:00Z",
    "status": "in_transit",
    "attention": "none",
    "step": 2,
    "advice": None,
    "payment": "paid",
    "payment_due": None,
    "hold": None,
    "fulfillment": "fulfilled",
    "return": "no_return",
    "cancelled_at": None,
    "cancel_reason": None,
    "refund": None,
    "items": {"total": 3, "delivered": 0, "on_hold": 0},
    "estimated_delivery_at": "2026-11-24T17:00:00Z",
    "status_page_url": None,
}

STEPS = {
    "processing": 0,
    "on_hold": 0,
    "label_created": 1,
    "shipped": 1,
    "in_transit": 2,
    "out_for_delivery": 3,
    "ready_for_pickup": 3,
    "attempted": 3,
    "delivered": 4,
    "returning": None,
    "cancelled": None,
    "unknown": None,
}
"""The place of each status on the progress, as the service sends it."""


def parcel(**changes: Any) -> Json:
    return {**deepcopy(PARCEL), **changes}


def story(
    *,
    order: Json | None = None,
    shipments: list[Json] | None = None,
    unshipped: list[Json] | None = None,
    **changes: Any,
) -> Json:
    """One parcel under way, unless told otherwise; `order` holds changes to the order alone."""
    parcels = [parcel()] if shipments is None else shipments
    left = [one for one in parcels if one["status"] not in ("processing", "on_hold", "cancelled")]
    told = {**deepcopy(ORDER), "partly": bool(left and unshipped), **(order or {})}
    told.setdefault("delivery_window", window_of(told, parcels, unshipped))
    return {
        "order": told,
        "shipments": parcels,
        "unshipped": unshipped or [],
        "contents": [],
        "news_at": max((one["news_at"] for one in parcels if one["news_at"]), default=None),
        "truncated": False,
        "checked_at": "2026-11-21T11:55:00Z",
        "refresh_after": None if told["status"] in (None, "delivered", "cancelled") else 300,
        "stale": False,
        **changes,
    }


def window_of(order: Json, parcels: list[Json], unshipped: list[Json] | None) -> Json | None:
    """When all of it is expected, of what its parcels and the order say; nothing of what has not left."""
    if unshipped or order["status"] in (None, "delivered", "cancelled", "returning", "ready_for_pickup"):
        return None
    known: list[Json] = [one["delivery_window"] for one in parcels if one["delivery_window"]]
    if known:
        return max(known, key=lambda window: window["to"] or window["from"])
    estimate = order["estimated_delivery_at"]
    return estimate and {"from": None, "to": estimate, "source": "shopify"}


def told_as(status: str | None) -> Json:
    """The usual story of an order whose headline is this status."""
    if status is None:
        digital = {"status": None, "attention": None, "step": None, "estimated_delivery_at": None}
        return story(order=digital, shipments=[], contents=[item("Field guide", variant=None)])
    order: Json = {"status": status, "step": STEPS[status]}
    if status in ("processing", "on_hold"):
        return story(order=order, shipments=[], unshipped=[unshipped(status)])
    changes: Json = {"status": status, "step": STEPS[status]}
    if status in ("delivered", "attempted"):
        order["advice"] = changes["advice"] = status
    if status == "delivered":
        order["items"] = {"total": 3, "delivered": 3, "on_hold": 0}
        changes.update(delivered_at="2026-11-21T09:30:00Z", detail="neighbour", terminal=True)
    if status == "cancelled":
        order.update(
            cancelled_at="2026-11-19T08:00:00Z",
            cancel_reason="inventory",
            payment="partially_refunded",
            refund={"status": "partially_refunded", "at": "2026-11-20T08:00:00Z"},
        )
    if status == "ready_for_pickup":
        changes.update(
            method="pick_up",
            pickup={"name": "Shop in the Harbour", "city": "Hamburg"},
            tracking=[],
            news_at=None,
        )
    if status == "attempted":
        order["attention"] = changes["attention"] = "action_needed"
    changes["events"] = [event(status, "2026-11-21T09:30:00Z"), *deepcopy(EVENTS)]
    return story(order=order, shipments=[parcel(**changes)])


def unshipped(status: str = "processing", **changes: Any) -> Json:
    return {**item(), "status": status, "method": "shipping", "scheduled_at": None, **changes}


def split() -> Json:
    """One parcel delivered, one delayed, and something still at the shop."""
    delivered = parcel(
        status="delivered",
        step=4,
        terminal=True,
        detail="signed",
        advice="delivered",
        delivered_at="2026-11-20T11:00:00Z",
        news_at="2026-11-20T11:00:00Z",
        items=[item(quantity=1, ordered=3)],
        events=[event("delivered", "2026-11-20T11:00:00Z")],
    )
    delayed = parcel(
        attention="delayed",
        reason="weather_snow",
        items=[item(quantity=1, ordered=3), item("Linen tea towel", variant=None)],
        tracking=[
            {
                "carrier": "DHL Express",
                "number": "4212345678",
                "url": "https://www.dhl.com/4212345678",
                "carrier_phone": None,
                "carrier_help_url": "https://www.dhl.com/global-en/home/customer-service.html",
            }
        ],
        delivery_window={"from": "2026-11-24T08:00:00Z", "to": "2026-11-26T18:00:00Z", "source": "carrier"},
    )
    return story(
        order={
            "status": "processing",
            "step": 0,
            "attention": "delayed",
            "items": {"total": 5, "delivered": 1, "on_hold": 0},
            "return": "return_requested",
        },
        shipments=[delivered, delayed],
        unshipped=[
            unshipped(quantity=1, ordered=3),
            unshipped("on_hold", title="Oak shelf", variant=None, scheduled_at="2026-12-01T00:00:00Z"),
        ],
    )
