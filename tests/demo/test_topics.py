"""Topics and their scopes are those that Shopify's schema states."""

from __future__ import annotations

import re

import pytest

from tests.demo.test_schema import shopifys
from tracker.demo.topics import BY_ENUM, TOPICS, enum_of


def stated(topic: str) -> set[str]:
    """The scopes in the words that the schema has for a topic."""
    values = {one["name"]: one for one in shopifys()["WebhookSubscriptionTopic"]["enumValues"]}
    return set(re.findall(r"\bread_\w+", values[enum_of(topic)]["description"]))


@pytest.mark.parametrize("topic", TOPICS)
def test_a_topic_needs_what_shopify_states(topic: str) -> None:
    assert stated(topic) == set(TOPICS[topic].scopes)


def test_any_one_of_the_scopes_is_enough() -> None:
    topic = TOPICS["returns/close"]
    assert [True, True, False] == [topic.opened_by([one]) for one in ("read_orders", "read_returns", "x")]
    assert TOPICS["app/uninstalled"].opened_by([])


def test_the_spelling_of_the_admin_api_leads_back() -> None:
    assert list(TOPICS) == [BY_ENUM[enum_of(topic)] for topic in TOPICS]
