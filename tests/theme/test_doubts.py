"""What was typed may be a slip: it is questioned before anybody is asked, never corrected."""

from __future__ import annotations

from itertools import product

import pytest
from playwright.sync_api import expect

from tests.theme.answers import answer, story
from tests.theme.harness import words
from tests.theme.shopper import Shopper
from tracker.web.doubts import MAILBOXES, doubts

FIELD = words()["track_order"]["field"]

SLIPS = {
    "UPS": ("1Z 999 AA1 01 2345 6784", "ann@example.com", "order", FIELD["order"]["tracking"]),
    "USPS": ("9400 1000 0000 0000 0000 00", "ann@example.com", "order", FIELD["order"]["tracking"]),
    "a post's number": ("RR123456785DE", "ann@example.com", "order", FIELD["order"]["tracking"]),
    "full width": ("＋４９１７０１２３４５６７", "ann@example.com", "order", FIELD["order"]["phone"]),
    "a phone at home": ("0170 123-45-67", "ann@example.com", "order", FIELD["order"]["phone"]),
    "a phone": ("+49 (170) 123-45-67", "ann@example.com", "order", FIELD["order"]["phone"]),
    "swapped": ("1001", "ann@gmial.com", "email", "Is gmial.com right, or should it be gmail.com?"),
    "one letter less": ("1001", "ann@yaho.com", "email", "Is yaho.com right, or should it be yahoo.com?"),
    "one letter wrong": (
        "1001",
        "ann@hotnail.com",
        "email",
        "Is hotnail.com right, or should it be hotmail.com?",
    ),
    "one letter more": (
        "1001",
        "Ann@OOutlook.com ",
        "email",
        "Is ooutlook.com right, or should it be outlook.com?",
    ),
    "DHL": ("JJD01 4600 0012 3456 7890", "ann@example.com", "order", FIELD["order"]["tracking"]),
    "Amazon": ("TBA123456789012", "ann@example.com", "order", FIELD["order"]["tracking"]),
    "FedEx": ("7712 3456 7890", "ann@example.com", "order", FIELD["order"]["tracking"]),
    "a phone in America": ("(212) 555-0123", "ann@example.com", "order", FIELD["order"]["phone"]),
    "a mailbox in France": (
        "1001",
        "ann@hotmial.fr",
        "email",
        "Is hotmial.fr right, or should it be hotmail.fr?",
    ),
    "a mailbox in Japan": (
        "1001",
        "ann@yahooo.co.jo",
        "email",
        "Is yahooo.co.jo right, or should it be yahoo.co.jp?",
    ),
    "a wrong ending": ("1001", "ann@shop.con", "email", "Is shop.con right, or should it be shop.com?"),
}


@pytest.mark.parametrize("name", SLIPS)
def test_a_likely_slip_is_questioned_and_sent_all_the_same_if_meant(shopper: Shopper, name: str) -> None:
    """The field takes the focus and keeps what was typed; it is not said to be wrong."""
    order, email, field, text = SLIPS[name]
    shopper.shop.answer = answer(story())
    shopper.visit()
    shopper.type(order, email)
    shopper.send()
    expect(shopper.page.locator(f"[data-error={field}]")).to_have_text(text)
    assert shopper.focused == field
    assert shopper.page.locator("[aria-invalid]").count() == 0
    assert shopper.shop.asked == []
    assert shopper.barriers() == []
    shopper.send()
    expect(shopper.result).to_contain_text("Order #1001")
    [asked] = shopper.shop.asked
    assert asked.form["order"] == [order]
    expect(shopper.page.locator(f"[data-error={field}]")).to_be_hidden()


def typed_alike() -> list[tuple[str, str]]:
    """Numbers of any length, and what lies around a mailbox: a letter more, less, wrong, or two swapped."""
    digits = "90123456789012345678901"
    numbers = [f"{sign}{digits[:length]}" for sign in ("", "+", "0", "1") for length in range(6, 23)]
    domains = []
    for mailbox, ending in product(MAILBOXES, ("com", "co.uk", "fr", "con", "c0m", "co.jo")):
        for at in range(len(mailbox) + 1):
            start, rest = mailbox[:at], mailbox[at:]
            near = {f"x{rest}", rest[1:], f"x{rest[1:]}", rest[1::-1] + rest[2:]}
            domains += [f"{start}{end}.{ending}" for end in sorted(near)]
    return [(number, "ann@example.com") for number in numbers] + [("1001", f"ann@{name}") for name in domains]


def test_the_page_without_a_script_questions_the_same(shopper: Shopper) -> None:
    """But for domains that are nobody's mailbox, of which it repeats the ending alone."""
    typed = [(order, email) for order, email, *_ in SLIPS.values()] + typed_alike()
    shopper.visit()
    by_script = shopper.page.evaluate(
        """async (typed) => {
          const { doubts } = await import('/assets/track-order-more.js');
          return typed.map(([order, email]) => doubts(order, email) ?? {});
        }""",
        typed,
    )
    for pair, told in zip(typed, by_script, strict=True):
        said = {field: tuple(words) for field, words in told.items() if words}
        odd = {
            field: (word, values) if values else (word,) for field, (word, values) in doubts(*pair).items()
        }
        if odd.get("email") == ("typo", {"domain": ".con", "likely": ".com"}):
            _, values = said.pop("email")
            assert (pair[1], f"{pair[1][:-4]}.com") == tuple(f"ann@{value}" for value in values.values())
            del odd["email"]
        assert said == odd, pair


@pytest.mark.parametrize(
    ("order", "email"),
    [
        ("1001", "ann@gmail.com"),
        ("#EN-1001-FR", "ann@ymail.com"),
        ("10012345678", "ann@mail.com"),
        ("１００１", "ann@hotmail.co.uk"),
        ("L-1234", "ann@yahoo.co.jp"),
        ("0012345", "ann@gmx.com"),
        ("2026-1127", "ann@yahoo.co.in"),
        ("1001", "ann@hotmail.fi"),
        ("1001", "ann@email.de"),
        ("1234567890123456", "ann@icloud.example"),
    ],
)
def test_what_is_right_is_not_questioned(shopper: Shopper, order: str, email: str) -> None:
    shopper.shop.answer = answer(story())
    shopper.visit()
    shopper.type(order, email)
    shopper.send()
    expect(shopper.result).to_contain_text("Order #1001")
    assert len(shopper.shop.asked) == 1
