"""The tokens by which a shop's Admin API is asked."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tracker.deadline import Deadline
from tracker.shop import Shop, TokenPair


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A token for the Admin API of one shop, hidden from repr."""

    value: str

    def __repr__(self) -> str:
        return "AccessToken(...)"


class AccessTokens(Protocol):
    """Where Admin API tokens come from."""

    def token(self, shop: str, *, deadline: Deadline) -> AccessToken:
        """A token that works now. Raises AccessTokenRejected where the shop must (re)open the app."""
        ...

    def rejected(self, shop: str, token: AccessToken) -> None:
        """Told that the Admin API refused this token, so that a next one is asked for anew."""
        ...


@dataclass(frozen=True, slots=True)
class StoredToken:
    """A token and when it ends (aware, UTC), hidden from repr."""

    value: str
    expires_at: datetime

    def __repr__(self) -> str:
        return "StoredToken(...)"


class TokenShelf(Protocol):
    """Where all workers share the token of a shop, so that one of them fetches it for all. It never raises: a
    shelf that is down holds nothing, and its lock is everybody's, so that each process fetches for itself."""

    def get(self, shop: str) -> StoredToken | None:
        """The token that was put last and has not ended; None where there is none or it can't be read."""
        ...

    def put(self, shop: str, token: str, expires_at: datetime) -> None:
        """Keep a token until it ends."""
        ...

    def lock(self, shop: str) -> AbstractContextManager[bool]:
        """Not waited for: True for one holder at a time, False for the others. It ends by itself after some
        ten seconds, in case its holder died."""
        ...


@dataclass(frozen=True, slots=True)
class Granted:
    """What Shopify gave for an ID token or a refresh token. `scopes` are what the merchant granted."""

    tokens: TokenPair
    scopes: frozenset[str]


class TokenExchange(Protocol):
    """Where a shop's first tokens come from. Raises children of `errors.UpstreamError`."""

    def exchange(self, shop: str, id_token: str, *, deadline: Deadline) -> Granted:
        """A new pair for an ID token that has been verified, and whose shop this is.

        Raises IdTokenRejected where Shopify wants a newer one, UpstreamRejected where it does not know the
        app by its id and secret.
        """
        ...


@dataclass(frozen=True, slots=True)
class Resealed:
    """One batch of a rotation: how many records were looked at, how many were sealed anew, how many open with
    neither secret, and where the next batch begins (None: that was the last)."""

    seen: int
    resealed: int
    unreadable: int
    next: int | None


class Resealable(Protocol):
    """Something that keeps values sealed for longer than a rotation of the secret takes."""

    def reseal(self, *, after: int, limit: int, dry: bool = False) -> Resealed:
        """Seal a batch of what is still under the old secret under the new one; `after` is 0 for the first
        batch, then `next` of the one before. What changes meanwhile is under the new secret anyhow. `dry`
        counts only. Raises errors.StoreUnavailable."""
        ...


class TokenRenewal(Protocol):
    """How a shop's tokens are renewed before they end."""

    def renew(self, shop: Shop, *, deadline: Deadline) -> None:
        """Renew them now, unless somebody else does or did. Raises AccessTokenRejected where only the
        merchant can help, and other UpstreamErrors where another time will do."""
        ...
