"""One fault, from a service that is well to one that is well again."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from tests.faults.findings import Finding
from tests.faults.house import House
from tests.faults.traffic import Answered
from tests.faults.truth import GOOD, HONEST

ANSWERED_WITHIN = 5.0
WELL_WITHIN = 10.0
LOOK_SECONDS = 0.05
GIVE_UP_SECONDS = 30.0
"""So long a broken promise is watched, to say how badly it is broken."""

STORIES = "every buyer gets the story"
HONESTY = "stories, known ones marked as old, or a 503 with the time"


@dataclass(frozen=True)
class Fault:
    """`stories`: are buyers served all along? `cut` are verdicts that the fault itself excuses, such as the
    lost connection of a worker that was killed. `seconds` is how long it lasts."""

    part: str
    name: str
    stories: bool = True
    seconds: float = 3.0
    cut: frozenset[str] = frozenset()

    @property
    def promise(self) -> str:
        return STORIES if self.stories else HONESTY


def endure(house: House, fault: Fault, breaking: AbstractContextManager[object]) -> Finding:
    """Break it for a while under load, and watch until everybody is well again.

    Whatever the fault: no wrong story, none to a stranger, no webhook lost that was answered by 200, an
    answer within 5 s, and all well within 10 s after its end.
    """
    begun = time.monotonic()
    _settle(house)
    broken_at, refused = time.monotonic(), house.traffic.webhooks.refused.total()
    with breaking:
        threading.Event().wait(fault.seconds)
    ended, line = time.monotonic(), house.lines_so_far()
    well_after = _recovery(house, ended, line)
    answers = [one for one in house.traffic.since(broken_at) if one.sent >= broken_at - ANSWERED_WITHIN]
    refused = house.traffic.webhooks.refused.total() - refused
    return _finding(fault, answers, refused, well_after, seconds=time.monotonic() - begun)


def wait_until(true: Callable[[], bool], what: str, *, seconds: float = GIVE_UP_SECONDS) -> None:
    """Raises AssertionError saying `what` did not come about."""
    patience = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < patience, f"not {what} within {seconds:.0f} s"
        time.sleep(LOOK_SECONDS)


def _settle(house: House) -> None:
    since, verdicts = time.monotonic(), Counter[str]()
    patience = since + GIVE_UP_SECONDS
    while not house.traffic.well_since(since):
        bad = [one for one in house.traffic.since(since) if one.verdict not in GOOD]
        verdicts.update(one.verdict for one in bad)
        since = max([since, *(one.ended + 1e-6 for one in bad)])
        assert time.monotonic() < patience, f"not well before anything was broken: {dict(verdicts)}"
        time.sleep(LOOK_SECONDS)


def _recovery(house: House, ended: float, line: int) -> float:
    """Seconds from the end of the fault until all is as before: the last answer that was not good, the first
    webhook taken, both workers ready, and answers kept again. GIVE_UP_SECONDS for never."""
    since = ended
    ready_at = kept_at = None
    while time.monotonic() < ended + GIVE_UP_SECONDS:
        bad = [one.ended for one in house.traffic.since(since) if one.verdict not in GOOD]
        since = max([since, *(moment + 1e-6 for moment in bad)])
        if ready_at is None and house.ready():
            ready_at = time.monotonic()
        if kept_at is None and house.kept_since(line):
            kept_at = time.monotonic()
        if ready_at is not None and kept_at is not None and house.traffic.well_since(since):
            taken_at = next(at for at in house.traffic.webhooks.at if at >= ended)
            return max(since, ready_at, kept_at, taken_at) - ended
        time.sleep(LOOK_SECONDS)
    return GIVE_UP_SECONDS


def _finding(
    fault: Fault, answers: Sequence[Answered], refused: int, well_after: float, *, seconds: float
) -> Finding:
    verdicts = Counter(one.verdict for one in answers)
    slowest = max(one.seconds for one in answers)
    allowed = (HONEST - {"unavailable", "stale"} if fault.stories else HONEST) | fault.cut
    never = {verdict: count for verdict, count in verdicts.items() if verdict not in allowed}
    figure = ", ".join(
        (
            f"{len(answers)} answers",
            *(f"{count} {verdict}" for verdict, count in sorted(verdicts.items()) if verdict not in GOOD),
            f"{refused} webhooks put off",
            f"slowest {slowest:.1f} s",
            f"well after {well_after:.1f} s",
        )
    )
    holds = not never and slowest <= ANSWERED_WITHIN and well_after <= WELL_WITHIN
    return Finding(fault.part, fault.name, fault.promise, figure, holds, seconds)
