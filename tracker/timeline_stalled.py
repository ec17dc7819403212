"""When a parcel stands still, which no source tells: the product's own rule. Pure, standard library only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tracker.business_days import DAY, Calendar, moment_after

_MORE_PATIENCE, _LEAST_PATIENCE = 3, 10
"""Times as long, and business days."""


def patience(days: int, *, reported: bool) -> int:
    """How many business days of silence a parcel is given where a merchant has chosen `days`. Of one that
    nobody has `reported` anything of yet silence says less: it counts from when the parcel was sent, and its
    carrier may be slow to begin or unknown to every source."""
    return days if reported else max(_MORE_PATIENCE * days, _LEAST_PATIENCE)


def stands_still(news: datetime, *, now: datetime, days: int, calendar: Callable[[], Calendar]) -> bool:
    """True once `days` business days of the calendar have passed since the last `news` (aware).

    `calendar` is asked only where it could be so: of most parcels there was news lately, and reading a
    country's calendar takes longer than telling a story.
    """
    return now - news >= days * DAY and now >= moment_after(news, days, calendar())
