"""What it costs to follow parcels: one follower, a source that takes its time, everything else as it runs."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tests.bench import table
from tests.bench.measures import Effort
from tests.bench.table import Finding
from tests.fakes import SettableClock
from tests.follow_world import followed_on, follower_on
from tracker import logs
from tracker.deadline import Deadline
from tracker.order import DeliveryWindow, Reading, Source, Status, TrackingEvent
from tracker.parcel import AskAbout, Parcel, TrackingNews

NAME = "seventeen_track"
BATCH = 40
REQUEST_SECONDS = 0.05
SHOPS = 5
PARCELS_A_ROUND = 400
EVENTS = 10
LEAST_A_SECOND = 50
START = datetime(2026, 11, 2, 12, tzinfo=UTC)
PAUSE = timedelta(hours=5)
"""Until each parcel is due again, by the clock that the follower is given."""


@dataclass
class SlowSource:
    """ports.TrackingSource that answers after REQUEST_SECONDS, with one event more where `moves` is on."""

    name: str = NAME
    batch: int = BATCH
    pushes: bool = False
    ask_about: AskAbout = AskAbout.EVERY_PARCEL
    moves: bool = True
    requests: int = 0
    steps: dict[Parcel, int] = field(default_factory=dict)

    def covers(self, parcel: Parcel) -> bool:
        """Everything."""
        return True

    def register(self, parcels: Sequence[Parcel], *, deadline: Deadline) -> Sequence[Parcel]:
        """All, in a request that takes as long as any."""
        self._answer()
        return ()

    def news(self, parcels: Sequence[Parcel], *, deadline: Deadline) -> Mapping[Parcel, TrackingNews]:
        """EVENTS events of each, some of them told before."""
        self._answer()
        return {parcel: self._told(parcel) for parcel in parcels}

    def _answer(self) -> None:
        self.requests += 1
        time.sleep(REQUEST_SECONDS)

    def _told(self, parcel: Parcel) -> TrackingNews:
        step = self.steps[parcel] = self.steps.get(parcel, 0) + self.moves
        events = tuple(
            TrackingEvent(
                Reading(Status.IN_TRANSIT, raw="InTransit_Other"),
                START - timedelta(hours=EVENTS) + timedelta(hours=step + event),
                Source.AGGREGATOR,
                f"Scanned at the depot, {step + event}",
                "en",
                f"City {step + event}",
                None,
                "DE",
            )
            for event in range(EVENTS)
        )
        window = DeliveryWindow(START, START + timedelta(days=2), Source.AGGREGATOR)
        # Older than the clock of the follower, or it would think that it was told just now.
        return TrackingNews(START - timedelta(days=1), events, window)


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one parcel: processor's time in microseconds; and how many a second of the processor and of the
    clock on the wall."""

    microseconds: float
    of_processor: float
    of_wall: float


def measure(redis_url: str, effort: Effort) -> list[Finding]:
    """Write what a turn costs of parcels that are new, that moved, and of which there is no news."""
    parcels = PARCELS_A_ROUND * effort.rounds
    source, clock = SlowSource(), SettableClock(START)
    followed = followed_on(redis_url)
    for number in range(parcels):
        shop, order = f"shop-{number % SHOPS}.myshopify.com", f"gid://shopify/Order/{number}"
        followed.follow(shop, order, [Parcel(f"RB{number:09}GB")], sources=[NAME], at=START)
    follower = follower_on(redis_url, lambda _: [source], clock=clock, seconds_apart={NAME: 0.001})

    def turns() -> Cost:
        before, processor, wall = source.requests, time.process_time(), time.monotonic()
        with logs.silenced():
            while followed.following(now=clock.now).overdue_since is not None:
                follower.run_once()
                clock.advance(30)  # what was put off while its account was busy
        processor, wall = time.process_time() - processor, time.monotonic() - wall
        assert source.requests - before >= parcels / BATCH
        return Cost(processor / parcels * 1e6, parcels / processor, parcels / wall)

    clock.advance(1)
    costs = {"new": turns()}
    clock.now += PAUSE
    costs["with news"] = turns()
    source.moves, clock.now = False, clock.now + PAUSE
    costs["without news"] = turns()
    rows = [("parcels that are", "processor µs", "a second of one processor", "a second by the clock")]
    rows += [
        (name, f"{cost.microseconds:.0f}", f"{cost.of_processor:.0f}", f"{cost.of_wall:.0f}")
        for name, cost in costs.items()
    ]
    table.write(
        f"Follower: one process, {parcels} parcels of {SHOPS} shops, {EVENTS} events each, in batches of "
        f"{BATCH}, {REQUEST_SECONDS * 1000:.0f} ms a request",
        rows,
    )
    slowest = min(costs.values(), key=lambda cost: min(cost.of_processor, cost.of_wall))
    return [
        Finding(
            f"following: at least {LEAST_A_SECOND} parcels a second on one core, "
            f"{REQUEST_SECONDS * 1000:.0f} ms a request of {BATCH}",
            f"{slowest.of_wall:.0f} by the clock, {slowest.of_processor:.0f} by the processor's time",
            min(slowest.of_processor, slowest.of_wall) >= LEAST_A_SECOND,
        )
    ]
