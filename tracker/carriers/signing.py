"""What all proofs of a push have in common. Pure."""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from tracker.errors import InvalidSignature


def demand(headers: Mapping[str, str], name: str, expected: str) -> None:
    """Raise InvalidSignature (missing_signature, signature_mismatch) unless the header of this name, in small
    letters, says what is expected. How far the two agree does not show in the time it takes."""
    presented = headers.get(name)
    if not presented:
        raise InvalidSignature("missing_signature")
    if not hmac.compare_digest(expected.encode(), presented.encode(errors="replace")):
        raise InvalidSignature("signature_mismatch")


def secret_of(secret: str | None) -> bytes:
    """The secret to prove a push with. Raises InvalidSignature (no_secret) where the account has none: then
    anybody could push."""
    if not secret:
        raise InvalidSignature("no_secret")
    return secret.encode(errors="replace")
