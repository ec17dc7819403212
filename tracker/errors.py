"""The typed family of everything that can be refused. Each refusal has a stable code for developers, an HTTP
status, and a title that is safe to show to anybody; what went wrong in detail goes to the log alone.

Refusals of the public contract are children of `Refusal`. What an edge out raises inside is an `EdgeError`:
an `UpstreamError` of Shopify, Redis or the database, which a verb turns into a refusal (`refusal_for`) or a
stand-in, or a `SourceError` of an aggregator or a carrier.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import ClassVar

RETRY_SECONDS = 10
"""After which to try again where the shop named no time."""

BUSY_SECONDS = 2
"""After which to try again where too much was asked of one shop at once."""


class TrackerError(Exception):
    """Anything this service raises on purpose."""


class Refusal(TrackerError):
    """A request is answered with a problem document (RFC 9457) instead of a story.

    `retry_after` is in whole seconds, None where waiting does not help. `cause` is a short stable word for
    the log and the count, never shown to the caller.
    """

    code: ClassVar[str]
    status: ClassVar[int]
    title: ClassVar[str]
    detail: ClassVar[str]

    def __init__(self, cause: str | None = None, *, retry_after: int | None = None) -> None:
        super().__init__(self.code)
        self.cause = cause
        self.retry_after = retry_after


class InvalidSignature(Refusal):
    code = "invalid_signature"
    status = 401
    title = "Not signed by Shopify"
    detail = "This address answers only to requests that come through the shop's own page."


class UnprovenPush(InvalidSignature):
    """To a source that pushes: neither Shopify nor a page has to do with it."""

    title = "Not signed by this shop's account"
    detail = (
        "This address takes what a tracking service sends, signed with the secret of the account that the "
        "shop has there. Check the secret for webhooks, the address, and that the account is saved."
    )


class InvalidIdToken(Refusal):
    code = "invalid_id_token"
    status = 401
    title = "Not opened from the shop's admin"
    detail = "This page answers only inside the Shopify admin. Open the app there again."


class OrderNotFound(Refusal):
    code = "order_not_found"
    status = 404
    title = "No such order"
    detail = "No order of this shop has this number together with this e-mail address."


class InvalidRequest(Refusal):
    """`errors` names each field at fault with stable words (`required`, `invalid`, `too_long`…)."""

    code = "invalid_request"
    status = 422
    title = "Something is missing or mistyped"
    detail = "Check the marked fields and try again."

    def __init__(self, errors: Mapping[str, Sequence[str]], cause: str | None = None) -> None:
        super().__init__(cause)
        self.errors = {field: list(words) for field, words in errors.items()}


class RateLimited(Refusal):
    code = "rate_limited"
    status = 429
    title = "Too many tries"
    detail = "There were many tries in a short time. Wait a little, then try again."


class NotSetUp(Refusal):
    code = "not_set_up"
    status = 503
    title = "Not set up yet"
    detail = "The shop has not finished setting up order tracking."


class UpstreamUnavailable(Refusal):
    code = "upstream_unavailable"
    status = 503
    title = "The shop does not answer right now"
    detail = "The order could not be read just now. Try again in a moment."


class TryAgain(Refusal):
    """What was sent could not be dealt with or remembered now, so that it has to be sent again."""

    code = "try_again"
    status = 503
    title = "Not right now"
    detail = "This could not be taken in just now. Send it again in a moment."


class EdgeError(TrackerError):
    """An edge out got no usable answer from what stands behind it.

    `code` is a stable word for log and count. `permanent` says that trying again gives the same until
    somebody acts. `retry_after` is in seconds where the other side named a time.
    """

    code: ClassVar[str]
    permanent: ClassVar[bool] = False

    def __init__(self, *, retry_after: float | None = None) -> None:
        super().__init__(self.code)
        self.retry_after = retry_after


class UpstreamError(EdgeError):
    """The Admin API, or what stands before it, gave no usable answer."""

    code = "upstream_error"


class UpstreamTimeout(UpstreamError):
    """No answer within the time-out or the time budget."""

    code = "upstream_timeout"


class UpstreamBusy(UpstreamError):
    """So much is being asked of this shop by this process that nothing more is, for the sake of others.

    `probing` says that one question is under way which tells whether more may be asked.
    """

    code = "upstream_busy"

    def __init__(self, *, probing: bool = False) -> None:
        super().__init__(retry_after=BUSY_SECONDS)
        self.probing = probing


class UpstreamUnreachable(UpstreamError):
    """Connection refused, reset, or its name or certificate did not hold."""

    code = "upstream_unreachable"


class UpstreamThrottled(UpstreamError):
    """THROTTLED in a 200, or HTTP 429."""

    code = "upstream_throttled"


class BudgetReserved(UpstreamError):
    """What is left of the shop's budget at the Admin API is kept for those who need it more."""

    code = "budget_reserved"


