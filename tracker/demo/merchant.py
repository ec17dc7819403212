"""What a merchant does with the app in the admin: install it, grant and take back scopes, uninstall it.

https://shopify.dev/docs/apps/build/authentication-authorization/app-installation. The app's server hears
nothing of an install. Hold the shop's lock for all of these.
"""

from __future__ import annotations

from collections.abc import Collection

from tracker.demo.bodies_of_apps import scopes_body, uninstalled_body
from tracker.demo.courier import Delivery
from tracker.demo.installation import Installation
from tracker.demo.state import Shop
from tracker.demo.webhooks import Webhooks


class NotPossible(ValueError):
    """The merchant can't do that now. The text says why."""


def install(shop: Shop, optional: Collection[str] = ()) -> Installation:
    """Install the app with the scopes it requires and those of its `optional` ones that were ticked.

    Raises NotPossible where it is installed already, or a scope is not an optional one.
    """
    if shop.installation is not None:
        raise NotPossible("the app is installed already")
    _check_optional(shop, optional)
    granted = [*shop.config.scopes, *(one for one in shop.config.optional_scopes if one in optional)]
    shop.installation = Installation(shop.next_id(), shop.clock(), granted)
    shop.uninstalled_at = None
    shop.control.scopes = list(granted)
    if shop.config.proxy is not None:
        shop.proxy_path = shop.config.proxy.path
    return shop.installation


def uninstall(shop: Shop, webhooks: Webhooks) -> list[Delivery]:
    """Uninstall the app: its tokens, metafields, subscriptions and blocks are gone, and it is told.

    Raises NotPossible where it is not installed.
    """
    if shop.installation is None:
        raise NotPossible("the app is not installed")
    told = webhooks.tell("app/uninstalled", uninstalled_body(shop))
    shop.installation = None
    shop.uninstalled_at = shop.clock()
    shop.tokens.forget()
    shop.placements.clear()
    shop.saved_settings.clear()
    return told


def grant(shop: Shop, webhooks: Webhooks, scopes: Collection[str]) -> list[Delivery]:
    """Grant optional scopes, and tell the app if that is news. Raises NotPossible like `install`."""
    _check_optional(shop, scopes)
    return _change(shop, webhooks, [one for one in shop.config.optional_scopes if one in scopes], [])


def revoke(shop: Shop, webhooks: Webhooks, scopes: Collection[str]) -> list[Delivery]:
    """Take optional scopes back, and tell the app if that is news. Raises NotPossible like `install`."""
    _check_optional(shop, scopes)
    return _change(shop, webhooks, [], scopes)


def _change(
    shop: Shop, webhooks: Webhooks, added: Collection[str], removed: Collection[str]
) -> list[Delivery]:
    if shop.installation is None:
        raise NotPossible("the app is not installed")
    previous = shop.installation.scopes
    current = [one for one in previous if one not in removed]
    current += [one for one in added if one not in current]
    if current == previous:
        return []
    shop.installation.scopes = current
    shop.control.scopes = list(current)
    return webhooks.tell("app/scopes_update", scopes_body(shop, previous, current, shop.installation.id))


def _check_optional(shop: Shop, scopes: Collection[str]) -> None:
    odd = sorted(set(scopes) - set(shop.config.optional_scopes))
    if odd:
        raise NotPossible(f"no optional scope of the app: {', '.join(odd)}")
