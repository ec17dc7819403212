"""What is done later, behind a request or by whoever has time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from tracker.webhook import Envelope


class SeenEvents(Protocol):
    """Which events of a shop were dealt with, for as long as Shopify may send a copy of one. Each method
    raises errors.CacheUnavailable where that cannot be known or remembered now."""

    def seen(self, envelope: Envelope) -> bool:
        """Was this event dealt with under this topic? False for an event without an id."""
        ...

    def remember(self, envelope: Envelope) -> None:
        """It was."""
        ...


@dataclass(frozen=True, slots=True)
class Job:
    """Work that was handed on: its kind, the shop it is about, and what it needs to know, hidden from repr.

    `payload` is None where it can no longer be opened. `tries` counts this one too.
    """

    id: int
    kind: str
    shop: str
    payload: bytes | None = field(repr=False)
    tries: int = 1


class Jobs(Protocol):
    """Where work is handed on that takes longer than its request may."""

    def hand_on(
        self, kind: str, shop: str, payload: bytes = b"", *, after: float = 0.0, once: bool = False
    ) -> None:
        """It will be done, whatever happens to this process; more than once, perhaps; not sooner than in so
        many seconds (`after`). Without a payload, or with `once`, once for all who ask the same before it has
        begun. Raises UpstreamError where that cannot be promised."""
        ...


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many jobs there are, and since when the oldest one is overdue (None: none is)."""

    jobs: int
    overdue_since: datetime | None


class JobQueue(Jobs, Protocol):
    """The jobs that all workers share. A lease ends by itself, so that a job outlives who did it. Each method
    raises errors.StoreUnavailable."""

    def lease(self, *, holder: str, seconds: float) -> Job | None:
        """A job that is due and that nobody else does during the next `seconds`; None where there is none."""
        ...

    def finish(self, job: Job, *, holder: str, duty: str | None = None) -> bool:
        """It is done, and forgotten. With `duty`, a topic, it is recorded that this duty was done, and when.
        False where the lease went to somebody else: then they finish it."""
        ...

    def put_off(self, job: Job, *, holder: str, seconds: float) -> bool:
        """It is to be tried again after so long. False where the lease went to somebody else."""
        ...

    def waiting(self) -> Waiting:
        """How it stands."""
        ...


class Background(Protocol):
    """Work behind the answer, in bounded number."""

    def submit(self, work: Callable[[], None]) -> bool:
        """Run it soon, or say False where there is no room. What the work raises is logged, never lost."""
        ...
