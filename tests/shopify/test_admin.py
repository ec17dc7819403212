"""Finding and reading an order, against a real server that answers as the Admin API does, or doesn't."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.shopify import recordings
from tests.shopify.clocks import FakeTime
from tests.shopify.upstream import Behaviour, Upstream, close, half, hang, recorded, reply, reset
from tracker import order_number
from tracker.claim import Claim, by_customer, by_email
from tracker.deadline import Deadline
from tracker.errors import (
    AccessDenied,
    AccessTokenRejected,
    ShopUnavailable,
    UpstreamBroken,
    UpstreamError,
    UpstreamRejected,
    UpstreamThrottled,
    UpstreamTimeout,
    UpstreamUnreachable,
)
from tracker.order import Order
from tracker.ports import AccessToken, Found, FoundOrder
from tracker.shopify import queries
from tracker.shopify.admin import AdminOrders
from tracker.shopify.api import AdminApi
from tracker.shopify.transport import HttpClient, UpstreamCall

SHOP = "alice.myshopify.com"
ORDER_ID = "gid://shopify/Order/1001"
VERSION = "2026-10"
TOKEN = "shpat_secret"
ALICES_EMAIL, ALICES_ID = by_email("alice@example.com"), "6000000001"
SCOPES = frozenset({"read_orders", "read_merchant_managed_fulfillment_orders"})


class FakeTokens:
    """Hands out its tokens one after the other, the last one for ever; remembers what was refused."""

    def __init__(self, *values: str) -> None:
        self.values = list(values or (TOKEN,))
        self.refused: list[str] = []

    def token(self, shop: str, *, deadline: Deadline) -> AccessToken:
        return AccessToken(self.values[0])

    def rejected(self, shop: str, token: AccessToken) -> None:
        self.refused.append(token.value)
        if len(self.values) > 1:
            self.values.pop(0)


@dataclass
class Shop:
    """The edge under test, the server behind it and everything that it told."""

    orders: AdminOrders
    server: Upstream
    tokens: FakeTokens
    time: FakeTime
    calls: list[UpstreamCall] = field(default_factory=list)
    told: list[tuple[str, ...]] = field(default_factory=list)

    def find(self, typed: str = "1001", claim: Claim = ALICES_EMAIL) -> Found:
        number = order_number.read(typed)
        assert number is not None
        return self.orders.find(SHOP, number, claim, deadline=self.time.deadline())

    def recent(self) -> Sequence[FoundOrder]:
        return self.orders.recent(SHOP, ALICES_ID, deadline=self.time.deadline())

    def read(self, scopes: frozenset[str] = SCOPES, seconds: float = 3.0) -> Order | None:
        return self.orders.read(SHOP, ORDER_ID, scopes=scopes, deadline=self.time.deadline(seconds))

    @property
    def asked(self) -> list[dict[str, Any]]:
        return [request.json for request in self.server.requests]


@contextmanager
def shop(*behaviours: Behaviour, tokens: FakeTokens | None = None, **settings: Any) -> Iterator[Shop]:
    time, calls, told = FakeTime(), list[UpstreamCall](), list[tuple[str, ...]]()
    http = HttpClient(observe=calls.append, sleep=time.sleep)
    tokens = tokens or FakeTokens()

    def tell(what: str) -> Callable[..., None]:
        return lambda *words: told.append((what, *words))

    with Upstream(*behaviours) as server:
        api = AdminApi(
            tokens=tokens,
            http=http,
            api_version=VERSION,
            origin=server.origin,
            on_version_fell_forward=tell("version"),
        )
        orders = AdminOrders(
            api,
            on_unknown_word=tell("word"),
            on_withheld=tell("withheld"),
            on_skipped=tell("skipped"),
            **settings,
        )
        yield Shop(orders, server, tokens, time, calls, told)
    http.close()


def read_answer(order: dict[str, Any] | None) -> Behaviour:
    return reply({"data": {"order": order}})


@pytest.mark.parametrize("nodes", [[{"id": 7, "name": None, "email": {}}], ["none"]])
def test_hits_of_which_none_can_be_read_are_no_miss(nodes: list[object]) -> None:
    """Or a buyer would be told, for a minute, that there is no such order."""
    with shop(reply({"data": {"orders": {"nodes": nodes}}})) as alice, pytest.raises(UpstreamBroken):
        alice.find()


def test_finding_asks_once_with_the_number_as_a_variable() -> None:
    with shop(recorded("find", X_Request_Id="req-1")) as alice:
        found = alice.find()

    assert [hit.name for hit in found.orders] == ["#1001", "#10011", "#10012"]
    assert "read_merchant_managed_fulfillment_orders" in found.scopes
    [request] = alice.server.requests
    assert request.path == f"/admin/api/{VERSION}/graphql.json"
    assert request.headers["x-shopify-access-token"] == TOKEN
    number = order_number.read("1001")
    assert number is not None
    assert request.json == {"query": queries.find(), "variables": {"query": number.query}}
    [call] = alice.calls
    assert (call.operation, call.outcome, call.status, call.request_id) == ("find", "ok", 200, "req-1")
    assert call.throttle["currentlyAvailable"] == 1994


def test_finding_nothing_is_an_answer() -> None:
    with shop(recorded("find_nothing")) as alice:
        assert alice.find().orders == ()


def test_a_customers_order_is_looked_for_among_their_own() -> None:
    with shop(recorded("find_of_customer")) as alice:
        found = alice.find(claim=by_customer(ALICES_ID))

    assert [(hit.name, hit.email, hit.customer_id) for hit in found.orders] == [
        ("#1001", None, ALICES_ID),
        ("#10011", None, "6000000002"),
        ("#10012", None, None),
    ]
    assert "read_customers" in found.scopes
    number = order_number.read("1001")
    assert number is not None
    search = f"customer_id:{ALICES_ID} ({number.query})"
    assert alice.asked == [{"query": queries.find_of_customer(), "variables": {"query": search}}]
    assert [(call.operation, call.outcome) for call in alice.calls] == [("find", "ok")]


def test_a_customers_newest_orders_are_listed_by_one_request() -> None:
    with shop(recorded("recent")) as alice:
        found = alice.recent()

    assert [(hit.name, hit.customer_id) for hit in found] == [
        ("#1002", ALICES_ID),
        ("#1001", ALICES_ID),
        ("#0900", None),
    ]
    assert alice.asked == [{"query": queries.recent(), "variables": {"query": f"customer_id:{ALICES_ID}"}}]
    assert [(call.operation, call.outcome) for call in alice.calls] == [("recent", "ok")]


def test_without_the_scope_for_customers_nobodys_orders_are_told_and_it_is_no_news() -> None:
    """The scope is optional: a shop without it is as its merchant wants it."""
    with shop(recorded("recent_without_scope"), recorded("find_of_customer_without_scope")) as alice:
        listed, found = alice.recent(), alice.find(claim=by_customer(ALICES_ID))

    assert [hit.customer_id for hit in [*listed, *found.orders]] == [None, None]
    assert "read_orders" in found.scopes
    assert alice.told == []


def test_where_orders_are_withheld_there_is_no_list_and_no_look_up() -> None:
    with shop(*[recorded("find_orders_withheld")] * 2) as alice:
        assert list(alice.recent()) == []
        with pytest.raises(AccessDenied):
            alice.find(claim=by_customer(ALICES_ID))


def test_reading_asks_once_and_only_for_what_the_scopes_open() -> None:
    with shop(recorded("order_split"), recorded("order_unshipped")) as alice:
        order = alice.read()
        poorer = alice.read(frozenset({"read_orders"}))

    assert order is not None
    assert (order.name, order.truncated) == ("#1001", False)
    assert poorer is not None
    assert poorer.name == "#1002"
    assert alice.asked == [
        {"query": queries.read(SCOPES), "variables": {"id": ORDER_ID}},
        {"query": queries.read(frozenset()), "variables": {"id": ORDER_ID}},
    ]
    assert [call.operation for call in alice.calls] == ["read", "read"]


def test_the_status_page_is_asked_for_where_it_is_switched_on() -> None:
    with shop(recorded("order_edited"), status_page=True) as alice:
        order = alice.read()

    assert order is not None
    assert order.status_page_url is not None
    assert "statusPageUrl" in alice.asked[0]["query"]


def test_an_order_that_is_gone_is_none() -> None:
    with shop(recorded("order_gone")) as alice:
        assert alice.read() is None


def test_the_shop_is_put_into_the_origin() -> None:
    with shop(recorded("find_nothing")) as alice:
        origin = alice.server.origin + "/{shop}"
        http = HttpClient()
        orders = AdminOrders(AdminApi(tokens=alice.tokens, http=http, api_version=VERSION, origin=origin))
        number = order_number.read("1001")
        assert number is not None
        orders.find(SHOP, number, ALICES_EMAIL, deadline=Deadline(3))
        http.close()

    assert alice.server.requests[0].path == f"/{SHOP}/admin/api/{VERSION}/graphql.json"


@pytest.mark.parametrize("name", ["evil.example", "a.myshopify.com/..", "a.myshopify.com@evil.example", ""])
def test_no_other_host_is_ever_asked(name: str) -> None:
    with shop() as alice, pytest.raises(UpstreamRejected):
        alice.orders.read(name, ORDER_ID, scopes=SCOPES, deadline=Deadline(3))

    assert alice.server.requests == []


FAILURES: list[tuple[list[Behaviour], type[UpstreamError], float | None]] = [
    ([reset, reset], UpstreamUnreachable, None),
    ([close, close], UpstreamUnreachable, None),
    ([half, half], UpstreamUnreachable, None),
    ([reply(b"<html>", status=502)] * 2, UpstreamBroken, None),
    (
        [reply(b"<!DOCTYPE html><p>Maintenance", headers={"Content-Type": "text/html"})] * 2,
        UpstreamBroken,
        None,
    ),
    ([reply(b'{"data": {"order')] * 2, UpstreamBroken, None),
    ([reply([])] * 2, UpstreamBroken, None),
    ([reply({"data": None})] * 2, UpstreamBroken, None),
    ([reply({"data": {"order": [], "orders": []}})], UpstreamBroken, None),
    ([reply({"data": {}})], UpstreamBroken, None),
    ([recorded("internal_error")] * 2, UpstreamBroken, None),
    ([recorded("throttled")] * 2, UpstreamThrottled, 0.6),
    ([reply(status=429, headers={"Retry-After": "2.0"})] * 2, UpstreamThrottled, 2.0),
    ([reply(status=429, headers={"Retry-After": "60"})], UpstreamThrottled, 60.0),
    ([recorded("query_error")], UpstreamRejected, None),
    ([reply(status=400)], UpstreamRejected, None),
    ([reply(status=302, headers={"Location": "https://evil.example/"})], UpstreamRejected, None),
    ([reply(status=402)], ShopUnavailable, None),
    ([reply({"errors": "Not Found"}, status=404)], ShopUnavailable, None),
    ([reply(status=423)], ShopUnavailable, None),
    ([recorded("shop_inactive")], ShopUnavailable, None),
    ([reply(status=401)], AccessTokenRejected, None),
    ([reply(status=403)], AccessTokenRejected, None),
    ([recorded("find_orders_withheld")], AccessDenied, None),
]


@pytest.mark.parametrize(
    ("verb", "behaviours", "error", "retry_after"),
    [
        (verb, *failure)
        for verb in ("find", "recent", "read")
        for failure in FAILURES
        if (verb, failure[1]) != ("recent", AccessDenied)  # which is an empty list
    ],
)
def test_each_failure_is_typed_told_and_carries_nothing_of_what_was_sent(
    verb: str, behaviours: list[Behaviour], error: type[UpstreamError], retry_after: float | None
) -> None:
    with shop(*behaviours) as alice, pytest.raises(error) as raised:
        getattr(alice, verb)()

    assert raised.value.code == error.code
    assert raised.value.retry_after == (None if retry_after is None else pytest.approx(retry_after))
    assert len(alice.calls) == len(alice.server.requests) == len(behaviours)
    said = [raised.value, raised.value.__context__, raised.value.__cause__]
    assert not [text for text in map(repr, said) if TOKEN in text or "1001" in text]
    assert all(type(context).__module__ in ("builtins", "tracker.errors") for context in said[1:])


def test_a_time_out_is_not_tried_again() -> None:
    with shop(hang) as alice, pytest.raises(UpstreamTimeout):
        alice.orders.read(SHOP, ORDER_ID, scopes=SCOPES, deadline=Deadline(0.1))

    assert [call.outcome for call in alice.calls] == ["upstream_timeout"]


@pytest.mark.parametrize(
    ("first", "pause"),
    [
        (reset, 0.1),
        (close, 0.1),
        (reply(status=503), 0.1),
        (recorded("throttled"), 0.6),
        (reply(status=429, headers={"Retry-After": "1.0"}), 1.0),
    ],
)
def test_a_second_request_mends_what_it_can(first: Behaviour, pause: float) -> None:
    with shop(first, recorded("order_split")) as alice:
        assert alice.read() is not None

    assert alice.time.slept == [pytest.approx(pause)]
    assert [call.outcome for call in alice.calls][1:] == ["ok"]


def test_throttled_is_not_waited_for_where_the_time_is_short() -> None:
    with shop(recorded("throttled")) as alice, pytest.raises(UpstreamThrottled) as raised:
        alice.read(seconds=0.8)

    assert alice.time.slept == []
    assert raised.value.retry_after == pytest.approx(0.6)


def test_a_refused_token_is_replaced_once() -> None:
    with shop(reply(status=401), recorded("find"), tokens=FakeTokens("old", "new")) as alice:
        assert len(alice.find().orders) == 3

    assert alice.tokens.refused == ["old"]
    sent = [request.headers["x-shopify-access-token"] for request in alice.server.requests]
    assert sent == ["old", "new"]


def test_two_refused_tokens_are_enough() -> None:
    tokens = FakeTokens("old", "new", "newest")
    refusals = [reply(status=401), reply(status=401)]
    with shop(*refusals, tokens=tokens) as alice, pytest.raises(AccessTokenRejected):
        alice.find()

    assert tokens.refused == ["old", "new"]


def test_a_403_is_no_matter_of_the_token() -> None:
    tokens = FakeTokens("old", "new")
    with shop(reply(status=403), tokens=tokens) as alice, pytest.raises(AccessTokenRejected):
        alice.find()

    assert alice.tokens.refused == []


def test_where_the_email_is_withheld_nobody_can_be_verified() -> None:
    with shop(recorded("find_email_withheld")) as alice, pytest.raises(AccessDenied):
        alice.find()

    assert alice.told == [("withheld", "orders.nodes.email")]


def test_scopes_that_are_withheld_make_the_story_poorer() -> None:
    with shop(recorded("find_scopes_withheld")) as alice:
        found = alice.find()

    assert found.orders[0].email == "alice@example.com"
    assert found.scopes == frozenset()
    assert alice.told == [("withheld", "currentAppInstallation")]


def test_a_part_that_takes_the_order_with_it_is_left_out_the_second_time() -> None:
    with shop(recorded("order_withheld_holds"), recorded("order_unshipped")) as alice:
        order = alice.read()

    assert order is not None
    assert order.name == "#1002"
    assert [asked["query"] for asked in alice.asked] == [queries.read(SCOPES), queries.read(frozenset())]
    assert alice.told == [("withheld", "order.fulfillmentOrders")]


def test_a_part_withheld_beside_the_order_makes_the_story_poorer() -> None:
    answer = recordings.answer("order_split")
    answer["data"]["order"]["refunds"] = None
    answer["errors"] = [{"extensions": {"code": "ACCESS_DENIED"}, "path": ["order", "refunds"]}]
    with shop(reply(answer)) as alice:
        order = alice.read()

    assert order is not None
    assert alice.told == [("withheld", "order.refunds")]


def test_a_destination_that_is_withheld_is_not_known_and_nothing_to_complain_of() -> None:
    """Which apps may see an address is Shopify's to decide; stories are told without it."""
    answer = recordings.answer("order_split")
    address = answer["data"]["order"]["shippingAddress"]
    address["countryCodeV2"] = None
    path = ["order", "shippingAddress", "countryCodeV2"]
    answer["errors"] = [{"extensions": {"code": "ACCESS_DENIED"}, "path": path}]
    with shop(reply(answer)) as alice:
        order = alice.read()

    assert order is not None
    assert order.destination is None
    assert len(alice.asked) == 1
    assert alice.told == []


