"""A body for any topic, from a shop's own records: what a test sends that is not about a happening."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tracker.demo.bodies import edit_body, event_body, fulfillment_body, order_body, refund_body
from tracker.demo.bodies_of_apps import (
    customer_redact_body,
    data_request_body,
    scopes_body,
    shop_redact_body,
    uninstalled_body,
)
from tracker.demo.bodies_of_returns import return_body, work_body
from tracker.demo.customers import CUSTOMERS, Customer
from tracker.demo.model import Order, Work
from tracker.demo.state import Shop


def example_body(shop: Shop, topic: str, order_name: str | None = None) -> dict[str, Any]:
    """What Shopify would send of this topic. Hold the shop's lock.

    About the order named, else about the first one that has what the topic tells of: a parcel, a refund, a
    return, a fulfilment order. Raises KeyError for a topic or an order there is not, ValueError where the
    order named has none of it.
    """
    words = topic.partition("/")[0]
    if topic == "app/uninstalled":
        return uninstalled_body(shop)
    if topic == "app/scopes_update":
        return scopes_body(shop, shop.control.scopes, shop.control.scopes, shop.next_id())
    if topic == "shop/redact":
        return shop_redact_body(shop)
    if words == "customers":
        return duty_body(shop, topic, CUSTOMERS[0])
    has, body = _KINDS[words]
    candidates = [shop.find_order(order_name)] if order_name is not None else shop.orders
    order = next((one for one in candidates if has(one)), None)
    if order is None:
        raise ValueError(f"no order to tell of for {topic}")
    return body(shop, topic, order)


def duty_body(shop: Shop, topic: str, customer: Customer) -> dict[str, Any]:
    """`customers/data_request` or `customers/redact` for somebody with all their orders."""
    orders = [order.id for order in shop.orders if order.email == customer.email]
    if topic == "customers/redact":
        return customer_redact_body(shop, customer, orders)
    return data_request_body(shop, customer, orders, shop.next_id())


def works_of(order: Order) -> list[Work]:
    """The fulfilment orders, those first that wait."""
    return [*order.waiting, *(parcel.work for parcel in order.parcels)]


def _of_order(shop: Shop, topic: str, order: Order) -> dict[str, Any]:
    if topic == "orders/edited":
        return edit_body(order, shop.next_id(), {order.lines[0].id: 1})
    if topic == "orders/delete":
        return {"id": order.id}
    return order_body(shop, order)


Body = Callable[[Shop, str, Order], dict[str, Any]]

_KINDS: dict[str, tuple[Callable[[Order], object], Body]] = {
    "orders": (bool, _of_order),
    "fulfillments": (
        lambda order: order.parcels,
        lambda shop, _, order: fulfillment_body(shop, order, order.parcels[0]),
    ),
    "fulfillment_events": (
        lambda order: order.parcels and order.parcels[0].events,
        lambda shop, _, order: event_body(shop, order, order.parcels[0], order.parcels[0].events[-1]),
    ),
    "fulfillment_orders": (works_of, lambda _, topic, order: work_body(topic, works_of(order)[0])),
    "refunds": (lambda order: order.refunds, lambda _, __, order: refund_body(order, order.refunds[0])),
    "returns": (
        lambda order: order.returns,
        lambda _, topic, order: return_body(topic, order, order.returns[0]),
    ),
}
