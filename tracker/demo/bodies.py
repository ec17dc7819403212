"""What webhooks say of orders and parcels: the keys of Shopify's REST payloads, from the demo's records.

Key by key as in the payload schemas of 2026-07. What the app was not approved to see is null, as in the API.
Ids are plain numbers here, some beyond 32 bits.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tracker.demo.model import Event, Line, Order, Parcel, Refund
from tracker.demo.state import CURRENCY, Shop


def stamp(at: datetime | None) -> str | None:
    """A time as REST writes it, in UTC."""
    return at.strftime("%Y-%m-%dT%H:%M:%S+00:00") if at is not None else None


def money(amount: float) -> dict[str, Any]:
    """An amount in both currencies, which are the same here."""
    one = {"amount": f"{amount:.2f}", "currency_code": CURRENCY}
    return {"shop_money": one, "presentment_money": dict(one)}


def order_body(shop: Shop, order: Order) -> dict[str, Any]:
    """`orders/updated`, `/cancelled`, `/fulfilled` and `/partially_fulfilled`: the whole REST order."""
    email = order.email if shop.control.protected_email else None
    phone = order.phone if shop.control.protected_phone else None
    total = sum(line.price * line.quantity for line in order.lines)
    current = sum(line.price * line.current_quantity for line in order.lines)
    refunded = sum(refund.amount for refund in order.refunds)
    digits = order.status_key
    return {
        "id": order.id,
        "admin_graphql_api_id": f"gid://shopify/Order/{order.id}",
        "app_id": 580_111,
        "browser_ip": None,
        "buyer_accepts_marketing": False,
        "cancel_reason": order.cancel_reason.lower() if order.cancel_reason else None,
        "cancelled_at": stamp(order.cancelled_at),
        "cart_token": None,
        "checkout_token": None,
        "client_details": None,
        "closed_at": stamp(order.closed_at),
        "company": None,
        "confirmation_number": order.confirmation_number,
        "confirmed": True,
        "contact_email": email,
        "created_at": stamp(order.created_at),
        "currency": CURRENCY,
        "customer_locale": order.customer_locale,
        "device_id": None,
        "discount_applications": [],
        "discount_codes": [],
        "duties_included": False,
        "email": email,
        "estimated_taxes": False,
        "financial_status": order.display_financial_status and order.display_financial_status.lower(),
        "fulfillment_status": _fulfillment_status(order),
        "landing_site": None,
        "landing_site_ref": None,
        "location_id": None,
        "merchant_business_entity_id": f"MTU{shop.id}",
        "merchant_of_record_app_id": None,
        "name": order.name,
        "note": order.note,
        "note_attributes": [],
        "number": order.number,
        "order_number": order.number,
        "order_status_url": (
            f"https://{shop.domain}/{shop.id}/orders/{order.status_key}/authenticate?key={digits}"
            if shop.control.protected_name
            else None
        ),
        "payment_gateway_names": ["bogus"],
        "payment_terms": None,
        "phone": phone,
        "po_number": None,
        "presentment_currency": CURRENCY,
        "processed_at": stamp(order.processed_at),
        "reference": None,
        "referring_site": None,
        "source_identifier": None,
        "source_name": "web",
        "source_url": None,
        "tags": ", ".join(order.tags),
        "tax_exempt": False,
        "tax_lines": [],
        "taxes_included": False,
        "test": False,
        "token": order.status_key,
        "total_tip_received": "0.00",
        "total_weight": 0,
        "updated_at": stamp(order.updated_at),
        "user_id": None,
        **_amounts(total, current, refunded),
        "billing_address": None,
        "shipping_address": None,
        "customer": _customer(shop, order),
        "fulfillments": [_parcel_in_order(order, parcel) for parcel in order.parcels],
        "line_item_groups": [],
        "line_items": [line_body(order, line) for line in order.lines],
        "refunds": [
            {"id": one.id, "admin_graphql_api_id": f"gid://shopify/Refund/{one.id}"} for one in order.refunds
        ],
        "returns": [
            {"id": one.id, "admin_graphql_api_id": f"gid://shopify/Return/{one.id}"} for one in order.returns
        ],
        "shipping_lines": _shipping_lines(order),
    }


def fulfillment_body(shop: Shop, order: Order, parcel: Parcel) -> dict[str, Any]:
    """`fulfillments/create` and `/update`."""
    return {
        **_parcel_in_order(order, parcel),
        "email": order.email if shop.control.protected_email else None,
        "destination": None,
    }


def event_body(shop: Shop, order: Order, parcel: Parcel, event: Event) -> dict[str, Any]:
    """`fulfillment_events/create` and `/delete`."""
    happened = stamp(event.happened_at)
    return {
        "id": event.id,
        "fulfillment_id": parcel.id,
        "status": event.status.lower(),
        "message": event.message,
        "happened_at": happened,
        "city": event.city if shop.control.protected_address else None,
        "province": event.province,
        "country": event.country,
        "zip": None,
        "address1": None,
        "latitude": None,
        "longitude": None,
        "shop_id": shop.id,
        "created_at": happened,
        "updated_at": happened,
        "estimated_delivery_at": stamp(event.estimated_delivery_at),
        "order_id": order.id,
        "admin_graphql_api_id": f"gid://shopify/FulfillmentEvent/{event.id}",
    }


def edit_body(order: Order, edit_id: int, removed: Mapping[int, int]) -> dict[str, Any]:
    """`orders/edited`; `removed` tells how many pieces were taken off which line, by its number."""
    at = stamp(order.updated_at)
    return {
        "order_edit": {
            "id": edit_id,
            "app_id": None,
            "order_id": order.id,
            "notify_customer": False,
            "user_id": None,
            "staff_note": "",
            "created_at": at,
            "committed_at": at,
            "line_items": {
                "additions": [],
                "removals": [{"id": line, "delta": pieces} for line, pieces in removed.items()],
            },
            "discounts": {"line_item": {"additions": [], "removals": []}},
            "shipping_lines": {"additions": [], "removals": []},
        }
    }


def refund_body(order: Order, refund: Refund) -> dict[str, Any]:
    """`refunds/create`."""
    at = stamp(refund.created_at)
    return {
        "id": refund.id,
        "admin_graphql_api_id": f"gid://shopify/Refund/{refund.id}",
        "order_id": order.id,
        "created_at": at,
        "processed_at": at,
        "note": refund.note,
        "user_id": None,
        "restock": False,
        "duties": [],
        "order_adjustments": [],
        "refund_line_items": [],
        "refund_shipping_lines": [],
        "return": None,
        "total_duties_set": money(0),
        "transactions": [],
    }


def line_body(order: Order, line: Line) -> dict[str, Any]:
    """One line within an order or a parcel."""
    return {
        "id": line.id,
        "admin_graphql_api_id": f"gid://shopify/LineItem/{line.id}",
        "attributed_staffs": [],
        "current_quantity": line.current_quantity,
        "discount_allocations": [],
        "duties": [],
        "fulfillable_quantity": order.unfulfilled(line),
        "fulfillment_service": "manual",
        "fulfillment_status": None if order.unfulfilled(line) else "fulfilled",
        "gift_card": line.is_gift_card,
        "grams": 0,
        "name": line.name,
        "pre_tax_price": f"{line.price:.2f}",
        "pre_tax_price_set": money(line.price),
        "price": f"{line.price:.2f}",
        "price_set": money(line.price),
        "product_exists": True,
        "product_id": None,
        "properties": [],
        "quantity": line.quantity,
        "requires_shipping": line.requires_shipping,
        "sales_line_item_group_id": None,
        "sku": line.sku,
        "tax_lines": [],
        "taxable": True,
        "title": line.title,
        "total_discount": "0.00",
        "total_discount_set": money(0),
        "variant_id": None,
        "variant_inventory_management": None,
        "variant_title": line.variant_title,
        "vendor": line.vendor,
    }


def _parcel_in_order(order: Order, parcel: Parcel) -> dict[str, Any]:
    first = parcel.tracking[0] if parcel.tracking else None
    moved = parcel.display_status if parcel.events else None
    return {
        "id": parcel.id,
        "admin_graphql_api_id": f"gid://shopify/Fulfillment/{parcel.id}",
        "order_id": order.id,
        "name": parcel.name,
        "status": parcel.status.lower(),
        "shipment_status": moved.lower() if moved else None,
        "created_at": stamp(parcel.created_at),
        "updated_at": stamp(parcel.updated_at),
        "line_items": [line_body(order, part.line_item) for part in parcel.lines],
        "location_id": None,
        "origin_address": None,
        "receipt": {},
        "service": "manual",
        "tracking_company": first.company if first else None,
        "tracking_number": first.number if first else None,
        "tracking_numbers": [one.number for one in parcel.tracking if one.number],
        "tracking_url": first.url if first else None,
        "tracking_urls": [one.url for one in parcel.tracking if one.url],
    }


def _fulfillment_status(order: Order) -> str | None:
    words = {"FULFILLED": "fulfilled", "PARTIALLY_FULFILLED": "partial", "RESTOCKED": "restocked"}
    return words.get(order.display_fulfillment_status)


def _customer(shop: Shop, order: Order) -> dict[str, Any] | None:
    """With the fields that the app was approved for; the whole of it needs read_customers."""
    if order.customer is None or not shop.is_granted("read_customers"):
        return None
    absent = dict.fromkeys(
        (
            *("accepts_marketing_updated_at", "default_address", "email_marketing_consent", "last_name"),
            *("marketing_opt_in_level", "multipass_identifier", "note", "phone", "sms_marketing_consent"),
        )
    )
    return {
        **absent,
        "id": order.customer.id,
        "admin_graphql_api_id": f"gid://shopify/Customer/{order.customer.id}",
        "accepts_marketing": False,
        "created_at": stamp(order.created_at),
        "currency": CURRENCY,
        "email": order.customer.email if shop.control.protected_email else None,
        "first_name": order.customer.first_name if shop.control.protected_name else None,
        "state": "enabled",
        "tags": "",
        "tax_exempt": False,
        "tax_exemptions": [],
        "updated_at": stamp(order.updated_at),
        "verified_email": True,
    }


def _shipping_lines(order: Order) -> list[dict[str, Any]]:
    if order.shipping_title is None:
        return []
    return [
        {
            "id": order.id,
            "title": order.shipping_title,
            "code": order.shipping_title,
            "carrier_identifier": None,
            "current_discounted_price_set": money(0),
            "discount_allocations": [],
            "discounted_price": "0.00",
            "discounted_price_set": money(0),
            "is_removed": False,
            "phone": None,
            "price": "0.00",
            "price_set": money(0),
            "requested_fulfillment_service_id": None,
            "source": "shopify",
            "tax_lines": [],
        }
    ]


def _amounts(total: float, current: float, refunded: float) -> dict[str, Any]:
    figures = {
        "current_subtotal_price": current,
        "current_total_discounts": 0.0,
        "current_total_price": current,
        "current_total_tax": 0.0,
        "subtotal_price": total,
        "total_discounts": 0.0,
        "total_line_items_price": total,
        "total_price": total,
        "total_tax": 0.0,
    }
    sets = {
        "current_shipping_price_set": 0.0,
        "total_cash_rounding_payment_adjustment_set": 0.0,
        "total_cash_rounding_refund_adjustment_set": 0.0,
        "total_shipping_price_set": 0.0,
    }
    return {
        **{name: f"{amount:.2f}" for name, amount in figures.items()},
        **{f"{name}_set": money(amount) for name, amount in figures.items()},
        **{name: money(amount) for name, amount in sets.items()},
        "total_outstanding": f"{max(0.0, current - total + refunded):.2f}",
        "current_total_additional_fees_set": None,
        "current_total_duties_set": None,
        "original_total_additional_fees_set": None,
        "original_total_duties_set": None,
    }
