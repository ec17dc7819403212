"""Royal Mail's numbers, inland and abroad: the postal form with GB at its end.

Source: UPU standard S10, which Royal Mail uses for its inland barcodes too. Parcelforce numbers its own
parcels in the same form: it carries EMS (E) and international parcels (C), and begins inland ones with P.
"""

from __future__ import annotations

from tracker.carriers.check_digits import s10

_PARCELFORCE = frozenset("CEP")


def fits(number: str) -> bool:
    """Whether it is of that form with the right check digit, and not one that Parcelforce may have given."""
    return number.endswith("GB") and number[0] not in _PARCELFORCE and s10.fits(number)
