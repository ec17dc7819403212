"""The texts that the Admin API is asked, from the `.graphql` files beside this one. Pure once they are read.

Each fragment is a file of its name; each other file is one operation, a valid document together with the
fragments that it spreads. What they cost by the working formula is tested (`tests/shopify/test_queries.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

FULFILLMENTS_FIRST = 20
"""As in OrderFacts.graphql: a list this long may be longer."""

FULFILLMENTS_PAGE = 100
"""As in page_fulfillments.graphql."""

_FILES = {path.stem: path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("*.graphql")}
_SPREAD = re.compile(r"\.\.\.(\w+)")
_COMMENT = re.compile(r"^\s*#.*\n", re.MULTILINE)

FULFILLMENT_ORDER_SCOPES = frozenset(
    f"{access}_{kind}_fulfillment_orders"
    for access in ("read", "write")
    for kind in ("assigned", "merchant_managed", "third_party")
)
"""Each of these opens the fulfillment orders that it names, and writing includes reading:
https://shopify.dev/docs/api/usage/access-scopes"""


def find() -> str:
    """The query that finds candidates; variable `query`, a search string."""
    return _document("find")


def find_of_customer() -> str:
    """The same among one customer's orders, of which it tells the customer and no e-mail."""
    return _document("find_of_customer")


def recent() -> str:
    """The query that lists a customer's newest orders; variable `query`, a search string."""
    return _document("recent")


def newest() -> str:
    """The query that lists a shop's newest orders, whoever placed them; no variables."""
    return _document("newest")


def read_app() -> str:
    """The query that tells the id under which the shop keeps what the app notes there; no variables."""
    return _document("read_app")


def set_app_data() -> str:
    """The mutation that notes something there; variable `metafields`, at most 25 of them."""
    return _document("set_app_data")


def read(scopes: frozenset[str], *, status_page: bool = False) -> str:
    """The query that reads one order; variable `id`.

    Reaching a type without its scope is an error of the whole answer, so optional parts are left out unless
    `scopes`, the granted access scopes, open them. `status_page` asks for the order status page's address.
    """
    left_out = set()
    if not scopes & FULFILLMENT_ORDER_SCOPES:
        left_out.add("OrderFulfillmentOrders")
    if not status_page:
        left_out.add("OrderStatusPage")
    return _document("read", frozenset(left_out))


def page(name: str) -> str:
    """The query for a further page: line_items, fulfillments, fulfillment_items, fulfillment_orders or
    fulfillment_order_items; variables `id` of the owner and, but for fulfillments, `after`."""
    return _document(f"page_{name}")


def installation() -> str:
    """The query that tells the shop's id, the granted scopes and the shop's own webhook subscriptions."""
    return _document("installation")


def subscribe() -> str:
    """The mutation that makes a subscription; variables `topic` and `subscription`."""
    return _document("subscribe")


def unsubscribe() -> str:
    """The mutation that ends a subscription; variable `id`."""
    return _document("unsubscribe")


@cache
def _document(operation: str, left_out: frozenset[str] = frozenset()) -> str:
    text = _FILES[operation]
    for fragment in left_out:
        text = re.sub(rf"^\s*\.\.\.{fragment}\n", "", text, flags=re.MULTILINE)
    needed: dict[str, str] = {}
    _collect(_SPREAD.findall(text), needed)
    return _COMMENT.sub("", "".join([text, *needed.values()]))


def _collect(fragments: Iterable[str], needed: dict[str, str]) -> None:
    for fragment in fragments:
        if fragment not in needed:
            needed[fragment] = _FILES[fragment]
            _collect(_SPREAD.findall(_FILES[fragment]), needed)
