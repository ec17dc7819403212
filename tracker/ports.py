"""What a verb needs from outside, as Protocols. Edges (`shopify`, `store`) fill them; `app.py` joins the two."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tracker.deadline import Deadline
from tracker.order import Order, Status
from tracker.order_number import OrderNumber


@dataclass(frozen=True, slots=True)
class FoundOrder:
    """One hit of the find query: what is needed to decide whose order it is, and nothing else.

    `email` is None for an order without one. `confirmation_number` is Shopify's own (not unique).
    `scopes` are the access scopes that the shop granted, as the same answer told them.
    """

    id: str
    name: str
    email: str | None
    placed_at: datetime
    confirmation_number: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The answer of one find query: every hit, fuzzy ones included, and the scopes the shop granted."""

    orders: Sequence[FoundOrder]
    scopes: frozenset[str]


class Orders(Protocol):
    """A shop's orders, as the Admin API gives them. Raises children of `errors.UpstreamError`."""

    def find(self, shop: str, number: OrderNumber, *, deadline: Deadline) -> Found:
        """One upstream request: candidates for a typed number."""
        ...

    def read(self, shop: str, order_id: str, *, scopes: frozenset[str], deadline: Deadline) -> Order | None:
        """One upstream request (one more per further page of a long order): the facts, None if gone."""
        ...


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A token for the Admin API of one shop, hidden from repr."""

    value: str

    def __repr__(self) -> str:
        return "AccessToken(...)"


class AccessTokens(Protocol):
    """Where Admin API tokens come from."""

    def token(self, shop: str, *, deadline: Deadline) -> AccessToken:
        """A token that works now. Raises AccessTokenRejected where the shop must (re)open the app."""
        ...

    def rejected(self, shop: str, token: AccessToken) -> None:
        """Told that the Admin API refused this token, so that a next one is asked for anew."""
        ...


@dataclass(frozen=True, slots=True)
class Entry:
    """A kept answer. `answer` is the finished JSON, or None for a kept miss."""

    answer: bytes | None
    status: Status | None
    order_id: str | None
    checked_at: datetime


Clock = Callable[[], datetime]
"""Now, aware, in UTC."""