class CircuitOpen(UpstreamError):
    """The shop, or all of Shopify, failed a moment ago and is left alone for a while. `probing` as for
    UpstreamBusy."""

    code = "circuit_open"

    def __init__(self, *, retry_after: float | None = None, probing: bool = False) -> None:
        super().__init__(retry_after=retry_after)
        self.probing = probing


class UpstreamBroken(UpstreamError):
    """A 5xx, HTML or half a body in place of JSON, or JSON of another shape."""

    code = "upstream_broken"


class UpstreamRejected(UpstreamError):
    """A query error or a 4xx that is a mistake of ours: trying again gives the same."""

    code = "upstream_rejected"
    permanent = True


class AccessTokenRejected(UpstreamError):
    """401 or 403, no token, or a refused grant: the merchant must act."""

    code = "access_token_rejected"
    permanent = True


class ShopUnavailable(UpstreamError):
    """402, 404 or 423: the shop is frozen, locked or gone."""

    code = "shop_unavailable"
    permanent = True


class AccessDenied(UpstreamError):
    """A field without which nothing can be verified (the e-mail) is withheld from the app."""

    code = "access_denied"
    permanent = True


class IdTokenRejected(UpstreamError):
    """The ID token that a merchant's page sent has ended, or is not believed: a new one may be."""

    code = "id_token_rejected"


class StoreUnavailable(UpstreamError):
    """The store of shops gave no answer: its database is locked, read-only, full, gone, or not set up.

    `cause` is a short word for the log: SQLite's name of the error or Postgres' SQLSTATE. The caller gives
    what it still knows, or is to be asked again.
    """

    code = "store_unavailable"

    def __init__(self, cause: str, *, retry_after: float | None = None) -> None:
        super().__init__(retry_after=retry_after)
        self.cause = cause


class CacheUnavailable(UpstreamError):
    """Redis is away, where going on without it is not possible: what was to be deleted or remembered there
    would stay, or be forgotten."""

    code = "cache_unavailable"


class SourceError(EdgeError):
    """An aggregator or a carrier gave no usable answer. No shopper ever hears of it."""

    code = "source_error"


class SourceUnavailable(SourceError):
    """No answer in time, none at all, or a 5xx."""

    code = "source_unavailable"


class SourceThrottled(SourceError):
    """Too much was asked in a moment."""

    code = "source_throttled"


class SourceQuotaSpent(SourceError):
    """What the merchant's plan allows is used up."""

    code = "source_quota_spent"


class SourceBroken(SourceError):
    """HTML or half a body in place of JSON, or JSON of another shape."""

    code = "source_broken"


class SourceRejected(SourceError):
    """A request that is a mistake of ours."""

    code = "source_rejected"
    permanent = True


class SourceKeyRejected(SourceError):
    """The key is wrong, has ended, or may not do this: the merchant must act."""

    code = "source_key_rejected"
    permanent = True


def refusal_for(error: UpstreamError) -> Refusal:
    """What a shopper is told when the Admin API gave no usable answer: NotSetUp where the merchant has to
    act, else UpstreamUnavailable with a time to wait."""
    if isinstance(error, AccessTokenRejected | AccessDenied | ShopUnavailable):
        return NotSetUp(error.code)
    seconds = RETRY_SECONDS if error.retry_after is None else max(1, math.ceil(error.retry_after))
    return UpstreamUnavailable(error.code, retry_after=seconds)
