"""A shop that installed the app, as the service knows it: its standing, its tokens, and what its merchant
chose. Frozen; standard library only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

FEWEST_STALLED_DAYS = 1
MOST_STALLED_DAYS = 30
HIDEABLE = frozenset({"pictures", "items", "events", "freshness", "expected", "status_page"})
"""Parts of a story that a merchant may leave out, in the block's own words."""


LISTING = "read_customers"
"""The scope that tells whose an order is: https://shopify.dev/docs/api/usage/access-scopes"""


class Standing(StrEnum):
    """Whether a shop can be served. Where it needs reopening, its merchant has to open the app once more."""

    INSTALLED = "installed"
    NEEDS_REOPENING = "needs_reopening"
    UNINSTALLED = "uninstalled"


@dataclass(frozen=True, slots=True)
class TokenPair:
    """An offline access token and the refresh token that renews it, with their ends (aware, UTC).

    All but `access` are None for a token that never ends, which custom apps may still have:
    https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/offline-access-tokens
    """

    access: str = field(repr=False)
    access_expires_at: datetime | None = None
    refresh: str | None = field(default=None, repr=False)
    refresh_expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ShopSettings:
    """What a merchant chose; the defaults are the product's.

    `stalled_days` are business days without news. `lookup_limit` is in the words of flask-limiter, None for
    the service's own LOOKUP_LIMIT. `hidden` holds words of HIDEABLE.
    """

    stalled_days: int = 4
    contact_url: str | None = None
    lookup_limit: str | None = None
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop by its permanent name (`alice.myshopify.com`). `shop_id` is Shopify's own, once it is known.

    `installed_at` is when the present installation began, as far as it was seen. `tokens` is None where none
    are kept or they cannot be opened with either secret. `version` grows with each change of the tokens.
    `path_prefix` is where the shop's app proxy was last seen to be. `confirmed_at` is the last token
    exchange, `scopes_at` when `scopes` were last told: later, and the token is of before they changed.
    """

    domain: str
    shop_id: int | None
    standing: Standing
    scopes: frozenset[str]
    installed_at: datetime
    tokens: TokenPair | None
    version: int
    settings: ShopSettings = ShopSettings()
    path_prefix: str | None = None
    confirmed_at: datetime | None = None
    scopes_at: datetime | None = None

    @property
    def lists_orders(self) -> bool:
        """Whether customers who are signed in can have a list of their orders to choose from."""
        return LISTING in self.scopes
