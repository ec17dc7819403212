"""Small stand-ins for what following needs: they hold what they are given and remember what they were
told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from tests.fakes import NOON
from tests.followed import AGGREGATOR, ORDER
from tests.store.shops import ALICE
from tracker.deadline import Deadline
from tracker.errors import CacheUnavailable
from tracker.parcel import AskAbout, KeptParcel, Parcel, TrackingNews
from tracker.parcel_news import joined_news, tells_another_story
from tracker.ports.following import Asked, DueParcel, Following, FollowObserver, NoRoom


def due(number: str = "1", **changes: object) -> DueParcel:
    """A parcel of Alice's shop that the aggregator was told of and said nothing of yet, changed."""
    parcel = DueParcel(
        shop=ALICE,
        source=AGGREGATOR,
        parcel=Parcel(number),
        order_id=ORDER,
        followed_at=NOON,
        registered=True,
        news=None,
        changed=False,
        pushed=False,
        ticket=f"ticket {number}",
    )
    return replace(parcel, **changes)  # type: ignore[arg-type]  # of whatever field


@dataclass
class FakeSource:
    """ports.TrackingSource that says what is in `known`. `errors` are raised by what comes next, one each;
    `never` are refused, `rejects` makes any request with one of these a mistake."""

    name: str = AGGREGATOR
    batch: int = 40
    pushes: bool = False
    ask_about: AskAbout = AskAbout.EVERY_PARCEL
    known: dict[Parcel, TrackingNews] = field(default_factory=dict)
    errors: list[Exception] = field(default_factory=list)
    never: set[Parcel] = field(default_factory=set)
    rejects: Callable[[Sequence[Parcel]], Exception | None] = lambda _parcels: None
    covered: Callable[[Parcel], bool] = lambda _parcel: True
    meanwhile: Callable[[], None] = lambda: None
    registered: list[list[Parcel]] = field(default_factory=list)
    asked: list[list[Parcel]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def covers(self, parcel: Parcel) -> bool:
        """As the test says."""
        return self.covered(parcel)

    def register(self, parcels: Sequence[Parcel], *, deadline: Deadline) -> list[Parcel]:
        """All but `never`."""
        self.registered.append(list(parcels))
        self._fail(parcels)
        return [parcel for parcel in parcels if parcel in self.never]

    def news(self, parcels: Sequence[Parcel], *, deadline: Deadline) -> Mapping[Parcel, TrackingNews]:
        """What is in `known`."""
        self.asked.append(list(parcels))
        self.seconds.append(deadline.remaining())
        self._fail(parcels)
        self.meanwhile()
        return {parcel: self.known[parcel] for parcel in parcels if parcel in self.known}

    def _fail(self, parcels: Sequence[Parcel]) -> None:
        if self.errors:
            raise self.errors.pop(0)
        if (error := self.rejects(parcels)) is not None:
            raise error


@dataclass
class FakeFollowed:
    """What a worker does with its turns. `finished` is by ticket when the parcel is due again and whether it
    is registered, `until` by ticket when one that was put off is; what happened is in `log`, in order. With
    `away` everything that is kept fails."""

    dues: list[list[DueParcel]] = field(default_factory=list)
    kept: dict[str, TrackingNews] = field(default_factory=dict)
    finished: dict[str, tuple[datetime | None, bool]] = field(default_factory=dict)
    until: dict[str, datetime] = field(default_factory=dict)
    answered: set[str] = field(default_factory=set)
    log: list[str] = field(default_factory=list)
    away: bool = False
    left: list[str] = field(default_factory=list)
    takes: int = 0

    def take(self, *, holder: str, most: int, now: datetime) -> list[DueParcel]:
        """The next of the lists that the test put in."""
        self.takes += 1
        if self.away:
            raise CacheUnavailable
        return self.dues.pop(0) if self.dues else []

    def keep(self, due: DueParcel, news: TrackingNews) -> bool:
        """Beside what was kept or came with the turn."""
        if self.away:
            raise CacheUnavailable
        before = self.kept.get(due.ticket, due.news)
        self.kept[due.ticket] = joined_news(before, news)
        self.log.append(f"keep {due.ticket}")
        return tells_another_story(before, self.kept[due.ticket])

    def finish(
        self, due: DueParcel, *, next_at: datetime | None, registered: bool, answered: bool = False
    ) -> None:
        """Once."""
        assert due.ticket not in self.finished
        if answered:
            self.answered.add(due.ticket)
        self.finished[due.ticket] = next_at, registered
        self.log.append(f"finish {due.ticket}")

    def put_off(self, due: Sequence[DueParcel], *, until: datetime) -> None:
        """Those that are finished stay so."""
        self.until |= {each.ticket: until for each in due if each.ticket not in self.finished}

    def hasten(self, shop: str, source: str, *, at: datetime) -> None:
        """No worker does that."""
        raise AssertionError

    def leave(self, *, holder: str) -> None:
        """Remembers who."""
        self.left.append(holder)

    def following(self, *, now: datetime) -> Following:
        """What is still to be taken."""
        return Following(sum(map(len, self.dues)), None)

    def follow(
        self, shop: str, order_id: str, parcels: Sequence[Parcel], *, sources: Sequence[str], at: datetime
    ) -> int:
        """No worker does that."""
        raise AssertionError

    def push(self, shop: str, source: str, number: str, news: TrackingNews) -> str | None:
        """No worker does that."""
        raise AssertionError

    def emptied(self, shop: str) -> timedelta | None:
        """No worker does that."""
        raise AssertionError

    def begin(self, shop: str) -> None:
        """No worker does that."""
        raise AssertionError

    def news(self, shop: str, numbers: Sequence[str]) -> Mapping[str, KeptParcel]:
        """No worker does that."""
        raise AssertionError


@dataclass
class FakeQuota:
    """ports.Quota that has room, but what is in `refusals` is given first. `spent` are the parcels that were
    counted, `held` for how long an account is held off at first and at most, `registering` for how long
    nothing is registered."""

    refusals: list[NoRoom] = field(default_factory=list)
    spent: list[int] = field(default_factory=list)
    held: list[tuple[str, str, float, float]] = field(default_factory=list)
    registering: float = 0.0

    def spend(self, shop: str, source: str, parcels: int, *, now: datetime) -> NoRoom | None:
        """The next refusal, or none."""
        if self.refusals:
            return self.refusals.pop(0)
        self.spent.append(parcels)
        return None

    def hold_off(
        self, shop: str, source: str, *, seconds: float, most: float, registering: bool = False
    ) -> float:
        """As long as it is asked to."""
        if registering:
            self.registering = seconds
            return seconds
        self.held.append((shop, source, seconds, most))
        return seconds

    def registering_held(self, shop: str, source: str) -> float:
        """As long as that was held off."""
        return self.registering

    def resume(self, shop: str, source: str) -> None:
        """No worker does that."""
        raise AssertionError


@dataclass
class FakeTroubles:
    """ports.Troubles in a set. `ends` says of each answer whether it was to registering."""

    told: set[tuple[str, str, str]] = field(default_factory=set)
    since: datetime | None = None
    ends: list[bool] = field(default_factory=list)

    def tell(self, shop: str, source: str, code: str) -> bool:
        """Once."""
        new = (shop, source, code) not in self.told
        self.told.add((shop, source, code))
        return new

    def failing(self, shop: str, source: str, *, now: datetime) -> timedelta:
        """Since the first time."""
        self.since = self.since or now
        return now - self.since

    def ended(self, shop: str, source: str, *, registering: bool) -> None:
        """Remembers which."""
        self.ends.append(registering)

    def of(self, shop: str, source: str) -> list[str]:
        """In any order."""
        return [code for whose, of, code in self.told if (whose, of) == (shop, source)]

    def settled(self, shop: str, source: str) -> None:
        """No worker does that."""
        raise AssertionError


@dataclass
class FakeKept:
    """ports.KeptOrders: `dropped` are the orders; with `log` it tells in order with what else happened."""

    dropped: list[tuple[str, str]] = field(default_factory=list)
    news: list[TrackingNews | None] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    away: bool = False

    def drop(self, shop: str, order_id: str, *, news: TrackingNews | None = None) -> int:
        """Remembers which."""
        if self.away:
            raise CacheUnavailable
        self.dropped.append((shop, order_id))
        self.news.append(news)
        self.log.append("drop")
        return 1

    def know_part(self, shop: str, part: str, order_id: str) -> None:
        """No worker does that."""
        raise AssertionError

    def order_of(self, shop: str, part: str) -> str | None:
        """No worker does that."""
        raise AssertionError


@dataclass
class RememberingObserver(FollowObserver):
    """Remembers what it was told."""

    requests: list[Asked] = field(default_factory=list)
    troubles: list[tuple[str, str, str]] = field(default_factory=list)
    stumbles: list[tuple[str, str | None, str | None]] = field(default_factory=list)
    counts: list[Following] = field(default_factory=list)

    def asked(self, asked: Asked) -> None:
        """See FollowObserver."""
        self.requests.append(asked)

    def troubled(self, shop: str, source: str, code: str) -> None:
        """See FollowObserver."""
        self.troubles.append((shop, source, code))

    def stumbled(self, error: Exception, shop: str | None = None, source: str | None = None) -> None:
        """See FollowObserver."""
        self.stumbles.append((type(error).__name__, shop, source))

    def counted(self, following: Following) -> None:
        """See FollowObserver."""
        self.counts.append(following)

    @property
    def outcomes(self) -> list[str]:
        """How each request ended."""
        return [asked.outcome for asked in self.requests]
