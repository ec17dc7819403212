"""FedEx' numbers: 12 digits by air, 15 by road, 20 for small parcels.

Source: FedEx' published rules as told by https://github.com/jkeen/tracking_number_data (couriers/fedex.json):
by air the digits before the last count 1, 3 and 7 times from the right, and the sum is taken modulo 11 and
then 10; by road it is the check digit of GS1, for small parcels that of GS1 with 92 put before the number.
"""

from __future__ import annotations

import re

from tracker.carriers.check_digits import modulus_10

_AIR = re.compile(r"[0-9]{12}")
_ROAD = re.compile(r"[0-9]{15}")
_SMALL = re.compile(r"[0-9]{20}")
_AIR_WEIGHTS = (3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1)


def fits_12_digits(number: str) -> bool:
    """Whether the form and the check digit are right."""
    if _AIR.fullmatch(number) is None:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number[:-1], _AIR_WEIGHTS, strict=True))
    return total % 11 % 10 == int(number[-1])


def fits_15_digits(number: str) -> bool:
    """Whether the form and the check digit are right."""
    return _ROAD.fullmatch(number) is not None and modulus_10.ends_right(number)


def fits_20_digits(number: str) -> bool:
    """Whether the form and the check digit are right."""
    return _SMALL.fullmatch(number) is not None and modulus_10.ends_right("92" + number)
