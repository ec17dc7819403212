"""The cache of finished answers, with what is counted on the way to one, in Redis, without which the look-up
goes on.

Keys are keyed hashes (`keys`) and values are sealed: who reads the whole of Redis learns no shop, order or
e-mail.
"""

from __future__ import annotations

import math
import secrets
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from limits import RateLimitItem
from limits.storage import MemoryStorage

from tracker.ports.answers import DOOR, Awaited, Entry, Question, Spent, Visit
from tracker.store.door import PREFIX
from tracker.store.entries import open_entry, seal_entry
from tracker.store.keys import LEASE, Keys
from tracker.store.redis import GuardedRedis, RedisUnavailable
from tracker.store.script import Argument, Script
from tracker.store.sealing import Sealer

PART = "part"
LEASE_MILLISECONDS = 2000
"""So long one look-up leads. Twice a slow read of the shop; and where the leader died, those who wait still
have time to ask the shop themselves."""
READ_SECONDS = 60
"""Longer than a read that is under way may take, by far: until then it is known that it comes too late."""
IN_VAIN_MILLISECONDS = 1000
"""So long nobody asks what somebody has just waited for in vain. All who wait look again sooner than that."""
TRIES = 3
"""So often something that is not ours is cleared away before the key is left to whoever writes there."""


ASK = Script.load("ask")
IN_VAIN = -2
"""What ASK gives in place of the number of a spent counter. Any other below none is somebody else's lease."""
KEEP = Script.load("keep", repeatable=False)  # it gives a guess back
KEEP_MISS = Script.load("keep_miss")
GIVE_BACK = Script.load("give_back", repeatable=False)
LEAD = Script.load("lead", repeatable=False)  # done twice, it finds its own lease
BEGIN = Script.load("begin")


class _Holder(threading.local):
    """Who holds a lease: a thread, which does one thing at a time."""

    def __init__(self) -> None:
        self.token = secrets.token_bytes(8)


