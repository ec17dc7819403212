"""What it costs to make one timeline of what many sources tell of a parcel."""

from __future__ import annotations

import statistics
import time
from datetime import UTC, datetime, timedelta

from tests.bench import table
from tests.bench.table import Finding
from tracker.order import Reading, Source, Status, TrackingEvent
from tracker.timeline_events import in_order

ROUNDS = 9
CALLS = 50
ALLOWED_MILLISECONDS = 1.0
EVENTS = 60
WILD = 10_000
SOURCES = (Source.SHOPIFY, Source.CARRIER, Source.AGGREGATOR)
START = datetime(2026, 11, 1, tzinfo=UTC)
NOW = START + timedelta(days=60)


def told(sources: tuple[Source, ...], facts: int) -> list[TrackingEvent]:
    """The same facts as each source tells them, a minute apart and in its own words, out of order."""
    events = [
        TrackingEvent(
            Reading(Status.DELIVERED if fact == facts - 1 else Status.IN_TRANSIT),
            START + timedelta(minutes=3 * 60 * fact % 80_000 + minute),
            source,
            message=f"{source} has scanned it, {fact}",
            language=None if source is Source.SHOPIFY else "de",
            city=None if source is Source.SHOPIFY else f"City {fact}",
            country="DE",
        )
        for minute, source in enumerate(sources)
        for fact in range(facts)
    ]
    return events[::2] + events[1::2]


def measure() -> list[Finding]:
    """Write the median time of merging as many events as parcels have, and of far more than that."""
    parcels = {
        f"1 source of {EVENTS} events": told(SOURCES[:1], EVENTS),
        f"3 sources of {EVENTS} events": told(SOURCES, EVENTS),
        f"1 source of {WILD} events": told(SOURCES[:1], WILD),
    }
    costs = [_milliseconds(events) for events in parcels.values()]
    rows = [("one timeline of", "ms")]
    rows += [(name, f"{cost:.2f}") for name, cost in zip(parcels, costs, strict=True)]
    table.write(f"Merging: the processor's time, median of {ROUNDS} rounds", rows)
    return [
        Finding(
            f"merging 3 sources of {EVENTS} events: under {ALLOWED_MILLISECONDS:.0f} ms",
            f"{costs[1]:.2f} ms",
            costs[1] < ALLOWED_MILLISECONDS,
        )
    ]


def _milliseconds(events: list[TrackingEvent]) -> float:
    calls = max(1, CALLS * EVENTS // len(events))
    rounds = []
    for _ in range(ROUNDS):
        started = time.process_time()
        for _ in range(calls):
            in_order(events, now=NOW)
        rounds.append((time.process_time() - started) / calls * 1e3)
    return statistics.median(rounds)
