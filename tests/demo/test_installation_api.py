"""The Admin API on the app itself: metafields, webhook subscriptions, and how each is refused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.demo.conftest import ALICE, BOB, Ask
from tracker.demo.admin_api import run
from tracker.demo.asking import Asking
from tracker.demo.platform import Platform
from tracker.demo.state import Shop

SET = """mutation Set($all: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $all) {
  metafields { namespace key value } userErrors { field code elementIndex message } } }"""
CREATE = """mutation Create($topic: WebhookSubscriptionTopic!, $wanted: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $wanted) {
    webhookSubscription { id topic uri callbackUrl } userErrors { field message } } }"""


@pytest.fixture
def owner(shop: Shop) -> str:
    """The installation's global id."""
    assert shop.installation is not None
    return f"gid://shopify/AppInstallation/{shop.installation.id}"


def written(ask: Ask, owner: str, **changes: object) -> dict[str, Any]:
    """Set one metafield that would be right but for the changes; the payload."""
    one = {"ownerId": owner, "namespace": "track_order", "key": "settings", "type": "json", "value": "{}"}
    answer = ask(SET, all=[{**one, **changes}])
    assert "errors" not in answer
    return dict(answer["data"]["metafieldsSet"])


def read(ask: Ask, key: str = "settings", namespace: str | None = "track_order") -> Any:
    answer = ask(
        """query Read($namespace: String, $key: String!) { currentAppInstallation {
        metafield(namespace: $namespace, key: $key) { namespace type value jsonValue compareDigest } } }""",
        namespace=namespace,
        key=key,
    )
    return answer["data"]["currentAppInstallation"]["metafield"]


def test_a_metafield_is_read_as_it_was_written(ask: Ask, owner: str) -> None:
    assert [] == written(ask, owner, value='{"days": 4}')["userErrors"]
    assert {"days": 4} == read(ask)["jsonValue"]
    assert '{"days": 4}' == read(ask)["value"]
    assert read(ask, key="other") is None


def test_writing_again_replaces_the_value_and_keeps_the_type(ask: Ask, owner: str) -> None:
    written(ask, owner)
    written(ask, owner, type=None, value="[2]")
    assert ("json", [2]) == (read(ask)["type"], read(ask)["jsonValue"])


@pytest.mark.parametrize("namespace", [None, "$app", "$app:inner"])
def test_the_reserved_namespace_is_the_app_s_own(ask: Ask, owner: str, namespace: str | None) -> None:
    assert [] == written(ask, owner, namespace=namespace)["userErrors"]
    assert read(ask, namespace=namespace)["namespace"].startswith("app--")


@pytest.mark.parametrize(
    ("kind", "value", "json"),
    [
        ("boolean", "true", True),
        ("number_integer", "-7", -7),
        ("number_decimal", "1.5", 1.5),
        ("single_line_text_field", "a b", "a b"),
        ("multi_line_text_field", "a\nb", "a\nb"),
        ("url", "https://shop.example/help", "https://shop.example/help"),
        ("date_time", "2026-11-20T12:00:00Z", "2026-11-20T12:00:00Z"),
        ("list.single_line_text_field", '["a"]', ["a"]),
    ],
)
def test_a_value_is_read_by_its_type(ask: Ask, owner: str, kind: str, value: str, json: object) -> None:
    assert [] == written(ask, owner, type=kind, value=value)["userErrors"]
    assert json == read(ask)["jsonValue"]


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"ownerId": "gid://shopify/AppInstallation/9"}, "ownerId", "INVALID"),
        ({"ownerId": "gid://shopify/Shop/1"}, "ownerId", "INVALID"),
        ({"namespace": "a"}, "namespace", "INVALID"),
        ({"namespace": "a.b"}, "namespace", "INVALID"),
        ({"key": "x"}, "key", "INVALID"),
        ({"type": None}, "type", "BLANK"),
        ({"type": "picture"}, "type", "INVALID_TYPE"),
        ({"value": ""}, "value", "BLANK"),
        ({"value": "{"}, "value", "INVALID_VALUE"),
        ({"type": "boolean", "value": "yes"}, "value", "INVALID_VALUE"),
        ({"type": "number_integer", "value": "1.5"}, "value", "INVALID_VALUE"),
        ({"type": "single_line_text_field", "value": "a\nb"}, "value", "INVALID_VALUE"),
        ({"type": "url", "value": "javascript:x"}, "value", "INVALID_VALUE"),
        ({"type": "date_time", "value": "today"}, "value", "INVALID_VALUE"),
        ({"type": "list.url", "value": "{}"}, "value", "INVALID_VALUE"),
        ({"compareDigest": "0"}, "compareDigest", "STALE_OBJECT"),
    ],
)
def test_a_fault_is_named_by_its_field_and_nothing_is_written(
    ask: Ask, owner: str, shop: Shop, *, changes: dict[str, Any], field: str, code: str
) -> None:
    payload = written(ask, owner, **changes)
    (fault,) = payload["userErrors"]
    assert (["metafields", "0", field], code, 0) == (fault["field"], fault["code"], fault["elementIndex"])
    assert payload["metafields"] is None
    assert shop.installation is not None
    assert [] == shop.installation.metafields


