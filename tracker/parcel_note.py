"""What a merchant is told of parcels under way: counts by carrier, and of each parcel as little as makes
them. Pure, standard library only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from tracker.business_days import CalendarOf
from tracker.order import Attention, Order, Status, Story
from tracker.parcel import TrackingNews
from tracker.timeline import tell
from tracker.timeline_events import in_order
from tracker.timeline_parcel import last_news, stalls
from tracker.timeline_stalled import patience

_ENDED = frozenset({Status.DELIVERED, Status.CANCELLED, Status.RETURNING})
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_TROUBLED = frozenset({Attention.PROBLEM, Attention.ACTION_NEEDED})


@dataclass(frozen=True, slots=True)
class NotedOrder:
    """Whose order a parcel is, for its merchant: the number at the end of its gid, and its name."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class ParcelNote:
    """A parcel under way, as it was read last. `carrier` is its name, None where nobody knows it; `attention`
    what its sources say, without our own rule of standing still; `news` (aware, UTC) when anything was heard
    of it last, None where nobody can report; where nobody has `reported` anything yet, that is when it was
    sent; `destination` the country it goes to. `order` is None where that was not noted yet, or has no
    number."""

    carrier: str | None
    status: Status
    attention: Attention
    news: datetime | None
    destination: str | None
    reported: bool = True
    order: NotedOrder | None = None


def notes_of(order: Order, *, now: datetime) -> list[ParcelNote]:
    """Of each parcel of an order that has been sent and not come to its end yet."""
    story = tell(order, now=now)
    return [] if order.cancelled_at is not None else list(_notes(story))


def _notes(story: Story) -> Sequence[ParcelNote]:
    number = story.order.id.rpartition("/")[2]
    order = NotedOrder(int(number), story.order.name) if number.isascii() and number.isdecimal() else None
    return [
        ParcelNote(
            carrier=next((told.carrier for told in one.shipment.tracking if told.carrier), None),
            status=one.status,
            attention=one.attention,
            news=last_news(one.events, one.occurred_at, one.shipment),
            destination=story.order.destination,
            reported=bool(one.events),
            order=order,
        )
        for one in story.shipments
        if one.status not in _ENDED
    ]


def notes_after(notes: Sequence[ParcelNote], news: TrackingNews) -> list[ParcelNote]:
    """An order's notes with what a source says of one of its parcels now, none where that has ended.

    Notes do not tell whose they are, so of several parcels each stays as it was read; and so does one of
    which later news was known."""
    events = in_order(news.events, now=news.checked_at)
    if len(notes) != 1 or not events:
        return list(notes)
    (note,) = notes
    newest = min(max(event.occurred_at for event in events), news.checked_at)
    if note.reported and note.news is not None and newest < note.news:
        return [note]
    told = [status for event in events if (status := event.reading.status) not in (None, Status.UNKNOWN)]
    status = told[-1] if told and told[-1] is not None else note.status
    if status in _ENDED:
        return []
    attention = events[-1].reading.attention
    return [replace(note, status=status, attention=attention, news=newest, reported=True)]


@dataclass(frozen=True, slots=True)
class CarrierCount:
    """Of one carrier (None: not known) how many parcels are under way, and how many of these stand still or
    have a problem."""

    carrier: str | None
    under_way: int
    stalled: int
    troubled: int


def count_by_carrier(
    notes: Sequence[ParcelNote], *, now: datetime, stalled_days: int, calendar_of: CalendarOf
) -> list[CarrierCount]:
    """The most parcels first. What stands still is told as of `now`, by the days of each destination."""
    counts: dict[str | None, list[int]] = {}
    for note in notes:
        count = counts.setdefault(note.carrier, [0, 0, 0])
        count[0] += 1
        count[1] += _stands(note, now=now, stalled_days=stalled_days, calendar_of=calendar_of)
        count[2] += note.attention in _TROUBLED
    told = [CarrierCount(carrier, *count) for carrier, count in counts.items()]
    return sorted(told, key=lambda one: (-one.under_way, one.carrier is None, one.carrier or ""))


def to_see_to(
    notes: Sequence[ParcelNote], *, now: datetime, stalled_days: int, calendar_of: CalendarOf
) -> tuple[list[ParcelNote], list[ParcelNote]]:
    """Those that stand still as of `now`, and those with a problem; of each what was heard of last comes
    first."""
    stalled, troubled = [], []
    for note in notes:
        if note.attention in _TROUBLED:
            troubled.append(note)
        elif _stands(note, now=now, stalled_days=stalled_days, calendar_of=calendar_of):
            stalled.append(note)
    for found in (stalled, troubled):
        found.sort(key=lambda note: note.news or _LONG_AGO, reverse=True)
    return stalled, troubled


def _stands(note: ParcelNote, *, now: datetime, stalled_days: int, calendar_of: CalendarOf) -> bool:
    if note.attention is Attention.STALLED:
        return True
    return stalls(
        note.status,
        note.attention,
        note.news,
        now=now,
        days=patience(stalled_days, reported=note.reported),
        calendar=lambda: calendar_of(note.destination),
    )
