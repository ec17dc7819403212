"""DHL Express' waybills: nine digits, and their remainder modulo 7.

Source: DHL's published rule as told by https://github.com/jkeen/tracking_number_data (couriers/dhl.json).
"""

from __future__ import annotations

import re

_FORM = re.compile(r"[0-9]{10}")
_MODULUS = 7


def fits(number: str) -> bool:
    """Whether the form and the check digit are right."""
    return _FORM.fullmatch(number) is not None and int(number[:-1]) % _MODULUS == int(number[-1])
