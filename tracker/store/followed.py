"""The parcels that are followed beside the shop, in Redis. Fills `ports.FollowedParcels`.

What is kept of a parcel lies among its shop's keys, and whose turn it is in a queue of all shops (`turns`).
No script can reach both in a Cluster, so a parcel is always written before its turn is: whoever dies in
between leaves a turn that another one takes up, or a parcel that the next `follow` plans.

While a rotation of the secret is on, there are two queues and each is emptied: a parcel that was followed
under the old secret stays there until it is followed anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, cast

from redis.exceptions import ResponseError

from tracker.errors import CacheUnavailable
from tracker.follow_schedule import NO_ACCOUNT
from tracker.parcel import KeptParcel, Parcel, TrackingNews
from tracker.parcel_news import joined_news, tells_another_story
from tracker.ports.following import DueParcel, Following
from tracker.store.followed_record import (
    ANSWERED,
    CHANGED,
    NEWS,
    PARCEL,
    PUSHED,
    SHOP,
    STATE,
    Record,
    State,
    kept_parcel,
    open_news,
    open_record,
    seal_news,
    seal_record,
)
from tracker.store.keys import Keys
from tracker.store.redis import GuardedRedis, RedisUnavailable, demanded
from tracker.store.script import Argument, Script
from tracker.store.sealing import Sealer
from tracker.store.turns import DEAD_SECONDS, Turn, Turns

LIFE_SECONDS = 60 * 86_400
"""So long a parcel is kept after it was followed or there was news of it: its story may be asked for that
long."""
OF_SOURCES = (STATE, CHANGED, PUSHED, NEWS)
"""In the order of _Fields."""
TRIES = 5
"""So often news is joined with what others kept meanwhile."""

WHOLE = b"whole"
"""Also written in a script."""

EMPTIED = Script.load("emptied")
FOLLOW = Script.load("follow")
KEEP_NEWS = Script.load("keep_news")
NOTE_TURN = Script.load("note_turn")
READ_NEWS = Script.load("read_news")


class RedisFollowedParcels:
    """ports.FollowedParcels on Redis. `sealers` are those of the secrets that may be in use, the present one
    first."""

    def __init__(
        self, guard: GuardedRedis, sealers: Sequence[Sealer], *, dead_seconds: float = DEAD_SECONDS
    ) -> None:
        self._guard = guard
        self._every = [Keys(sealer) for sealer in sealers]
        self._queues = [Turns(guard, keys, dead_seconds=dead_seconds) for keys in self._every]

    def follow(
        self, shop: str, order_id: str, parcels: Sequence[Parcel], *, sources: Sequence[str], at: datetime
    ) -> int:
        """See ports.FollowedParcels. A number that two orders share is followed for the first of them, and
        erased with either."""
        keys = self._every[0]
        places = {keys.followed(shop, parcel.number): parcel for parcel in parcels}
        if not places or not sources:
            return 0
        sealed = [
            sealed_field
            for place, parcel in places.items()
            for sealed_field in seal_record(keys.sealer, place, Record(shop, parcel, order_id, at))
        ]
        states = [STATE + source for source in sources]
        arguments: list[Argument] = [LIFE_SECONDS * 1000, len(sources), *states, *sealed]
        told = self._run(FOLLOW, [keys.followed_of(shop, order_id), *places], arguments)
        turns = [_turn(place, source) for place in places for source in sources]
        # Also of those that are not new: somebody may have died before they were planned.
        self._queues[0].plan([turn for turn, known in zip(turns, told, strict=True) if known], at=at)
        return sum(known > 1 for known in told)

    def take(self, *, holder: str, most: int, now: datetime) -> list[DueParcel]:
        """See ports.FollowedParcels."""
        taken: list[DueParcel] = []
        for number, queue in enumerate(self._queues):
            if len(taken) < most:
                turns = queue.take(holder=holder, most=most - len(taken), now=now)
                read = self._read(number, holder, turns)
                taken += read.values()
                # Erased, or their way came to its end before somebody died.
                queue.end([turn for turn in turns if turn.id not in read], holder=holder, next_at=None)
        return taken

    def keep(self, due: DueParcel, news: TrackingNews) -> bool:
        """See ports.FollowedParcels."""
        keys = self._every[_Ticket.read(due.ticket).queue]
        _, changed = self._join(keys, due.shop, due.source, due.parcel.number, news)
        return changed

    def finish(
        self, due: DueParcel, *, next_at: datetime | None, registered: bool, answered: bool = False
    ) -> None:
        """See ports.FollowedParcels."""
        ticket = _Ticket.read(due.ticket)
        place = self._every[ticket.queue].followed(due.shop, due.parcel.number)
        state = State.OVER if next_at is None else State.REGISTERED if registered else State.NEW
        noted = ANSWERED + due.source if answered else ""
        there = self._run(NOTE_TURN, [place], [STATE + due.source, state, CHANGED + due.source, noted])
        turn = Turn(ticket.id, _turn(place, due.source))
        self._queues[ticket.queue].end([turn], holder=ticket.holder, next_at=next_at if there else None)

    def put_off(self, due: Sequence[DueParcel], *, until: datetime) -> None:
        """See ports.FollowedParcels."""
        turns: dict[tuple[int, str], list[Turn]] = {}
        for each in due:
            ticket = _Ticket.read(each.ticket)
            place = self._every[ticket.queue].followed(each.shop, each.parcel.number)
            turn = Turn(ticket.id, _turn(place, each.source))
            turns.setdefault((ticket.queue, ticket.holder), []).append(turn)
        for (queue, holder), theirs in turns.items():
            self._queues[queue].end(theirs, holder=holder, next_at=until)

    def hasten(self, shop: str, source: str, *, at: datetime) -> None:
        """See ports.FollowedParcels."""
        for keys, queue in zip(self._every, self._queues, strict=True):
            # A key of a shop begins as all of them do; a number that is none stands for any.
            begins = keys.followed(shop, "").rpartition(":")[0] + ":"
            queue.hasten(begins=begins, ends=f" {source}", at=at, until=at + 2 * NO_ACCOUNT)

    def leave(self, *, holder: str) -> None:
        """See ports.FollowedParcels."""
        for queue in self._queues:
            queue.leave(holder=holder)

    def push(self, shop: str, source: str, number: str, news: TrackingNews) -> str | None:
        """See ports.FollowedParcels. Until the next turn of the parcel, a copy gives the order again: whoever
        got the first one may have died before the order was dropped."""
        for keys in self._every:
            order_id, changed = self._join(keys, shop, source, number, news, pushed=PUSHED + source)
            if order_id is not None:
                return order_id if changed else None
        return None

    def news(self, shop: str, numbers: Sequence[str]) -> Mapping[str, KeptParcel] | None:
        """See ports.FollowedParcels."""
        told: dict[str, KeptParcel] = {}
        try:
            for keys in self._every:
                if missing := [number for number in dict.fromkeys(numbers) if number not in told]:
                    told |= self._news(keys, shop, missing)
        except RedisUnavailable:
            return None
        return told

    def emptied(self, shop: str) -> timedelta | None:
        """See ports.FollowedParcels."""
        note = self._every[0].followed_whole(shop)
        try:
            milliseconds = int(self._guard.run_script(EMPTIED, [note], [LIFE_SECONDS * 1000]))
        except RedisUnavailable:
            return None
        return None if milliseconds < 0 else timedelta(milliseconds=milliseconds)

    def begin(self, shop: str) -> None:
        """See ports.FollowedParcels."""
        note = self._every[0].followed_whole(shop)
        with suppress(RedisUnavailable):
            self._guard.run(lambda client: client.set(note, WHOLE, ex=LIFE_SECONDS))

    def following(self, *, now: datetime) -> Following:
        """See ports.FollowedParcels."""
        counts = [queue.count() for queue in self._queues]
        overdue = [first for _, first in counts if first is not None and first < now]
        return Following(sum(planned for planned, _ in counts), min(overdue, default=None))

    def _read(self, number: int, holder: str, turns: Sequence[Turn]) -> dict[str, DueParcel]:
        """By id of the turn; those that nothing is to be done about are left out."""
        sealer = self._every[number].sealer
        places = [_parted(turn) for turn in turns]
        due: dict[str, DueParcel] = {}
        for turn, (place, source), kept in zip(turns, places, self._fields(places), strict=True):
            record = open_record(sealer, place, kept.shop, kept.parcel)
            if record is None or kept.state in (None, State.OVER) or self._followed_anew(number, record):
                continue
            due[turn.id] = DueParcel(
                record.shop,
                source,
                record.parcel,
                record.order_id,
                record.followed_at,
                kept.state == State.REGISTERED,
                open_news(sealer, record.shop, place, source, kept.news),
                kept.changed is not None,
                kept.pushed is not None,
                _Ticket(number, turn.id, holder).written(),
            )
        return due

    def _fields(self, places: Sequence[tuple[str, str]]) -> list[_Fields]:
        """One round trip."""

        def read(client: Any) -> list[list[bytes | None]]:
            pipeline = client.pipeline(transaction=False)
            for place, source in places:
                pipeline.hmget(place, [SHOP, PARCEL, *(each + source for each in OF_SOURCES)])
            told = pipeline.execute(raise_on_error=False)
            return [_nothing_of_another_type(each) for each in told]

        if not places:
            return []
        with demanded():
            return [_Fields(*told) for told in self._guard.run(read)]

    def _followed_anew(self, number: int, record: Record) -> bool:
        """Whether it is followed under the present secret meanwhile, so that its turns under this one end."""
        if number == 0:
            return False
        place = self._every[0].followed(record.shop, record.parcel.number)
        with demanded():
            return bool(self._guard.run(lambda client: client.exists(place)))

    def _join(
        self, keys: Keys, shop: str, source: str, number: str, news: TrackingNews, *, pushed: str = ""
    ) -> tuple[str | None, bool]:
        """The order of the parcel, and whether its story changed and nobody dealt with that yet; no order
        where there is no such parcel at that source."""
        place, sealer = keys.followed(shop, number), keys.sealer
        for _ in range(TRIES):
            (kept,) = self._fields([(place, source)])
            record = open_record(sealer, place, kept.shop, kept.parcel)
            if record is None or kept.state is None:
                return None, False
            before = open_news(sealer, shop, place, source, kept.news)
            joined = joined_news(before, news)
            arguments: list[Argument] = [
                NEWS + source,
                kept.news or b"",
                seal_news(sealer, shop, place, source, joined),
                CHANGED + source,
                int(tells_another_story(before, joined)),
                LIFE_SECONDS * 1000,
                pushed,
            ]
            told = self._run(KEEP_NEWS, [place, keys.followed_of(shop, record.order_id)], arguments)
            if told:
                return (None, False) if told < 0 else (record.order_id, told > 1)
        raise CacheUnavailable

    def _news(self, keys: Keys, shop: str, numbers: Sequence[str]) -> dict[str, KeptParcel]:
        places = [keys.followed(shop, number) for number in numbers]
        read = self._guard.run_script(READ_NEWS, places, [])
        told: dict[str, KeptParcel] = {}
        for number, place, words in zip(numbers, places, read, strict=True):
            fields = dict(zip(words[::2], words[1::2], strict=True))
            if (kept := kept_parcel(keys.sealer, shop, place, fields)) is not None:
                told[number] = kept
        return told

    def _run(self, script: Script, keys: Sequence[str], arguments: Sequence[Argument]) -> Any:
        with demanded():
            return self._guard.run_script(script, keys, arguments)


@dataclass(frozen=True, slots=True)
class _Fields:
    """What is kept of a parcel at one source."""

    shop: bytes | None
    parcel: bytes | None
    state: bytes | None
    changed: bytes | None
    pushed: bytes | None
    news: bytes | None


@dataclass(frozen=True, slots=True)
class _Ticket:
    """What a due parcel's ticket says: the number of its queue, the turn, and whose it is."""

    queue: int
    id: str
    holder: str

    @classmethod
    def read(cls, ticket: str) -> _Ticket:
        queue, id_, holder = ticket.split(" ", 2)
        return cls(int(queue), id_, holder)

    def written(self) -> str:
        return f"{self.queue} {self.id} {self.holder}"


def _nothing_of_another_type(told: Any) -> list[bytes | None]:
    """What lies there and is no record counts as absent: one of them must not keep all others from their
    turns."""
    if isinstance(told, ResponseError) and str(told).startswith("WRONGTYPE"):
        return [None] * len(fields(_Fields))
    if isinstance(told, Exception):
        raise told
    return cast(list[bytes | None], told)


def _turn(place: str, source: str) -> str:
    return f"{place} {source}"


def _parted(turn: Turn) -> tuple[str, str]:
    place, _, source = turn.name.partition(" ")
    return place, source
