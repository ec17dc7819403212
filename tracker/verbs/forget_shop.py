"""The verb of `tracker forget`: nothing of a shop is left."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.ports.privacy import Purge
from tracker.ports.shops import Shops


def forget_shop(domain: str, *, shops: Shops, purges: Sequence[Purge]) -> bool:
    """Erase everything of one shop, whatever its standing. True where the store had something of it.

    The store comes last, so that who was interrupted still finds the shop there and starts again. Raises what
    `purges` raise, and StoreUnavailable.
    """
    for purge in purges:
        purge.shop(domain)
    return shops.erase(domain)
