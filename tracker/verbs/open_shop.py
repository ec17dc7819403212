"""A merchant opens the app: whoever is new, or came back, gets tokens, and the rest is handed on."""

from __future__ import annotations

from datetime import datetime, timedelta

from tracker.deadline import Deadline
from tracker.ports.clock import Clock
from tracker.ports.jobs import Jobs
from tracker.ports.shops import KnownShops, Shops
from tracker.ports.tokens import TokenExchange
from tracker.shop import Shop, Standing

BUDGET_SECONDS = 8.0
FRESH = timedelta(days=60)
"""Of a refresh token, of which Shopify gives 90 days. A merchant who is here spares us a refresh."""


def open_shop(
    shop: str,
    id_token: str,
    *,
    shops: Shops,
    known: KnownShops,
    exchange: TokenExchange,
    jobs: Jobs,
    settling: tuple[str, ...],
    clock: Clock,
) -> Shop:
    """The shop as it is stored, after an exchange of tokens where one is due: it is new here or has come
    back, needs reopening, was granted other scopes since, or its tokens are old.

    `id_token` is verified and this shop's. `settling` are the kinds of jobs that follow an installation.
    Raises IdTokenRejected where Shopify wants a newer token, other UpstreamErrors where it gives none, and
    StoreUnavailable.
    """
    stored = shops.get(shop)
    if stored is not None and not is_due(stored, now=clock()):
        return stored
    granted = exchange.exchange(shop, id_token, deadline=Deadline(BUDGET_SECONDS))
    opened = shops.install(shop, tokens=granted.tokens, scopes=granted.scopes, at=clock())
    known.forget(shop)
    for kind in settling:
        jobs.hand_on(kind, shop)
    return opened


def is_due(shop: Shop, *, now: datetime) -> bool:
    """Whether this shop's tokens are to be exchanged anew while its merchant is here. Pure."""
    if shop.standing is not Standing.INSTALLED or shop.tokens is None:
        return True
    if shop.scopes_at is not None and shop.confirmed_at is not None and shop.scopes_at > shop.confirmed_at:
        return True
    ends = shop.tokens.refresh_expires_at
    return ends is not None and ends - now < FRESH
