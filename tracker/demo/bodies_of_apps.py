"""What webhooks say of the app's own standing in a shop, and the three duties of privacy law.

https://shopify.dev/docs/apps/build/compliance/privacy-law-compliance
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tracker.demo.bodies import stamp
from tracker.demo.customers import Customer
from tracker.demo.state import CURRENCY, TIME_ZONE, Shop


def uninstalled_body(shop: Shop) -> dict[str, Any]:
    """`app/uninstalled`: the shop."""
    now = stamp(shop.clock())
    absent = dict.fromkeys(
        (
            *("address1", "address2", "auto_configure_tax_inclusivity", "city", "county_taxes"),
            *("google_apps_domain", "google_apps_login_enabled", "latitude", "longitude", "phone"),
            *("province", "province_code", "source", "tax_shipping", "zip"),
        )
    )
    return {
        **absent,
        "id": shop.id,
        "name": shop.name,
        "email": f"owner@{shop.domain}",
        "customer_email": f"owner@{shop.domain}",
        "shop_owner": f"Owner of {shop.name}",
        "domain": shop.domain,
        "myshopify_domain": shop.domain,
        "country": "US",
        "country_code": "US",
        "country_name": "United States",
        "created_at": now,
        "updated_at": now,
        "currency": CURRENCY,
        "enabled_presentment_currencies": [CURRENCY],
        "iana_timezone": TIME_ZONE,
        "timezone": f"(GMT-08:00) {TIME_ZONE}",
        "money_format": "${{amount}}",
        "money_in_emails_format": "${{amount}}",
        "money_with_currency_format": "${{amount}} USD",
        "money_with_currency_in_emails_format": "${{amount}} USD",
        "plan_name": "basic",
        "plan_display_name": "Basic",
        "primary_locale": "en",
        "primary_location_id": shop.id,
        "weight_unit": "lb",
        "checkout_api_supported": False,
        "eligible_for_payments": True,
        "finances": True,
        "has_discounts": False,
        "has_gift_cards": False,
        "has_storefront": True,
        "marketing_sms_consent_enabled_at_checkout": False,
        "multi_location_enabled": False,
        "password_enabled": False,
        "pre_launch_enabled": False,
        "requires_extra_payments_agreement": False,
        "setup_required": False,
        "taxes_included": False,
        "transactional_sms_disabled": False,
    }


def scopes_body(shop: Shop, previous: Sequence[str], current: Sequence[str], number: int) -> dict[str, Any]:
    """`app/scopes_update`."""
    return {
        "id": number,
        "shop_id": f"gid://shopify/Shop/{shop.id}",
        "previous": list(previous),
        "current": list(current),
        "updated_at": stamp(shop.clock()),
    }


def data_request_body(shop: Shop, customer: Customer, orders: Sequence[int], number: int) -> dict[str, Any]:
    """`customers/data_request`."""
    return {
        "shop_id": shop.id,
        "shop_domain": shop.domain,
        "orders_requested": list(orders),
        "customer": {"id": customer.id, "email": customer.email, "phone": None},
        "data_request": {"id": number},
    }


def customer_redact_body(shop: Shop, customer: Customer, orders: Sequence[int]) -> dict[str, Any]:
    """`customers/redact`."""
    return {
        "shop_id": shop.id,
        "shop_domain": shop.domain,
        "customer": {"id": customer.id, "email": customer.email, "phone": None},
        "orders_to_redact": list(orders),
    }


def shop_redact_body(shop: Shop) -> dict[str, Any]:
    """`shop/redact`."""
    return {"shop_id": shop.id, "shop_domain": shop.domain}
