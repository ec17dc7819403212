"""What 17TRACK pushes. Pure, on bytes.

It signs with the account's own key: the header `sign` is the SHA-256, in hexadecimal, of the raw body, a
slash and the key (https://api.17track.net/en/doc?version=v2.4, "Webhook"). The body is an `event`,
TRACKING_UPDATED or TRACKING_STOPPED, and its `data`: one parcel.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime

from tracker.carriers.pushing import demand, pushed, secret_of
from tracker.carriers.seventeen_track.reading import read_news
from tracker.carriers.told import decode
from tracker.carriers.words import OnUnknownWord, ignore
from tracker.ports.sources import Pushed, SourceAccount
from tracker.shapes import mapping

UPDATED = "TRACKING_UPDATED"


def read_push(
    body: bytes,
    headers: Mapping[str, str],
    account: SourceAccount,
    now: datetime,
    *,
    on_unknown_word: OnUnknownWord = ignore,
) -> Sequence[Pushed]:
    """What was pushed at `now` (UTC) to this account; nothing where it is no news. Header names are in small
    letters. Raises InvalidSignature, SourceBroken."""
    demand(headers, "sign", sign(body, account))
    told = decode(body)
    data = mapping(told.get("data")) if told.get("event") == UPDATED else {}
    return pushed(
        data.get("number"),
        lambda number: read_news(data, number=number, checked_at=now, on_unknown_word=on_unknown_word),
    )


def sign(body: bytes, account: SourceAccount) -> str:
    """The signature of a body that is pushed to this account."""
    return hashlib.sha256(body + b"/" + secret_of(account.key)).hexdigest()
