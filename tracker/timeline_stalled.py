"""When a parcel stands still, which no source tells: the product's own rule. Pure, standard library only."""

from __future__ import annotations

from datetime import datetime, timedelta

SATURDAY = 5
DAY = timedelta(days=1)


def stands_still(news: datetime, *, now: datetime, days: int) -> bool:
    """True once `days` business days (Monday to Friday, UTC) have passed since the last `news` (aware).
    Public holidays are not known here: carriers' differ by country, and a merchant may choose more days."""
    return now >= _after(news, days)


def _after(moment: datetime, days: int) -> datetime:
    """The same time of day so many business days later; what comes on a weekend counts from Monday on."""
    while moment.weekday() >= SATURDAY:
        moment = (moment + DAY).replace(hour=0, minute=0, second=0, microsecond=0)
    weeks, days = divmod(days, SATURDAY)
    over_a_weekend = moment.weekday() + days >= SATURDAY
    return moment + timedelta(weeks=weeks, days=days + (2 if over_a_weekend else 0))
