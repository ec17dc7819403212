"""Small stand-ins for the ports of what is followed beside the shop, which remember what they were told."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tracker.deadline import Deadline
from tracker.errors import CacheUnavailable, InvalidSignature, SourceBroken, StoreUnavailable
from tracker.order import Reading, Source, Status, Tracking, TrackingEvent
from tracker.parcel import AskAbout, KeptParcel, Parcel, TrackingNews
from tracker.ports.sources import KeptAccount, OfferedSources, Pushed, SourceAccount, TrackingSource
from tracker.shop_sources import ShopSources


@dataclass
class FakeSource:
    """ports.TrackingSource that covers the carriers it is given (None: all). It is never to be asked here."""

    name: str = "aftership"
    carriers: frozenset[str | None] | None = None
    batch: int = 40
    pushes: bool = True
    ask_about: AskAbout = AskAbout.EVERY_PARCEL
    asked: int = 0

    def covers(self, parcel: Parcel) -> bool:
        """Whether its carrier is one of them."""
        return self.carriers is None or parcel.carrier in self.carriers

    def register(self, parcels: Sequence[Parcel], *, deadline: Deadline) -> Sequence[Parcel]:
        """Noted."""
        self.asked += 1
        return ()

    def news(self, parcels: Sequence[Parcel], *, deadline: Deadline) -> Mapping[Parcel, TrackingNews]:
        """Noted."""
        self.asked += 1
        return {}


@dataclass
class FakeFollowed:
    """ports.KeptNews in dicts: `told` is what `news` gives by shop and number, `orders` what `push`
    gives by shop, source and number. Of every other number sources answered that they know nothing, but of
    those in `unanswered` they have not answered since then, and those that are `lost` are not followed, where
    `lost_for` says for how long that has been so. With `away` it is as without Redis."""

    told: dict[tuple[str, str], list[TrackingNews]] = field(default_factory=dict)
    orders: dict[tuple[str, str, str], str] = field(default_factory=dict)
    followed: list[tuple[str, str, tuple[str, ...], tuple[Parcel, ...]]] = field(default_factory=list)
    asked: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    pushed: list[tuple[str, str, str]] = field(default_factory=list)
    unanswered: dict[str, datetime] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    lost_for: timedelta | None = None
    away: bool = False

    def follow(
        self, shop: str, order_id: str, parcels: Sequence[Parcel], *, sources: Sequence[str], at: datetime
    ) -> int:
        """Noted; each counts as new."""
        self._be_there()
        self.followed.append((shop, order_id, tuple(sources), tuple(parcels)))
        return len(parcels)

    def push(self, shop: str, source: str, number: str, news: TrackingNews) -> str | None:
        """Noted; the order that the test put in `orders`."""
        self._be_there()
        self.pushed.append((shop, source, number))
        return self.orders.get((shop, source, number))

    def news(self, shop: str, numbers: Sequence[str]) -> Mapping[str, KeptParcel] | None:
        """What the test put in `told`."""
        self.asked.append((shop, tuple(numbers)))
        if self.away:
            return None
        return {
            number: KeptParcel(tuple(self.told.get((shop, number), ())), self.unanswered.get(number))
            for number in numbers
            if number not in self.lost
        }

    def emptied(self, shop: str) -> timedelta | None:
        """As the test put in `lost_for`."""
        return self.lost_for

    def begin(self, shop: str) -> None:
        """Nothing here was lost."""

    def _be_there(self) -> None:
        if self.away:
            raise CacheUnavailable


@dataclass
class FakeSources:
    """ports.SourcesOf: what the test put in `of`, by shop. `asked` counts."""

    of: dict[str, list[FakeSource]] = field(default_factory=dict)
    asked: int = 0

    def __call__(self, shop: str) -> Sequence[TrackingSource]:
        """Those of this shop."""
        self.asked += 1
        return self.of.get(shop, ())


def shop_sources(sources: FakeSources, followed: FakeFollowed) -> ShopSources:
    """Followed there; a carrier's key is its name in small letters."""
    return ShopSources(sources, followed, _in_small_letters)


def _in_small_letters(tracking: Tracking) -> str | None:
    return None if tracking.carrier is None else tracking.carrier.lower()


SIGNATURE = "x-pushed-signature"


def sign_push(body: bytes, secret: str) -> str:
    """As the pretend AfterShip of these tests does."""
    return hmac.new(secret.encode(), body, "sha256").hexdigest()


def read_push(
    body: bytes, headers: Mapping[str, str], account: SourceAccount, now: datetime
) -> Sequence[Pushed]:
    """ports.ReadPush of a body that is a list of numbers, each of which was delivered just now."""
    if not hmac.compare_digest(headers.get(SIGNATURE, ""), sign_push(body, account.push_secret or "")):
        raise InvalidSignature("signature_mismatch")
    try:
        numbers = json.loads(body)
    except ValueError:
        raise SourceBroken from None
    delivered = TrackingEvent(Reading(Status.DELIVERED), now, Source.AGGREGATOR)
    return [Pushed(number, TrackingNews(now, (delivered,))) for number in numbers]


OFFERED = OfferedSources(
    ("aftership", "dhl"), lambda account: FakeSource(account.source), {"aftership": read_push}
)
"""Two sources, of which one pushes."""


@dataclass
class FakeAccounts:
    """ports.SourceAccounts in a dict, for the shops in `shops`. `away` is a store that gives no answer."""

    shops: set[str] = field(default_factory=set)
    kept: dict[tuple[str, str], KeptAccount] = field(default_factory=dict)
    away: bool = False

    def of(self, shop: str) -> Sequence[KeptAccount]:
        """Those of this shop."""
        self._be_there()
        return [kept for (owner, _), kept in sorted(self.kept.items(), key=str) if owner == shop]

    def save(self, shop: str, account: SourceAccount, *, at: datetime) -> bool:
        """In place of what was there; its trouble is over."""
        self._be_there()
        if shop not in self.shops:
            return False
        before = self.kept.get((shop, account.source))
        self.kept[shop, account.source] = KeptAccount(account, at if before is None else before.created_at)
        return True

    def remove(self, shop: str, source: str) -> bool:
        """Forgotten."""
        self._be_there()
        return self.kept.pop((shop, source), None) is not None

    def _be_there(self) -> None:
        if self.away:
            raise StoreUnavailable("away")
