"""Whose an order is: by e-mail or by customer, and never by one taken for the other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.claim import Claim, Kind, by_customer, by_email, normalised_email

ADA = "ada@example.com"
ADAS_ID = "6000000001"
texts = st.text(max_size=30)
ids = st.from_regex("[0-9]{1,20}", fullmatch=True)


def test_an_e_mail_is_compared_by_what_it_says() -> None:
    claim = by_email(" ADA@Example.com ")

    assert claim.matches("Ada@example.COM", None)
    assert not claim.matches("bea@example.com", ADAS_ID)


def test_a_customer_is_compared_digit_by_digit() -> None:
    claim = by_customer(ADAS_ID)

    assert claim.matches(None, ADAS_ID)
    for other in (ADAS_ID[:-1], ADAS_ID + "0", "0" + ADAS_ID, " " + ADAS_ID, "\uff16000000001"):
        assert not claim.matches(ADA, other)


@given(claim=st.builds(by_email, texts) | st.builds(by_customer, ids))
def test_an_order_without_either_is_nobodys(claim: Claim) -> None:
    assert not claim.matches(None, None)
    assert not claim.matches("", "")


@given(digits=ids)
def test_the_two_kinds_never_meet(digits: str) -> None:
    """Not even for an e-mail that reads like a customer's id."""
    typed, signed = by_email(digits), by_customer(digits)

    assert typed != signed
    assert (typed.kind, typed.value) != (signed.kind, signed.value)
    assert not typed.matches(None, digits)
    assert not signed.matches(digits, None)
    assert (typed.customer_id, signed.customer_id) == (None, digits)


@pytest.mark.parametrize(
    "odd", ["", " ", "-1", "1 OR name:1001", "\u0661", "1\n", "1" * 21, "gid://shopify/1"]
)
def test_a_customers_id_is_digits_and_nothing_else(odd: str) -> None:
    """It becomes part of a search."""
    with pytest.raises(ValueError, match="not a customer's id"):
        by_customer(odd)


@given(typed=texts)
def test_a_normalised_e_mail_has_no_case_and_nothing_around_it(typed: str) -> None:
    email = normalised_email(typed)

    assert email == email.strip()
    assert normalised_email(f" {typed}\n") == email


def test_half_a_surrogate_pair_is_compared_like_anything_else() -> None:
    assert by_email("\ud800@example.com").matches("\ud800@example.com", None)
    assert not by_email("\ud800@example.com").matches(ADA, None)


def test_nothing_of_a_person_is_in_repr() -> None:
    assert [repr(by_email(ADA)), repr(by_customer(ADAS_ID))] == ["Claim(email)", "Claim(customer)"]
    assert list(Kind) == ["email", "customer"]
