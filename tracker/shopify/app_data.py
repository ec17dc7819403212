"""Metafields of the app's own installation: what Liquid reads as `app.metafields.track_order`, and nobody
else can change. Fills `ports.AppData`.

https://shopify.dev/docs/apps/build/metafields/manage-app-data-metafields
"""

from __future__ import annotations

import json

from tracker.deadline import Deadline
from tracker.errors import UpstreamBroken, UpstreamRejected
from tracker.shapes import mapping, mappings
from tracker.shop import ShopSettings
from tracker.shopify import queries
from tracker.shopify.api import AdminApi
from tracker.shopify.shapes import identity

NAMESPACE = "track_order"
PATH_KEY, SETTINGS_KEY = "proxy_path", "settings"


class InstallationAppData:
    """ports.AppData by the Admin API. An app needs no scope for what is its own."""

    def __init__(self, api: AdminApi) -> None:
        self._api = api

    def note(
        self,
        shop: str,
        *,
        path_prefix: str | None,
        settings: ShopSettings,
        lists_orders: bool,
        deadline: Deadline,
    ) -> None:
        """See ports.AppData. What is there already is written again: asking first would cost as much."""
        data = self._api.ask("app_data", shop, queries.read_app(), {}, deadline).data
        owner = identity(data.get("currentAppInstallation"))
        if owner is None:
            raise UpstreamBroken
        metafields = [
            _metafield(owner, SETTINGS_KEY, "json", settings_json(settings, lists_orders=lists_orders))
        ]
        if path_prefix is not None:
            metafields.append(_metafield(owner, PATH_KEY, "single_line_text_field", path_prefix))
        variables = {"metafields": metafields}
        data = self._api.ask("app_data", shop, queries.set_app_data(), variables, deadline).data
        if "metafieldsSet" not in data:
            raise UpstreamBroken
        if mappings(mapping(data["metafieldsSet"]).get("userErrors")):
            raise UpstreamRejected


def settings_json(settings: ShopSettings, *, lists_orders: bool) -> str:
    """What the block has to know of the settings and of what the shop granted; the rest concerns the service
    alone."""
    return json.dumps(
        {
            "contact_url": settings.contact_url,
            "hidden": sorted(settings.hidden),
            "lists_orders": lists_orders,
        }
    )


def _metafield(owner: str, key: str, kind: str, value: str) -> dict[str, str]:
    return {"ownerId": owner, "namespace": NAMESPACE, "key": key, "type": kind, "value": value}
