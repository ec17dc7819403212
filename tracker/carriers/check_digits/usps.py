"""Numbers of the United States Postal Service: the Intelligent Mail package barcode, and its forerunner.

Source: USPS Publication 199 (Intelligent Mail package barcode): 22 digits from an application identifier 92
to 95 on, before which the label may have 420 and the ZIP code of five or nine digits; the check digit is that
of GS1. The forerunner has 20 digits, told apart by the service (Publication 91), with the same check digit.
"""

from __future__ import annotations

import re

from tracker.carriers.check_digits import modulus_10

_PACKAGE = re.compile(r"(?:420(?:[0-9]{5}|[0-9]{9}))?(9[2-5][0-9]{20})")
_FORERUNNER = re.compile(r"(?:03|71|73|77|81)[0-9]{18}")
_OF_CONSOLIDATORS = "92"


def fits_package_barcode(number: str) -> bool:
    """Whether the form and the check digit are right, with a routing code before it or without."""
    form = _PACKAGE.fullmatch(number)
    return form is not None and modulus_10.ends_right(form[1])


def is_its_own(number: str) -> bool:
    """Whether a package barcode was given by the postal service itself: under 92, others who bring their
    parcels to it number them, and some of them deliver these on their own."""
    form = _PACKAGE.fullmatch(number)
    return form is not None and not form[1].startswith(_OF_CONSOLIDATORS)


def fits_20_digits(number: str) -> bool:
    """Whether it is of the forerunner's form with the right check digit."""
    return _FORERUNNER.fullmatch(number) is not None and modulus_10.ends_right(number)
