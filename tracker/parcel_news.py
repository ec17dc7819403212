"""What one source said of a parcel, at different times and in any order, as one. Pure, standard library
only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

from tracker.order import Status
from tracker.parcel import Age, TrackingNews
from tracker.timeline_events import newest

NO_EVENT = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for the newest event of what has none: everything is newer."""

Told = TypeVar("Told")


def joined_news(kept: TrackingNews | None, told: TrackingNews) -> TrackingNews:
    """The events of both, the newest ones (`timeline_events.MOST` at most). Window and last mile are those of
    the piece whose newest event is the newer one, then of the one that was told later: a push may come late,
    and many say only what is new, so that one which has none takes none away. A window goes once the parcel
    came after all that was known with it. Joining the same twice, or in another order, gives the same."""
    pieces = [told] if kept is None else [kept, told]
    events = newest(event for piece in pieces for event in piece.events)
    window, window_age = _latest((piece.window, piece.window_age or _age(piece)) for piece in pieces)
    last_mile, last_mile_age = _latest(
        (piece.last_mile, piece.last_mile_age or _age(piece)) for piece in pieces
    )
    if window_age is not None and any(
        event.reading.status is Status.DELIVERED and event.occurred_at > window_age[0] for event in events
    ):
        window = window_age = None
    return replace(
        told,
        checked_at=max(piece.checked_at for piece in pieces),
        events=events,
        window=window,
        window_age=window_age,
        last_mile=last_mile,
        last_mile_age=last_mile_age,
    )


def tells_another_story(kept: TrackingNews | None, joined: TrackingNews) -> bool:
    """Whether a shopper is told anything else by it: when the source was asked is not part of a story."""
    before = ((), None, None) if kept is None else (kept.events, kept.window, kept.last_mile)
    return before != (joined.events, joined.window, joined.last_mile)


def _age(news: TrackingNews) -> Age:
    return max((event.occurred_at for event in news.events), default=NO_EVENT), news.checked_at


def _latest(told: Iterable[tuple[Told | None, Age]]) -> tuple[Told | None, Age | None]:
    known = [(value, age) for value, age in told if value is not None]
    # Of two of one age neither is the newer: what they say decides, whichever came first.
    return max(known, key=lambda each: (each[1], repr(each[0])), default=(None, None))
