"""Answers of look-ups that no order of the pretend shop happens to get."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle, product
from typing import Any

from tests.web.conftest import Told
from tracker.order import STEPS, Attention, Method, Status
from tracker.web.story import ADVISED

NOON = "2026-11-02T12:00:00Z"

ORDERS: list[dict[str, Any]] = [
    {"payment": "pending", "cancelled_at": NOON, "cancel_reason": "fraud", "status": "cancelled"},
    {"payment": "partially_refunded", "refund": {"status": "partially_refunded", "at": None}},
    {"payment": "partially_refunded", "refund": {"status": "partially_refunded", "at": None}}
    | {"status": "cancelled", "cancelled_at": NOON, "cancel_reason": "customer", "return": "returned"},
    {"status": "delivered", "step": 4, "return": "in_progress"},
    {"payment": "voided", "return": "return_failed", "status_page_url": "https://alice.test/o/1"},
    {"items": {"total": 5, "delivered": 1, "on_hold": 2}, "step": None},
    {"delivery_window": {"from": None, "to": "2020-01-01T00:00:00Z", "source": "shop"}, "partly": True},
    {"delivery_window": {"from": NOON, "to": None, "source": "rule"}, "name": "{{ shop.email }} <b>"},
    {"payment": "pending", "payment_due": "pending", "status": "on_hold", "step": 0},
    {"payment": "expired", "payment_due": "expired", "attention": "stalled", "partly": True},
    {"hold": "address", "payment": "pending", "payment_due": "pending", "status": "on_hold", "step": 0},
    {"hold": "stock", "status": "processing", "step": 0, "attention": "delayed", "partly": True},
    {"hold": "return", "return": "in_progress", "status": "on_hold", "step": 0},
    {"payment": None, "return": "a_word_of_tomorrow", "cancel_reason": "another"},
    {"status": "cancelled", "cancelled_at": NOON, "cancel_reason": "customer"},
]
EVENT = {"status": "in_transit", "attention": "none", "occurred_at": NOON, "source": "carrier"} | {
    "message": "On its way",
    "language": None,
    "city": "Köln",
    "province": None,
    "country": "DE",
}
TELLING = [
    EVENT,
    EVENT | {"message": "Ausgefallen", "language": "de", "attention": "problem"},
    EVENT | {"message": None, "attention": "delayed", "country": "Deutschland"},
    EVENT | {"message": "Sorted", "attention": "a_word_of_tomorrow"},
]
UPS = {"carrier": "UPS", "number": "1Z", "url": "https://www.ups.com/track"} | {
    "carrier_phone": "+1 800 742 5877",
    "carrier_help_url": "https://www.ups.com/us/en/support/contact-us.page",
}
ASKED = [
    UPS,
    UPS | {"number": "1Y"},
    UPS | {"carrier": "Van <b>Bob</b>", "carrier_help_url": None},
    UPS | {"carrier": "שליח", "carrier_phone": None},
    UPS | {"carrier": "Nobody", "carrier_phone": None, "carrier_help_url": None},
    {"carrier": "Of an older release", "number": "1", "url": None},
]
PARCELS: list[dict[str, Any]] = [
    {"tracking": ASKED, "attention": "stalled", "reason": None, "advice": "stalled"},
    {"tracking": ASKED, "attention": "problem", "reason": "customs_held", "news_at": None},
    {"tracking": ASKED, "status": "delivered", "advice": "delivered", "step": 4},
    {"detail": "neighbour", "status": "delivered", "delivered_at": NOON, "method": "pick_up"},
    {"delivery_window": {"from": NOON, "to": "2031-11-04T12:00:00Z", "source": "carrier"}},
    {"delivery_window": {"from": NOON, "to": None, "source": "carrier"}, "source": "carrier"},
    {"delivery_window": {"from": NOON, "to": "2031-11-05T12:00:00Z", "source": "rule"}},
    {"pickup": {"name": "Corner & Shop", "city": None}, "method": "pickup_point", "scheduled_at": NOON},
    {"tracking": [{"carrier": None, "number": None, "url": "https://c.test/"}] * 2, "events": []},
    {"events": TELLING, "items": []},
]
LATER = "2031-11-09T12:00:00Z"
WAITS = {"title": "Shelf", "variant": None, "quantity": 1, "ordered": 2, "image_url": None} | {
    "status": "on_hold",
    "method": "shipping",
    "scheduled_at": NOON,
}
WAITING = [[WAITS], [WAITS, WAITS | {"scheduled_at": LATER}], [WAITS, WAITS | {"scheduled_at": None}]]


REASONS = (
    "customs_held",
    "customs_released",
    "carrier_lost",
    "consignee_refused",
    "consignee_absent",
    "consignee_address",
    "consignee_payment",
    "consignee_not_collected",
    "retailer_stock",
    "weather_delay",
    "a_word_of_tomorrow",
    None,
)


def variants(told: dict[str, Told]) -> Iterator[dict[str, Any]]:
    """What no order of the pretend shop happens to be, of one parcel and of several."""
    words = [*zip([None, *Status], cycle(Attention), strict=False), *product(["in_transit"], Attention)]
    reasons, advice = cycle(REASONS), cycle([*ADVISED, None])
    for plain in (told["#1001"].answer, told["#1012"].answer):
        order, (first, *rest) = plain["order"], plain["shipments"]
        for status, attention in words:
            told_of = {"attention": attention, "reason": next(reasons), "advice": next(advice)}
            parcel = first | told_of | {"status": status or "in_transit"}
            yield plain | {"order": order | told_of | {"status": status}, "shipments": [parcel, *rest]}
        for changes in ORDERS:
            yield plain | {"order": order | changes}
        for changes in PARCELS:
            yield plain | {"shipments": [first | changes, *rest]}
            yield plain | {"shipments": [first, first | changes]}
        for waiting in WAITING:
            held = order | {"status": "on_hold", "step": 0}
            yield plain | {"order": held | {"partly": True}, "unshipped": waiting}
            yield plain | {"order": held, "unshipped": waiting, "shipments": []}
        for method, status in product(Method, ("processing", "shipped", "ready_for_pickup", "delivered")):
            told_of = order | {"status": status, "attention": "none", "step": STEPS[Status(status)]}
            parcel = first | {"method": method, "status": status, "delivered_at": NOON}
            yield plain | {"order": told_of, "unshipped": [], "shipments": [parcel]}
            yield plain | {"order": told_of, "unshipped": [], "shipments": [parcel, first]}
            yield plain | {"order": told_of, "unshipped": [WAITS | {"method": method}], "shipments": []}
        yield plain | {"stale": True, "truncated": True}
        yield plain | {"contents": [WAITS | {"image_url": "https://cdn.test/1.png"}] * 12, "shipments": []}
