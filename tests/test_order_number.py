"""What shoppers type is understood; nothing they type changes the meaning of the search."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import order_names, typed_text
from tracker.order_number import MAX_CANDIDATES, MAX_LENGTH, OrderNumber, read


def number(typed: str) -> OrderNumber:
    understood = read(typed)
    assert understood is not None
    return understood


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("#1001", "#1001"),
        ("#1001", "1001"),
        ("#1001", "##1001"),
        ("#1001", "# 1001"),
        ("#1001", " Order #1001 "),
        ("#1001", "Order number: 1001"),
        ("#1001", "my order no. #1001"),
        ("#1001", "order1001"),
        ("#1001", "１００１"),
        ("#1001", "＃１００１"),
        ("#1001", "١٠٠١"),
        ("#1001", "१००१"),
        ("#1001", "10\u200b01"),
        ("#1001", "\u200f#1001\u200e"),
        ("#1001", "\ufeff1001\u00a0\n"),
        ("#1001", "1001\ufe0f"),
        ("#1001", "1001."),
        ("#1001", "(#1001)"),
        ("#1001", "“1001”"),
        ("#1001", "No. 1001"),
        ("#1001", "Nr. 1001"),
        ("#1001", "№1001"),
        ("#1001", "n° 1001"),
        ("#1001", "Nº1001"),
        ("#1001", "Bestellung 1001"),
        ("#1001", "Bestell-Nr. 1001"),
        ("#1001", "Commande n°1001"),
        ("#1001", "pedido: 1001"),
        ("#1001", "Pedido número 1001"),
        ("#1001", "ordine 1001"),
        ("#1001", "bestelling 1001"),
        ("#1001", "Beställning 1001"),
        ("#1001", "zamówienie nr 1001"),
        ("#1001", "Objednávka č. 1001"),
        ("#1001", "Sipariş No: 1001"),
        ("#1001", "Παραγγελία 1001"),
        ("#1001", "Заказ № 1001"),
        ("#1001", "رقم الطلب: 1001"),
        ("#1001", "מספר הזמנה 1001"),
        ("#1001", "คำสั่งซื้อ 1001"),
        ("#1001", "注文番号1001"),
        ("#1001", "ご注文番号：１００１"),
        ("#1001", "オーダー1001"),
        ("#1001", "订单号：1001"),
        ("#1001", "訂單編號 1001"),
        ("#1001", "주문번호 1001"),
        ("EN-1001-FR", "EN-1001-FR"),
        ("EN-1001-FR", "en-1001-fr"),
        ("EN-1001-FR", "EN 1001 FR"),
        ("EN-1001-FR", "en1001fr"),
        ("EN-1001-FR", "EN–1001—FR"),
        ("EN-1001-FR", "ＥＮー１００１ーＦＲ"),
        ("EN 1001 FR", "EN-1001-FR"),
        ("#EN1001FR", "en 1001 fr"),
        ("#EN-1001-FR", "Order EN 1001 FR"),
        ("#1031A", "#1031a"),
        ("#1031A", "1031-A"),
        ("#1031-A", "1031A"),
        ("L-1234", "l1234"),
        ("NO-1001", "NO-1001"),
        ("NO1001", "no 1001"),
        ("NO-1001", "Order NO-1001"),
        ("ID-77", "id 77"),
        ("Order #1001", "Order #1001"),
        ("注文1001", "注文１００１"),
        ("2024/11-001", "2024/11-001"),
        ("ÄÖ-7", "äö-7"),
        ("SO.1001", "so.1001"),
    ],
)
def test_a_shopper_finds_the_order_by_what_they_type(name: str, typed: str) -> None:
    assert number(typed).matches(name, None)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("#12-A", "#1-A"),
        ("#1-A", "#12-A"),
        ("#1002", "#1001"),
        ("#11001", "1001"),
        ("#1001", "10011"),
        ("#1001-2", "1001"),
        ("EN1001", "1001"),
        ("#112", "1-12"),
        ("#1-12", "112"),
        ("#1001", "orderly1001"),
        ("#1001", "100"),
        ("1001 OR 1002", "1002"),
        ("", "1001"),
        ("#", "1001"),
        ("\ud800", "1001"),
        ("1001" * 100, "1001"),
    ],
)
def test_an_order_of_another_name_is_never_meant(name: str, typed: str) -> None:
    """Shopify's name search also finds names that merely resemble the one asked for."""
    assert not number(typed).matches(name, None)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "#",
        "…",
        '" OR name:1002',
        '1001" OR name:"1002',
        "1001 OR name:1002",
        "name:1001",
        "1001\\",
        "1001\\x",
        "100(1)2",
        "10*",
        "*",
        "1001' x",
        "10\x0001",
        "10\x1b01",
        "10\ud80001",
        "shopper@example.com",
        "<b>1001</b>",
        "10€",
        "1" * (MAX_LENGTH + 1),
        "1" * 10_000,
        " " * 10_000 + "1001",
        "Order " * 1_000,
        "ﷺ" * 30,
    ],
)
def test_what_cannot_be_a_name_is_not_searched_for(typed: str) -> None:
    assert read(typed) is None


def test_the_longest_name_is_read() -> None:
    assert number("1" * MAX_LENGTH).matches("#" + "1" * MAX_LENGTH, None)


def test_all_readings_are_asked_for_in_one_query() -> None:
    assert number("1001").query == 'name:"1001" OR name:"#1001"'
    assert number("no 1001").query == (
        'name:"NO 1001" OR name:"#NO 1001" OR name:"1001" OR name:"#1001"'
        ' OR name:"NO-1001" OR name:"#NO-1001" OR name:"NO1001" OR name:"#NO1001"'
    )


