"""One list of events from many sources: in order, each fact once. Pure, standard library only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby

from tracker.order import Attention, Status, TrackingEvent

SAME_FACT = timedelta(minutes=5)
"""Two sources that tell the same status no further apart than this tell one fact."""

_RANKS = {
    status: rank
    for rank, status in enumerate(
        (
            Status.UNKNOWN,
            Status.PROCESSING,
            Status.ON_HOLD,
            Status.LABEL_CREATED,
            Status.SHIPPED,
            Status.IN_TRANSIT,
            Status.OUT_FOR_DELIVERY,
            Status.ATTEMPTED,
            Status.READY_FOR_PICKUP,
            Status.RETURNING,
            Status.DELIVERED,
            Status.CANCELLED,
        )
    )
}
_GRAVITY = {attention: gravity for gravity, attention in enumerate(Attention)}


def rank(status: Status) -> int:
    """The place of a status among events of one time: a higher step comes later, and so wins."""
    return _RANKS[status]


def gravity(attention: Attention) -> int:
    """0 for none; the higher, the worse."""
    return _GRAVITY[attention]


def in_order(events: Iterable[TrackingEvent], *, now: datetime | None = None) -> list[TrackingEvent]:
    """All events oldest first, each fact once; the same list whatever order they came in.

    An event dated after `now` (a source that mistakes its time zone) counts as happening now, so that it
    can't outlive what happens next. At one time the higher step comes later, and after it an event without a
    status of its own, which speaks of the status that holds by then.
    """
    told = set(events)
    if now is not None:
        told = {replace(event, occurred_at=min(event.occurred_at, now)) for event in told}
    kept: list[TrackingEvent] = []
    # Facts are merged only where nothing else happened in between: the order of what happened stays.
    for _, run in groupby(sorted(told, key=_order), key=lambda event: event.reading.status):
        kept.extend(_once(list(run)))
    return kept


def _order(event: TrackingEvent) -> tuple[object, ...]:
    reading = event.reading
    return (
        event.occurred_at,
        len(_RANKS) if reading.status is None else rank(reading.status),
        gravity(reading.attention),
        # The rest says nothing of what came first; it makes the order the same for any order of arrival.
        *(repr(value) for value in (event.source, reading, event.message, event.language, *_place(event))),
    )


def _once(run: list[TrackingEvent]) -> Iterator[TrackingEvent]:
    """Events of one status: what two sources tell alike is told once. A merge may make two others alike,
    hence again until nothing changes."""
    while True:
        kept: list[TrackingEvent] = []
        for event in run:
            for index, earlier in enumerate(kept):
                if _same_fact(earlier, event):
                    kept[index] = _merged(earlier, event)
                    break
            else:
                kept.append(event)
        if len(kept) == len(run):
            return iter(kept)
        run = kept


def _same_fact(earlier: TrackingEvent, later: TrackingEvent) -> bool:
    one, other = earlier.reading, later.reading
    if one.status is None and one.attention is not other.attention:
        return False
    alike = one.detail is None or other.detail is None or one.detail is other.detail
    return (
        alike
        and (earlier.source is not later.source or earlier == later)
        and later.occurred_at - earlier.occurred_at <= SAME_FACT
        and _same_place(earlier, later)
    )


def _place(event: TrackingEvent) -> tuple[str | None, str | None, str | None]:
    return event.city, event.province, event.country


def _same_place(one: TrackingEvent, other: TrackingEvent) -> bool:
    """Whether two places can be one: Shopify's events never carry a city, so what one source leaves out says
    nothing against what the other tells."""
    return all(
        a is None or b is None or a.strip().casefold() == b.strip().casefold()
        for a, b in zip(_place(one), _place(other), strict=True)
    )


def _fullness(event: TrackingEvent) -> tuple[int, bool]:
    return len((event.message or "").strip()), event.language is not None


def _merged(earlier: TrackingEvent, later: TrackingEvent) -> TrackingEvent:
    """The fact as the earlier report dates it, with the best text, fuller place and graver attention."""
    one, other = earlier.reading, later.reading
    fuller = max((earlier, later), key=_fullness)
    graver = other if gravity(other.attention) > gravity(one.attention) else one
    return replace(
        earlier,
        reading=replace(
            one,
            attention=graver.attention,
            reason=graver.reason or one.reason or other.reason,
            detail=one.detail or other.detail,
        ),
        message=fuller.message or None,
        language=fuller.language,
        city=earlier.city or later.city,
        province=earlier.province or later.province,
        country=earlier.country or later.country,
    )
