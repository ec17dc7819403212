"""A webhook's body → what it tells, in our own words. Pure.

Bodies are those of the REST Admin API, cut down to ids by `include_fields` where `shopify.app.toml` or a
shop's own subscription asks for that; a whole one reads the same. Nothing but ids is taken, except for the
e-mail address by which somebody's data is found again to be deleted: https://shopify.dev/docs/api/webhooks
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tracker.errors import InvalidRequest, InvalidSignature
from tracker.shapes import mapping
from tracker.webhook import (
    CustomerRedacted,
    DataRequested,
    Delivered,
    Envelope,
    NotForUs,
    OrderChanged,
    Person,
    ScopesChanged,
    ShopEvent,
    ShopRedacted,
    Uninstalled,
    Unreadable,
)

Body = Mapping[str, Any]
Read = Callable[[Body], ShopEvent]

_GID = re.compile(r"gid://shopify/([A-Za-z]{1,60})/([0-9]{1,20})")
_SCOPE = re.compile(r"[a-z_]{1,100}")
_MOST = 2**63
_DEEPEST = 4
"""So far down a body of fulfillment orders names one, in any of its topics."""

KINDS = {
    "orders": "Order",
    "fulfillments": "Fulfillment",
    "fulfillment_events": "FulfillmentEvent",
    "refunds": "Refund",
    "returns": "Return",
}
"""Of which kind the gid of a body is, by the first half of its topic."""


class _Unreadable(Exception):
    """Of a body, with a short stable word."""


def read_webhook(envelope: Envelope, body: bytes) -> Delivered:
    """What a signed body tells under the topic of its envelope.

    Raises InvalidSignature with the cause shop_mismatch or topic_mismatch where the body names another shop
    or a thing of another kind than the envelope: then the signature proves something else.

    A body that cannot be read stays so however often it is sent again. About an order it is Unreadable, to be
    counted and taken: what is kept of the order ends by its age, while a refusal would, after eight of them,
    end the shop's own subscription. About the shop itself or somebody's data it is refused (InvalidRequest):
    taking it would say that something was done which was not. The words are not_utf8, malformed,
    not_an_object, no_order, no_shop, no_scopes and no_person.
    """
    topic = envelope.topic
    duty = _DUTIES.get(topic)
    read = duty or _CHANGES.get(topic)
    if read is None:
        return Delivered(NotForUs())
    try:
        sent = _decode(body)
        _compare(envelope, sent)
        return Delivered(read(sent), _shop_id(sent))
    except _Unreadable as unreadable:
        cause = str(unreadable)
    if duty:
        raise InvalidRequest({"body": [cause]}, f"body_{cause}")
    return Delivered(Unreadable(cause))


def _decode(body: bytes) -> Body:
    try:
        value = json.loads(body.decode("utf-8"))
    except UnicodeDecodeError:
        raise _Unreadable("not_utf8") from None
    except (ValueError, RecursionError):
        raise _Unreadable("malformed") from None
    if not isinstance(value, dict):
        raise _Unreadable("not_an_object")
    return value


def _compare(envelope: Envelope, sent: Body) -> None:
    for name in ("shop_domain", "myshopify_domain"):
        if sent.get(name) not in (None, envelope.shop):
            raise InvalidSignature("shop_mismatch")
    kind = KINDS.get(envelope.topic.partition("/")[0])
    named = _GID.fullmatch(_text(sent.get("admin_graphql_api_id")))
    if kind is not None and named and named[1] != kind:
        raise InvalidSignature("topic_mismatch")


def _order(sent: Body) -> ShopEvent:
    return OrderChanged(_required(_gid("Order", sent.get("id"))))


def _order_edited(sent: Body) -> ShopEvent:
    return OrderChanged(_required(_gid("Order", mapping(sent.get("order_edit")).get("order_id"))))


def _part_of_order(sent: Body) -> ShopEvent:
    return OrderChanged(_required(_gid("Order", sent.get("order_id"))))


def _return(sent: Body) -> ShopEvent:
    part = _gid("Return", sent.get("id")) or _gid("Return", sent.get("admin_graphql_api_id"))
    order = mapping(sent.get("order"))
    order_id = _gid("Order", sent.get("order_id")) or _gid("Order", order.get("id"))
    if order_id is None and part is None:
        raise _Unreadable("no_order")
    return OrderChanged(order_id, (part,) if part else ())


def _fulfillment_order(sent: Body) -> ShopEvent:
    parts = dict.fromkeys(_fulfillment_orders(sent, _DEEPEST))
    if not parts:
        raise _Unreadable("no_order")
    return OrderChanged(None, tuple(parts))


def _fulfillment_orders(value: Body, depth: int) -> Iterator[str]:
    """Every fulfillment order that a body names: each topic has its own words for those it is about."""
    for name, inner in value.items():
        if depth > 0 and isinstance(inner, dict):
            if name.endswith("fulfillment_order") and (gid := _gid("FulfillmentOrder", inner.get("id"))):
                yield gid
            yield from _fulfillment_orders(inner, depth - 1)


def _uninstalled(sent: Body) -> ShopEvent:
    """Without the shop's name any body that Shopify ever signed would do, under anybody's header."""
    if sent.get("myshopify_domain") is None:
        raise _Unreadable("no_shop")
    return Uninstalled()


def _scopes_changed(sent: Body) -> ShopEvent:
    shop_id = _shop_id(sent)
    if shop_id is None:
        raise _Unreadable("no_shop")
    current = sent.get("current")
    if not isinstance(current, list) or not all(_SCOPE.fullmatch(_text(scope)) for scope in current):
        raise _Unreadable("no_scopes")
    return ScopesChanged(frozenset(current), shop_id)


def _data_requested(sent: Body) -> ShopEvent:
    return DataRequested(_person(sent, "orders_requested"))


def _customer_redacted(sent: Body) -> ShopEvent:
    return CustomerRedacted(_person(sent, "orders_to_redact"))


def _shop_redacted(sent: Body) -> ShopEvent:
    _named_shop(sent)
    return ShopRedacted()


def _person(sent: Body, orders: str) -> Person:
    """Customers without an id or without an e-mail exist; with neither, and no orders, nobody is named."""
    _named_shop(sent)
    customer = mapping(sent.get("customer"))
    gid = _gid("Customer", customer.get("id"))
    email = customer.get("email")
    listed = sent.get(orders)
    order_ids = [_gid("Order", order) for order in listed] if isinstance(listed, list) else []
    person = Person(
        email=email if isinstance(email, str) and email.strip() else None,
        customer_id=gid.rpartition("/")[2] if gid else None,
        order_ids=tuple(dict.fromkeys(order_id for order_id in order_ids if order_id)),
    )
    if None in order_ids or person == Person(None, None):
        raise _Unreadable("no_person")
    return person


def _named_shop(sent: Body) -> None:
    if sent.get("shop_domain") is None:
        raise _Unreadable("no_shop")


def _shop_id(sent: Body) -> int | None:
    gid = _gid("Shop", sent.get("shop_id"))
    return int(gid.rpartition("/")[2]) if gid else None


def _gid(kind: str, value: object) -> str | None:
    """The gid of a REST id or of a gid of this kind. Ids go far beyond 2^53, and are never a float."""
    if isinstance(value, int) and not isinstance(value, bool):
        return f"gid://shopify/{kind}/{value}" if 0 < value < _MOST else None
    named = _GID.fullmatch(_text(value))
    return named[0] if named and named[1] == kind else None


def _required(order_id: str | None) -> str:
    if order_id is None:
        raise _Unreadable("no_order")
    return order_id


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _topics(family: str, actions: str, read: Read) -> dict[str, Read]:
    return {f"{family}/{action}": read for action in actions.split()}


_CHANGES: dict[str, Read] = {
    **_topics("orders", "create updated paid cancelled fulfilled partially_fulfilled delete", _order),
    "orders/edited": _order_edited,
    **_topics("fulfillments", "create update", _part_of_order),
    **_topics("fulfillment_events", "create delete", _part_of_order),
    "refunds/create": _part_of_order,
    **_topics("returns", "request approve decline process cancel close reopen update", _return),
    **_topics(
        "fulfillment_orders",
        "placed_on_hold hold_released rescheduled moved cancelled split merged"
        " scheduled_fulfillment_order_ready"
        " line_items_prepared_for_pickup line_items_prepared_for_local_delivery progress_reported"
        " manually_reported_progress_stopped",
        _fulfillment_order,
    ),
}
_DUTIES: dict[str, Read] = {
    "app/uninstalled": _uninstalled,
    "app/scopes_update": _scopes_changed,
    "customers/data_request": _data_requested,
    "customers/redact": _customer_redacted,
    "shop/redact": _shop_redacted,
}
