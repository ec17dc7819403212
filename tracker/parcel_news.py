"""What one source said of a parcel, at different times and in any order, as one. Pure, standard library
only."""

from __future__ import annotations

from dataclasses import replace

from tracker.parcel import TrackingNews
from tracker.timeline_events import newest


def joined_news(kept: TrackingNews | None, told: TrackingNews) -> TrackingNews:
    """The events of both, the newest ones (`timeline_events.MOST` at most); window and last mile as the one
    has them that was told later. Joining the same twice, or in another order, gives the same."""
    if kept is None:
        return replace(told, events=newest(told.events))
    return replace(max(kept, told, key=_age), events=newest((*kept.events, *told.events)))


def tells_another_story(kept: TrackingNews | None, joined: TrackingNews) -> bool:
    """Whether a shopper is told anything else by it: when the source was asked is not part of a story."""
    before = ((), None, None) if kept is None else (kept.events, kept.window, kept.last_mile)
    return before != (joined.events, joined.window, joined.last_mile)


def _age(news: TrackingNews) -> tuple[object, ...]:
    # Of two that were told at one time neither is the newer: what they say decides, whichever came first.
    return news.checked_at, repr(news.window), repr(news.last_mile)
