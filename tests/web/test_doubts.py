"""A likely slip is told with what was not found, as the script would have asked before."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.web.doubts import Doubt, doubts

TRACKING: Doubt = ("tracking", {})
PHONE: Doubt = ("phone", {})


@pytest.mark.parametrize(
    ("order", "odd"),
    [
        ("1Z 999 AA1 01 2345 6784", TRACKING),
        ("9400 1000 0000 0000 0000 00", TRACKING),
        ("rr123456785de", TRACKING),
        ("JJD01 4600 0012 3456 7890", TRACKING),
        ("＋４９１７０１２３４５６７", PHONE),
        ("0170 123-45-67", PHONE),
        ("(212) 555-0123", PHONE),
        ("1001", None),
        ("10012345678", None),
        ("2026-1127", None),
        ("１００１", None),
    ],
)
def test_a_number_of_another_kind(order: str, odd: Doubt | None) -> None:
    assert odd == doubts(order, "ann@example.com").get("order")


@pytest.mark.parametrize(
    ("email", "slip"),
    [
        ("ann@gmial.com", ("gmial.com", "gmail.com")),
        ("ann@yaho.com", ("yaho.com", "yahoo.com")),
        ("Ann@OOutlook.com ", ("ooutlook.com", "outlook.com")),
        ("ann@hotmial.fr", ("hotmial.fr", "hotmail.fr")),
        ("ann@yahooo.co.jo", ("yahooo.co.jo", "yahoo.co.jp")),
        ("ann@gmail.con", ("gmail.con", "gmail.com")),
        ("ann@email.de", None),
        ("ann@ymail.com", None),
        ("ann@hotmail.fi", None),
        ("ann@yahoo.co.in", None),
        ("", None),
    ],
)
def test_a_slip_in_a_common_mailbox(email: str, slip: tuple[str, str] | None) -> None:
    odd = doubts("1001", email)

    expected = {"email": ("typo", dict(zip(("domain", "likely"), slip, strict=True)))} if slip else {}
    assert expected == odd


def test_of_any_other_domain_nothing_but_its_ending_is_repeated() -> None:
    """The page stands in the shop, and anybody's form can open it."""
    odd = doubts("1001", "a@call-0900-123456.con")

    assert {"email": ("typo", {"domain": ".con", "likely": ".com"})} == odd


@given(order=st.text(), email=st.text())
def test_whatever_is_typed_little_of_it_is_repeated(order: str, email: str) -> None:
    for _, values in doubts(order, f"{email}.com").values():
        assert all(len(value) <= len("xlaposte.co.uk") for value in values.values())
