"""The fields of the Admin API that are about the app itself: its scopes, metafields and subscriptions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql import GraphQLError

from tracker.demo import metafields
from tracker.demo.asking import Answer, Asking, number_of
from tracker.demo.installation import Installation, Metafield, Subscription
from tracker.demo.subscriptions import BadSubscription, create_subscription
from tracker.demo.topics import BY_ENUM, enum_of


def _installation(_: Any, asking: Asking, __: Mapping[str, Any]) -> Installation:
    installation = asking.shop.installation
    if installation is None:
        raise GraphQLError("The app is not installed")
    return installation


def _scopes(_: Any, asking: Asking, __: Mapping[str, Any]) -> list[dict[str, str]]:
    return [{"handle": scope, "description": scope.replace("_", " ")} for scope in asking.shop.control.scopes]


def _metafield(installation: Installation, _: Asking, arguments: Mapping[str, Any]) -> Metafield | None:
    return metafields.find(installation, arguments.get("namespace"), arguments["key"])


def _metafields(installation: Installation, _: Asking, arguments: Mapping[str, Any]) -> list[Metafield]:
    namespace, keys = arguments.get("namespace"), arguments.get("keys")
    found = installation.metafields
    if namespace is not None:
        found = [one for one in found if one.namespace == metafields.full_namespace(namespace)]
    if keys is not None:
        found = [one for one in found if f"{one.namespace}.{one.key}" in keys]
    return found


def _set(_: Any, asking: Asking, arguments: Mapping[str, Any]) -> dict[str, Any]:
    shop, installation = asking.shop, _installation(None, asking, {})
    faults = metafields.faults(installation, arguments["metafields"])
    if faults:
        return {"metafields": None, "userErrors": faults}
    written = [
        metafields.write(installation, one, number=shop.next_id(), now=shop.clock())
        for one in arguments["metafields"]
    ]
    return {"metafields": written, "userErrors": []}


def _delete(_: Any, asking: Asking, arguments: Mapping[str, Any]) -> dict[str, Any]:
    installation = _installation(None, asking, {})
    deleted: list[Mapping[str, Any] | None] = []
    for one in arguments["metafields"]:
        own = one["ownerId"] == metafields.owner_id(installation)
        found = metafields.find(installation, one["namespace"], one["key"]) if own else None
        if found is not None:
            installation.metafields.remove(found)
        deleted.append(one if found is not None else None)
    return {"deletedMetafields": deleted, "userErrors": []}


def _subscriptions(_: Any, asking: Asking, arguments: Mapping[str, Any]) -> list[Subscription]:
    if arguments.get("query"):
        raise GraphQLError("query is not understood here", extensions={"code": "BAD_REQUEST"})
    topics, uri = arguments.get("topics"), arguments.get("uri") or arguments.get("callbackUrl")
    found = [
        one
        for one in _installation(None, asking, {}).subscriptions
        if (topics is None or enum_of(one.topic) in topics) and (uri is None or one.uri == uri)
    ]
    return found if arguments.get("format") in (None, "JSON") else []


def _subscription(_: Any, asking: Asking, arguments: Mapping[str, Any]) -> Subscription | None:
    number = number_of(arguments["id"], "WebhookSubscription")
    own = _installation(None, asking, {}).subscriptions
    return next((one for one in own if one.id == number), None)


def _subscribe(_: Any, asking: Asking, arguments: Mapping[str, Any]) -> dict[str, Any]:
    wanted = arguments["webhookSubscription"]
    try:
        made = create_subscription(asking.shop, BY_ENUM.get(arguments["topic"]), wanted)
    except BadSubscription as fault:
        return {
            "webhookSubscription": None,
            "userErrors": [{"field": fault.field, "message": str(fault)}],
        }
    return {"webhookSubscription": made, "userErrors": []}


def _unsubscribe(_: Any, asking: Asking, arguments: Mapping[str, Any]) -> dict[str, Any]:
    found = _subscription(None, asking, arguments)
    if found is None:
        fault = {"field": ["id"], "message": "Webhook subscription does not exist"}
        return {"deletedWebhookSubscriptionId": None, "userErrors": [fault]}
    _installation(None, asking, {}).subscriptions.remove(found)
    return {"deletedWebhookSubscriptionId": arguments["id"], "userErrors": []}


def _version(_: Any, asking: Asking, __: Mapping[str, Any]) -> dict[str, Any]:
    version = asking.shop.config.api_version
    return {"handle": version, "displayName": version, "supported": True}


FIELDS: dict[tuple[str, str], Answer] = {
    ("QueryRoot", "currentAppInstallation"): _installation,
    ("QueryRoot", "webhookSubscription"): _subscription,
    ("QueryRoot", "webhookSubscriptions"): _subscriptions,
    ("Mutation", "metafieldsSet"): _set,
    ("Mutation", "metafieldsDelete"): _delete,
    ("Mutation", "webhookSubscriptionCreate"): _subscribe,
    ("Mutation", "webhookSubscriptionDelete"): _unsubscribe,
    ("AppInstallation", "accessScopes"): _scopes,
    ("AppInstallation", "metafield"): _metafield,
    ("AppInstallation", "metafields"): _metafields,
    ("Metafield", "compareDigest"): lambda one, *_: metafields.digest(one),
    ("Metafield", "jsonValue"): lambda one, *_: metafields.read_value(one),
    ("Metafield", "sizeInBytes"): lambda one, *_: len(one.value.encode()),
    ("WebhookSubscription", "apiVersion"): _version,
    ("WebhookSubscription", "callbackUrl"): lambda one, *_: one.uri,
    ("WebhookSubscription", "filter"): lambda *_: None,
    ("WebhookSubscription", "format"): lambda *_: "JSON",
    ("WebhookSubscription", "metafieldNamespaces"): lambda *_: [],
    ("WebhookSubscription", "topic"): lambda one, *_: enum_of(one.topic),
}
"""(type, field) → how it is answered."""
