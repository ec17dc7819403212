"""Small stand-ins for the ports, for tests of the verbs: they hold what they are given and remember what they
were told. None of them stands in for Redis itself, which tests have for real (see conftest.py)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tracker.claim import Claim
from tracker.deadline import Deadline
from tracker.errors import UpstreamError
from tracker.learned_window import Route, Taken
from tracker.order import Order, Story
from tracker.order_number import OrderNumber
from tracker.parcel_note import ParcelNote
from tracker.ports.answers import DOOR, Awaited, Entry, Question, Spent, Visit
from tracker.ports.orders import Found, FoundOrder, Urgency
from tracker.timeline import tell

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
SCOPES = frozenset({"read_orders", "read_all_orders"})


class SettableClock:
    """ports.Clock that stands still until it is moved."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class SettableMonotonic:
    """A monotonic clock in seconds that stands still until it is moved."""

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class FakeOrders:
    """ports.Orders over lists. `find` and `recent` give every order of the shop, as fuzzy as can be.
    `find_error` and `read_error` are raised where they are set; `meanwhile` happens during each read."""

    found: dict[str, list[FoundOrder]] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    find_error: UpstreamError | None = None
    read_error: UpstreamError | None = None
    meanwhile: Callable[[], None] = lambda: None
    calls: list[str] = field(default_factory=list)
    deadlines: list[Deadline] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    scopes: list[frozenset[str]] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)

    def add(self, shop: str, hit: FoundOrder, order: Order) -> None:
        """An order that this shop has."""
        self.found.setdefault(shop, []).append(hit)
        self.orders[hit.id] = order

    def find(self, shop: str, number: OrderNumber, claim: Claim, *, deadline: Deadline) -> Found:
        """Everything the shop has."""
        self.calls.append("find")
        self.claims.append(claim)
        self.asked.append((shop, number.canonical))
        self.deadlines.append(deadline)
        if self.find_error is not None:
            raise self.find_error
        return Found(tuple(self.found.get(shop, ())), SCOPES)

    def recent(self, shop: str, customer_id: str, *, deadline: Deadline) -> list[FoundOrder]:
        """Everything the shop has."""
        self.calls.append("recent")
        self.asked.append((shop, customer_id))
        self.deadlines.append(deadline)
        if self.find_error is not None:
            raise self.find_error
        return list(self.found.get(shop, ()))

    def read(self, shop: str, order_id: str, *, scopes: frozenset[str], deadline: Deadline) -> Order | None:
        """The order of this id, None where it was taken out of `orders`."""
        self.calls.append("read")
        self.asked.append((shop, order_id))
        self.deadlines.append(deadline)
        self.scopes.append(scopes)
        if self.read_error is not None:
            raise self.read_error
        self.meanwhile()
        return self.orders.get(order_id)


@dataclass
class FakeNewest:
    """ports.NewestOrders with the same for every shop; `error` is raised where it is set."""

    orders: list[FoundOrder] = field(default_factory=list)
    error: UpstreamError | None = None

    def newest(self, shop: str, *, deadline: Deadline) -> Found:
        """What the test put in."""
        if self.error is not None:
            raise self.error
        return Found(self.orders, frozenset())


@dataclass
class FakeAnswers:
    """ports.Answers in a dict. A guess taken is `guesses` plus one; `spent` is what every new question is
    told once it is set, `awaited` so often that somebody else is asking; `leading` says who may refresh, and
    `away` that the moment cannot be known. `calls` are the names of the methods in the order in which they
    were used."""

    entries: dict[tuple[str, str, Claim], Entry] = field(default_factory=dict)
    dropped: dict[tuple[str, str], int] = field(default_factory=dict)
    moment: int = 0
    away: bool = False
    lives: list[int] = field(default_factory=list)
    parts: list[tuple[str, ...]] = field(default_factory=list)
    guesses: int = 0
    visits: list[Visit | None] = field(default_factory=list)
    spent: Spent | None = None
    awaited: int = 0
    leading: bool | None = True
    in_vain: bool = False
    calls: list[str] = field(default_factory=list)

    def ask(self, question: Question, *, visit: Visit | None = None) -> Entry | Spent | Awaited | None:
        """What is kept under shop, number and claim; else a guess is taken."""
        self.calls.append("ask")
        self.visits.append(visit)
        if self.spent is not None and self.spent.limit == DOOR:
            return self.spent
        if (entry := self.entries.get(_key(question))) is not None:
            return entry
        if self.in_vain:
            return Awaited.NOTHING
        if self.awaited:
            self.awaited -= 1
            return Awaited.ANSWER
        if self.spent is not None:
            return self.spent
        self.guesses += 1
        return None

    def lead(self, question: Question, *, otherwise: bool) -> Awaited | None:
        """As the test put in `leading`, where None means that no note can be taken, and in `in_vain`."""
        self.calls.append("lead")
        if self.in_vain:
            return Awaited.NOTHING
        leads = otherwise if self.leading is None else self.leading
        return None if leads else Awaited.ANSWER

    def generation(self, shop: str) -> int | None:
        """Later each time."""
        self.calls.append("generation")
        self.moment += 1
        return None if self.away else self.moment

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
        """Keep, unless the order was dropped since."""
        self.calls.append("keep")
        self.parts.append(tuple(parts))
        self.guesses -= guessed
        assert entry.order_id is not None
        if generation is not None and generation > self.dropped.get((question.shop, entry.order_id), 0):
            self.entries[_key(question)] = entry
            self.lives.append(seconds)

    def keep_miss(
        self, question: Question, *, generation: int | None, checked_at: datetime, seconds: int
    ) -> None:
        """Keep the miss, unless an order of the shop was dropped since; the guess stays taken."""
        self.calls.append("keep_miss")
        changed = max(
            (moment for (shop, _), moment in self.dropped.items() if shop == question.shop), default=0
        )
        if generation is not None and generation > changed:
            self.entries[_key(question)] = Entry(None, None, None, checked_at)
            self.lives.append(seconds)

    def give_back(self, question: Question, *, guessed: bool, in_vain: bool = False) -> None:
        """One guess less."""
        self.calls.append("give_back")
        self.in_vain = in_vain
        self.guesses -= guessed

    def drop(self, shop: str, order_id: str) -> None:
        """As a webhook does: forget the order's entries and the shop's misses, and note when."""
        self.moment += 1
        self.dropped[shop, order_id] = self.moment
        self.entries = {
            key: kept
            for key, kept in self.entries.items()
            if kept.order_id != order_id and not (key[0] == shop and kept.answer is None)
        }


