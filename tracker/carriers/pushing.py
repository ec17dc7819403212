"""What all pushes have in common. Pure."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping, Sequence

from tracker.errors import InvalidSignature
from tracker.parcel import TrackingNews
from tracker.ports.sources import Pushed
from tracker.tracking_number import plain_number


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


def pushed(number: object, read: Callable[[str], TrackingNews | None]) -> Sequence[Pushed]:
    """What was pushed of the parcel with this number, as `read` has it; nothing where it is no number, or no
    news."""
    told = plain_number(number)
    news = None if told is None else read(told)
    return [] if told is None or news is None else [Pushed(told, news)]
