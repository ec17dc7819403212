"""What a scope lets an app do, in a merchant's words, as the admin says it when it asks."""

from __future__ import annotations

_WORDS = {
    "read_orders": "See the orders of the last 60 days",
    "read_all_orders": "See older orders too",
    "read_fulfillments": "See parcels and where they are",
    "write_app_proxy": "Answer at an address of your online store",
    "read_customers": "See whose order it is",
    "read_returns": "See returns",
    "read_merchant_managed_fulfillment_orders": "See what waits at your own locations, and why",
    "read_third_party_fulfillment_orders": "See what waits at fulfilment services, and why",
}


def scope_words(scope: str) -> str:
    """A sentence; the scope's own name where there is none."""
    return _WORDS.get(scope, scope)