class RedisAnswers:
    """ports.Answers on Redis. `guess_limits` is by name (email, number_network, number, shop), empty where
    limits are switched off. `memory` is where this process counts while Redis is away: the door's, so that a
    visit counts in the same place however it ends."""

    def __init__(
        self,
        guard: GuardedRedis,
        sealer: Sealer,
        *,
        guess_limits: Mapping[str, RateLimitItem],
        memory: MemoryStorage | None = None,
    ) -> None:
        self._guard = guard
        self._sealer = sealer
        self._keys = Keys(sealer)
        self._limits = dict(guess_limits)
        self._arguments = [
            number for limit in self._limits.values() for number in (limit.amount, limit.get_expiry() * 1000)
        ]
        self._memory = MemoryStorage() if memory is None else memory
        self._holder = _Holder()

    def ask(self, question: Question, *, visit: Visit | None = None) -> Entry | Spent | Awaited | None:
        """See ports.Answers. What lies under the key and is not ours is deleted and counts as absent."""
        key = self._keys.entry(question)
        try:
            if visit is not None:
                sealed, refused = self._visit(key, visit)
                visit = None
                if refused is not None:
                    return refused
                entry = None if sealed is None else open_entry(self._sealer, question.shop, key, sealed)
                if entry is not None:
                    return entry
            return self._take(question, key)
        except RedisUnavailable:
            if visit is not None and (refused := self._visit_memory(visit)) is not None:
                return refused
            return self._guess_memory(self._counter_keys(question))

    def lead(self, question: Question, *, otherwise: bool) -> Awaited | None:
        """See ports.Answers."""
        lease = self._keys.entry(question) + LEASE
        try:
            told = self._guard.run_script(LEAD, [lease], [self._holder.token, LEASE_MILLISECONDS])
        except RedisUnavailable:
            return None if otherwise else Awaited.ANSWER
        return None if told > 0 else Awaited.NOTHING if told else Awaited.ANSWER

    def generation(self, shop: str) -> int | None:
        """See ports.Answers. The clock is Redis' own: those of two workers may differ."""
        try:
            known_since = self._keys.known_since(shop)
            return int(self._guard.run_script(BEGIN, [known_since], [READ_SECONDS * 1000]))
        except RedisUnavailable:
            return None

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
        """See ports.Answers."""
        if entry.order_id is None or generation is None:
            self.give_back(question, guessed=guessed)
            return
        shop, key = question.shop, self._keys.entry(question)
        person = self._keys.person(shop, question.claim)
        places = [self._keys.part(shop, part) for part in parts]
        counters = self._counter_keys(question) if guessed else []
        known_since, order = self._keys.known_since(shop), self._keys.order(shop, entry.order_id)
        keys = [key, key + LEASE, known_since, order, person, *places, *counters]
        sealed = [seal_order(self._sealer, shop, place, entry.order_id) for place in places]
        answer = seal_entry(self._sealer, question.shop, key, entry)
        times = (seconds * 1000, generation)
        arguments: list[Argument] = [self._holder.token, answer, *times, len(places), *sealed]
        try:
            self._guard.run_script(KEEP, keys, arguments)
        except RedisUnavailable:
            self._give_back_memory(counters)

    def keep_miss(
        self, question: Question, *, generation: int | None, checked_at: datetime, seconds: int
    ) -> None:
        """See ports.Answers."""
        if generation is None:
            self.give_back(question, guessed=False)
            return
        shop, key = question.shop, self._keys.entry(question)
        sealed = seal_entry(self._sealer, question.shop, key, Entry(None, None, None, checked_at))
        keys = [
            key,
            key + LEASE,
            self._keys.known_since(shop),
            self._keys.misses(shop, question.claim),
            self._keys.misses_of_shop(shop),
            self._keys.changed(shop),
        ]
        with suppress(RedisUnavailable):
            self._guard.run_script(KEEP_MISS, keys, [self._holder.token, sealed, seconds * 1000, generation])

    def give_back(self, question: Question, *, guessed: bool, in_vain: bool = False) -> None:
        """See ports.Answers."""
        counters = self._counter_keys(question) if guessed else []
        lease = self._keys.entry(question) + LEASE
        try:
            left = IN_VAIN_MILLISECONDS if in_vain else 0
            self._guard.run_script(GIVE_BACK, [lease, *counters], [self._holder.token, left])
        except RedisUnavailable:
            self._give_back_memory(counters)

    def _visit(self, key: str, visit: Visit) -> tuple[bytes | None, Spent | None]:
        """What is kept under `key`, and whether the door's limit is spent with this visit. The counter is the
        limits library's own, and so is its window, which begins with the first visit."""
        counter = f"{PREFIX}:{visit.counter}"
        begun, counted, sealed = self._guard.run_together(
            ("SET", counter, 0, "EX", visit.seconds, "NX"), ("INCR", counter), ("GET", key)
        )
        if counted is None:
            # Not ours lies there; or Redis takes no writes (full, a replica), and still has answers to give.
            with suppress(RedisUnavailable):
                self._guard.run(lambda client: client.delete(counter))
            return sealed, self._visit_memory(visit)
        if counted == 1 and not begun:  # the window before ended between the two
            self._guard.run(lambda client: client.expire(counter, visit.seconds))
        if counted <= visit.most:
            return sealed, None
        milliseconds = self._guard.run(lambda client: client.pttl(counter))
        if milliseconds > 0:
            return None, Spent(DOOR, math.ceil(milliseconds / 1000))
        self._guard.run(lambda client: client.delete(counter))  # without an end, so not ours
        return sealed, None

    def _take(self, question: Question, key: str) -> Entry | Spent | Awaited | None:
        """What is kept by now; else the lease and a guess, or why there is none."""
        names, counters = [*self._limits], self._counter_keys(question)
        keys = [key, key + LEASE, *counters]
        arguments: list[Argument] = [self._holder.token, LEASE_MILLISECONDS, *self._arguments]
        for _ in range(TRIES):
            sealed, spent, milliseconds = self._guard.run_script(ASK, keys, arguments)
            if spent > 0:
                return Spent(names[spent - 1], max(1, math.ceil(milliseconds / 1000)))
            if spent:
                return Awaited.NOTHING if spent == IN_VAIN else Awaited.ANSWER
            if sealed is None:
                return None
            if (entry := open_entry(self._sealer, question.shop, key, sealed)) is not None:
                return entry
            self._guard.run(lambda client: client.delete(key))
        return self._guess_memory(counters)

    def _visit_memory(self, visit: Visit) -> Spent | None:
        if self._memory.incr(visit.counter, visit.seconds) <= visit.most:
            return None
        return self._spent_memory(DOOR, visit.counter)

    def _guess_memory(self, keys: Sequence[str]) -> Spent | None:
        for key, (name, limit) in zip(keys, self._limits.items(), strict=True):
            if self._memory.get(key) >= limit.amount:
                return self._spent_memory(name, key)
        for key, limit in zip(keys, self._limits.values(), strict=True):
            self._memory.incr(key, limit.get_expiry())
        return None

    def _spent_memory(self, name: str, key: str) -> Spent:
        return Spent(name, max(1, math.ceil(self._memory.get_expiry(key) - time.time())))

    def _give_back_memory(self, keys: Sequence[str]) -> None:
        for key, limit in zip(keys, self._limits.values(), strict=False):
            if self._memory.get(key) > 0:
                self._memory.incr(key, limit.get_expiry(), -1)

    def _counter_keys(self, question: Question) -> list[str]:
        counted = {
            "email": (question.claim.kind, question.claim.value),
            "number_network": (question.stem, question.network),
            "number": (question.stem,),
            "shop": (),
        }
        return [self._keys.guesses(limit, question.shop, *counted[limit]) for limit in self._limits]


def seal_order(sealer: Sealer, shop: str, place: str, order_id: str) -> bytes:
    """The order that a part under `place` belongs to."""
    return sealer.seal(order_id.encode(), purpose=PART, shop=shop, place=place)


def open_order(sealer: Sealer, shop: str, place: str, sealed: bytes) -> str | None:
    """What `seal_order` sealed there; None where it is not ours."""
    order_id = sealer.open(sealed, purpose=PART, shop=shop, place=place)
    return None if order_id is None else order_id.decode()
