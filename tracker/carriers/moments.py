"""Times as sources write them → moments in UTC. Pure.

Many carriers write the time that a clock on the wall showed, without saying where the wall was. What is
known best decides then: the zone of the event's country, where its clocks agree; else the offset of the
nearest event of the same parcel that names one; else UTC. So it is with the time at which a parcel is
expected: its country is the one that it goes to, and the newest event is the nearest.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from tracker.carriers.places import zone_of

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""No parcel that is followed is older. Some write the year 1 or 1970 for "not known"."""

AHEAD = timedelta(days=2)
"""An event is told of after it happened. A clock or a zone may be wrong, but by no more than this."""

WINDOW_AHEAD = timedelta(days=400)
"""No delivery is promised for later."""

ZoneAt = Callable[[datetime], tzinfo]
"""The zone of a clock that showed this time (naive)."""

_FARTHEST_ZONE = timedelta(hours=14)
"""No clock on a wall is farther from UTC."""

_LONGEST = 40
_ENDS_OF_DAY = ((0, 0), (23, 59))
"""Hour and minute that are written where a day is meant."""


@dataclass(frozen=True, slots=True)
class Written:
    """A time as it was written: naive where no offset was."""

    time: datetime

    @property
    def offset(self) -> timedelta | None:
        """What it differs from UTC, where that was written."""
        return self.time.utcoffset()


def read_time(value: object) -> Written | None:
    """A time in ISO 8601 (a blank for the T too), None for anything else."""
    if not isinstance(value, str) or len(value) > _LONGEST:
        return None
    try:
        return Written(datetime.fromisoformat(value.strip()))
    except ValueError:
        return None


def happened_at(
    written: Sequence[Written | None], countries: Sequence[str | None], *, checked_at: datetime
) -> list[datetime | None]:
    """When the events of one parcel happened, in UTC, by their times and countries (alpha-2) in the order in
    which the source tells them; None for an event that can't have been then. `checked_at` is when the source
    told of it."""
    known = [index for index, time in enumerate(written) if time is not None and time.offset is not None]
    moments: list[datetime | None] = []
    for index, (time, country) in enumerate(zip(written, countries, strict=True)):
        moment = None if time is None else _moment(time.time, _zone(index, time, country, known, written))
        moments.append(moment if moment and EARLIEST <= moment <= checked_at + AHEAD else None)
    return moments


def newest_of(written: Sequence[Written | None], *, checked_at: datetime, most: int) -> Sequence[int]:
    """Which (by their places, in the source's order) of very many events are the newest `most` that can have
    been; all of them where there are no more. It is cheap: the zone of a time without an offset counts as
    UTC, so that around the oldest that are left some hours may be wrong."""
    if len(written) <= most:
        return range(len(written))
    earliest, latest = EARLIEST - _FARTHEST_ZONE, checked_at + AHEAD + _FARTHEST_ZONE
    moments = (
        (None if time is None else _moment(time.time, UTC), place) for place, time in enumerate(written)
    )
    dated = sorted((moment, place) for moment, place in moments if moment and earliest <= moment <= latest)
    return sorted(place for _, place in dated[-most:])


def _zone(
    index: int,
    time: Written,
    country: str | None,
    known: Sequence[int],
    written: Sequence[Written | None],
) -> tzinfo:
    if time.offset is None:
        zone = zone_of(country, time.time) if country is not None else None
        if zone is not None:
            return zone
        after = bisect(known, index)
        for nearest in sorted(known[max(0, after - 1) : after + 1], key=lambda other: abs(other - index)):
            found = written[nearest]
            return UTC if found is None else found.time.tzinfo or UTC
    return UTC


def _moment(time: datetime, zone: tzinfo) -> datetime | None:
    try:
        return (time if time.tzinfo else time.replace(tzinfo=zone)).astimezone(UTC)
    except (OverflowError, ValueError):
        return None


def zone_at_door(
    written: Sequence[Written | None], countries: Sequence[str | None], *, destination: str | None
) -> ZoneAt:
    """The zone of the door to which a parcel comes, by the times and countries of its events, and the country
    (alpha-2) that it goes to, where that is known."""
    newest_first = sorted(
        ((event, country) for event, country in zip(written, countries, strict=True) if event is not None),
        key=lambda pair: pair[0].time.replace(tzinfo=None),
        reverse=True,
    )
    country = destination or next((country for _, country in newest_first if country is not None), None)
    named = next((event.time.tzinfo for event, _ in newest_first if event.offset is not None), None)

    def zone_at(local: datetime) -> tzinfo:
        return (zone_of(country, local) if country is not None else None) or named or UTC

    return zone_at


def expected_between(
    start: object, end: object, *, checked_at: datetime, zone_at: ZoneAt
) -> tuple[datetime | None, datetime | None]:
    """The first and the last moment (UTC) at which a parcel is expected; None for what is not told or can't
    be. A date, or midnight or the last minute of one without an offset, means that day wherever the parcel
    goes, and comes as its noon in UTC, which is that day almost everywhere: its first moment would be the
    day before in New York, its last one the day after in Berlin. Another time without an offset is that of a
    clock in `zone_at`."""
    first, last = _bound(start, checked_at, zone_at), _bound(end, checked_at, zone_at)
    if first is not None and last is not None and first > last:
        return None, last
    return first, last


def _bound(value: object, checked_at: datetime, zone_at: ZoneAt) -> datetime | None:
    written = read_time(value)
    if written is None:
        return None
    told = written.time
    if told.tzinfo is None and (told.hour, told.minute) in _ENDS_OF_DAY:
        moment = _moment(told.replace(hour=12, minute=0, second=0, microsecond=0), UTC)
    else:
        moment = _moment(told, UTC if told.tzinfo is not None else zone_at(told))
    return moment if moment and EARLIEST <= moment <= checked_at + WINDOW_AHEAD else None
