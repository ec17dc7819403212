"""What a shop says of the app it has, put beside what is known of it: after an installation, and whenever its
scopes changed."""

from __future__ import annotations

from tracker.deadline import Deadline
from tracker.errors import UpstreamError
from tracker.ports.clock import Clock
from tracker.ports.shops import Installations, KnownShops, ServedShops

BUDGET_SECONDS = 20.0


def synchronise_shop(
    shop: str, *, installations: Installations, shops: ServedShops, known: KnownShops, clock: Clock
) -> str:
    """Remember the shop's own id and its scopes, and bring its subscriptions in line with these.

    Doing it again changes nothing. Gives `synchronised`, or `refused` where the shop refuses us for good:
    there is nothing to be brought in line, and whoever installs it again asks for this again. Raises
    UpstreamError where another time will do.
    """
    asked_at = clock()
    try:
        installation = installations.subscribe(shop, deadline=Deadline(BUDGET_SECONDS))
    except UpstreamError as error:
        if not error.permanent:
            raise
        return "refused"
    shops.remember_id(shop, installation.shop_id)
    shops.change_scopes(shop, installation.scopes, at=asked_at)
    known.forget(shop)
    return "synchronised"
