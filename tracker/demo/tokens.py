"""The Admin API tokens of one app in one shop: how they are made, follow one another and end.

https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/offline-access-tokens and
https://shopify.dev/changelog/more-resilient-refreshes-for-expiring-offline-access-tokens
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

DAY_LIFE = timedelta(seconds=86_399)
"""Of a token of the client-credentials grant."""

ACCESS_LIFE = timedelta(seconds=3600)
REFRESH_LIFE = timedelta(seconds=7_776_000)
RECOVERY = timedelta(days=30)
"""How long from its first use a refresh token can be used again, unless its successor was used."""


@dataclass
class Pair:
    """An expiring access token and what renews it. `used_at` is the refresh token's first use."""

    access_token: str
    access_ends: datetime
    refresh_token: str
    refresh_ends: datetime
    used_at: datetime | None = None


class Tokens:
    """All tokens of the app in one shop. `clock` gives aware UTC. Hold the shop's lock."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._of_a_day: dict[str, datetime] = {}
        self._unending: set[str] = set()
        self._current: Pair | None = None
        self._previous: Pair | None = None

    @property
    def current(self) -> Pair | None:
        """The newest pair, as tests may want to see it."""
        return self._current

    def mint(self) -> str:
        """A token of the client-credentials grant."""
        token = f"shpat_{secrets.token_hex(16)}"
        self._of_a_day[token] = self._clock() + DAY_LIFE
        return token

    def mint_unending(self) -> str:
        """A token that an app gets which did not ask for an expiring one."""
        token = f"shpat_{secrets.token_hex(16)}"
        self._unending.add(token)
        return token

    def exchange(self) -> Pair:
        """A new pair for an ID token. Whatever pair there was is retired, its access token too."""
        self._previous = None
        self._current = self._pair()
        return self._current

    def refresh(self, refresh_token: str) -> Pair | None:
        """The next pair; None for a token that was replaced, is too old, or was never given out.

        The token before the current one may be used again, as after a lost answer; the pair that this answer
        carried is retired then. Using the current one retires the one before.
        """
        now = self._clock()
        current, previous = self._current, self._previous
        if current is not None and _same(refresh_token, current.refresh_token):
            used = current
        elif (
            previous is not None
            and _same(refresh_token, previous.refresh_token)
            and previous.used_at is not None
            and now < previous.used_at + RECOVERY
        ):
            used = previous
        else:
            return None
        if now >= used.refresh_ends:
            return None
        used.used_at = used.used_at or now
        self._previous, self._current = used, self._pair()
        return self._current

    def knows(self, token: str) -> bool:
        """Whether the Admin API lets this token in now. An unending one is known, see `is_unending`."""
        now = self._clock()
        if token in self._unending:
            return True
        end = self._of_a_day.get(token)
        if end is not None and now < end:
            return True
        return any(
            pair is not None and _same(token, pair.access_token) and now < pair.access_ends
            for pair in (self._current, self._previous)
        )

    def is_unending(self, token: str) -> bool:
        """Whether it is of the kind that public apps may no longer use."""
        return token in self._unending

    def end_access(self) -> None:
        """The hour of every expiring access token is over; what renews them is as good as before."""
        for pair in (self._current, self._previous):
            if pair is not None:
                pair.access_ends = min(pair.access_ends, self._clock())

    def forget(self) -> None:
        """Nothing that was given out works any more, as after an uninstall."""
        self._of_a_day.clear()
        self._unending.clear()
        self._current = self._previous = None

    def _pair(self) -> Pair:
        now = self._clock()
        return Pair(
            f"shpat_{secrets.token_hex(16)}",
            now + ACCESS_LIFE,
            f"shprt_{secrets.token_hex(16)}",
            now + REFRESH_LIFE,
        )


def _same(one: str, other: str) -> bool:
    return secrets.compare_digest(one.encode(), other.encode())
