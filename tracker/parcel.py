"""A parcel that is followed beside the shop, and what its sources say of it. Frozen; standard library."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from tracker.order import DeliveryWindow, Tracking, TrackingEvent

SOURCE_NAMES = ("seventeen_track", "aftership", "easypost", "dhl", "karrio")
"""What parcels can be followed at, aggregators and carriers, by words of ours and in the order in which
merchants read of them."""

DEFAULT_DAILY_QUOTA, MOST_A_DAY = 5_000, 10_000_000
"""For so many parcels an account may be asked in a day."""


class AskAbout(StrEnum):
    """Which parcels an account is asked about: every one as soon as the shop tells of it, or only those of
    which the shop has no news of its own."""

    EVERY_PARCEL = "every_parcel"
    SILENT_PARCELS = "silent_parcels"


@dataclass(frozen=True, slots=True)
class Parcel:
    """A carrier's number, as the shop tells it but without spaces. `carrier` is its key in the table of
    carriers, None where nobody knows whose it is. Hidden from repr: who has a number may see the parcel."""

    number: str = field(repr=False)
    carrier: str | None = None


Age = tuple[datetime, datetime]
"""When a source's newest event was, and when the source said so."""


@dataclass(frozen=True, slots=True)
class TrackingNews:
    """All that one source says of one parcel, as of `checked_at` (aware, UTC): when it was asked, or when it
    pushed. `events` may come in any order. `window` is when it expects the parcel, `last_mile` the number
    under which another carrier brings it to the door. Where pieces were joined, each has the age of the piece
    that it is from: its newest event, then `checked_at`. None: those of this very news."""

    checked_at: datetime
    events: tuple[TrackingEvent, ...] = ()
    window: DeliveryWindow | None = None
    last_mile: Tracking | None = None
    window_age: Age | None = field(default=None, compare=False)
    last_mile_age: Age | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class KeptParcel:
    """What is kept of a parcel that is followed: what its sources said last, and where none has said anything
    and one has not answered for it yet, since when it is followed (aware, UTC)."""

    news: tuple[TrackingNews, ...] = ()
    unanswered_since: datetime | None = None
