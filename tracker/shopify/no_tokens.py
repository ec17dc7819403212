"""The harmless twin of the token sources: where no shop is set up, every one is refused."""

from __future__ import annotations

from tracker.deadline import Deadline
from tracker.errors import AccessTokenRejected
from tracker.ports import AccessToken


class NoTokens:
    """Fills ports.AccessTokens."""

    def token(self, shop: str, *, deadline: Deadline) -> AccessToken:
        """Raises AccessTokenRejected."""
        raise AccessTokenRejected

    def rejected(self, shop: str, token: AccessToken) -> None:
        """There is none to forget."""
