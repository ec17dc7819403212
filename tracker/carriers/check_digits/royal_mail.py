"""Royal Mail's numbers, inland and abroad: the postal form with GB at its end.

Source: UPU standard S10, which Royal Mail uses for its inland barcodes too. Parcelforce numbers its own
parcels in the same form: it carries EMS (E) and international parcels (C), and begins inland ones with P.
Inland numbers begin with any other letter, also with those that S10 leaves to each country. U is for items
that nobody follows.
"""

from __future__ import annotations

from tracker.carriers.check_digits import s10

_PARCELFORCE = frozenset("CEP")
_NOT_FOLLOWED = "U"


def fits(number: str) -> bool:
    """Whether it is of that form with the right check digit, of an item that is followed, and not one that
    Parcelforce may have given."""
    if not number.endswith("GB") or number[0] in _PARCELFORCE or number[0] == _NOT_FOLLOWED:
        return False
    return s10.fits(number)
