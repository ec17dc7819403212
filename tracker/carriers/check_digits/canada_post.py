"""Canada Post's parcel numbers: 16 digits, the last of them the check digit of GS1.

Source: Canada Post's published rule as told by https://github.com/jkeen/tracking_number_data
(couriers/canadapost.json).
"""

from __future__ import annotations

import re

from tracker.carriers.check_digits import modulus_10

_FORM = re.compile(r"[0-9]{16}")


def fits(number: str) -> bool:
    """Whether the form and the check digit are right."""
    return _FORM.fullmatch(number) is not None and modulus_10.ends_right(number)
