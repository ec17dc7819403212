"""What is due at one account of a merchant: ask the source, keep what it says, and have changed stories read
anew.

No shopper waits for this, and none hears of what goes wrong.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker.deadline import Deadline
from tracker.errors import SourceError, SourceKeyRejected, SourceQuotaSpent, SourceRejected, SourceUnavailable
from tracker.follow_schedule import (
    DAY,
    LASTING,
    NO_ACCOUNT,
    holding_off,
    next_time,
    told_meanwhile,
    turn_after,
)
from tracker.parcel import Parcel, TrackingNews
from tracker.parcel_news import joined_news
from tracker.ports.answers import KeptOrders
from tracker.ports.clock import Clock
from tracker.ports.following import (
    DAILY_QUOTA_REACHED,
    REGISTRATIONS_SPENT,
    Asked,
    DueParcel,
    FollowedParcels,
    FollowObserver,
    Quota,
    Troubles,
)
from tracker.ports.sources import TrackingSource

REQUEST_SECONDS = 15.0
"""So long one request may take, however late it was begun: a source that hangs costs this, and then its
account is held off. Less would blame a source for what another one took."""
PATIENCE_SECONDS = 6.0
"""So long room for a request is waited for; a parcel that would have to wait longer has its turn later."""
SOON = timedelta(seconds=20)
"""After which a parcel has its turn that there was no time for."""


def follow_parcels(
    due: Sequence[DueParcel],
    *,
    source: TrackingSource | None,
    followed: FollowedParcels,
    quota: Quota,
    troubles: Troubles,
    kept: KeptOrders,
    observer: FollowObserver,
    clock: Clock,
    deadline: Deadline,
    pace: float = 1.0,
    goes_on: Callable[[], bool] = lambda: True,
    wait: Callable[[float], object] = time.sleep,
    chance: Callable[[], float] = random.random,
) -> None:
    """Deal with parcels that are due at one account, all of one shop; `source` is None where its merchant has
    none of that name now.

    Each is asked for in batches, registered first where the source does not know it, or put off where there
    is no room for it until `deadline`, after which no batch is begun, where the account is in trouble, or
    `goes_on` says that the worker is to end; and again `pace` times as often as usual. The merchant is told
    of trouble once a day. Raises CacheUnavailable, after which the turns that are not finished are somebody
    else's some time later; what the source raises but SourceErrors passes through.
    """
    if source is None:
        followed.put_off(due, until=clock() + NO_ACCOUNT * (1 + chance()))
        return
    account = _Account(
        due[0].shop, source, followed, quota, troubles, kept, observer, clock, deadline, wait, chance, pace
    )
    waiting = account.to_ask(due)
    while waiting:
        if deadline.expired() or not goes_on():
            followed.put_off(waiting, until=clock() + SOON)
            return
        try:
            finished = account.ask(waiting[: source.batch])
        except _HeldOff as held_off:
            followed.put_off(waiting, until=clock() + turn_after(held_off.pause, spread=chance()))
            return
        waiting = [each for each in waiting if each.ticket not in finished]


class _HeldOff(Exception):
    """This account is to be asked nothing for so long."""

    def __init__(self, pause: timedelta) -> None:
        super().__init__()
        self.pause = pause


@dataclass(frozen=True, slots=True)
class _Account:
    shop: str
    source: TrackingSource
    followed: FollowedParcels
    quota: Quota
    troubles: Troubles
    kept: KeptOrders
    observer: FollowObserver
    clock: Clock
    deadline: Deadline
    wait: Callable[[float], object]
    chance: Callable[[], float]
    pace: float

    def to_ask(self, due: Sequence[DueParcel]) -> list[DueParcel]:
        """Those that the source has to be asked for; the others' turns are finished."""
        waiting = []
        for each in due:
            if each.changed:  # whoever kept that has died since, or was no worker
                self.kept.drop(each.shop, each.order_id, news=each.news)
            meanwhile = told_meanwhile(
                each.news,
                followed_at=each.followed_at,
                now=self.clock(),
                pushes=self._pushes(each),
                pace=self.pace,
            )
            over = self._next_time(each, each.news) is None or not self.source.covers(each.parcel)
            if over or meanwhile is not None:
                self.followed.finish(each, next_at=None if over else meanwhile, registered=_is_known(each))
            else:
                waiting.append(each)
        return waiting

    def ask(self, batch: Sequence[DueParcel]) -> Collection[str]:
        """Have turns of these finished, not all of them where the quota or the source takes no more at once.
        Gives the tickets of those that are. Raises _HeldOff."""
        if put_off := self._not_to_register(batch):
            return put_off
        batch = batch[: self._room_for(len(batch))]
        known: Sequence[DueParcel] = ()
        started = time.monotonic()
        try:
            never = self._register([each for each in batch if not _is_known(each)])
            if never is None:  # their turn to be put off comes with the next batch
                batch, never = [each for each in batch if _is_known(each)], ()
            known = batch
            told = self._news([each.parcel for each in batch if each.parcel not in never])
        except SourceRejected as error:
            self._say(batch, error.code, started)
            if len(batch) > 1:  # one of them is what it does not like
                return self.ask(batch[: len(batch) // 2])
            next_at = self.clock() + DAY
            self.followed.finish(batch[0], next_at=next_at, registered=_is_known(batch[0]), answered=True)
            return {batch[0].ticket}
        except SourceError as error:
            self._say(batch, error.code, started)
            pause = self._trouble(error)
            next_at = self.clock() + turn_after(pause, spread=self.chance())
            for each in known:  # else it would be registered once more
                self.followed.finish(each, next_at=next_at, registered=True)
            raise _HeldOff(pause) from error
        changed = sum([self._finish(each, told.get(each.parcel), never) for each in batch])
        if batch:
            self._say(batch, "ok", started, changed)
        return {each.ticket for each in batch}

    def _room_for(self, parcels: int) -> int:
        """For how many of these a request may be made now. It waits a little. Raises _HeldOff."""
        waited = 0.0
        while (none := self.quota.spend(self.shop, self.source.name, parcels, now=self.clock())) is not None:
            if none.spent and none.left > 0:
                parcels = min(parcels, none.left)
                continue
            if none.spent:
                self._tell(DAILY_QUOTA_REACHED)
                self.observer.asked(Asked(self.shop, self.source.name, 0, 0, "quota_spent", 0.0))
                raise _HeldOff(timedelta(seconds=none.seconds))
            if waited + none.seconds > min(PATIENCE_SECONDS, self.deadline.remaining()):
                self.observer.asked(Asked(self.shop, self.source.name, 0, 0, "held_off", 0.0))
                raise _HeldOff(max(SOON, timedelta(seconds=none.seconds)))
            self.wait(none.seconds)
            waited += none.seconds
        return parcels

    def _not_to_register(self, batch: Sequence[DueParcel]) -> Collection[str]:
        """The tickets of new ones, which are put off while nothing is to be registered."""
        new = [each for each in batch if not _is_known(each)]
        seconds = self.quota.registering_held(self.shop, self.source.name) if new else 0.0
        if seconds <= 0:
            return ()
        self.observer.asked(Asked(self.shop, self.source.name, 0, 0, "held_off", 0.0))
        pause = turn_after(max(SOON, timedelta(seconds=seconds)), spread=self.chance())
        self.followed.put_off(new, until=self.clock() + pause)
        return {each.ticket for each in new}

    def _register(self, new: Sequence[DueParcel]) -> Collection[Parcel] | None:
        """Those that will never be followed there; None where the account takes no more now. That costs the
        ones that it has nothing: some plans count by what is registered alone."""
        if not new:
            return ()
        self._room_for(0)
        started = time.monotonic()
        try:
            never = self.source.register([each.parcel for each in new], deadline=Deadline(REQUEST_SECONDS))
        except SourceQuotaSpent as error:
            self._say(new, error.code, started)
            self._tell(REGISTRATIONS_SPENT)
            self._hold_off(error, registering=True)
            return None
        self.troubles.ended(self.shop, self.source.name, registering=True)
        return set(never)

    def _news(self, parcels: Sequence[Parcel]) -> Mapping[Parcel, TrackingNews]:
        if not parcels:
            return {}
        told = self.source.news(parcels, deadline=Deadline(REQUEST_SECONDS))
        self.troubles.ended(self.shop, self.source.name, registering=False)
        return told

    def _finish(self, due: DueParcel, told: TrackingNews | None, never: Collection[Parcel]) -> bool:
        """Whether the order's story changed."""
        news, changed = due.news, False
        if told is not None:
            news = joined_news(due.news, told)
            changed = self.followed.keep(due, told)
            if changed:
                self.kept.drop(due.shop, due.order_id, news=news)
        next_at = None if due.parcel in never else self._next_time(due, news)
        self.followed.finish(due, next_at=next_at, registered=True, answered=True)
        return changed

    def _next_time(self, due: DueParcel, news: TrackingNews | None) -> datetime | None:
        return next_time(
            news,
            followed_at=due.followed_at,
            now=self.clock(),
            pushes=self._pushes(due),
            spread=self.chance(),
            pace=self.pace,
        )

    def _pushes(self, due: DueParcel) -> bool:
        """Only once it did: a merchant may not have told the source where to."""
        return self.source.pushes and due.pushed

    def _trouble(self, error: SourceError) -> timedelta:
        """What went wrong is told to whom it concerns; for how long the account is held off now."""
        if isinstance(error, SourceKeyRejected | SourceQuotaSpent):
            self._tell(error.code)
        elif self.troubles.failing(self.shop, self.source.name, now=self.clock()) >= LASTING:
            # Nobody has to act, so that no log and no count hears of it.
            self.troubles.tell(self.shop, self.source.name, SourceUnavailable.code)
        return self._hold_off(error)

    def _hold_off(self, error: SourceError, *, registering: bool = False) -> timedelta:
        first, most = holding_off(error, now=self.clock(), pace=self.pace)
        seconds = self.quota.hold_off(
            self.shop,
            self.source.name,
            seconds=first.total_seconds(),
            most=most.total_seconds(),
            registering=registering,
        )
        return timedelta(seconds=seconds)

    def _tell(self, code: str) -> None:
        if self.troubles.tell(self.shop, self.source.name, code):
            self.observer.troubled(self.shop, self.source.name, code)

    def _say(self, batch: Sequence[DueParcel], outcome: str, started: float, changed: int = 0) -> None:
        seconds = time.monotonic() - started
        self.observer.asked(Asked(self.shop, self.source.name, len(batch), changed, outcome, seconds))


def _is_known(due: DueParcel) -> bool:
    """Whether its source knows of it. One that told of it does, though whoever registered it died before that
    was noted."""
    return due.registered or due.news is not None
