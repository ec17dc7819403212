"""Finished answers that are kept, and what is counted on the way to one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Protocol

from tracker.claim import Claim
from tracker.order import Status, Story
from tracker.parcel import TrackingNews


class KeptOrders(Protocol):
    """What is kept of orders outside of the store of shops. Each method raises errors.CacheUnavailable where
    that cannot be reached now."""

    def drop(self, shop: str, order_id: str, *, news: TrackingNews | None = None) -> int:
        """Drop every answer about this order, and keep none that was read before. How many there were. What
        ShopParcels has of it goes too, but where a source's `news` is the reason: that is noted there."""
        ...

    def know_part(self, shop: str, part: str, order_id: str) -> None:
        """Remember for some days which order this part (a gid) belongs to."""
        ...

    def order_of(self, shop: str, part: str) -> str | None:
        """The order that this part belongs to, None where nobody said so."""
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
    `status` is the headline's, None where nothing is delivered. `checked_at` is when the shop was asked,
    `stalled_days` what its merchant had chosen then, None for a miss."""

    answer: bytes | None
    status: Status | None
    order_id: str | None
    checked_at: datetime
    stalled_days: int | None = None

    def __repr__(self) -> str:
        return f"Entry({self.status})"


DOOR = "door"
"""The name of the limit of look-ups at the door, beside those of the guess limits."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A look-up that is yet to be counted at the door: under which counter (no word of it is readable), how
    many there may be, and in how many seconds from the first of them."""

    counter: str
    most: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Spent:
    """A limit that has run out: its name, and in how many seconds there is room again."""

    limit: str
    retry_after: int

    @property
    def cause(self) -> str:
        """The word for log and count: `door`, or `guesses_` and the guess limit's name."""
        return self.limit if self.limit == DOOR else f"guesses_{self.limit}"


class Awaited(Enum):
    """Somebody else is asking the shop this very question: the answer may be kept in a moment. Or they did
    just now, and waited for it in vain: so would whoever asked next."""

    ANSWER = auto()
    NOTHING = auto()


class Answers(Protocol):
    """The cache of answers and the counters of guesses. It never raises: without it the look-up goes on.

    Whoever is to ask the shop holds a lease on the question until the answer is kept or given up. It belongs
    to the thread that took it, and ends by itself some seconds later, in case its holder died.
    """

    def ask(self, question: Question, *, visit: Visit | None = None) -> Entry | Spent | Awaited | None:
        """The kept entry, in one round trip; else Awaited, where somebody else has the lease; else None, with
        a guess taken and the lease; else the limit that is spent. `visit` is counted first, and beyond its
        limit nothing else is given or taken."""
        ...

    def lead(self, question: Question, *, otherwise: bool) -> Awaited | None:
        """Take the lease on a question whose answer is kept, to ask the shop anew. None for the one who has
        it, over all workers. Where the cache takes no note of it (away, full, a replica), None for everybody
        if `otherwise` is true, else Awaited.ANSWER."""
        ...

    def generation(self, shop: str) -> int | None:
        """The present moment as the cache counts it, to be taken before the shop is asked; None where that
        cannot be known now."""
        ...

    def keep(
        self,
        question: Question,
        entry: Entry,
        *,
        generation: int | None,
        seconds: int,
        guessed: bool,
        parts: Sequence[str] = (),
    ) -> None:
        """Keep a right answer for so long, unless the order was dropped since `generation`; give back a guess
        that `ask` took for it (`guessed`), and the lease. `parts` are the gids by which others may speak of
        the order."""
        ...

    def keep_miss(
        self, question: Question, *, generation: int | None, checked_at: datetime, seconds: int
    ) -> None:
        """Keep that there is no such order, unless an order of the shop was dropped since `generation`: that
        may be this one. Give the lease back; the guess stays spent."""
        ...

    def give_back(self, question: Question, *, guessed: bool, in_vain: bool = False) -> None:
        """Give up: give the lease back, and a guess that was never answered (`guessed`). Where the shop was
        too slow (`in_vain`), whoever waits or comes within a second is told Awaited.NOTHING."""
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


WriteAnswer = Callable[[Story, datetime, int | None], bytes]
"""The finished answer of a story that was read then (aware, UTC), and after how many seconds it is worth
looking again (None: never)."""
