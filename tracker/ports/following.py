"""Parcels that are followed at sources: whose turn it is, what is kept, and what stands in the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from tracker.errors import SourceKeyRejected, SourceQuotaSpent, SourceUnavailable
from tracker.parcel import KeptParcel, Parcel, TrackingNews


@dataclass(frozen=True, slots=True)
class DueParcel:
    """A parcel that one source is to be asked for now, by whoever took it. `order_id` is the gid of the
    order it belongs to; `registered` whether the source was told of it; `news` is what that source said last,
    None where it never did; `changed` whether the order's story changed by it since a turn of this parcel
    came to its end; `pushed` whether the source ever told of it by itself; `followed_at` (aware, UTC) since
    when it is followed. `ticket` is the queue's own name of
    this turn."""

    shop: str
    source: str
    parcel: Parcel
    order_id: str = field(repr=False)
    followed_at: datetime
    registered: bool
    news: TrackingNews | None = field(repr=False)
    changed: bool
    pushed: bool
    ticket: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Following:
    """How many turns are planned or under way, one for each parcel and source, and since when the oldest of
    them is overdue (None: none is)."""

    planned: int
    overdue_since: datetime | None


class KeptNews(Protocol):
    """What sources said of parcels that are followed beside the shop, for whoever tells stories. Each method
    but `news` raises CacheUnavailable, after which it may be done again."""

    def follow(
        self, shop: str, order_id: str, parcels: Sequence[Parcel], *, sources: Sequence[str], at: datetime
    ) -> int:
        """Follow these at these sources from now on; those that are followed already stay as they are, and so
        do those whose way came to its end. How many are new, each at each source."""
        ...

    def push(self, shop: str, source: str, number: str, news: TrackingNews) -> str | None:
        """Keep what a source told by itself: what was told before changes nothing, in whatever order it
        comes. The gid of the order whose story changes by it; None where none does, or the shop has no such
        parcel followed there."""
        ...

    def news(self, shop: str, numbers: Sequence[str]) -> Mapping[str, KeptParcel] | None:
        """One round trip (two while a rotation of the secret is on): what is kept of these parcels of a shop,
        by number; one that is not followed is not among them. It never raises: None where that cannot be read
        now, which is not to say that nothing is kept."""
        ...

    def emptied(self, shop: str) -> timedelta | None:
        """For how long it has been known that what was followed for a shop was lost since an account of its
        was saved; None where it was not, as far as anybody can know now. Never raises."""
        ...

    def begin(self, shop: str) -> None:
        """An account of this shop was saved: what is not followed by now never was. Never raises."""
        ...


class FollowedParcels(KeptNews, Protocol):
    """The parcels that are followed beside the shop, and the queue of those that are due, which all workers
    on all hosts share. What a worker took and did not finish is given to another one some time after it
    died. Each method raises CacheUnavailable, after which it may be done again."""

    def take(self, *, holder: str, most: int, now: datetime) -> Sequence[DueParcel]:
        """Parcels that are due, for this holder alone: those that a dead one left behind first."""
        ...

    def keep(self, due: DueParcel, news: TrackingNews) -> bool:
        """Keep what the source said beside what it said before. True where the order's story changed, by this
        or by what was kept before: the order is to be dropped, and the turn finished after that. False where
        the parcel was erased meanwhile."""
        ...

    def finish(
        self, due: DueParcel, *, next_at: datetime | None, registered: bool, answered: bool = False
    ) -> None:
        """The turn is over, and what changed is dealt with; the parcel is due again at `next_at` (None:
        never), the source knows of it or does not, and has `answered` for it now, were it that it knows
        nothing. Where the turn went to somebody else, it is theirs to finish."""
        ...

    def put_off(self, due: Sequence[DueParcel], *, until: datetime) -> None:
        """Nothing was done about these: they are due again then, as they are."""
        ...

    def hasten(self, shop: str, source: str, *, at: datetime) -> None:
        """Have the parcels of this account have their turn `at` (not in the past) that wait for trouble with
        it to end: those that are planned for soon after that."""
        ...

    def leave(self, *, holder: str) -> None:
        """This holder takes nothing more."""
        ...

    def following(self, *, now: datetime) -> Following:
        """How it stands."""
        ...


@dataclass(frozen=True, slots=True)
class NoRoom:
    """A request may not be made now: in how many seconds there may be, and whether that is because the day's
    quota does not suffice for it; then `left` is for how many parcels it would."""

    seconds: float
    spent: bool = False
    left: int = 0


class Quota(Protocol):
    """How much may still be asked of a shop's account, over all workers. It never raises: where nothing can
    be known of it, nothing may be asked."""

    def spend(self, shop: str, source: str, parcels: int, *, now: datetime) -> NoRoom | None:
        """Count a request for so many parcels, 0 for one that asks for none. None where it may be made now;
        else nothing was counted."""
        ...

    def hold_off(
        self, shop: str, source: str, *, seconds: float, most: float, registering: bool = False
    ) -> float:
        """Ask nothing of this account for a while, or with `registering` register nothing there: `seconds`,
        twice as long where it was held off a moment ago, and so on up to `most`. For how many seconds it is
        held off now; who comes while it is changes nothing."""
        ...

    def registering_held(self, shop: str, source: str) -> float:
        """For how many seconds nothing is to be registered with this account; 0 where it may be now."""
        ...

    def resume(self, shop: str, source: str) -> None:
        """The merchant changed the account: it may be asked at once."""
        ...


REGISTRATIONS_SPENT = "source_registrations_spent"
"""The merchant's plan takes no more new parcels; those that it has are told of as before."""


