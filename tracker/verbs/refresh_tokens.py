"""The verb of `tracker tokens refresh`: shops where nobody looks anything up lose no token for that.

A refresh token lives for 90 days, and each renewal starts them anew; what a look-up renews is not idle.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from tracker.deadline import Deadline
from tracker.errors import AccessTokenRejected, UpstreamError
from tracker.ports.clock import Clock
from tracker.ports.shops import Shops
from tracker.ports.tokens import TokenRenewal
from tracker.shop import Standing

BEFORE = timedelta(days=60)
"""Renewed are refresh tokens that end within this time: after a month without a look-up, two to spare."""

PATIENCE_SECONDS = 10.0
BATCH = 100


@dataclass(frozen=True, slots=True)
class Renewals:
    """How many shops' tokens were renewed, how many were refused for good (`newly`: that was not known yet),
    and how many are to be tried another time."""

    renewed: int
    refused: int
    newly: int
    failed: int


def refresh_tokens(
    *,
    shops: Shops,
    tokens: TokenRenewal,
    clock: Clock,
    before: timedelta = BEFORE,
    failed_for: Callable[[str, UpstreamError], None] = lambda _shop, _error: None,
) -> Renewals:
    """Renew the tokens of every idle shop, one after the other. One shop's failure is not another's;
    `failed_for` is told of each.

    Raises StoreUnavailable where the shops cannot be listed.
    """
    renewed = refused = newly = failed = 0
    after = ""
    until = clock() + before
    while batch := shops.idle(refresh_expires_before=until, limit=BATCH, after=after):
        after = batch[-1].domain
        for shop in batch:
            try:
                tokens.renew(shop, deadline=Deadline(PATIENCE_SECONDS))
                renewed += 1
            except AccessTokenRejected as error:
                refused += 1
                newly += shop.standing is Standing.INSTALLED
                failed_for(shop.domain, error)
            except UpstreamError as error:
                failed += 1
                failed_for(shop.domain, error)
    return Renewals(renewed, refused, newly, failed)
