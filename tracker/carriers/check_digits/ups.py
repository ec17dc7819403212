"""UPS' 1Z numbers: six characters of the shipper, two of the service, seven of the parcel, a check digit.

Source: UPS' published rule as told by https://github.com/jkeen/tracking_number_data (couriers/ups.json and
CHECKSUM_ALGORITHMS.md): letters count as digits from A = 2 on, and every other one counts twice.
"""

from __future__ import annotations

import re

_FORM = re.compile(r"1Z([0-9A-Z]{15})([0-9])")
_LETTERS = {letter: (2 + place) % 10 for place, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ")}
_VALUES = {str(digit): digit for digit in range(10)} | _LETTERS


def fits(number: str) -> bool:
    """Whether the form and the check digit are right."""
    form = _FORM.fullmatch(number)
    if form is None:
        return False
    values = [_VALUES[character] for character in form[1]]
    return -(sum(values[::2]) + 2 * sum(values[1::2])) % 10 == int(form[2])
