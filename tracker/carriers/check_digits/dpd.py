"""DPD's parcel numbers: 14 digits, and a check character that is a digit or a letter.

Source: DPD Parcel Label Specification, chapter on check digits, which takes ISO/IEC 7064, MOD 37,36.
"""

from __future__ import annotations

import re

_FORM = re.compile(r"([0-9]{14})([0-9A-Z])")
_CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MODULUS = 36


def check_character(text: str) -> str:
    """The character that follows this text of digits and capital letters, by ISO/IEC 7064, MOD 37,36."""
    product = _MODULUS
    for character in text:
        total = (product + _CHARACTERS.index(character)) % _MODULUS or _MODULUS
        product = 2 * total % (_MODULUS + 1)
    return _CHARACTERS[(_MODULUS + 1 - product) % _MODULUS]


def fits(number: str) -> bool:
    """Whether the form and the check character are right."""
    form = _FORM.fullmatch(number)
    return form is not None and check_character(form[1]) == form[2]


def ends_in_letter(number: str) -> bool:
    """Whether the check character tells the number apart from 15 plain digits, which others use too."""
    return number[-1:].isalpha()
