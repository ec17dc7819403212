"""A shop's orders by the GraphQL Admin API: find, then read; or list. Fills `ports.Orders`.

The asking is `api`'s, the meaning of an answer `answers`', the facts of an order `reading`'s; here they
become three verbs, with further pages behind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tracker.claim import Claim
from tracker.deadline import Deadline
from tracker.errors import AccessDenied, UpstreamBroken, UpstreamError
from tracker.order import Order
from tracker.order_number import OrderNumber
from tracker.ports.orders import Found, FoundOrder
from tracker.ports.parcels import TellTracking
from tracker.shopify import paging, queries
from tracker.shopify.answers import Answer
from tracker.shopify.api import AdminApi
from tracker.shopify.reading import OnSkipped, read_found, read_order
from tracker.shopify.words import OnUnknownWord
from tracker.tracking_link import as_told

MAX_PAGES = 6
"""Further requests for one long order: with 250 lines a page, more than any order that people place."""

_OPTIONAL = re.compile(r"order\.(fulfillmentOrders|statusPageUrl|shippingAddress)\b")
_BESIDE_THE_ORDER = "currentAppInstallation"
_CUSTOMER = "orders.nodes.customer"
_DESTINATION = "order.shippingAddress"
_NO_NEWS = (_CUSTOMER, _DESTINATION)
"""Withheld where the merchant did not add an optional scope, or the app may see no address: no news, and no
reason to fail."""


def _ignore(*_: str) -> None:
    pass


class AdminOrders:
    """Orders of any shop that `api` has a token for. Safe to share between threads.

    `status_page` asks for the order status page's address too; `tell_tracking` is who knows the carriers.
    Told on the way: `on_unknown_word` (kind, word), `on_withheld` (the path of a field that the shop does not
    show us) and `on_skipped` (a kind of part whose shape was odd).
    """

    def __init__(
        self,
        api: AdminApi,
        *,
        status_page: bool = False,
        max_pages: int = MAX_PAGES,
        tell_tracking: TellTracking = as_told,
        on_unknown_word: OnUnknownWord = _ignore,
        on_withheld: Callable[[str], None] = _ignore,
        on_skipped: OnSkipped = _ignore,
    ) -> None:
        self._api = api
        self._status_page = status_page
        self._max_pages = max_pages
        self._tell_tracking = tell_tracking
        self._on_unknown_word = on_unknown_word
        self._on_withheld = on_withheld
        self._on_skipped = on_skipped

    def find(self, shop: str, number: OrderNumber, claim: Claim, *, deadline: Deadline) -> Found:
        """One request: every hit for a typed number, fuzzy ones included, and the scopes that were granted.

        For a claim by e-mail each hit has its e-mail, which the search is not told. For a customer's claim
        the search names the customer, and each hit has its `customer_id`: none without read_customers.
        Raises AccessDenied where orders or their e-mails are withheld, without which nobody can be told
        apart, and any other UpstreamError.
        """
        if claim.customer_id is None:
            text, search = queries.find(), number.query
        else:
            text, search = queries.find_of_customer(), f"{_of(claim.customer_id)} ({number.query})"
        return self._found("find", shop, text, search, deadline)

    def recent(self, shop: str, customer_id: str, *, deadline: Deadline) -> Sequence[FoundOrder]:
        """One request: what the search takes for this customer's newest orders. None of them has a
        `customer_id` without read_customers.

        Raises any UpstreamError but AccessDenied: where orders are withheld there is nothing to choose from.
        """
        try:
            return self._found("recent", shop, queries.recent(), _of(customer_id), deadline).orders
        except AccessDenied:
            return ()

    def newest(self, shop: str, *, deadline: Deadline) -> Found:
        """See ports.NewestOrders."""
        return self._found("newest", shop, queries.newest(), None, deadline)

    def _found(self, operation: str, shop: str, text: str, search: str | None, deadline: Deadline) -> Found:
        variables = {} if search is None else {"query": search}
        answer = self._ask(operation, shop, text, variables, deadline)
        optional = (_BESIDE_THE_ORDER, _CUSTOMER)
        if any(not path.startswith(optional) for path in answer.withheld):
            raise AccessDenied
        orders = answer.data.get("orders")
        if not (isinstance(orders, dict) and isinstance(orders.get("nodes"), list)):
            raise UpstreamBroken
        found = read_found(answer.data, on_skipped=self._on_skipped)
        if orders["nodes"] and not found.orders:
            # Hits of which none can be read are no miss: a buyer would be told that there is no such order.
            raise UpstreamBroken
        return found

    def read(self, shop: str, order_id: str, *, scopes: frozenset[str], deadline: Deadline) -> Order | None:
        """One request (one more for each further page): an order's facts, None where it is gone.

        Fields that are withheld make the story poorer, not impossible. A page that fails or that there is no
        time for leaves `truncated` on what was read. Raises children of UpstreamError.
        """
        node = self._read(shop, order_id, scopes, deadline)
        if node is None:
            return None
        truncated = not self._complete(shop, node, deadline)
        order = read_order(
            node,
            truncated=truncated,
            tell_tracking=self._tell_tracking,
            on_unknown_word=self._on_unknown_word,
            on_skipped=self._on_skipped,
        )
        if order is None:
            raise UpstreamBroken
        return order

    def _read(
        self, shop: str, order_id: str, scopes: frozenset[str], deadline: Deadline
    ) -> dict[str, Any] | None:
        variables = {"id": order_id}
        text = queries.read(scopes, status_page=self._status_page)
        answer = self._ask("read", shop, text, variables, deadline)
        plain = queries.read(frozenset())
        if answer.data.get("order") is None and text != plain and _only_optional(answer):
            # A withheld field that can't be null takes the whole order with it.
            answer = self._ask("read", shop, plain, variables, deadline)
        node = answer.data.get("order")
        if node is None:
            if answer.withheld:
                raise AccessDenied
            if "order" not in answer.data:
                raise UpstreamBroken
            return None
        if not isinstance(node, dict):
            raise UpstreamBroken
        return node

    def _ask(
        self, operation: str, shop: str, text: str, variables: Mapping[str, str], deadline: Deadline
    ) -> Answer:
        answer = self._api.ask(operation, shop, text, variables, deadline)
        for path in sorted(answer.withheld):
            if not path.startswith(_NO_NEWS):
                self._on_withheld(path)
        return answer

    def _complete(self, shop: str, node: dict[str, Any], deadline: Deadline) -> bool:
        """Fetch further pages into `node`. False where some are missing still."""
        for _ in range(self._max_pages):
            page = paging.missing(node)
            if page is None:
                return True
            variables = {"id": page.owner} | ({"after": page.after} if page.after else {})
            try:
                answer = self._ask("page", shop, queries.page(page.name), variables, deadline)
            except UpstreamError:  # observed where it happened; the order as far as it was read is worth more
                return False
            owner = answer.data.get(page.root)
            if not isinstance(owner, dict) or not paging.put_in(node, page, owner):
                return False
        return paging.missing(node) is None


def _of(customer_id: str) -> str:
    """A search for one customer's orders; digits need no quotes (`claim.by_customer` takes nothing else)."""
    return f"customer_id:{customer_id}"


def _only_optional(answer: Answer) -> bool:
    return bool(answer.withheld) and all(_OPTIONAL.match(path) for path in answer.withheld)
