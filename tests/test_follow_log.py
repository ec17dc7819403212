"""What following comes to is in the log and counted, and nothing of a parcel is in either."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from tests.followed import AGGREGATOR
from tests.store.shops import ALICE
from tracker.follow_log import LoggedFollowing
from tracker.metrics import Metrics
from tracker.ports.following import Asked, Following


class Counted(Metrics):
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[tuple[object, ...]] = []

    def source_asked(self, source: str, outcome: str, parcels: int, seconds: float) -> None:
        self.told.append(("asked", source, outcome, parcels, seconds))

    def stories_changed(self, source: str, orders: int) -> None:
        self.told.append(("changed", source, orders))

    def account_put_off(self, source: str, why: str) -> None:
        self.told.append(("put off", source, why))

    def account_troubled(self, source: str, code: str) -> None:
        self.told.append(("troubled", source, code))

    def following_failed(self) -> None:
        self.told.append(("failed",))

    def parcels_followed(self, planned: int, overdue_seconds: float) -> None:
        self.told.append(("followed", planned, round(overdue_seconds)))


@pytest.fixture
def metrics() -> Counted:
    return Counted()


@pytest.fixture
def observer(metrics: Counted) -> LoggedFollowing:
    return LoggedFollowing(metrics)


def test_each_request_has_a_line(observer: LoggedFollowing, metrics: Counted) -> None:
    with capture_logs() as lines:
        observer.asked(Asked(ALICE, AGGREGATOR, 40, 3, "ok", 0.41234))
        observer.asked(Asked(ALICE, AGGREGATOR, 40, 0, "source_throttled", 0.1))
        observer.asked(Asked(ALICE, AGGREGATOR, 0, 0, "held_off", 0.0))

    assert ["info", "warning", "warning"] == [line["log_level"] for line in lines]
    assert {
        "event": "follow",
        "shop": ALICE,
        "source": AGGREGATOR,
        "parcels": 40,
        "changed": 3,
        "outcome": "ok",
        "seconds": 0.412,
        "log_level": "info",
    } == lines[0]
    assert [
        ("asked", AGGREGATOR, "ok", 40, 0.41234),
        ("changed", AGGREGATOR, 3),
        ("asked", AGGREGATOR, "source_throttled", 40, 0.1),
        ("changed", AGGREGATOR, 0),
        ("put off", AGGREGATOR, "held_off"),
    ] == metrics.told


def test_trouble_and_what_nobody_foresaw_have_theirs(observer: LoggedFollowing, metrics: Counted) -> None:
    with capture_logs() as lines:
        observer.troubled(ALICE, AGGREGATOR, "source_key_rejected")
        observer.stumbled(ValueError("RB123456785GB"), ALICE, AGGREGATOR)

    assert ["account in trouble", "follow"] == [line["event"] for line in lines]
    assert ("ValueError", "unforeseen", ALICE) == tuple(
        lines[1][word] for word in ("exception", "outcome", "shop")
    )
    assert "RB123456785GB" not in str(lines)
    assert [("troubled", AGGREGATOR, "source_key_rejected"), ("failed",)] == (metrics.told)


@pytest.mark.parametrize(
    ("minutes", "seconds"), [(None, 0), (5, 300), (-5, 0)], ids=["none is", "five minutes", "a clock ahead"]
)
def test_how_long_the_oldest_waits(
    minutes: float | None, seconds: int, observer: LoggedFollowing, metrics: Counted
) -> None:
    since = None if minutes is None else datetime.now(UTC) - timedelta(minutes=minutes)
    observer.counted(Following(7, since))

    assert [("followed", 7, seconds)] == metrics.told