def test_one_fault_keeps_all_from_being_written(ask: Ask, owner: str) -> None:
    one = {"ownerId": owner, "namespace": "track_order", "type": "json", "value": "1"}
    payload = ask(SET, all=[{**one, "key": "good"}, {**one, "key": "bad", "value": "{"}])
    assert ["1"] == [fault["field"][1] for fault in payload["data"]["metafieldsSet"]["userErrors"]]
    assert read(ask, key="good") is None


def test_at_most_twenty_five_are_written_at_once(ask: Ask, owner: str) -> None:
    one = {"ownerId": owner, "namespace": "track_order", "type": "json", "value": "1"}
    payload = ask(SET, all=[{**one, "key": f"key{number}"} for number in range(26)])
    assert "LESS_THAN_OR_EQUAL_TO" == payload["data"]["metafieldsSet"]["userErrors"][0]["code"]


def test_a_digest_that_still_holds_lets_the_value_be_replaced(ask: Ask, owner: str) -> None:
    """And null where nothing was there."""
    assert [] == written(ask, owner, compareDigest=None)["userErrors"]
    assert [] == written(ask, owner, compareDigest=read(ask)["compareDigest"], value="[1]")["userErrors"]
    assert ["STALE_OBJECT"] == [
        fault["code"] for fault in written(ask, owner, compareDigest=None)["userErrors"]
    ]


def test_metafields_are_listed_by_namespace_and_key(ask: Ask, owner: str) -> None:
    for namespace, key in (("track_order", "one"), ("track_order", "two"), ("other", "one")):
        written(ask, owner, namespace=namespace, key=key)

    def listed(arguments: str) -> list[str]:
        answer = ask(
            f"""{{ currentAppInstallation {{
            metafields(first: 9, {arguments}) {{ nodes {{ namespace key }} }} }} }}"""
        )
        nodes = answer["data"]["currentAppInstallation"]["metafields"]["nodes"]
        return [f"{one['namespace']}.{one['key']}" for one in nodes]

    assert ["track_order.one", "track_order.two"] == listed('namespace: "track_order"')
    assert ["other.one"] == listed('keys: ["other.one", "other.two"]')


def test_only_what_was_there_is_deleted(ask: Ask, owner: str) -> None:
    written(ask, owner)
    one = {"ownerId": owner, "namespace": "track_order", "key": "settings"}
    other = {**one, "ownerId": "gid://shopify/AppInstallation/9"}
    answer = ask(
        """mutation Delete($all: [MetafieldIdentifierInput!]!) { metafieldsDelete(metafields: $all) {
        deletedMetafields { key namespace ownerId } userErrors { message } } }""",
        all=[other, one, one],
    )
    assert [None, one, None] == answer["data"]["metafieldsDelete"]["deletedMetafields"]
    assert read(ask) is None


def test_a_mutation_costs_ten_points(ask: Ask, owner: str) -> None:
    answer = ask(SET, all=[])
    cost = answer["extensions"]["cost"]
    assert (10, 10) == (cost["requestedQueryCost"], cost["actualQueryCost"])


def subscribed(ask: Ask, topic: str = "ORDERS_UPDATED", **wanted: object) -> dict[str, Any]:
    answer = ask(CREATE, topic=topic, wanted={"uri": "https://app.example/hooks", **wanted})
    return dict(answer["data"]["webhookSubscriptionCreate"])