def test_an_order_that_is_withheld_is_not_an_order_that_is_gone() -> None:
    answer = {
        "data": {"order": None},
        "errors": [{"extensions": {"code": "ACCESS_DENIED"}, "path": ["order"]}],
    }
    with shop(reply(answer)) as alice, pytest.raises(AccessDenied):
        alice.read()


def test_an_order_without_a_date_is_no_answer() -> None:
    order = recordings.order("split")
    del order["processedAt"]
    with shop(read_answer(order)) as alice, pytest.raises(UpstreamBroken):
        alice.read()


def test_a_version_that_fell_forward_is_told_once_and_used() -> None:
    newer = {"X_Shopify_API_Version": "2027-01"}
    with shop(recorded("find", **newer), recorded("find", **newer)) as alice:
        assert len(alice.find().orders) == 3
        alice.find()

    assert alice.told == [("version", "2027-01")]


def test_the_version_that_was_asked_for_is_no_news() -> None:
    with shop(recorded("find", X_Shopify_API_Version=VERSION)) as alice:
        alice.find()

    assert alice.told == []


def test_unknown_words_are_told() -> None:
    with shop(recorded("order_unknown_words")) as alice:
        assert alice.read() is not None

    assert ("word", "display_status", "BEAMED_UP") in alice.told


