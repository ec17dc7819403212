"""Whose turn it is: a queue of what is due at a time, on Redis Streams.

A sorted set says when each thing is due. Once it is, one script moves it into a stream, from which the
consumers of one group take it (https://redis.io/docs/latest/develop/data-types/streams/). It stays theirs
until they end the turn; of one that died another takes it over (XAUTOCLAIM). Both keys share a hash tag of
their own. What they hold is plain names, of things that are kept elsewhere.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from tracker.store.keys import Keys
from tracker.store.redis import GuardedRedis, demanded
from tracker.store.script import Argument, Script

GROUP = "followers"
DEAD_SECONDS = 120.0
"""So long after a holder took a turn it counts as dead. Longer than a turn takes, by far."""
PLANNED_AGAIN_SECONDS = 3600
"""Were the stream lost with the turns in it, what has them would be due again after this time."""
LIFE_SECONDS = 60 * 86_400
"""So long a queue outlives the last who looked at it: that of a secret which nobody has any longer."""

SEEN_AT_ONCE = 2_000
"""Names in one answer, which takes a millisecond or two."""

PLAN_TURNS = Script.load("plan_turns")
TAKE_TURNS = Script.load("take_turns")
END_TURNS = Script.load("end_turns")
LEAVE_TURNS = Script.load("leave_turns")


@dataclass(frozen=True, slots=True)
class Turn:
    """The stream's own id of a turn, and what has it."""

    id: str
    name: str


class Turns:
    """The queue under the names of one secret. Each method raises CacheUnavailable."""

    def __init__(self, guard: GuardedRedis, keys: Keys, *, dead_seconds: float = DEAD_SECONDS) -> None:
        self._guard = guard
        self._due, self._stream = keys.turns()
        self._dead_milliseconds = round(dead_seconds * 1000)
        self._known_holders: set[str] = set()

    def plan(self, names: Sequence[str], *, at: datetime) -> None:
        """Have these be due at `at`, but those that are planned already or have their turn."""
        if names:
            self._run(PLAN_TURNS, [self._due], [_milliseconds(at), LIFE_SECONDS * 1000, *names])

    def take(self, *, holder: str, most: int, now: datetime) -> list[Turn]:
        """Turns for this holder alone, first those that a dead one left behind."""
        first_time = int(holder not in self._known_holders)
        times = (_milliseconds(now), self._dead_milliseconds, PLANNED_AGAIN_SECONDS * 1000)
        arguments: list[Argument] = [GROUP, holder, most, *times, LIFE_SECONDS * 1000, first_time]
        told = [word.decode() for word in self._run(TAKE_TURNS, [self._due, self._stream], arguments)]
        self._known_holders.add(holder)
        return [Turn(*pair) for pair in zip(told[::2], told[1::2], strict=True)]

    def end(self, turns: Sequence[Turn], *, holder: str, next_at: datetime | None) -> None:
        """These are over, and have their next one at `next_at` (None: never); those that went to another
        holder meanwhile are not."""
        at = "" if next_at is None else _milliseconds(next_at)
        pairs = itertools.chain.from_iterable((turn.id, turn.name) for turn in turns)
        if turns:
            self._run(END_TURNS, [self._due, self._stream], [GROUP, holder, at, *pairs])

    def hasten(self, *, begins: str, ends: str, at: datetime, until: datetime) -> None:
        """Have be due at `at` what is planned later than that and by `until`, and whose names begin and end
        so. What has its turn is planned for later than PLANNED_AGAIN_SECONDS' end at most: `until` is to be
        well before that, and `at` no earlier than now, since nobody takes a turn before it is due."""
        first, last = f"({_milliseconds(at)}", _milliseconds(until)

        def read(client: Any, offset: int) -> list[bytes]:
            found: list[bytes] = client.zrangebyscore(self._due, first, last, start=offset, num=SEEN_AT_ONCE)
            return found

        def move(client: Any, names: Sequence[str]) -> None:
            client.zadd(self._due, dict.fromkeys(names, _milliseconds(at)), xx=True, lt=True)

        offset = 0
        wanted: list[str] = []
        with demanded():
            while seen := self._guard.run(partial(read, offset=offset)):
                named = (name.decode(errors="replace") for name in seen)
                wanted += [name for name in named if name.startswith(begins) and name.endswith(ends)]
                offset += len(seen)
            for place in range(0, len(wanted), SEEN_AT_ONCE):
                self._guard.run(partial(move, names=wanted[place : place + SEEN_AT_ONCE]))

    def leave(self, *, holder: str) -> None:
        """This holder takes nothing more. Turns that it has still are taken over as if it had died."""
        self._known_holders.discard(holder)
        self._run(LEAVE_TURNS, [self._stream], [GROUP, holder])

    def count(self) -> tuple[int, datetime | None]:
        """How many are planned or under way, and when the first of those that are planned is due."""

        def read(client: Any) -> tuple[int, list[tuple[bytes, float]]]:
            return client.zcard(self._due), client.zrange(self._due, 0, 0, withscores=True)

        with demanded():
            planned, first = self._guard.run(read)
        return planned, datetime.fromtimestamp(first[0][1] / 1000, UTC) if first else None

    def _run(self, script: Script, keys: Sequence[str], arguments: Sequence[Argument]) -> Any:
        with demanded():
            return self._guard.run_script(script, keys, arguments)


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
