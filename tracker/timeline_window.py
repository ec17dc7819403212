"""When a parcel is expected, of what its sources say. Pure, standard library only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from tracker.order import Attention, DeliveryWindow, Source
from tracker.timeline_events import gravity

_NEAREST = (Source.RULE, Source.SHOPIFY, Source.AGGREGATOR, Source.CARRIER)
"""Who is believed, last of all and first of all: whoever is nearest to the parcel, and what was learned from
other parcels only where nobody speaks of this one."""

_GRACE = timedelta(hours=1)
"""For a courier who is nearly in time, and a scan that comes after the parcel."""

_QUARTER = 15
"""Minutes: it is midnight nowhere in the world but at a quarter of an hour in UTC."""

_SHIFT = timedelta(hours=18)
"""No round of deliveries takes longer from the van's loading to its last door."""

_A_DAY = timedelta(days=1)

_NOON = time(12)

_EARLIEST = datetime.min.replace(tzinfo=UTC)


def promises(attention: Attention) -> bool:
    """Whether a date may be told at all: a parcel that is late still comes, but while it stands still, has a
    problem or waits for somebody to act, no date holds."""
    return gravity(attention) < gravity(Attention.STALLED)


def choose_window(windows: Iterable[DeliveryWindow], *, now: datetime | None = None) -> DeliveryWindow | None:
    """The window to tell, None where there is none; the same one whatever order they come in.

    One that is over by `now` is no promise any more, and gives way to what another source says: with its last
    day (UTC), or where it has a time of day an hour after its last moment. Of one source that says several
    things the latest end counts, and of those the narrowest. Days of it that are over are left out.
    """
    open_ones = [window for window in _sensible(windows) if now is None or not _over(window, now)]
    chosen = max(open_ones, key=_preference, default=None)
    return chosen if chosen is None or now is None else _from_today(chosen, now)


def on_the_round(
    windows: Iterable[DeliveryWindow], *, out: DeliveryWindow, now: datetime | None = None
) -> DeliveryWindow | None:
    """When a parcel comes that has been out for delivery since the end of `out`: at the hours that a source
    names for this round, else by now, while the round may last: it comes on the day on which it is asked for,
    and a moment that is over is no promise.

    What else is said, a date of tomorrow for one, was said before and is contradicted by the van.
    """
    since = last_moment(out)
    if since is None:
        return None
    hours = [
        window
        for window in windows
        if window.start is not None and window.end is not None and window.end - since <= _SHIFT
    ]
    chosen = choose_window(hours, now=now)
    if chosen is not None or now is None:
        return chosen or out
    return replace(out, end=max(since, now)) if now - since < _SHIFT else None


def last_moment(window: DeliveryWindow) -> datetime | None:
    """By when a parcel is expected: the end of its window, or the start where no end is known."""
    return window.end or window.start


def _sensible(windows: Iterable[DeliveryWindow]) -> Iterator[DeliveryWindow]:
    """Without those that say nothing; one that ends before it starts is known by its end alone."""
    for window in windows:
        if window.start is not None and window.end is not None and window.end < window.start:
            window = replace(window, start=None)  # noqa: PLW2901
        if last_moment(window) is not None:
            yield window


def _from_today(window: DeliveryWindow, now: datetime) -> DeliveryWindow:
    """Without the days that are over; of one that ends today no more than that."""
    if window.start is None or window.end is None or window.start.date() >= now.date():
        return window
    if window.end.date() == now.date():
        return replace(window, start=None)
    # A whole day is written as its noon.
    return replace(window, start=datetime.combine(now.date(), _NOON, UTC))


def _over(window: DeliveryWindow, now: datetime) -> bool:
    last = last_moment(window)
    if last is None:
        return False
    return last.date() < now.date() or (_has_time_of_day(window, last) and last + _GRACE < now)


def _has_time_of_day(window: DeliveryWindow, last: datetime) -> bool:
    """Else it is by the day: a date alone comes as its noon, or as a midnight by its carrier's own clock."""
    slot = window.start is not None and timedelta() < last - window.start < _A_DAY
    return slot or last.minute % _QUARTER != 0


def _preference(window: DeliveryWindow) -> tuple[int, datetime, datetime, bool]:
    return (
        _NEAREST.index(window.source),
        last_moment(window) or _EARLIEST,
        window.start or _EARLIEST,
        window.end is not None,
    )
