"""Answering the fields of `schema.graphql` from the demo's records: one resolver for all fields.

A field is the record's attribute of the same name in snake case, unless it is in `FIELDS`. Lists become
pages where the schema has a connection.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from graphql import GraphQLResolveInfo, get_named_type

from tracker.demo import installation_api
from tracker.demo.access import PROTECTED, check_protected, check_scope
from tracker.demo.asking import Answer, Asking, number_of
from tracker.demo.model import Line, Order, Parcel, Return, Work
from tracker.demo.pages import cut
from tracker.demo.search import parse_search
from tracker.demo.state import CURRENCY, TIME_ZONE, Shop


def resolve(source: Any, info: GraphQLResolveInfo[Asking], **arguments: Any) -> Any:
    """The field resolver of the whole schema. Raises GraphQLError where access is denied."""
    asking = info.context
    parent, name = info.parent_type.name, info.field_name
    path = tuple(step for step in info.path.as_list() if isinstance(step, str))
    paged = get_named_type(info.return_type).name.endswith("Connection")
    asking.reached.setdefault(path, 0 if paged else 1)
    check_scope(info, asking.shop.control.scopes)
    check_protected(info, _approved(asking.shop))
    answer = FIELDS.get((parent, name))
    if answer is not None:
        value = answer(source, asking, arguments)
    elif name == "id":
        value = f"gid://shopify/{parent}/{source.id}"
    elif name == "legacyResourceId":
        value = str(source.id)
    elif isinstance(source, Mapping):
        value = source[name]
    else:
        value = getattr(source, _snake(name))
    if paged:
        page = cut(value, arguments)
        asking.reached[path] = max(asking.reached[path], len(page.nodes))
        return page
    if isinstance(value, list) and arguments.get("first") is not None:
        return value[: arguments["first"]]
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    return value


def resolve_type(_value: Any, _info: GraphQLResolveInfo[Asking], abstract: Any) -> str:
    """The one member that each of our unions has."""
    return str(abstract.types[0].name)


def _approved(shop: Shop) -> set[str]:
    kinds = set(PROTECTED.values())
    return {kind for kind in kinds if getattr(shop.control, f"protected_{kind}")}


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def _money(amount: float) -> dict[str, Any]:
    money = {"amount": f"{amount:.2f}", "currencyCode": CURRENCY}
    return {"shopMoney": money, "presentmentMoney": money}


def _total(order: Order) -> float:
    return sum(line.price * line.quantity for line in order.lines)


def _current_total(order: Order) -> float:
    return sum(line.price * line.current_quantity for line in order.lines)


def _by_id(order: Order) -> Any:
    return order.id


_SORTS: dict[str, Callable[[Order], Any]] = {
    "CREATED_AT": lambda order: order.created_at,
    "PROCESSED_AT": lambda order: order.processed_at,
    "UPDATED_AT": lambda order: order.updated_at,
    "ORDER_NUMBER": lambda order: order.number,
    "ID": lambda order: order.id,
    "FINANCIAL_STATUS": lambda order: order.display_financial_status or "",
    "FULFILLMENT_STATUS": lambda order: order.display_fulfillment_status,
    "CUSTOMER_NAME": lambda order: order.email or "",
    "TOTAL_PRICE": _total,
    "CURRENT_TOTAL_PRICE": _current_total,
    "TOTAL_ITEMS_QUANTITY": lambda order: sum(line.quantity for line in order.lines),
}


def _orders(_: Any, asking: Asking, arguments: Mapping[str, Any]) -> list[Order]:
    search = parse_search(arguments.get("query"))
    if search.warnings:
        asking.warnings.append(
            {"path": ["orders"], "query": arguments.get("query"), "warnings": search.warnings}
        )
    found = [order for order in asking.shop.visible_orders() if search.matches(order)]
    sort = _SORTS.get(arguments["sortKey"], _by_id)
    return sorted(found, key=lambda order: (sort(order), order.id))


def _order(_: Any, asking: Asking, arguments: Mapping[str, Any]) -> Order | None:
    number = number_of(arguments["id"], "Order")
    return next((order for order in asking.shop.visible_orders() if order.id == number), None)


def _fulfillment(_: Any, asking: Asking, arguments: Mapping[str, Any]) -> Parcel | None:
    number = number_of(arguments["id"], "Fulfillment")
    parcels = (parcel for order in asking.shop.visible_orders() for parcel in order.parcels)
    return next((parcel for parcel in parcels if parcel.id == number), None)


def _fulfillment_order(_: Any, asking: Asking, arguments: Mapping[str, Any]) -> Work | None:
    number = number_of(arguments["id"], "FulfillmentOrder")
    works = (work for order in asking.shop.visible_orders() for work in _works(order))
    return next((work for work in works if work.id == number), None)


def _count(_: Any, asking: Asking, arguments: Mapping[str, Any]) -> dict[str, Any]:
    search = parse_search(arguments.get("query"))
    found = sum(1 for order in asking.shop.visible_orders() if search.matches(order))
    limit = arguments.get("limit")
    over = limit is not None and found > limit
    return {"count": limit if over else found, "precision": "AT_LEAST" if over else "EXACT"}


def _shop(_: Any, asking: Asking, __: Mapping[str, Any]) -> dict[str, Any]:
    local = asking.shop.clock().astimezone(ZoneInfo(TIME_ZONE))
    minutes = int((local.utcoffset() or timedelta()).total_seconds()) // 60
    return {
        "name": asking.shop.name,
        "myshopifyDomain": asking.shop.domain,
        "primaryDomain": {
            "host": asking.origin.split("://", 1)[1],
            "url": asking.origin,
            "sslEnabled": False,
        },
        "currencyCode": CURRENCY,
        "ianaTimezone": TIME_ZONE,
        "timezoneOffset": local.strftime("%z"),
        "timezoneOffsetMinutes": minutes,
        "timezoneAbbreviation": local.strftime("%Z"),
        "url": asking.origin,
    }


def _shipping_line(order: Order, _: Asking, __: Mapping[str, Any]) -> dict[str, Any] | None:
    if order.shipping_title is None:
        return None
    return {
        "id": f"gid://shopify/ShippingLine/{order.id}",
        "code": order.shipping_title,
        "title": order.shipping_title,
        "deliveryCategory": None,
        "source": "shopify",
        "carrierIdentifier": None,
        "custom": False,
        "isRemoved": False,
    }


def _shipping_address(order: Order, _: Asking, __: Mapping[str, Any]) -> dict[str, Any] | None:
    return {"countryCodeV2": order.country_code} if order.requires_shipping else None


def _works(order: Order) -> list[Work]:
    return [*(parcel.work for parcel in order.parcels), *order.waiting]


def _fulfillment_orders(order: Order, _: Asking, arguments: Mapping[str, Any]) -> list[Work]:
    works = _works(order)
    return [work for work in works if work.status != "CANCELLED"] if arguments["displayable"] else works


def _work_parcels(work: Work, asking: Asking, _: Mapping[str, Any]) -> list[Parcel]:
    return [parcel for parcel in asking.shop.owners[work.id].parcels if parcel.work is work]


def _image(line: Line, asking: Asking, _: Mapping[str, Any]) -> dict[str, Any] | None:
    if line.picture is None:
        return None
    return {
        "altText": line.title,
        "width": 480,
        "height": 480,
        "src": f"{asking.origin}/cdn/products/{line.picture}.svg",
    }


def _image_url(image: Mapping[str, Any], _: Asking, arguments: Mapping[str, Any]) -> str:
    transform = arguments.get("transform") or {}
    sizes = {"width": transform.get("maxWidth"), "height": transform.get("maxHeight")}
    query = urlencode({name: size for name, size in sizes.items() if size is not None})
    return f"{image['src']}?{query}" if query else str(image["src"])


def _events(parcel: Parcel, _: Asking, arguments: Mapping[str, Any]) -> list[Any]:
    if arguments["sortKey"] == "ID":
        return sorted(parcel.events, key=lambda event: event.id)
    return sorted(parcel.events, key=lambda event: (event.happened_at, event.id))


def _deliveries(returned: Return, _: Asking, __: Mapping[str, Any]) -> list[Any]:
    return [returned] if returned.tracking is not None else []


def _deliverable(returned: Return, _: Asking, __: Mapping[str, Any]) -> dict[str, Any]:
    tracking = returned.tracking
    if tracking is None:
        return {"tracking": None}
    return {"tracking": {"carrierName": tracking.company, "number": tracking.number, "url": tracking.url}}


def _status_page(order: Order, asking: Asking, _: Mapping[str, Any]) -> str:
    return (
        f"{asking.origin}/{asking.shop.id}/orders/{order.status_key}/authenticate"
        f"?key={order.confirmation_number}"
    )


FIELDS: dict[tuple[str, str], Answer] = {
    ("QueryRoot", "orders"): _orders,
    ("QueryRoot", "order"): _order,
    ("QueryRoot", "fulfillment"): _fulfillment,
    ("QueryRoot", "fulfillmentOrder"): _fulfillment_order,
    ("QueryRoot", "ordersCount"): _count,
    ("QueryRoot", "shop"): _shop,
    **installation_api.FIELDS,
    ("Shop", "id"): lambda _, asking, __: f"gid://shopify/Shop/{asking.shop.id}",
    ("Domain", "id"): lambda *_: "gid://shopify/Domain/1",
    ("ShippingLine", "id"): lambda source, *_: source["id"],
    ("Order", "lineItems"): lambda order, *_: order.lines,
    ("Order", "fulfillments"): lambda order, *_: order.parcels,
    ("Order", "fulfillmentsCount"): lambda order, *_: {"count": len(order.parcels), "precision": "EXACT"},
    ("Order", "fulfillmentOrders"): _fulfillment_orders,
    ("Order", "shippingAddress"): _shipping_address,
    ("Order", "shippingLine"): _shipping_line,
    ("Order", "statusPageUrl"): _status_page,
    ("Order", "closed"): lambda order, *_: order.closed_at is not None,
    ("Order", "confirmed"): lambda *_: True,
    ("Order", "test"): lambda *_: False,
    ("Order", "currencyCode"): lambda *_: CURRENCY,
    ("Order", "fulfillable"): lambda order, *_: any(order.unfulfilled(line) for line in order.lines),
    ("Order", "fullyPaid"): lambda order, *_: order.display_financial_status == "PAID",
    ("Order", "unpaid"): lambda order, *_: order.display_financial_status == "PENDING",
    ("Order", "subtotalLineItemsQuantity"): lambda order, *_: sum(line.quantity for line in order.lines),
    ("Order", "currentSubtotalLineItemsQuantity"): lambda order, *_: sum(
        line.current_quantity for line in order.lines
    ),
    ("Order", "totalPriceSet"): lambda order, *_: _money(_total(order)),
    ("Order", "currentTotalPriceSet"): lambda order, *_: _money(_current_total(order)),
    ("Order", "totalRefundedSet"): lambda order, *_: _money(sum(one.amount for one in order.refunds)),
    ("LineItem", "unfulfilledQuantity"): lambda line, asking, _: asking.shop.owners[line.id].unfulfilled(
        line
    ),
    ("LineItem", "nonFulfillableQuantity"): lambda *_: 0,
    ("LineItem", "refundableQuantity"): lambda line, *_: line.current_quantity,
    ("LineItem", "image"): _image,
    ("Image", "url"): _image_url,
    ("Fulfillment", "trackingInfo"): lambda parcel, *_: parcel.tracking,
    ("Fulfillment", "fulfillmentLineItems"): lambda parcel, *_: parcel.lines,
    ("Fulfillment", "fulfillmentOrders"): lambda parcel, *_: [parcel.work],
    ("Fulfillment", "requiresShipping"): lambda parcel, *_: any(
        part.line_item.requires_shipping for part in parcel.lines
    ),
    ("Fulfillment", "order"): lambda parcel, asking, _: asking.shop.owners[parcel.id],
    ("Fulfillment", "events"): _events,
    ("FulfillmentOrder", "orderId"): lambda work, asking, _: (
        f"gid://shopify/Order/{asking.shop.owners[work.id].id}"
    ),
    ("FulfillmentOrder", "orderName"): lambda work, asking, _: asking.shop.owners[work.id].name,
    ("FulfillmentOrder", "createdAt"): lambda work, asking, _: asking.shop.owners[work.id].created_at,
    ("FulfillmentOrder", "updatedAt"): lambda work, asking, _: asking.shop.owners[work.id].updated_at,
    ("FulfillmentOrder", "fulfillBy"): lambda *_: None,
    ("FulfillmentOrder", "fulfillmentHolds"): lambda work, *_: work.holds,
    ("FulfillmentOrder", "deliveryMethod"): lambda work, *_: work.delivery,
    ("FulfillmentOrder", "assignedLocation"): lambda work, *_: work.location,
    ("FulfillmentOrder", "lineItems"): lambda work, *_: work.lines,
    ("FulfillmentOrder", "fulfillments"): _work_parcels,
    ("FulfillmentOrderLineItem", "productTitle"): lambda part, *_: part.line_item.title,
    ("FulfillmentOrderLineItem", "variantTitle"): lambda part, *_: part.line_item.variant_title,
    ("FulfillmentOrderLineItem", "sku"): lambda part, *_: part.line_item.sku,
    ("FulfillmentOrderLineItem", "requiresShipping"): lambda part, *_: part.line_item.requires_shipping,
    ("Refund", "processedAt"): lambda refund, *_: refund.created_at,
    ("Refund", "updatedAt"): lambda refund, *_: refund.created_at,
    ("Refund", "totalRefundedSet"): lambda refund, *_: _money(refund.amount),
    ("Return", "reverseFulfillmentOrders"): lambda returned, *_: [returned],
    ("ReverseFulfillmentOrder", "reverseDeliveries"): _deliveries,
    ("ReverseDelivery", "deliverable"): _deliverable,
}
"""(type, field) → how it is answered where the record has no attribute of that name."""