def _key(question: Question) -> tuple[str, str, Claim]:
    return question.shop, question.number, question.claim


@dataclass
class FakeBudget:
    """ports.Budget that has room, but for the kinds of question in `waits`; `asked` are those that came."""

    waits: dict[Urgency, float] = field(default_factory=dict)
    asked: list[Urgency] = field(default_factory=list)

    def wait(self, question: Question, urgency: Urgency) -> float:
        """What the test put in `waits`."""
        self.asked.append(urgency)
        return self.waits.get(urgency, 0.0)

    def wait_behind(self, shop: str) -> float:
        """The same for what comes behind."""
        self.asked.append(Urgency.BEHIND)
        return self.waits.get(Urgency.BEHIND, 0.0)


@dataclass
class FakeLists:
    """ports.KeptLists in a dict; `lives` are the seconds for which each was to be kept."""

    kept: dict[tuple[str, str], bytes] = field(default_factory=dict)
    lives: list[int] = field(default_factory=list)

    def get(self, shop: str, customer_id: str) -> bytes | None:
        """What was kept, however long ago."""
        return self.kept.get((shop, customer_id))

    def keep(self, shop: str, customer_id: str, answer: bytes, *, seconds: int) -> None:
        """Keep it for good."""
        self.kept[shop, customer_id] = answer
        self.lives.append(seconds)


@dataclass
class InlineBackground:
    """ports.Background that runs work at once, in the caller's own thread, so that a test need not wait.
    With `full` it refuses. `submitted` counts."""

    full: bool = False
    submitted: int = 0

    def submit(self, work: Callable[[], None]) -> bool:
        """Run it now; what it raises is the test's to see."""
        self.submitted += 1
        if self.full:
            return False
        work()
        return True


def told_alone(shop: str, order: Order, *, now: datetime, stalled_days: int, generation: int | None) -> Story:
    """ports.TellStory of an order by itself."""
    return tell(order, now=now, stalled_days=stalled_days)


@dataclass
class FakeDeliveryTimes:
    """ports.DeliveryTimes in dicts. `weights` are what is known of each route; `counted` what was told, by
    parcel."""

    weights: dict[Route, dict[int, float]] = field(default_factory=dict)
    counted: dict[tuple[str, str], Sequence[Taken]] = field(default_factory=dict)
    asked: list[tuple[str, Sequence[Route]]] = field(default_factory=list)

    def count(self, shop: str, parcel: str, took: Sequence[Taken], *, at: datetime) -> None:
        """Once for each parcel."""
        self.counted.setdefault((shop, parcel), took)

    def of(self, shop: str, routes: Sequence[Route], *, now: datetime) -> dict[Route, dict[int, float]]:
        """What the test put in."""
        self.asked.append((shop, routes))
        return {route: self.weights[route] for route in routes if route in self.weights}


@dataclass
class FakeShopParcels:
    """ports.ShopParcels in a dict, by shop and order."""

    kept: dict[tuple[str, str], Sequence[ParcelNote]] = field(default_factory=dict)

    def keep(
        self, shop: str, order_id: str, parcels: Sequence[ParcelNote], *, generation: int, at: datetime
    ) -> None:
        """In place of what was kept."""
        self.kept[shop, order_id] = parcels

    def of(self, shop: str) -> list[ParcelNote]:
        """All of the shop."""
        return [note for (whose, _), notes in self.kept.items() if whose == shop for note in notes]