def long_order(cursor: str | None) -> dict[str, Any]:
    order = recordings.order("split")
    order["lineItems"]["pageInfo"] = {"hasNextPage": cursor is not None, "endCursor": cursor}
    return order


def lines_page(cursor: str | None) -> Behaviour:
    line = {
        "id": f"gid://shopify/LineItem/{cursor}",
        "title": "Spoon",
        "currentQuantity": 1,
        "unfulfilledQuantity": 1,
    }
    info = {"hasNextPage": cursor is not None, "endCursor": cursor}
    return read_answer({"lineItems": {"nodes": [line], "pageInfo": info}})


def test_a_long_order_is_read_page_by_page() -> None:
    with shop(read_answer(long_order("c1")), lines_page("c2"), lines_page(None)) as alice:
        order = alice.read()

    assert order is not None
    assert not order.truncated
    assert [part.item.title for part in order.unshipped][-2:] == ["Spoon", "Spoon"]
    assert [call.operation for call in alice.calls] == ["read", "page", "page"]
    assert [asked["variables"] for asked in alice.asked[1:]] == [
        {"id": ORDER_ID, "after": "c1"},
        {"id": ORDER_ID, "after": "c2"},
    ]


def test_pages_end_somewhere() -> None:
    pages = [lines_page(f"c{number}") for number in range(2, 10)]
    with shop(read_answer(long_order("c1")), *pages, max_pages=2) as alice:
        order = alice.read()

    assert order is not None
    assert order.truncated
    assert len(alice.calls) == 3


@pytest.mark.parametrize(
    "page",
    [
        [reset, reset],
        [recorded("query_error")],
        [read_answer(None)],
        [read_answer({"lineItems": {"nodes": [], "pageInfo": {"hasNextPage": True, "endCursor": "c1"}}})],
    ],
)
def test_a_page_that_fails_leaves_what_was_read(page: list[Behaviour]) -> None:
    with shop(read_answer(long_order("c1")), *page) as alice:
        order = alice.read()

    assert order is not None
    assert order.truncated
    assert order.name == "#1001"
