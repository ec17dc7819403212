"""What a verb needs from outside, as Protocols. The edges fill them; `app.py` joins the two."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tracker.claim import Claim
from tracker.deadline import Deadline
from tracker.order import Order, Status
from tracker.order_number import OrderNumber


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
class StoredToken:
    """A token and when it ends (aware, UTC), hidden from repr."""

    value: str
    expires_at: datetime

    def __repr__(self) -> str:
        return "StoredToken(...)"


class TokenShelf(Protocol):
    """Where all workers share the token of a shop, so that one of them fetches it for all. It never raises: a
    shelf that is down holds nothing, and its lock is everybody's, so that each process fetches for itself."""

    def get(self, shop: str) -> StoredToken | None:
        """The token that was put last and has not ended; None where there is none or it can't be read."""
        ...

    def put(self, shop: str, token: str, expires_at: datetime) -> None:
        """Keep a token until it ends."""
        ...

    def lock(self, shop: str) -> AbstractContextManager[bool]:
        """Not waited for: True for one holder at a time, False for the others. It ends by itself after some
        ten seconds, in case its holder died."""
        ...


@dataclass(frozen=True, slots=True)
class Question:
    """Who asks for what. `number` is canonical; neither it nor the claim is ever stored readable.

    `stem` is what all ways to write this number share, so that a guesser gains nothing by writing it anew.
    `network` is the neighbourhood the shopper's address belongs to, for counting guesses.
    """

    shop: str
    number: str
    stem: str
    claim: Claim
    network: str

    def __repr__(self) -> str:
        return f"Question({self.shop})"


@dataclass(frozen=True, slots=True)
class Entry:
    """A kept answer. `answer` is the finished JSON and `order_id` its order, or None for a kept miss;
    `status` is the headline's, None where nothing is delivered. `checked_at` is when the shop was asked."""

    answer: bytes | None
    status: Status | None
    order_id: str | None
    checked_at: datetime

    def __repr__(self) -> str:
        return f"Entry({self.status})"


@dataclass(frozen=True, slots=True)
class Spent:
    """A guess limit that has run out: its name, and in how many seconds there is room again."""

    limit: str
    retry_after: int


class Answers(Protocol):
    """The cache of answers and the counters of guesses. It never raises: without it the look-up goes on."""

    def ask(self, question: Question) -> Entry | Spent | None:
        """One round trip: the kept entry; else None, and a guess is taken; else the limit that is spent."""
        ...

    def generation(self, question: Question, order_id: str) -> int | None:
        """How often this order's entries were dropped so far; None where that cannot be known now."""
        ...

    def keep(
        self, question: Question, entry: Entry, *, generation: int | None, seconds: int, guessed: bool
    ) -> None:
        """Keep a right answer for so long, unless it was dropped since `generation`; give back a guess that
        `ask` took for it (`guessed`)."""
        ...

    def keep_miss(self, question: Question, *, checked_at: datetime, seconds: int) -> None:
        """Keep that there is no such order; the guess stays spent."""
        ...

    def give_back(self, question: Question) -> None:
        """Give a guess back that was never answered."""
        ...

    def leads_refresh(self, question: Question, *, seconds: int) -> bool:
        """True for one caller in so many seconds over all workers: that one refreshes this entry."""
        ...


class KeptLists(Protocol):
    """Finished lists of customers' orders, kept for a short time. It never raises: without it the shop is
    asked each time."""

    def get(self, shop: str, customer_id: str) -> bytes | None:
        """The list that was kept for this customer of this shop, None where there is none."""
        ...

    def keep(self, shop: str, customer_id: str, answer: bytes, *, seconds: int) -> None:
        """Keep a list for so long."""
        ...


class Background(Protocol):
    """Work behind the answer, in bounded number."""

    def submit(self, work: Callable[[], None]) -> bool:
        """Run it soon, or say False where there is no room. What the work raises is logged, never lost."""
        ...


Clock = Callable[[], datetime]
"""Now, aware, in UTC."""
