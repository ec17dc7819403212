"""One list of events from many sources: in order, each fact once. Pure, standard library only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby

from tracker.order import Attention, Status, TrackingEvent

SAME_FACT = timedelta(minutes=5)
"""Two sources that tell the same status no further apart than this tell one fact."""

CLOCKS_DIFFER = timedelta(minutes=90)
"""So far the clock of a source may be ahead of ours: what it dates no later than that has happened. A host
whose clock is an hour late has to tell its shoppers what came meanwhile."""

MOST = 500
"""A parcel is told by its newest events, so many at most: a source that runs wild makes no long page and no
long look-up. Real ones have some sixty."""

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

    An event dated later than CLOCKS_DIFFER after `now` (a source that mistakes its time zone) is left out
    until then, so that it can't outlive what happens next. At one time the higher step comes later, and after
    it an event without a status of its own, which speaks of the status that holds by then. Of more than MOST
    the newest count.
    """
    told = set(events)
    if now is not None:
        told = {event for event in told if event.occurred_at <= now + CLOCKS_DIFFER}
    ordered = _sorted(told)[-MOST:]
    known = [event for event in ordered if event.reading.status is not Status.UNKNOWN]
    if len(known) == len(ordered):
        return _facts(ordered)
    # A word that nobody knows does not come between two that tell one fact.
    unknown = [event for event in _facts(ordered) if event.reading.status is Status.UNKNOWN]
    return _sorted([*_facts(known), *unknown])


def _facts(ordered: Iterable[TrackingEvent]) -> list[TrackingEvent]:
    """Each fact once. Facts are merged only where nothing else happened in between: the order of what
    happened stays."""
    kept: list[TrackingEvent] = []
    for _, run in groupby(ordered, key=lambda event: event.reading.status):
        kept.extend(_once(list(run)))
    return kept


def newest(events: Iterable[TrackingEvent]) -> tuple[TrackingEvent, ...]:
    """The newest of them, MOST at most, oldest first, each once; the same ones whatever order they came
    in."""
    return tuple(_sorted(set(events))[-MOST:])


def _sorted(events: Iterable[TrackingEvent]) -> list[TrackingEvent]:
    """In the order in which they happened, the same for any order of arrival."""
    ordered: list[TrackingEvent] = []
    for _, alike in groupby(sorted(events, key=_order), key=_order):
        equals = list(alike)
        # What is written of an event says nothing of when it was; it decides where nothing else does.
        ordered += equals if len(equals) == 1 else sorted(equals, key=_written)
    return ordered


def _order(event: TrackingEvent) -> tuple[datetime, int, int]:
    reading = event.reading
    return (
        event.occurred_at,
        len(_RANKS) if reading.status is None else _RANKS[reading.status],
        _GRAVITY[reading.attention],
    )


def _written(event: TrackingEvent) -> tuple[str, ...]:
    values = (event.source, event.reading, event.message, event.language, *_place(event))
    return tuple(repr(value) for value in values)


def _once(run: list[TrackingEvent]) -> Iterator[TrackingEvent]:
    """Events of one status: what two sources tell alike is told once. A merge may make two others alike,
    hence again until nothing changes."""
    while True:
        kept = _merged_once(run)
        if len(kept) == len(run):
            return iter(kept)
        run = kept


def _merged_once(run: Sequence[TrackingEvent]) -> list[TrackingEvent]:
    kept: list[TrackingEvent] = []
    first = 0
    for event in run:
        # Oldest first, so that what is too long ago for this event is so for all that follow.
        while first < len(kept) and event.occurred_at - kept[first].occurred_at > SAME_FACT:
            first += 1
        for index in range(first, len(kept)):
            if _same_fact(kept[index], event):
                kept[index] = _merged(kept[index], event)
                break
        else:
            kept.append(event)
    return kept


def _same_fact(earlier: TrackingEvent, later: TrackingEvent) -> bool:
    """Whether two events of one status, near enough in time, are one fact."""
    one, other = earlier.reading, later.reading
    if one.status is None and one.attention is not other.attention:
        return False
    alike = one.detail is None or other.detail is None or one.detail is other.detail
    apart = earlier.source is not later.source
    return alike and (apart or _told_again(earlier, later)) and _same_place(earlier, later)


def _told_again(earlier: TrackingEvent, later: TrackingEvent) -> bool:
    """Whether one source tells an event a second time: of the same moment by the same word, with more of its
    text or in another language. A source whose texts differ otherwise tells two things."""
    if earlier.occurred_at != later.occurred_at or earlier.reading.raw != later.reading.raw:
        return False
    if earlier.language and later.language and earlier.language != later.language:
        return True
    one, other = _words(earlier), _words(later)
    return one <= other or other <= one


def _words(event: TrackingEvent) -> frozenset[str]:
    return frozenset((event.message or "").casefold().split())


def _place(event: TrackingEvent) -> tuple[str | None, str | None, str | None]:
    return event.city, event.province, event.country


def _same_place(one: TrackingEvent, other: TrackingEvent) -> bool:
    """Whether two places can be one: Shopify's events never carry a city, so what one source leaves out says
    nothing against what the other tells."""
    return (
        _same_name(one.country, other.country)
        and _same_name(one.city, other.city)
        and _same_name(one.province, other.province)
    )


def _same_name(one: str | None, other: str | None) -> bool:
    return one is None or other is None or one == other or one.strip().casefold() == other.strip().casefold()


def _fullness(event: TrackingEvent) -> tuple[int, bool]:
    return len((event.message or "").strip()), event.language is not None


def _merged(earlier: TrackingEvent, later: TrackingEvent) -> TrackingEvent:
    """The fact as the earlier report dates it, with the best text, fuller place and graver attention."""
    one, other = earlier.reading, later.reading
    fuller = later if _fullness(later) > _fullness(earlier) else earlier
    graver = other if gravity(other.attention) > gravity(one.attention) else one
    reason = graver.reason or one.reason or other.reason
    detail = one.detail or other.detail
    # As a rule both say the same; copying is most of the cost of a merge.
    if (one.attention, one.reason, one.detail) != (graver.attention, reason, detail):
        one = replace(one, attention=graver.attention, reason=reason, detail=detail)
    if other.returned:
        one = replace(one, returned=True)
    return replace(
        earlier,
        reading=one,
        message=fuller.message or None,
        language=fuller.language,
        city=earlier.city or later.city,
        province=earlier.province or later.province,
        country=earlier.country or later.country,
    )
