"""Which shops there are, what their merchants chose, and what stands there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from tracker.deadline import Deadline
from tracker.ports.tokens import Resealed
from tracker.shop import Shop, ShopSettings, Standing, TokenPair


@dataclass(frozen=True, slots=True)
class ShopCounts:
    """How many shops there are by standing, and how many of the installed ones have a refresh token that
    ends before a time that was asked about."""

    by_standing: Mapping[Standing, int]
    ending: int


class ServedShops(Protocol):
    """The shops as far as Shopify's own news about them goes. Each method may raise errors.StoreUnavailable,
    after which nothing of it has happened. Times are aware, in UTC; `Shops` says more of each."""

    def get(self, domain: str) -> Shop | None:
        """The shop, None where it was never seen or is forgotten."""
        ...

    def uninstall(self, domain: str, *, triggered_at: datetime) -> bool:
        """It removed the app. False where it is not known, or has it again since then."""
        ...

    def change_scopes(self, domain: str, scopes: frozenset[str], *, at: datetime) -> bool:
        """What its merchant granted at `at`. False where something newer is known, or no such shop."""
        ...

    def remember_id(self, domain: str, shop_id: int) -> bool:
        """Shopify's own id of it. False where there is no such shop."""
        ...

    def erase(self, domain: str) -> bool:
        """Nothing of it is left. False where there was nothing."""
        ...


class Shops(ServedShops, Protocol):
    """The store of shops. Each method is one transaction, and each may raise errors.StoreUnavailable, after
    which nothing of it has happened. Times are aware, in UTC."""

    def get(self, domain: str) -> Shop | None:
        """The shop, uninstalled ones too until they are erased; None where it was never seen."""
        ...

    def install(
        self,
        domain: str,
        *,
        tokens: TokenPair,
        scopes: frozenset[str],
        at: datetime,
        shop_id: int | None = None,
    ) -> Shop:
        """After a token exchange that was answered at `at`: the new pair stands, a refresh under way comes
        too late, and an uninstall that was triggered before is ignored. The present installation began now
        only where there was none. Settings outlive an uninstall."""
        ...

    def lease_refresh(self, domain: str, *, version: int, holder: str, seconds: float) -> Shop | None:
        """The shop, for the one who may refresh its tokens during the next `seconds`; None where somebody
        else may, the tokens are no longer of this version, or there is nothing to refresh."""
        ...

    def release(self, domain: str, *, holder: str) -> None:
        """Give a lease back that came to nothing; one that meanwhile went to another holder stays."""
        ...

    def store_refreshed(self, domain: str, tokens: TokenPair, *, version: int, holder: str) -> bool:
        """The new pair stands, and the lease ends. False where the lease went to somebody else, or the shop
        was installed anew or uninstalled meanwhile: then the pair is void, and what is stored is newer."""
        ...

    def needs_reopening(self, domain: str, *, version: int) -> bool:
        """Its tokens were refused for good. False where they are no longer of this version. They are kept:
        where the refusal was about the app's own secret, `tokens refresh` finds out."""
        ...

    def uninstall(self, domain: str, *, triggered_at: datetime) -> bool:
        """Its tokens are deleted at once. True also where it was uninstalled before; False where it is not
        known, or the uninstall was triggered before the last token exchange and is thus about an earlier
        installation."""
        ...

    def change_scopes(self, domain: str, scopes: frozenset[str], *, at: datetime) -> bool:
        """What the merchant granted at `at`. False where something newer is known, or no such shop."""
        ...

    def save_settings(self, domain: str, settings: ShopSettings) -> bool:
        """What its merchant chose. False where there is no such shop."""
        ...

    def remember_id(self, domain: str, shop_id: int) -> bool:
        """Shopify's own id of it. False where there is no such shop."""
        ...

    def remember_path(self, domain: str, path_prefix: str) -> bool:
        """Where its app proxy is. False where there is no such shop."""
        ...

    def erase(self, domain: str) -> bool:
        """Nothing of it is left in any table, its jobs included. False where there was nothing."""
        ...

    def idle(self, *, refresh_expires_before: datetime, limit: int, after: str = "") -> Sequence[Shop]:
        """Shops whose refresh token ends before that time and has not ended yet, those that need reopening
        too, in the order of their names; `after` is the last name of the batch before."""
        ...

    def count(self, *, refresh_expires_before: datetime) -> ShopCounts:
        """How many there are."""
        ...

    def reseal(self, *, after: int, limit: int, dry: bool = False) -> Resealed:
        """See Resealable."""
        ...


class KnownShops(Protocol):
    """Shops as they were a moment ago, in this process, so that a look-up need not ask the store each time.
    Raises errors.StoreUnavailable only for what it does not know yet."""

    def get(self, domain: str) -> Shop | None:
        """The shop as it was at most a minute ago, or, while the store is away, as it was last known."""
        ...

    def forget(self, domain: str) -> None:
        """The next `get` asks the store."""
        ...


class AppData(Protocol):
    """What is noted in a shop for the block there to read. Raises children of `errors.UpstreamError`."""

    def note(
        self,
        shop: str,
        *,
        path_prefix: str | None,
        settings: ShopSettings,
        lists_orders: bool,
        deadline: Deadline,
    ) -> None:
        """Two upstream requests: the settings, whether customers who are signed in have a list of orders to
        choose from, and where the app proxy is (None leaves that as it was)."""
        ...


class PageFound(StrEnum):
    """What a visitor finds where the page with the form should be."""

    OURS = "ours"
    PASSWORD = "password"  # noqa: S105 - the shop asks every visitor for one
    NOT_FOUND = "not_found"
    ANOTHER = "another"
    BROKEN = "broken"  # an error: the shop got none of our answers
    UNREACHABLE = "unreachable"


class ProxyPage(Protocol):
    """The page with the form, as it stands on a shop."""

    def visit(self, shop: str, path: str, *, deadline: Deadline) -> PageFound:
        """Go there as a visitor would. Never raises."""
        ...


@dataclass(frozen=True, slots=True)
class Installation:
    """The app as a shop has it now: Shopify's own id of the shop, what its merchant granted, and how many
    subscriptions to webhooks had to be made or ended to fit that."""

    shop_id: int
    scopes: frozenset[str]
    changed: int = 0


class Installations(Protocol):
    """What shops say of the app they have. Raises children of `errors.UpstreamError`."""

    def read(self, shop: str, *, deadline: Deadline) -> Installation:
        """One upstream request."""
        ...

    def subscribe(self, shop: str, *, deadline: Deadline) -> Installation:
        """The same, and then the shop's own subscriptions are those that its scopes allow."""
        ...


SettingsOf = Callable[[str], ShopSettings]
"""What the merchant of a shop chose; never an error: the product's own defaults where nothing can be known
now."""


ListsOrders = Callable[[str], bool]
"""Whether customers who are signed in to a shop can choose from their orders. Never an error: they can, as
far as nobody knows otherwise now."""