def test_a_subscription_is_made_found_and_ended(ask: Ask) -> None:
    made = subscribed(ask)["webhookSubscription"]
    assert ("ORDERS_UPDATED", "https://app.example/hooks") == (made["topic"], made["callbackUrl"])

    def found(arguments: str) -> list[str]:
        answer = ask(f"{{ webhookSubscriptions(first: 9 {arguments}) {{ nodes {{ id }} }} }}")
        return [one["id"] for one in answer["data"]["webhookSubscriptions"]["nodes"]]

    assert [made["id"]] == found("") == found("topics: [ORDERS_UPDATED]") == found(f'uri: "{made["uri"]}"')
    assert [] == found("topics: [ORDERS_EDITED]") == found("format: XML") == found('uri: "https://x.example"')
    end = f"""mutation {{ webhookSubscriptionDelete(id: "{made["id"]}") {{
        deletedWebhookSubscriptionId userErrors {{ field message }} }} }}"""
    assert made["id"] == ask(end)["data"]["webhookSubscriptionDelete"]["deletedWebhookSubscriptionId"]
    assert ["id"] == ask(end)["data"]["webhookSubscriptionDelete"]["userErrors"][0]["field"]
    assert [] == found("")


@pytest.mark.parametrize(
    ("topic", "changes", "field"),
    [
        ("PRODUCTS_UPDATE", {}, ["topic"]),
        ("ORDERS_UPDATED", {"uri": None}, ["webhookSubscription", "callbackUrl"]),
        ("ORDERS_UPDATED", {"uri": "http://app.example/"}, ["webhookSubscription", "callbackUrl"]),
        ("ORDERS_UPDATED", {"uri": "/hooks"}, ["webhookSubscription", "callbackUrl"]),
        ("ORDERS_UPDATED", {"filter": "id:1"}, ["webhookSubscription"]),
        ("ORDERS_UPDATED", {"format": "XML"}, ["webhookSubscription"]),
    ],
)
def test_a_subscription_that_can_not_be_is_refused(
    ask: Ask, topic: str, changes: dict[str, Any], field: list[str]
) -> None:
    payload = subscribed(ask, topic, **changes)
    assert payload["webhookSubscription"] is None
    assert [field] == [fault["field"] for fault in payload["userErrors"]]


def test_a_topic_needs_its_scope(ask: Ask, shop: Shop) -> None:
    shop.control.scopes.remove("read_returns")
    assert ["topic"] == subscribed(ask, "RETURNS_APPROVE")["userErrors"][0]["field"]
    assert [] == subscribed(ask, "RETURNS_CLOSE")["userErrors"]


def test_one_address_hears_of_a_topic_once(ask: Ask) -> None:
    subscribed(ask)
    assert "already been taken" in subscribed(ask)["userErrors"][0]["message"]
    assert [] == subscribed(ask, uri="https://app.example/other")["userErrors"]


def test_another_shop_s_things_are_out_of_reach(platform: Platform) -> None:
    """Neither an owner's id nor a subscription's leads from one shop to another."""

    def asked(shop: str, query: str, **variables: object) -> dict[str, Any]:
        state = platform.shop(shop)
        with state.lock:
            answer = run(Asking(state, "http://shop.example"), {"query": query, "variables": variables})
        assert "errors" not in answer
        return dict(answer["data"])

    for shop in (ALICE, BOB):
        platform.install(shop)
    owner = asked(ALICE, "{ currentAppInstallation { id } }")["currentAppInstallation"]["id"]
    one = {"ownerId": owner, "namespace": "track_order", "key": "settings", "type": "json", "value": "1"}
    made = asked(ALICE, CREATE, topic="ORDERS_UPDATED", wanted={"uri": "https://app.example/hooks"})
    identity = made["webhookSubscriptionCreate"]["webhookSubscription"]["id"]

    refused = asked(BOB, SET, all=[one])["metafieldsSet"]["userErrors"]
    assert [["metafields", "0", "ownerId"]] == [fault["field"] for fault in refused]
    assert {"webhookSubscription": None} == asked(
        BOB, f'{{ webhookSubscription(id: "{identity}") {{ id }} }}'
    )
    assert [] == asked(ALICE, SET, all=[one])["metafieldsSet"]["userErrors"]
