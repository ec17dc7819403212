"""Which carrier a number alone proves. Pure, standard library only.

Of random digits a tenth pass each check digit, so a check digit proves a carrier only where the form around
it is rare as well, and no other carrier's rule allows the number.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from tracker.carriers.check_digits import canada_post, dhl_express, dpd, fedex, royal_mail, s10, ups, usps

_LONGEST = 100
_WRITTEN = re.compile(r"[0-9A-Za-z]{8,34}")

OF_COUNTRY = {
    "AT": "austrian_post", "AU": "australia_post", "BE": "bpost", "BF": "la_poste_burkina_faso",
    "BR": "correios", "CA": "canada_post", "CH": "swiss_post", "CN": "china_post", "CY": "cyprus_post",
    "DE": "deutsche_post", "DK": "postnord_dk", "ES": "correos", "FI": "posti", "FR": "la_poste",
    "IE": "an_post", "IL": "israel_post", "IN": "india_post", "IS": "iceland_post", "IT": "poste_italiane",
    "JP": "japan_post", "LT": "lietuvos_pastas", "LV": "latvia_post", "NL": "postnl", "NO": "bring",
    "NZ": "new_zealand_post", "PL": "poczta_polska", "PT": "ctt", "SE": "postnord_se",
    "SG": "singapore_post", "TR": "ptt", "US": "usps",
}  # fmt: skip
"""The country's designated postal operator, by the last two letters of a postal number."""

_OTHERS_CARRY = {"DE": "CE", "FR": "E"}
"""By country the first letters of what its post leaves to another carrier, or may. DHL has the parcels of
Deutsche Post, and no public source tells for certain whose EMS is there. Chronopost has that of La Poste."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """`allows` a number of one of these lengths by form and check digit; `proves` where the form alone is
    rare."""

    carrier: str
    lengths: tuple[int, ...]
    allows: Callable[[str], bool]
    proves: Callable[[str], bool]


def _always(_number: str) -> bool:
    return True


def _never(_number: str) -> bool:
    return False


_RULES = (
    _Rule("ups", (18,), ups.fits, _always),
    _Rule("royal_mail", (13,), royal_mail.fits, _always),
    _Rule("usps", (22, 30, 34), usps.fits_package_barcode, usps.is_its_own),
    _Rule("usps", (20,), usps.fits_20_digits, _always),
    _Rule("dpd", (15,), dpd.fits, dpd.ends_in_letter),
    _Rule("fedex", (12,), fedex.fits_12_digits, _never),
    _Rule("fedex", (15,), fedex.fits_15_digits, _never),
    _Rule("fedex", (20,), fedex.fits_20_digits, _never),
    _Rule("dhl_express", (10,), dhl_express.fits, _never),
    _Rule("canada_post", (16,), canada_post.fits, _never),
)
_BY_LENGTH = {
    length: tuple(rule for rule in _RULES if length in rule.lengths)
    for length in sorted({length for rule in _RULES for length in rule.lengths})
}


def proven_carrier(number: str) -> str | None:
    """The key of the one carrier that can have given this number (as anyone writes it: with spaces, hyphens,
    small letters), None where that is not proven."""
    if len(number) > _LONGEST:
        return None
    plain = "".join(number.split()).replace("-", "")
    # Before the letters are made capital: some of other scripts would become A to Z.
    if _WRITTEN.fullmatch(plain) is None:
        return None
    plain = plain.upper()
    fitting = [rule for rule in _BY_LENGTH.get(len(plain), ()) if rule.allows(plain)]
    carriers = {rule.carrier for rule in fitting} | _postal_operator(plain)
    proven = any(rule.proves(plain) for rule in fitting) or not fitting
    return carriers.pop() if len(carriers) == 1 and proven else None


def _postal_operator(number: str) -> set[str]:
    """Whose postal number it is, if it is one of an item that is followed."""
    if number[0] not in s10.TRACKED or not s10.fits(number):
        return set()
    country = number[-2:]
    if number[0] in _OTHERS_CARRY.get(country, ""):
        return set()
    return {OF_COUNTRY[country]} if country in OF_COUNTRY else set()
