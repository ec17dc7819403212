"""What a shop keeps for an app that is installed: it all ends with the uninstall."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass
class Metafield:
    """A value of the app's own. `value` is text; `type` says how it is to be read."""

    id: int
    namespace: str
    key: str
    type: str
    value: str
    created_at: datetime
    updated_at: datetime


@dataclass
class Subscription:
    """A webhook subscription that the app made by the Admin API, for this shop alone. `topic` as in
    `orders/updated`."""

    id: int
    topic: str
    uri: str
    created_at: datetime
    updated_at: datetime
    include_fields: list[str] = field(default_factory=list)
    name: str | None = None


@dataclass
class Installation:
    """`scopes`: those the merchant granted."""

    id: int
    installed_at: datetime
    scopes: list[str]
    metafields: list[Metafield] = field(default_factory=list)
    subscriptions: list[Subscription] = field(default_factory=list)
