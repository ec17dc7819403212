"""What all pushes have in common. Pure."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from tracker.carriers.told import read_number
from tracker.carriers.words import OnUnknownWord
from tracker.errors import InvalidSignature
from tracker.parcel import TrackingNews
from tracker.ports import Pushed


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


class ReadNews(Protocol):
    """What a source tells of one parcel → its news."""

    def __call__(
        self,
        item: Mapping[str, Any],
        /,
        *,
        number: str,
        checked_at: datetime,
        on_unknown_word: OnUnknownWord,
    ) -> TrackingNews | None: ...


def pushed(
    item: Mapping[str, Any],
    read_news: ReadNews,
    *,
    number: object,
    now: datetime,
    on_unknown_word: OnUnknownWord,
) -> Sequence[Pushed]:
    """What was pushed at `now` of the parcel with this number; nothing where it is none, or no news."""
    told = read_number(number)
    if told is None:
        return []
    news = read_news(item, number=told, checked_at=now, on_unknown_word=on_unknown_word)
    return [] if news is None else [Pushed(told, news)]
