"""The verb of `tracker secrets rotate`: what is under the app's old secret is sealed under the new one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.ports.tokens import Resealable

BATCH = 200


@dataclass(frozen=True, slots=True)
class Rotation:
    """How many records were looked at, how many values were (or, on a dry run, are to be) sealed anew, and
    how many open with neither secret: of tokens, the shops have to be opened by their merchants."""

    seen: int
    resealed: int
    unreadable: int


def rotate_secrets(*, kept: Sequence[Resealable], dry: bool = False) -> Rotation:
    """Batch by batch, so that shops are served meanwhile; run twice, it finds nothing left to do.

    Raises StoreUnavailable; what was done until then stays done.
    """
    seen = resealed = unreadable = 0
    for part in kept:
        after: int | None = 0
        while after is not None:
            batch = part.reseal(after=after, limit=BATCH, dry=dry)
            seen += batch.seen
            resealed += batch.resealed
            unreadable += batch.unreadable
            after = batch.next
    return Rotation(seen, resealed, unreadable)
