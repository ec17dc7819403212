"""The postal services' common form: two letters, eight digits, a check digit, the country.

Source: UPU standard S10, "Identification of postal items – 13-character identifier": the weights, the two
remainders that have a digit of their own, and the service indicators.
"""

from __future__ import annotations

import re

_FORM = re.compile(r"[A-Z]{2}([0-9]{8})([0-9])[A-Z]{2}")
_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
_MODULUS = 11
_OF_REMAINDER = {0: 5, 1: 0}

TRACKED = frozenset("CEHLRV")
"""First letters of items that are followed: parcels, EMS, e-commerce, express, registered, insured."""


def fits(number: str) -> bool:
    """Whether the form and the check digit are right, whatever the service and the country."""
    form = _FORM.fullmatch(number)
    return form is not None and _check_digit(form[1]) == int(form[2])


def _check_digit(serial: str) -> int:
    remainder = sum(map(int.__mul__, map(int, serial), _WEIGHTS)) % _MODULUS
    return _OF_REMAINDER.get(remainder, _MODULUS - remainder)