DAILY_QUOTA_REACHED = "daily_quota_reached"
"""So many parcels were asked for today as the merchant chose."""


TROUBLES = (
    SourceKeyRejected.code,
    SourceQuotaSpent.code,
    REGISTRATIONS_SPENT,
    DAILY_QUOTA_REACHED,
    SourceUnavailable.code,
)
"""What a merchant is told of, gravest first."""


class Troubles(Protocol):
    """What a merchant has to be told of their accounts at sources. It never raises."""

    def tell(self, shop: str, source: str, code: str) -> bool:
        """There is trouble of this kind (the code of a SourceError, or one of TROUBLES). True once a day over
        all workers; False where it was told before, or that cannot be known."""
        ...

    def failing(self, shop: str, source: str, *, now: datetime) -> timedelta:
        """The source gave no usable answer. For how long that has been so; zero where it cannot be known."""
        ...

    def ended(self, shop: str, source: str, *, registering: bool) -> None:
        """The source registered parcels, or told of them: what was in the way of that is no more."""
        ...

    def of(self, shop: str, source: str) -> Sequence[str]:
        """The codes that were told of in the last day and have not ended, gravest first."""
        ...

    def settled(self, shop: str, source: str) -> None:
        """The merchant changed the account: what was told of it is forgotten."""
        ...


@dataclass(frozen=True, slots=True)
class Asked:
    """How one request to a source ended: for so many parcels, of which so many changed their order's story;
    `outcome` is `ok`, the code of a SourceError, or why nothing was asked (`held_off`, `quota_spent`)."""

    shop: str
    source: str
    parcels: int
    changed: int
    outcome: str
    seconds: float


class FollowObserver:
    """Told how following goes. Children override what they want to know."""

    def asked(self, asked: Asked) -> None:
        """A source was asked, or was not for want of room."""

    def troubled(self, shop: str, source: str, code: str) -> None:
        """The merchant has to act. Told once a day for each kind of trouble of an account."""

    def stumbled(self, error: Exception, shop: str | None = None, source: str | None = None) -> None:
        """Something could not be done, for a reason that nobody foresaw: what is due at this account, where
        one is named."""

    def counted(self, following: Following) -> None:
        """So it stands with the parcels of all workers."""
