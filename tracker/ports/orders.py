"""What is asked of a shop's orders, and how much may be asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from tracker.claim import Claim
from tracker.deadline import Deadline
from tracker.order import Order
from tracker.order_number import OrderNumber
from tracker.ports.answers import Question


@dataclass(frozen=True, slots=True)
class FoundOrder:
    """One hit of a search: what is needed to decide whose order it is, and nothing else.

    `email` and `customer_id` (digits) are None for an order without one, and where the claim that is to be
    decided is of the other kind. `confirmation_number` is Shopify's own (not unique).
    """

    id: str
    name: str
    email: str | None
    placed_at: datetime
    confirmation_number: str | None = None
    customer_id: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The answer of one find query: every hit, fuzzy ones included, and the scopes the shop granted."""

    orders: Sequence[FoundOrder]
    scopes: frozenset[str]


class Orders(Protocol):
    """A shop's orders, as the Admin API gives them. Raises children of `errors.UpstreamError`."""

    def find(self, shop: str, number: OrderNumber, claim: Claim, *, deadline: Deadline) -> Found:
        """One upstream request: candidates for a number, told with what the claim is about. None of them has
        been compared with the claim."""
        ...

    def recent(self, shop: str, customer_id: str, *, deadline: Deadline) -> Sequence[FoundOrder]:
        """One upstream request: what the shop takes for this customer's newest orders, not compared yet;
        none where it did not grant what tells whose an order is."""
        ...

    def read(self, shop: str, order_id: str, *, scopes: frozenset[str], deadline: Deadline) -> Order | None:
        """One upstream request (one more per further page of a long order): the facts, None if gone."""
        ...


class NewestOrders(Protocol):
    """A shop's newest orders, whoever placed them. Raises children of `errors.UpstreamError`."""

    def newest(self, shop: str, *, deadline: Deadline) -> Found:
        """One upstream request: ten at most. Raises AccessDenied where orders or their e-mails are
        withheld."""
        ...


class Urgency(StrEnum):
    """Who a question to the shop is for: nobody who waits; somebody of whom nothing is known; somebody who
    was right before and waits for news."""

    BEHIND = "behind"
    QUESTION = "question"
    WAITING = "waiting"


class Budget(Protocol):
    """What a shop lets us ask in a given time, so that what is left goes to those who need it most. It never
    raises: where nothing is known of it, it is full."""

    def wait(self, question: Question, urgency: Urgency) -> float:
        """Seconds until there is room for this question, 0 where there is now. Whoever asks a second time
        what they were once told counts as known, whatever `urgency` says of them."""
        ...

    def wait_behind(self, shop: str) -> float:
        """The same for a question that no shopper asked, which comes last."""
        ...
