"""Which part of an order's answer goes on on a further page, and how that page is put in. Pure.

An answer is worked on in place: it was made from JSON for this one reading.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tracker.shapes import mapping, mappings
from tracker.shopify.queries import FULFILLMENTS_FIRST, FULFILLMENTS_PAGE
from tracker.shopify.shapes import count, identity, nodes

_LONG_LIST = "fulfillments were asked for anew"
"""A key that no field has: the list can be had once at its longest, and no further."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page to ask for: `name` of the query (`queries.page`), `owner` its variable `id`, `after` its cursor
    (None: from the beginning), `root` the field of the answer that holds the owner."""

    name: str
    root: str
    owner: str
    after: str | None = None


def missing(order: dict[str, Any]) -> Page | None:
    """The next page that this order needs, None where it is complete."""
    return next(_missing(order), None)


def put_in(order: dict[str, Any], page: Page, owner: dict[str, Any]) -> bool:
    """Put the answer to `page` into `order`. False where it brought nothing, so that asking on is no use."""
    match page.name:
        case "line_items":
            return _append(order, "lineItems", owner, restart=page.after is None)
        case "fulfillment_orders":
            return _append(order, "fulfillmentOrders", owner, restart=page.after is None)
        case "fulfillments":
            if _LONG_LIST in order or "fulfillments" not in owner:
                return False
            order["fulfillments"] = mappings(owner["fulfillments"])
            order[_LONG_LIST] = True
            return True
        case "fulfillment_items":
            target = _owned(mappings(order.get("fulfillments")), page.owner)
            return target is not None and _append(
                target, "fulfillmentLineItems", owner, restart=page.after is None
            )
        case _:
            target = _owned(nodes(order.get("fulfillmentOrders")), page.owner)
            return target is not None and _append(target, "lineItems", owner, restart=page.after is None)


def _missing(order: dict[str, Any]) -> Iterator[Page]:
    order_id = identity(order)
    if order_id is None:
        return
    if more := _more(order.get("lineItems")):
        yield Page("line_items", "order", order_id, more)
    fulfillments = mappings(order.get("fulfillments"))
    if len(fulfillments) >= (FULFILLMENTS_PAGE if _LONG_LIST in order else FULFILLMENTS_FIRST):
        yield Page("fulfillments", "order", order_id)
    for fulfillment in fulfillments:
        items = fulfillment.get("fulfillmentLineItems")
        if (more := _more(items)) and (owner := identity(fulfillment)):
            yield Page("fulfillment_items", "fulfillment", owner, more)
        elif "pageInfo" not in mapping(items) and (owner := identity(fulfillment)):
            told = sum(count(item.get("quantity")) for item in nodes(items))
            if told < count(fulfillment.get("totalQuantity")):
                yield Page("fulfillment_items", "fulfillment", owner)
    fulfillment_orders = order.get("fulfillmentOrders")
    if more := _more(fulfillment_orders):
        yield Page("fulfillment_orders", "order", order_id, more)
    for fulfillment_order in nodes(fulfillment_orders):
        lines = fulfillment_order.get("lineItems")
        info = mapping(mapping(lines).get("pageInfo"))
        if info.get("hasNextPage") is True and (owner := identity(fulfillment_order)):
            # The first page carries no cursor; a larger one from the beginning costs no request more.
            yield Page("fulfillment_order_items", "fulfillmentOrder", owner, _more(lines))


def _more(connection: object) -> str | None:
    """The cursor to go on from."""
    info = mapping(mapping(connection).get("pageInfo"))
    cursor = info.get("endCursor")
    return cursor if info.get("hasNextPage") is True and isinstance(cursor, str) and cursor else None


def _owned(owners: list[dict[str, Any]], identifier: str) -> dict[str, Any] | None:
    return next((owner for owner in owners if identity(owner) == identifier), None)


def _append(target: dict[str, Any], field: str, answer: dict[str, Any], *, restart: bool) -> bool:
    """Join the nodes of `answer`'s connection to those of `target`'s, and take over where it ends."""
    page = mapping(answer.get(field))
    brought = nodes(page)
    known = [] if restart else nodes(target.get(field))
    target[field] = {"nodes": [*known, *brought], "pageInfo": page.get("pageInfo") or {}}
    return bool(brought)
