"""Time that passes only when somebody sleeps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tracker.deadline import Deadline

START = datetime(2026, 11, 21, 12, tzinfo=UTC)


class FakeTime:
    """One clock in three forms: wall clock, monotonic clock, and the sleep that moves both."""

    def __init__(self) -> None:
        self.passed = 0.0
        self.slept: list[float] = []

    def now(self) -> datetime:
        return START + timedelta(seconds=self.passed)

    def monotonic(self) -> float:
        return self.passed

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.passed += seconds

    def deadline(self, seconds: float = 3.0) -> Deadline:
        return Deadline(seconds, monotonic=self.monotonic)