def test_a_tracking_or_phone_number_is_simply_a_number() -> None:
    assert number("1Z 999 AA1 01 2345 6784").confirmation is None
    assert number("+49 30 123456".lstrip("+")).candidates[0] == "49 30 123456"


@pytest.mark.parametrize(
    "typed", ["XPAV284CT", "#xpav284ct", " Confirmation XPAV284CT", "ＸＰＡＶ２８４ＣＴ"]
)
def test_a_confirmation_number_finds_its_order(typed: str) -> None:
    understood = number(typed)
    assert understood.query.endswith(' OR confirmation_number:"XPAV284CT"')
    assert understood.matches("#1001", "XPAV284CT")
    assert not understood.matches("#1001", "XPAV284CX")
    assert not understood.matches("#1001", None)


@pytest.mark.parametrize("typed", ["123456789", "XPAV284C", "XPAV284CTT", "XPAV-84CT", "ÄPAV284CT"])
def test_what_does_not_look_like_a_confirmation_number_is_not_asked_for_as_one(typed: str) -> None:
    understood = number(typed)
    assert "confirmation_number" not in understood.query
    assert not understood.matches("#1001", typed)


@pytest.mark.parametrize(
    "typed",
    ["1001", "#1001", "order 1001", "No. 1001", "NO-1001", "no1001", "注文番号1001", "Bestellung Nr. 1001"],
)
def test_guesses_at_one_number_are_counted_together(typed: str) -> None:
    """Decoration must not buy a guesser more tries."""
    assert number(typed).stem == "1001"


@pytest.mark.parametrize("typed", ["EN-1001-FR", "en 1001 fr", "EN1001FR", "en_1001/fr", "order EN.1001-FR"])
def test_separators_do_not_buy_more_guesses(typed: str) -> None:
    assert number(typed).stem == "en1001fr"


@given(typed_text)
def test_any_text_is_read_or_refused(typed: str) -> None:
    understood = read(typed)
    if understood is not None:
        assert 1 <= len(understood.candidates) <= MAX_CANDIDATES
        assert all(0 < len(candidate) <= MAX_LENGTH for candidate in understood.candidates)
        assert understood.canonical == understood.candidates[0]
        assert understood.stem


# An independent reading of https://shopify.dev/docs/api/usage/search-syntax: terms, connectives, values.
TOKEN = re.compile(
    r'\s*(?:(?P<field>\w+):"(?P<value>(?:[^"\\]|\\.)*)"|(?P<connective>OR|AND|NOT)\b|(?P<other>\S))'
)


def terms(query: str) -> list[tuple[str, str]]:
    found, expect_term = [], True
    for token in TOKEN.finditer(query):
        if expect_term:
            assert token["field"] is not None, query
            found.append((token["field"], token["value"]))
        else:
            assert token["connective"] == "OR", query
        expect_term = not expect_term
    assert not expect_term, query
    return found


@given(typed_text | order_names)
def test_a_query_holds_nothing_but_the_candidates(typed: str) -> None:
    """Whatever is typed, the search keeps its meaning: names and a confirmation number, joined by OR."""
    understood = read(typed)
    if understood is None:
        return
    asked = terms(understood.query)
    names = {value.removeprefix("#").casefold() for field, value in asked if field == "name"}
    assert names == {candidate.casefold() for candidate in understood.candidates}
    others = [(field, value.casefold()) for field, value in asked if field != "name"]
    assert others == (
        [] if understood.confirmation is None else [("confirmation_number", understood.confirmation)]
    )
    assert not re.search(r"[\\()*:'<>]", "".join(value for _, value in asked))


@given(typed_text)
def test_a_canonical_form_stands_for_what_was_typed(typed: str) -> None:
    """The canonical form is a cache key: reading it again must give the very same number."""
    understood = read(typed)
    if understood is not None:
        assert read(understood.canonical) == understood


def full_width(name: str) -> str:
    """As an input method for Japanese writes it."""
    return "".join(chr(ord(c) + 0xFEE0) if c.isalnum() else c for c in name)


@given(
    order_names,
    st.sampled_from(["", "#", " ", "\t#", "##", "＃", "\u200b", "\u202e#", "\ufeff"]),
    st.sampled_from(["", " ", ".", "\n", "\u200b", "\u3000", "\ufe0f", ","]),
    st.sampled_from([str, str.lower, full_width, lambda name: full_width(name).lower()]),
)
def test_decoration_does_not_change_the_canonical_form(
    name: str, before: str, after: str, written: Callable[[str], str]
) -> None:
    decorated = number(before + written(name) + after)
    assert decorated.canonical == number(name).canonical
    assert decorated.matches(name, None)
    assert decorated.matches("#" + name, None)


@given(order_names, order_names)
def test_only_the_same_pieces_match(name: str, typed: str) -> None:
    """Two names match only if, separators aside, their letters and digits are the same."""
    if number(typed).matches(name, None):
        letters_and_digits = re.sub(r"[^0-9A-Z]", "", name).casefold()
        assert re.sub(r"[^0-9A-Z]", "", typed).casefold().endswith(letters_and_digits)


@given(order_names)
def test_every_name_is_found_by_itself(name: str) -> None:
    assert number(name).matches(name, None)


@given(st.text(max_size=300), st.none() | st.text(max_size=20))
def test_any_name_from_the_shop_can_be_compared(name: str, confirmation_number: str | None) -> None:
    assert isinstance(number("XPAV284CT").matches(name, confirmation_number), bool)
