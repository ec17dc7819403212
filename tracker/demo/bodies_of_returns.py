"""What webhooks say of returns and fulfilment orders, some of it without any number of the order."""

from __future__ import annotations

from typing import Any

from tracker.demo.bodies import stamp
from tracker.demo.model import Order, Return, Work


def return_body(topic: str, order: Order, returned: Return) -> dict[str, Any]:
    """`returns/…`: short for `cancel`, `close` and `reopen`; nothing of the order for `update`."""
    word = topic.partition("/")[2]
    named = {"id": returned.id, "admin_graphql_api_id": f"gid://shopify/Return/{returned.id}"}
    of_order = {"id": order.id, "admin_graphql_api_id": f"gid://shopify/Order/{order.id}"}
    status = returned.status.lower()
    if word in {"cancel", "close", "reopen"}:
        return {**named, "order_id": order.id, "status": status}
    if word == "update":
        no_change: dict[str, list[Any]] = {"updates": [], "removals": []}
        return {
            "admin_graphql_api_id": named["admin_graphql_api_id"],
            "restocking_fees": no_change,
            "return_line_items": {"removals": []},
            "return_shipping_fees": dict(no_change),
        }
    if word == "decline":
        return {**named, "order": of_order, "status": status, "decline": {"reason": "other", "note": None}}
    return {
        **named,
        "order": of_order,
        "status": status,
        "name": returned.name,
        "exchange_line_items": [],
        "return_line_items": [],
        "return_shipping_fees": [],
        "total_exchange_line_items": 0,
        "total_return_line_items": returned.total_quantity,
    }


def work_body(topic: str, work: Work) -> dict[str, Any]:
    """`fulfillment_orders/…`: global ids only, and nothing of the order."""
    gid = f"gid://shopify/FulfillmentOrder/{work.id}"
    short: dict[str, Any] = {"id": gid, "status": work.status.lower()}
    word = topic.partition("/")[2]
    if word == "moved":
        place = "gid://shopify/Location/1"
        there = {**short, "assigned_location_id": place}
        return {
            "original_fulfillment_order": there,
            "moved_fulfillment_order": dict(there),
            "destination_location_id": place,
            "fulfillment_order_line_items_requested": [],
            "source_location": {"id": place},
        }
    if word == "rescheduled":
        return {"fulfillment_order": {**short, "fulfill_at": stamp(work.fulfill_at)}}
    if word == "cancelled":
        return {"fulfillment_order": short, "replacement_fulfillment_order": None}
    if word.startswith("line_items_prepared"):
        method = {"method_type": work.delivery.method_type.lower()}
        return {"fulfillment_order": {**short, "preparable": True, "delivery_method": method}}
    if word == "placed_on_hold":
        holds = [
            {
                "id": f"gid://shopify/FulfillmentHold/{hold.id}",
                "handle": "",
                "held_by_app": None,
                "held_by_requesting_app": hold.held_by_requesting_app,
                "reason": hold.reason.lower(),
                "reason_notes": hold.reason_notes or "",
            }
            for hold in work.holds
        ]
        return {
            "fulfillment_order": {**short, "fulfillment_holds": holds},
            "remaining_fulfillment_order": None,
            "created_fulfillment_hold": holds[-1] if holds else None,
            "held_fulfillment_order_line_items": [
                {"id": f"gid://shopify/FulfillmentOrderLineItem/{part.id}", "quantity": part.total_quantity}
                for part in work.lines
            ],
        }
    return {"fulfillment_order": short}
