"""Each carrier's rule allows the numbers that were published for it, and none with another check digit.

The examples are those of the sources that the rules name; DPD's are of CPAN's Business::DPD. Where
`tracking-numbers` knows the rule as well, it is the oracle.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tracking_numbers import get_definition

from tracker.carriers.check_digits import (
    canada_post,
    dhl_express,
    dpd,
    fedex,
    modulus_10,
    royal_mail,
    s10,
    ups,
    usps,
)

Rule = Callable[[str], bool]

PUBLISHED: list[tuple[Rule, list[str]]] = [
    (s10.fits, ["RB123456785GB", "EE123456785US", "LZ123456785CN"]),
    (royal_mail.fits, ["RB123456785GB", "AA123456785GB"]),
    (ups.fits, ["1Z5R89390357567127", "1Z879E930346834440", "1Z999AA10123456784", "1ZXX3150YW44070023"]),
    (usps.fits_package_barcode, ["9400111202555842332669", "420221539405511202508556240020"]),
    (usps.fits_package_barcode, ["9261292700768711948021"]),
    (usps.fits_20_digits, ["03071790000523483741", "71123456789123456787"]),
    (fedex.fits_12_digits, ["986578788855", "477179081230", "799531274483", "790535312317", "974367662710"]),
    (fedex.fits_15_digits, ["041441760228964", "568283610012000", "568283610012734"]),
    (fedex.fits_20_digits, ["61299998820821171811"]),
    (dhl_express.fits, ["3318810025", "8487135506", "1099255990", "3821724944", "3318810036", "3318810014"]),
    (dpd.fits, ["019050023456140", "01905002345615Y"]),
    (canada_post.fits, ["0073938000549297"]),
]
EACH = [(rule, number) for rule, numbers in PUBLISHED for number in numbers]


@pytest.mark.parametrize(("rule", "number"), EACH)
def test_a_published_number_is_allowed_and_no_other_check_digit_with_it(rule: Rule, number: str) -> None:
    place = -3 if rule in (s10.fits, royal_mail.fits) else len(number) - 1
    place %= len(number)
    others = [
        number[:place] + digit + number[place + 1 :] for digit in "0123456789" if digit != number[place]
    ]

    assert rule(number)
    assert [] == [other for other in others if rule(other)]


@pytest.mark.parametrize(("rule", "number"), EACH)
def test_a_number_of_another_length_or_script_is_not_allowed(rule: Rule, number: str) -> None:
    for odd in ("", number[:-1], number + "0", number + "\n", " " + number, number[:-1] + "\u0661"):
        assert not rule(odd)


def test_a_postal_number_whose_remainder_is_0_or_1_has_the_digit_that_the_standard_gives() -> None:
    assert s10.fits("RA000000155GB"), "the remainder 0 gives 5"
    assert s10.fits("RA000000080GB"), "the remainder 1 gives 0"


def test_numbers_that_parcelforce_may_have_given_are_not_royal_mails() -> None:
    assert [] == [letter for letter in "CEP" if royal_mail.fits(f"{letter}B123456785GB")]
    assert not royal_mail.fits("RB123456785FR")


def test_of_royal_mails_numbers_those_of_items_that_nobody_follows_are_left_out() -> None:
    assert ["A", "J", "R"] == [letter for letter in "AJRU" if royal_mail.fits(f"{letter}B123456785GB")]


def test_the_check_character_of_dpd_is_that_of_iso_7064() -> None:
    assert "6" == dpd.check_character("004782901905002679885101276")
    assert "C" == dpd.check_character("008182709980000020033350276")
    assert "N" == dpd.check_character("008182709980000020045327276")


def test_what_consolidators_number_is_not_the_postal_services_own() -> None:
    assert usps.is_its_own("9400111202555842332669")
    assert usps.is_its_own("420221539405511202508556240020")
    assert not usps.is_its_own("9261292700768711948021")
    assert not usps.is_its_own("1Z5R89390357567127")


digits = st.text("0123456789", min_size=1, max_size=40)


@given(digits, st.integers(min_value=0), st.sampled_from("123456789"))
def test_modulus_10_finds_every_single_mistake(text: str, place: int, off_by: str) -> None:
    whole = text + str(modulus_10.check_digit(text))
    place %= len(whole)
    wrong = whole[:place] + str((int(whole[place]) + int(off_by)) % 10) + whole[place + 1 :]

    assert modulus_10.ends_right(whole)
    assert not modulus_10.ends_right(wrong)


_ORACLES: dict[str, tuple[Rule, str]] = {
    "USPS 20": (usps.fits_20_digits, "71{:.17}{}"),
    "USPS 91": (usps.fits_package_barcode, "94{:.19}{}"),
    "FedEx Express (12)": (fedex.fits_12_digits, "{:.11}{}"),
    "FedEx Ground": (fedex.fits_15_digits, "{:.14}{}"),
    "FedEx SmartPost": (fedex.fits_20_digits, "{:.19}{}"),
    "DHL Express": (dhl_express.fits, "{:.9}{}"),
    "UPS": (ups.fits, "1ZAK{:.4}YW{:.7}{}"),
    "S10": (s10.fits, "LX{:.8}{}GB"),
}
"""By the name in `tracking-numbers`: our rule, and its numbers with places for random digits and the last."""


@given(st.text("0123456789", min_size=20, max_size=20).filter(lambda serial: not serial.startswith("92")))
def test_an_independent_library_is_of_the_same_mind(serial: str) -> None:
    for product, (rule, form) in _ORACLES.items():
        definition = get_definition(product)
        places = form.count("{") - 1
        for digit in "0123456789":
            number = form.format(*[serial] * places, digit)
            known = definition.test(number)

            assert rule(number) == (known is not None and known.valid), (product, number)
