"""The search is as fuzzy as Shopify's, and never raises."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.demo.conftest import Ask, Clock
from tracker.demo.customers import CUSTOMERS
from tracker.demo.search import parse_search
from tracker.demo.state import Shop
from tracker.demo.stories import write_orders

_, GRACE, HARUKA = CUSTOMERS
ORDERS = write_orders(Clock().now)


def found(query: str) -> list[str]:
    search = parse_search(query)
    return [order.name for order in ORDERS if search.matches(order)]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("name:1001", ["#1001", "EN-1001-FR", "#10012"]),
        ("name:#1001", ["#1001", "EN-1001-FR", "#10012"]),
        ('name:"#1001"', ["#1001", "EN-1001-FR", "#10012"]),
        ("name:'1001'", ["#1001", "EN-1001-FR", "#10012"]),
        ("name:#1-A", ["#12-A", "#1-A"]),
        ("name:12-A", ["#12-A"]),
        ("name:EN-1001-FR", ["EN-1001-FR"]),
        ("name:en-1001", ["EN-1001-FR"]),
        ("name:L-1234", ["L-1234"]),
        ("name:1031", ["#1031A"]),
        ("name:1031a", ["#1031A"]),
        ("name:103*", ["#1030", "#1031A", "#1032", "#1033", "#1034", "#1035"]),
        ("name:１０１２", ["#1012"]),
        ("name:1012 OR name:1013", ["#1012", "#1013"]),
        ("(name:1012)OR(name:1013)", ["#1012", "#1013"]),
        ("name:1026 email:ada@example.com", ["#1026", "#1026"]),
        ("name:1026 AND email:grace@example.com", ["#1026"]),
        ("name:1026 -email:ada@example.com", ["#1026"]),
        ("name:1026 NOT email:ada", ["#1026"]),
        ("name:1026 (email:grace OR email:nobody)", ["#1026"]),
        ("email:haruka@example.jp", ["#1034"]),
        ("lantern name:1007", ["#1007"]),
        ("status:cancelled", ["#1021", "#1022"]),
        ("fulfillment_status:partial", ["#1012", "#1035"]),
        ("financial_status:pending", ["#1016"]),
        ("return_status:in_progress", ["#1023"]),
        ("delivery_method:pick-up", ["#1017", "#1018"]),
        ("created_at:<2026-10-01", ["#0900"]),
        ("processed_at:>='2026-11-20T00:00:00Z'", ["#1015", "#1018"]),
        ("name:1001 OR", ["#1001", "EN-1001-FR", "#10012"]),
        ("name:nothing", []),
        ("name:", []),
        ("name:#", []),
        ("customer_id:1", []),
        (f"customer_id:{HARUKA.id}", ["#1034"]),
        (f"customer_id:{HARUKA.id} (name:1034 OR name:1001)", ["#1034"]),
        (f"customer_id:{GRACE.id} name:1001", ["#10012"]),
        (f"customer_id:{str(HARUKA.id)[:5]}", []),
        ("created_at:yesterday", []),
    ],
)
def test_a_query_finds_these_orders(query: str, names: list[str]) -> None:
    assert sorted(names) == sorted(found(query))


def test_a_quoted_value_can_hold_operators() -> None:
    """So a value that was quoted and escaped can't add a term of its own."""
    assert found('name:"1012 OR name:1013"') == []
    assert found('name:"1012\\" OR name:\\"1013"') == []


def test_an_unquoted_value_can_add_terms() -> None:
    """Which is why a typed number must be quoted."""
    assert found("name:1012 OR name:1013") == ["#1012", "#1013"]


def test_a_confirmation_number_and_an_id_are_found() -> None:
    order = ORDERS[3]
    assert found(f"confirmation_number:{order.confirmation_number}") == [order.name]
    assert found(f"id:{order.id}") == [order.name]
    assert found(f'id:"gid://shopify/Order/{order.id}"') == [order.name]


def test_an_unknown_field_is_ignored_and_warned_of(ask: Ask) -> None:
    answer = ask('{ orders(first: 250, query: "phone:123 name:1012") { nodes { name } } }')
    assert answer["data"]["orders"]["nodes"] == [{"name": "#1012"}]
    assert answer["extensions"]["search"][0]["warnings"][0]["field"] == "phone"


def test_nothing_asked_finds_everything() -> None:
    assert len(found("")) == len(found("  ")) == len(ORDERS)


@given(st.text(alphabet=st.sampled_from("nameOR:AND NOT-()\"'\\<>=*#1A ") | st.characters(), max_size=40))
def test_no_text_makes_the_search_raise(text: str) -> None:
    search = parse_search(text)
    assert isinstance([order for order in ORDERS[:5] if search.matches(order)], list)


def test_orders_come_sorted_and_in_pages(ask: Ask) -> None:
    """Two pages by cursor are the same as one, in the order asked for."""
    query = """query ($after: String, $n: Int!) { orders(first: $n, after: $after, sortKey: ORDER_NUMBER,
      reverse: true) { nodes { number } pageInfo { hasNextPage hasPreviousPage endCursor } } }"""
    whole = ask(query, n=20)["data"]["orders"]
    first = ask(query, n=8)["data"]["orders"]
    second = ask(query, n=12, after=first["pageInfo"]["endCursor"])["data"]["orders"]
    numbers = [order["number"] for order in whole["nodes"]]
    assert numbers == sorted(numbers, reverse=True)
    assert whole["nodes"] == first["nodes"] + second["nodes"]
    assert first["pageInfo"]["hasNextPage"]
    assert not first["pageInfo"]["hasPreviousPage"]
    assert second["pageInfo"]["hasPreviousPage"]


def test_the_last_page_goes_backwards(ask: Ask) -> None:
    answer = ask(
        "{ orders(last: 2, sortKey: ID) { edges { cursor node { id } } pageInfo { hasPreviousPage } } }"
    )
    edges = answer["data"]["orders"]["edges"]
    before = ask(f'{{ orders(last: 1, before: "{edges[1]["cursor"]}", sortKey: ID) {{ nodes {{ id }} }} }}')
    assert before["data"]["orders"]["nodes"] == [edges[0]["node"]]
    assert answer["data"]["orders"]["pageInfo"]["hasPreviousPage"]


def test_a_cursor_that_was_never_given_out_is_an_error(ask: Ask) -> None:
    assert "cursor" in ask('{ orders(first: 1, after: "x") { nodes { id } } }')["errors"][0]["message"]


def test_orders_of_more_than_sixty_days_need_their_own_scope(ask: Ask, shop: Shop) -> None:
    """Silently absent from search and by id, as long as read_all_orders is missing."""
    old = next(order for order in shop.orders if order.name == "#0900")
    query = f"""{{ orders(first: 5, query: "name:0900") {{ nodes {{ id }} }}
      order(id: "gid://shopify/Order/{old.id}") {{ name }} }}"""
    assert ask(query)["data"] == {"orders": {"nodes": []}, "order": None}
    shop.control.scopes.append("read_all_orders")
    assert ask(query)["data"]["order"] == {"name": "#0900"}
    assert len(ask(query)["data"]["orders"]["nodes"]) == 1


def test_a_count_says_whether_it_is_exact(ask: Ask) -> None:
    answer = ask(
        """{ all: ordersCount(limit: 3) { count precision }
          one: ordersCount(query: "name:1012") { count precision } }"""
    )
    assert answer["data"] == {
        "all": {"count": 3, "precision": "AT_LEAST"},
        "one": {"count": 1, "precision": "EXACT"},
    }
