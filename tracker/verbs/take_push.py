"""A source tells by itself what is new of parcels: it is kept, and stories that change by it are dropped."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.ports.answers import KeptOrders
from tracker.ports.following import KeptNews
from tracker.ports.sources import Pushed


def take_push(
    shop: str, source: str, pushed: Sequence[Pushed], *, followed: KeptNews, kept: KeptOrders
) -> str:
    """Keep what a shop's source pushed. Whoever sent it holds the secret of this shop's account and no other:
    a parcel that the shop does not follow there is nothing.

    Gives `changed` where a story changed by it, else `unchanged`: a copy, older news, or another's parcel.
    Raises CacheUnavailable, after which it has to be sent again; twice does no harm.
    """
    outcome = "unchanged"
    for piece in pushed:
        order_id = followed.push(shop, source, piece.number, piece.news)
        if order_id is not None:
            kept.drop(shop, order_id, news=piece.news)
            outcome = "changed"
    return outcome
