"""Reading `shopify.app.toml` as Shopify does when an app is deployed, with the refusals a deploy has.

https://shopify.dev/docs/apps/build/cli-for-apps/app-configuration and
https://shopify.dev/docs/apps/build/webhooks/subscribe
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tracker.demo.access import ALL_SCOPES
from tracker.demo.topics import COMPLIANCE, TOPICS

PREFIXES = ("a", "apps", "community", "tools")
"""First parts that a proxy's path may have."""

_RESERVED = {"admin", "services", "password", "login"}
_SCOPE = re.compile(r"(?:unauthenticated_)?(?:read|write)_[a-z_]+")
_VERSION = re.compile(r"20\d\d-(?:01|04|07|10)")


class BadAppConfig(ValueError):
    """A file that Shopify would not deploy. The text names the fault."""


@dataclass(frozen=True)
class AppProxy:
    """`path` is what a shop has at first, such as `/apps/track-order`; `url` is absolute."""

    url: str
    path: str


@dataclass(frozen=True)
class TopicSubscription:
    """One topic to one absolute address, for every shop that has the app."""

    topic: str
    uri: str
    include_fields: tuple[str, ...] = ()
    name: str | None = None


@dataclass(frozen=True)
class AppConfig:
    """What Shopify knows of an app. Addresses are absolute; topics are spelled `orders/updated`."""

    name: str
    handle: str
    client_id: str
    application_url: str
    scopes: tuple[str, ...]
    optional_scopes: tuple[str, ...] = ()
    proxy: AppProxy | None = None
    api_version: str = "2026-10"
    subscriptions: tuple[TopicSubscription, ...] = ()
    compliance: Mapping[str, str] = field(default_factory=dict)
    """Compliance topic → address."""

    def reached_at(self, url: str, origin: str) -> str:
        """An address of the app, `https://` in the file, at the origin where the app runs here."""
        own = _origin(self.application_url)
        return origin + url.removeprefix(own) if _origin(url) == own else url


def default_config(client_id: str) -> AppConfig:
    """The app of a demo that is told of no file: all scopes, the usual proxy, and told of parcels' events."""
    origin = "https://track.example"
    return AppConfig(
        name="Track my order",
        handle="track-my-order",
        client_id=client_id,
        application_url=origin,
        scopes=ALL_SCOPES,
        proxy=AppProxy(f"{origin}/proxy", "/apps/track-order"),
        subscriptions=(TopicSubscription("fulfillment_events/create", f"{origin}/webhooks/shopify"),),
    )


def read_app_config(path: Path) -> AppConfig:
    """What a file says. Raises BadAppConfig where a deploy would refuse it, OSError where there is none."""
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadAppConfig(f"not TOML: {error}") from None
    name, url = _text(raw, "name"), _text(raw, "application_url")
    _https(url, "application_url")
    if raw.get("embedded") is not True:
        raise BadAppConfig("embedded: only an embedded app can be opened here")
    access = _table(raw, "access_scopes")
    if access.get("use_legacy_install_flow"):
        raise BadAppConfig("access_scopes.use_legacy_install_flow: scopes are not asked for at install then")
    scopes = tuple(filter(None, (one.strip() for one in _text(access, "scopes").split(","))))
    optional = tuple(_texts(access, "optional_scopes"))
    for scope in (*scopes, *optional):
        if not _SCOPE.fullmatch(scope):
            raise BadAppConfig(f"access_scopes: {scope!r} is no scope")
    webhooks = _table(raw, "webhooks")
    version = _text(webhooks, "api_version")
    if not _VERSION.fullmatch(version):
        raise BadAppConfig(f"webhooks.api_version: {version!r} is no version")
    subscriptions, compliance = _subscriptions(webhooks, url, scopes)
    proxy = _proxy(_table(raw, "app_proxy"), url, scopes) if "app_proxy" in raw else None
    return AppConfig(
        name=name,
        handle=str(raw.get("handle") or re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")),
        client_id=_text(raw, "client_id"),
        application_url=url,
        scopes=scopes,
        optional_scopes=optional,
        proxy=proxy,
        api_version=version,
        subscriptions=tuple(subscriptions),
        compliance=compliance,
    )


def _proxy(raw: Mapping[str, Any], application_url: str, scopes: Sequence[str]) -> AppProxy:
    prefix, subpath = _text(raw, "prefix"), _text(raw, "subpath")
    if prefix not in PREFIXES:
        raise BadAppConfig(f"app_proxy.prefix is one of {', '.join(PREFIXES)}")
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,30}", subpath) or subpath in _RESERVED:
        raise BadAppConfig(f"app_proxy.subpath: {subpath!r} can't be one")
    if "write_app_proxy" not in scopes:
        raise BadAppConfig("app_proxy needs the scope write_app_proxy")
    return AppProxy(_absolute(_text(raw, "url"), application_url, "app_proxy.url"), f"/{prefix}/{subpath}")


def _subscriptions(
    webhooks: Mapping[str, Any], application_url: str, scopes: Sequence[str]
) -> tuple[list[TopicSubscription], dict[str, str]]:
    found: list[TopicSubscription] = []
    compliance: dict[str, str] = {}
    for raw in webhooks.get("subscriptions", []):
        uri = _absolute(_text(raw, "uri"), application_url, "webhooks.subscriptions.uri")
        if "filter" in raw or "payload_query" in raw:
            raise BadAppConfig("webhooks.subscriptions: filter and payload_query are not understood here")
        topics, duties = _texts(raw, "topics"), _texts(raw, "compliance_topics")
        if not topics and not duties:
            raise BadAppConfig("webhooks.subscriptions: topics or compliance_topics are wanted")
        for topic in topics:
            if topic not in TOPICS:
                raise BadAppConfig(f"webhooks.subscriptions: unknown topic {topic!r}")
            if not TOPICS[topic].opened_by(scopes):
                raise BadAppConfig(f"{topic} needs one of {', '.join(TOPICS[topic].scopes)}")
            if any((one.topic, one.uri) == (topic, uri) for one in found):
                raise BadAppConfig(f"webhooks.subscriptions: {topic} goes to {uri} twice")
            fields = tuple(_texts(raw, "include_fields"))
            found.append(TopicSubscription(topic, uri, fields, raw.get("name")))
        for topic in duties:
            if topic not in COMPLIANCE:
                raise BadAppConfig(f"webhooks.subscriptions: {topic!r} is no compliance topic")
            if topic in compliance:
                raise BadAppConfig(f"webhooks.subscriptions: {topic} is there twice")
            compliance[topic] = uri
    return found, compliance


def _absolute(url: str, application_url: str, what: str) -> str:
    """A relative address is appended to the whole application_url, with whatever path that has."""
    if url.startswith("/"):
        return application_url.rstrip("/") + url
    _https(url, what)
    return url


def _https(url: str, what: str) -> None:
    if not url.startswith("https://") or not urlsplit(url).hostname:
        raise BadAppConfig(f"{what}: an https address is wanted")


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _table(raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = raw.get(key)
    if not isinstance(value, Mapping):
        raise BadAppConfig(f"[{key}] is missing")
    return value


def _text(raw: Mapping[str, Any], key: str) -> str:
    value = raw.get(key)
    if not isinstance(value, str) or not value:
        raise BadAppConfig(f"{key} is missing")
    return value


def _texts(raw: Mapping[str, Any], key: str) -> list[str]:
    value = raw.get(key, [])
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise BadAppConfig(f"{key}: a list of texts is wanted")
    return value
