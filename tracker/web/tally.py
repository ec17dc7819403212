"""What the request under way has done so far."""

from __future__ import annotations

import random
import time
from contextvars import ContextVar
from dataclasses import dataclass, field


def _new_id() -> str:
    # The system's own chance costs a call of the kernel; Python's is seeded anew in each process.
    return f"{random.getrandbits(64):016x}"


@dataclass(slots=True)
class Tally:
    """What a request has done so far, noted down by whoever does it."""

    started: float = field(default_factory=time.perf_counter)
    request_id: str = field(default_factory=_new_id)
    upstream_calls: int = 0
    cache: str | None = None
    code: str | None = None
    cause: str | None = None
    topic: str | None = None
    outcome: str | None = None


_tally: ContextVar[Tally | None] = ContextVar("tally", default=None)


def begin() -> None:
    """Begin a new one: a request has come."""
    _tally.set(Tally())


def tally() -> Tally:
    """The tally of the request under way. Outside of one, a fresh one that nobody reads."""
    return _tally.get() or Tally()
