"""When a source is asked for a parcel again. Pure, standard library only.

As often as news can be expected: by what the parcel's newest event says, seldom where nothing has happened
for long, and hardly ever where the source tells by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from tracker.errors import SourceBroken, SourceError, SourceKeyRejected, SourceQuotaSpent, SourceThrottled
from tracker.order import Attention, Status, TrackingEvent
from tracker.parcel import TrackingNews
from tracker.timeline_events import CLOCKS_DIFFER, gravity, rank

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

INTERVALS = {
    Status.PROCESSING: 6 * HOUR,
    Status.ON_HOLD: 6 * HOUR,
    Status.LABEL_CREATED: 4 * HOUR,
    Status.SHIPPED: 4 * HOUR,
    Status.IN_TRANSIT: 3 * HOUR,
    Status.OUT_FOR_DELIVERY: 15 * MINUTE,
    Status.READY_FOR_PICKUP: 3 * HOUR,
    Status.ATTEMPTED: HOUR,
    Status.RETURNING: 6 * HOUR,
}
"""By the status of a parcel that moves."""

ENDS = frozenset({Status.DELIVERED, Status.CANCELLED})
"""After which a parcel is not followed; nor is it once it is back at the shop."""

URGENT = 2 * HOUR
"""So soon at the latest where somebody has to act."""

FIRST = 5 * MINUTE
"""So soon a source is asked again that knows nothing of a parcel yet: most know it once the carrier has
it."""

LONGEST = DAY

PUSHED = 12 * HOUR
"""So seldom a source is asked that tells by itself, once it did: a push may be lost."""

SILENCE_SHARE = 8
"""Of the time without news, this part passes until a source is asked anew."""

UNKNOWN_FOR = timedelta(days=28)
"""After which a parcel is given up that its source never knew anything of."""

SILENT_FOR = timedelta(days=60)
"""After which one is given up of which there is no further news. However old its news was when it was
followed (a date may be wrong), it is followed for half of that."""

LIFTED_WITHIN = 5 * MINUTE
"""So soon, and up to as much again by chance, parcels have their turn whose account is held off: its merchant
may see to it at any time, and an account that is still held off says so without a request."""

UNANSWERED = 15 * MINUTE
"""So long at most an account is asked nothing whose source gives no answer: one request tells that it does
again, and until then parcels wait, also those of which Redis lost what was known."""

SPENT = 4 * HOUR
"""So long at most an account whose quota is spent waits until it is tried again, with one request."""

NO_ACCOUNT = 15 * MINUTE
"""So soon, and up to as much again by chance, it is looked whether a merchant who took the account away has
one again. It costs no request."""

LASTING = 30 * MINUTE
"""Once a source gave no usable answer for so long its merchant is told."""

SPREAD = 10
"""Up to this part of an interval is added to it, so that what was followed together is not asked together."""


def next_time(
    news: TrackingNews | None,
    *,
    followed_at: datetime,
    now: datetime,
    pushes: bool,
    spread: float = 0.0,
    pace: float = 1.0,
) -> datetime | None:
    """When to ask again for a parcel of which a source said this so far: later than `now`, or None for never.
    `spread` is a share by chance, from 0 up to 1; with `pace` it is so many times as often as usual. Times
    are aware, in UTC."""
    events = () if news is None else happened(news.events, now=now)
    newest = newest_status(events)
    if newest is None:
        since = max(timedelta(), now - followed_at)
        if since >= UNKNOWN_FOR:
            return None
        interval = max(FIRST, since / 2)
    else:
        if newest.reading.status in ENDS or newest.reading.returned:
            return None
        last = max(event.occurred_at for event in events)
        since = max(timedelta(), now - max(last, followed_at - SILENT_FOR / 2))
        if since >= SILENT_FOR:
            return None
        interval = max(_usual(newest, events), since / SILENCE_SHARE)
        if pushes:
            interval = max(PUSHED, interval)
    return now + min(LONGEST, interval) * (1 + min(1.0, max(0.0, spread)) / SPREAD) / pace


def told_meanwhile(
    news: TrackingNews | None, *, followed_at: datetime, now: datetime, pushes: bool, pace: float = 1.0
) -> datetime | None:
    """When to ask, for a parcel whose source told something by itself, or was asked by somebody who died
    after that; None where it is to be asked now. Later than `now`."""
    if news is None:
        return None
    asked_at = min(now, news.checked_at)
    planned = next_time(news, followed_at=followed_at, now=asked_at, pushes=pushes, pace=pace)
    return planned if planned is not None and planned > now else None


def happened(events: Sequence[TrackingEvent], *, now: datetime) -> tuple[TrackingEvent, ...]:
    """Those of them that are told by `now` (aware, UTC): a source that mistakes its time zone has not seen
    what it dates later."""
    return tuple(event for event in events if event.occurred_at <= now + CLOCKS_DIFFER)


def newest_status(events: Sequence[TrackingEvent]) -> TrackingEvent | None:
    """The newest event that tells a status which the model knows; None where there is none."""
    known = [event for event in events if event.reading.status not in (None, Status.UNKNOWN)]
    return max(known, key=_order, default=None)


def holding_off(
    error: SourceError | None, *, now: datetime, pace: float = 1.0
) -> tuple[timedelta, timedelta]:
    """For how long an account is asked nothing after this error (None: one that nobody foresaw), at first and
    at most: each further one doubles it. Where the source named a time it is not less than that. A quota that
    is spent may be more again at any time, as its merchant buys a larger plan, and is tried with `pace` so
    many times as often as usual; no trial waits beyond the day, by which most are counted."""
    if isinstance(error, SourceQuotaSpent):
        first, most = (min(pause / pace, until_tomorrow(now)) for pause in (HOUR, SPENT))
    elif isinstance(error, SourceThrottled):
        first, most = timedelta(seconds=5), 10 * MINUTE
    elif isinstance(error, SourceKeyRejected):
        first, most = HOUR, 6 * HOUR
    elif error is None or isinstance(error, SourceBroken):
        first, most = 10 * MINUTE, 6 * HOUR
    else:
        first, most = MINUTE, UNANSWERED
    seconds = None if error is None else error.retry_after
    named = timedelta(seconds=max(0.0, min(seconds or 0.0, DAY.total_seconds())))
    return max(first, named), max(most, named)


def turn_after(pause: timedelta, *, spread: float) -> timedelta:
    """After which time parcels have their turn again whose account is held off for so long: then, or where
    that is far away in some minutes, spread by chance (a share, from 0 up to 1)."""
    return pause if pause <= LIFTED_WITHIN else LIFTED_WITHIN * (1 + min(1.0, max(0.0, spread)))


def until_tomorrow(now: datetime) -> timedelta:
    """How much is left of the day (UTC), by which quotas are counted."""
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + DAY
    return midnight - now


def _usual(newest: TrackingEvent, events: Sequence[TrackingEvent]) -> timedelta:
    status = newest.reading.status
    interval = LONGEST if status is None else INTERVALS.get(status, LONGEST)
    since = [event for event in events if event.occurred_at >= newest.occurred_at]
    urgent = any(gravity(event.reading.attention) >= gravity(Attention.ACTION_NEEDED) for event in since)
    return min(URGENT, interval) if urgent else interval


def _order(event: TrackingEvent) -> tuple[datetime, int]:
    return event.occurred_at, rank(event.reading.status or Status.UNKNOWN)
