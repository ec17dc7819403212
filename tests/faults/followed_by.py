"""A follower as `tracker follow` makes it, but that its source is a server of the trial's on this machine.
`python -m tests.faults.followed_by REDIS_URL PORT`; it follows until it is killed."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from http.client import HTTPConnection
from typing import Any

from tests.follow_world import follower_on
from tests.followed import AGGREGATOR
from tracker import follower, logs
from tracker.deadline import Deadline
from tracker.errors import SourceUnavailable
from tracker.order import Reading, Source, Status, TrackingEvent
from tracker.parcel import AskAbout, Parcel, TrackingNews

DEAD_SECONDS = 4.0
"""After which a killed one's turns are taken over; two minutes in earnest, which no trial can wait for."""


class LocalSource:
    """ports.TrackingSource over HTTP, in small batches so that much is under way at any moment."""

    name = AGGREGATOR
    batch = 5
    pushes = False
    ask_about = AskAbout.EVERY_PARCEL

    def __init__(self, port: int) -> None:
        self._port = port

    def covers(self, parcel: Parcel) -> bool:
        """Everything."""
        return True

    def register(self, parcels: Sequence[Parcel], *, deadline: Deadline) -> Sequence[Parcel]:
        """All of them."""
        self._ask("register", parcels, deadline)
        return ()

    def news(self, parcels: Sequence[Parcel], *, deadline: Deadline) -> Mapping[Parcel, TrackingNews]:
        """When the server says that each was scanned."""
        told = self._ask("news", parcels, deadline)
        return {parcel: _news(told[parcel.number]) for parcel in parcels}

    def _ask(self, what: str, parcels: Sequence[Parcel], deadline: Deadline) -> Any:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=deadline.remaining())
        try:
            asked = json.dumps([parcel.number for parcel in parcels])
            connection.request("POST", f"/{what}", asked, {"X-Process": str(os.getpid())})
            return json.load(connection.getresponse())
        except OSError as error:
            raise SourceUnavailable from error
        finally:
            connection.close()


def _news(scanned_at: float) -> TrackingNews:
    at = datetime.fromtimestamp(scanned_at, UTC)
    event = TrackingEvent(Reading(Status.IN_TRANSIT), at, Source.AGGREGATOR, "Scanned")
    return TrackingNews(datetime.now(UTC), (event,))


def main(redis_url: str, port: int) -> None:
    """Follow for good."""
    logs.configure("warning")
    # As many parcels and as much time for a turn as fit into the shorter life of a holder.
    follower.MOST, follower.TURN_SECONDS = 20, DEAD_SECONDS / 2
    source = LocalSource(port)
    follower_on(
        redis_url, lambda _: [source], dead_seconds=DEAD_SECONDS, seconds_apart={AGGREGATOR: 0.001}
    ).run()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
