"""What Shopify tells by a webhook, in our own words. Frozen; standard library only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the headers of a delivery say. The signature covers the body alone, so none of this is proven:
    `shop` and `topic` are compared with the body where it carries them.

    `event_id` is the same for every copy of one event; None where Shopify named none, and then a copy cannot
    be told. `triggered_at` (aware, UTC) is when it happened, which is not the order in which it arrives.
    """

    shop: str
    topic: str
    event_id: str | None = None
    triggered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OrderChanged:
    """Something of one order is no longer as it was read.

    `order_id` is its gid, None where the body names only parts of it: `parts` are the gids of those, by which
    the order may be found.
    """

    order_id: str | None
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Uninstalled:
    """The merchant removed the app. The token that it had is dead already."""


@dataclass(frozen=True, slots=True)
class ScopesChanged:
    """What the merchant grants now; `shop_id` is Shopify's own id of the shop that it is about."""

    scopes: frozenset[str]
    shop_id: int


@dataclass(frozen=True, slots=True)
class Person:
    """A customer and their orders, as a duty towards their data names them: digits of an id, gids of orders.
    Hidden from repr."""

    email: str | None = field(repr=False)
    customer_id: str | None = field(repr=False)
    order_ids: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class DataRequested:
    """A customer asked what is kept of them."""

    person: Person


@dataclass(frozen=True, slots=True)
class CustomerRedacted:
    """Nothing of this customer may be kept any longer."""

    person: Person


@dataclass(frozen=True, slots=True)
class ShopRedacted:
    """Nothing of this shop may be kept any longer, two days after it removed the app."""


@dataclass(frozen=True, slots=True)
class NotForUs:
    """A topic that means nothing to this service."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something of an order changed, in a body that does not tell which. `cause` is a short stable word."""

    cause: str


ShopEvent = (
    OrderChanged
    | Uninstalled
    | ScopesChanged
    | DataRequested
    | CustomerRedacted
    | ShopRedacted
    | NotForUs
    | Unreadable
)


@dataclass(frozen=True, slots=True)
class Delivered:
    """A body that was read. `shop_id` is Shopify's own id of the shop, None where the body names none."""

    event: ShopEvent
    shop_id: int | None = None
