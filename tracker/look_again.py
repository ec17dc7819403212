"""When a page that shows a story looks again. Pure, standard library only.

As often as there may be news and no more often: an answer says so of itself, so that pages follow the ages
that were chosen for the service, and none takes the look-ups away that its visitor has.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from tracker.order import Status

OVER = frozenset({Status.DELIVERED, Status.CANCELLED})
"""After which a page asks no more."""
SHORTEST, LONGEST = 10, 300
"""Seconds. In between it is the age at which the story is read anew."""
SHARE = 3
"""At most this part of what a visitor may ask in a time is asked by one page that stays open."""
SOON = 15
"""After so many seconds whoever was told first looks again, where a source is being asked meanwhile: most
that know a parcel say so within a few."""


class LookAgain(NamedTuple):
    """After how many seconds it is worth looking again, None for never: for whoever was `first` to be told
    this story, and for whoever gets it after that."""

    first: int | None
    then: int | None


def look_again(
    status: Status | None, *, soft: Mapping[Status, int], seconds_a_look: float, awaited: bool
) -> LookAgain:
    """Of a story with this headline (None: nothing is to be delivered), which is read anew after `soft`
    seconds. `seconds_a_look` is how many a visitor has for each look-up; `awaited` says that a source is
    being asked that has told nothing yet, and may any moment."""
    if status is None or status in OVER:
        return LookAgain(None, None)
    shortest = max(SHORTEST, round(SHARE * seconds_a_look))
    longest = max(shortest, LONGEST)
    then = shortest if awaited else min(longest, max(shortest, soft[status]))
    return LookAgain(min(SOON, then) if awaited else then, then)
