"""Carriers and aggregators that tell of parcels, and the accounts that merchants have there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from tracker.deadline import Deadline
from tracker.parcel import DEFAULT_DAILY_QUOTA, AskAbout, Parcel, TrackingNews


class TrackingSource(Protocol):
    """One account at an aggregator or a carrier. Each method may raise children of `errors.SourceError`,
    after which nothing is known of what the other side took. A method makes one request where the other side
    takes many parcels at once, else one for each."""

    name: str
    """A word of ours for it: part of keys, logs and counts."""
    batch: int
    """So many parcels are told of in one request at most."""
    pushes: bool
    """Whether it tells by itself what is new, so that it need be asked rarely."""
    ask_about: AskAbout
    """Which parcels its merchant has it asked about."""

    def covers(self, parcel: Parcel) -> bool:
        """Whether it may know something of such a parcel. Pure, and never raises."""
        ...

    def register(self, parcels: Sequence[Parcel], *, deadline: Deadline) -> Sequence[Parcel]:
        """Have these followed from now on; those that are already stay so. Gives the ones that it will never
        follow. No request, and none given, where nothing has to be registered."""
        ...

    def news(self, parcels: Sequence[Parcel], *, deadline: Deadline) -> Mapping[Parcel, TrackingNews]:
        """What it knows of these; one of which it knows nothing yet is not among the answers. What the
        account turns out not to follow any more (it was changed for another) is registered again, where the
        other side tells the difference."""
        ...


@dataclass(frozen=True, slots=True)
class SourceAccount:
    """A merchant's account at a source: the source's name, its key, the secret that its pushes are signed
    with (None where it signs with the key, or does not push), how many parcels may be asked for in a day, and
    which ones."""

    source: str
    key: str = field(repr=False)
    push_secret: str | None = field(default=None, repr=False)
    daily_quota: int = DEFAULT_DAILY_QUOTA
    ask_about: AskAbout = AskAbout.EVERY_PARCEL


@dataclass(frozen=True, slots=True)
class KeptAccount:
    """An account, and since when it is kept (aware, UTC)."""

    account: SourceAccount
    created_at: datetime


class SourceAccounts(Protocol):
    """Merchants' accounts at sources, one at each for a shop. Each method may raise errors.StoreUnavailable,
    after which nothing of it has happened."""

    def of(self, shop: str) -> Sequence[KeptAccount]:
        """Those of a shop, in the order of their sources' names; none of one that took the app away. An
        account whose key opens with neither secret is not among them."""
        ...

    def save(self, shop: str, account: SourceAccount, *, at: datetime) -> bool:
        """This account stands, in place of what was kept of it. False where there is no such shop."""
        ...

    def remove(self, shop: str, source: str) -> bool:
        """Nothing of it is left. False where there was nothing."""
        ...


class KnownAccounts(Protocol):
    """Accounts at sources as they were a moment ago, in this process. It never raises: where nothing can be
    known now, accounts are what they were, or there are none."""

    def known(self, shop: str) -> Sequence[SourceAccount]:
        """Those of a shop as they were at most a minute ago."""
        ...

    def forget(self) -> None:
        """The next question is asked of the store."""
        ...


MakeSource = Callable[[SourceAccount], TrackingSource | None]
"""The source of an account; None for a name that this installation does not offer. It never raises."""


ReadPush = Callable[[bytes, Mapping[str, str], SourceAccount, datetime], Sequence["Pushed"]]
"""What a source told by itself, of a request's body and headers (names in lower case) as of now (aware, UTC).
Raises InvalidSignature where it is not signed with the account's secret, SourceBroken where a signed body
cannot be read."""


@dataclass(frozen=True, slots=True)
class OfferedSources:
    """The sources that this installation offers: their names in the order in which merchants read of them,
    how they are made, and by name how their pushes are read."""

    names: Sequence[str]
    make: MakeSource
    read_push: Mapping[str, ReadPush]


SourcesOf = Callable[[str], Sequence[TrackingSource]]
"""The sources that the merchant of a shop switched on: none by default, and never an error (what cannot be
known now is none, or as it was last known)."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a source told by itself of one number."""

    number: str = field(repr=False)
    news: TrackingNews
