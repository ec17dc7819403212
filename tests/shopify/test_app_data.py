"""What the blocks have to know is noted in the shop by the Admin API: the same twice is the same once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from graphql import GraphQLInputObjectType, GraphQLSchema

from tests.shopify.upstream import Behaviour, Upstream, recorded, reply, reset
from tracker.deadline import Deadline
from tracker.errors import UpstreamBroken, UpstreamError, UpstreamRejected
from tracker.shop import HIDEABLE, ShopSettings
from tracker.shopify.api import AdminApi
from tracker.shopify.app_data import InstallationAppData, settings_json
from tracker.shopify.tokens import FixedToken
from tracker.shopify.transport import HttpClient

SHOP = "alice.myshopify.com"
OWNER = "gid://shopify/AppInstallation/1"
CHOSEN = ShopSettings(9, "/pages/contact", "50/10 minutes", frozenset({"pictures", "events"}))
APP = reply({"data": {"currentAppInstallation": {"id": OWNER}}})
SET = reply({"data": {"metafieldsSet": {"metafields": [{"id": f"{OWNER}/1"}], "userErrors": []}}})


class Edge:
    """The edge under test, in front of a server."""

    def __init__(self, app_data: InstallationAppData, server: Upstream) -> None:
        self._app_data = app_data
        self.server = server

    def note(self, path_prefix: str | None = "/a/where", settings: ShopSettings = CHOSEN) -> None:
        self._app_data.note(
            SHOP, path_prefix=path_prefix, settings=settings, lists_orders=True, deadline=Deadline(30)
        )

    @property
    def written(self) -> list[dict[str, Any]]:
        """The metafields of the mutation."""
        fields: list[dict[str, Any]] = self.server.requests[-1].json["variables"]["metafields"]
        return fields


@contextmanager
def shop(*behaviours: Behaviour) -> Iterator[Edge]:
    http = HttpClient()
    with Upstream(*behaviours) as server:
        tokens = FixedToken(SHOP, "shpat_alice")
        api = AdminApi(tokens=tokens, http=http, api_version="2026-10", origin=server.origin)
        yield Edge(InstallationAppData(api), server)
    http.close()


def test_settings_and_path_become_metafields_of_the_apps_own_installation(schema: GraphQLSchema) -> None:
    with shop(APP, SET) as edge:
        edge.note()

        named = {each["key"]: each for each in edge.written}
    assert {"settings", "proxy_path"} == set(named)
    assert {(OWNER, "track_order")} == {(each["ownerId"], each["namespace"]) for each in named.values()}
    assert ("single_line_text_field", "/a/where") == (
        named["proxy_path"]["type"],
        named["proxy_path"]["value"],
    )
    assert (
        "json",
        {"contact_url": "/pages/contact", "hidden": ["events", "pictures"], "lists_orders": True},
    ) == (
        named["settings"]["type"],
        json.loads(named["settings"]["value"]),
    )
    taken = schema.type_map["MetafieldsSetInput"]
    assert isinstance(taken, GraphQLInputObjectType)
    assert all(set(each) <= set(taken.fields) for each in named.values())


def test_a_path_that_nobody_has_told_yet_is_not_noted() -> None:
    """The one that was noted before stays."""
    with shop(APP, SET) as edge:
        edge.note(path_prefix=None)

        assert ["settings"] == [each["key"] for each in edge.written]


def test_the_same_is_noted_in_the_same_words() -> None:
    """So that Shopify sees no change in it, in whatever order a set comes."""
    assert settings_json(CHOSEN, lists_orders=True) == settings_json(
        ShopSettings(1, "/pages/contact", None, frozenset(["events", "pictures"])), lists_orders=True
    )


def test_what_concerns_the_service_alone_stays_out_of_the_shop() -> None:
    """Everybody can read there how long one has to guess."""
    assert {"contact_url", "hidden", "lists_orders"} == set(
        json.loads(settings_json(CHOSEN, lists_orders=False))
    )


def test_the_most_that_can_be_chosen_is_far_below_what_a_metafield_holds() -> None:
    longest = ShopSettings(contact_url="/" + "ä" * 499, hidden=HIDEABLE)

    assert len(settings_json(longest, lists_orders=False)) < 10_000


@pytest.mark.parametrize(
    ("behaviours", "error"),
    [
        ([reply({"data": {"currentAppInstallation": None}})], UpstreamBroken),
        ([reply({"data": {}})], UpstreamBroken),
        ([APP, reply({"data": {}})], UpstreamBroken),
        (
            [APP, reply({"data": {"metafieldsSet": {"userErrors": [{"code": "INVALID_VALUE"}]}}})],
            UpstreamRejected,
        ),
        ([APP, recorded("query_error")], UpstreamRejected),
        ([reply(status=403)], UpstreamError),
        ([reset, reset], UpstreamError),
    ],
)
def test_what_was_not_noted_is_told(behaviours: list[Behaviour], error: type[UpstreamError]) -> None:
    with shop(*behaviours) as edge, pytest.raises(error):
        edge.note()


def test_a_connection_that_is_lost_meanwhile_is_tried_again() -> None:
    with shop(APP, reset, SET) as edge:
        edge.note()

        assert 3 == len(edge.server.requests)
