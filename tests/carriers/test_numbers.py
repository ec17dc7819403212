"""A number alone proves a carrier only where nothing else can be meant."""

from __future__ import annotations

import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tracker.carriers.check_digits import modulus_10
from tracker.carriers.numbers import OF_COUNTRY, proven_carrier
from tracker.carriers.table import carrier_table

LENGTHS = range(8, 23)
EACH = 2_000
ALLOWED = 0.01


@pytest.mark.parametrize(
    ("carrier", "number"),
    [
        ("ups", "1Z5R89390357567127"),
        ("ups", "1z 5r8 939 03 5756 7127"),
        ("usps", "9400111202555842332669"),
        ("usps", "9400-1112-0255-5842-3326-69"),
        ("usps", "420221539405511202508556240020"),
        ("usps", "03071790000523483741"),
        ("royal_mail", "RB123456785GB"),
        ("royal_mail", "AA 1234 5678 5GB"),
        ("usps", "EE123456785US"),
        ("deutsche_post", "RR123456785DE"),
        ("dpd", "01905002345615Y"),
    ],
)
def test_a_rare_form_with_its_check_digit_proves_its_carrier(carrier: str, number: str) -> None:
    assert carrier == proven_carrier(number)


@pytest.mark.parametrize(
    ("why", "number"),
    [
        ("a tenth of all such numbers pass", "986578788855"),
        ("a tenth of all such numbers pass", "568283610012000"),
        ("a tenth of all such numbers pass", "3318810025"),
        ("a tenth of all such numbers pass", "0073938000549297"),
        ("the check character is a digit like any other", "019050023456140"),
        ("others number parcels so and hand them on", "9261292700768711948021"),
        ("Parcelforce carries EMS", "EE123456785GB"),
        ("Chronopost carries EMS", "EE123456785FR"),
        ("DHL carries the parcels of Deutsche Post", "CP123456785DE"),
        ("whose the EMS of Germany is cannot be known", "EE123456785DE"),
        ("the item is not followed", "UA123456785DE"),
        ("the item is not followed", "UA123456785GB"),
        ("the country's operator is not in the table", "RR123456785AQ"),
        ("the check digit is wrong", "1Z5R89390357567128"),
        ("no rule has such a form", "TBA502887274000"),
    ],
)
def test_anything_less_proves_nobody(why: str, number: str) -> None:
    assert proven_carrier(number) is None, why


@pytest.mark.parametrize(
    "number",
    [
        "",
        "-",
        " " * 50,
        "1" * 10_000,
        "1Z5R89390357567127" + " " * 10_000,
        "１Z5R89390357567127",
        "1Z5R8939035756712\u0667",
        "1\u017f5R89390357567127",
        "\u0131Z5R89390357567127",
        "1Z5R89390357567127\x00",
        "<b>1Z5R89390357567127</b>",
        "1Z5R89390357567127\u202e",
    ],
)
def test_what_is_no_plain_number_proves_nobody(number: str) -> None:
    assert proven_carrier(number) is None


def test_under_one_in_a_hundred_random_numbers_of_any_length_gets_a_carrier() -> None:
    chance = random.Random(20261127)  # noqa: S311  (the same numbers each time)
    for length in LENGTHS:
        numbers = ("".join(chance.choices("0123456789", k=length)) for _ in range(EACH))
        found = sum(proven_carrier(number) is not None for number in numbers)

        assert ALLOWED > found / EACH, length


@given(
    st.sampled_from(LENGTHS).flatmap(lambda length: st.text("0123456789", min_size=length, max_size=length))
)
@example("71123456789123456787")
def test_digits_alone_prove_the_american_postal_service_or_nobody(number: str) -> None:
    """It alone has forms of plain digits that are rare."""
    carrier = proven_carrier(number)

    assert carrier in (None, "usps")
    assert carrier is None or modulus_10.ends_right(number)


@given(st.text(max_size=60))
def test_any_text_is_taken_and_proves_a_carrier_of_the_table_or_nobody(text: str) -> None:
    carrier = proven_carrier(text)

    assert carrier is None or carrier in carrier_table().by_key


@given(st.from_regex(r"[CEHLRV][A-Z][0-9]{9}[A-Z]{2}", fullmatch=True))
def test_a_postal_number_proves_its_countrys_operator_or_nobody(number: str) -> None:
    expected = "royal_mail" if number.endswith("GB") else OF_COUNTRY.get(number[-2:])

    assert proven_carrier(number) in (None, expected)
