"""What AfterShip pushes. Pure, on bytes.

The header `aftership-hmac-sha256` is the HMAC-SHA256 of the raw body, in base64, with the secret of the
account's webhooks (https://www.aftership.com/docs/tracking/webhook/webhook-signature). The body is an `event`
and a `msg`: one tracking (https://www.aftership.com/docs/tracking/2025-01/webhook/webhook-specifications).
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime

from tracker.carriers.aftership.reading import read_news
from tracker.carriers.pushing import demand, pushed, secret_of
from tracker.carriers.told import decode
from tracker.carriers.words import OnUnknownWord, ignore
from tracker.ports.sources import Pushed, SourceAccount
from tracker.shapes import mapping


def read_push(
    body: bytes,
    headers: Mapping[str, str],
    account: SourceAccount,
    now: datetime,
    *,
    on_unknown_word: OnUnknownWord = ignore,
) -> Sequence[Pushed]:
    """What was pushed at `now` (UTC) to this account, whichever event it was for: each brings the whole
    tracking. Nothing where it is no news. Header names are in small letters. Raises InvalidSignature,
    SourceBroken."""
    demand(headers, "aftership-hmac-sha256", sign(body, account))
    tracking = mapping(decode(body).get("msg"))
    return pushed(
        tracking.get("tracking_number"),
        lambda number: read_news(tracking, number=number, checked_at=now, on_unknown_word=on_unknown_word),
    )


def sign(body: bytes, account: SourceAccount) -> str:
    """The signature of a body that is pushed to this account."""
    digest = hmac.digest(secret_of(account.push_secret), body, "sha256")
    return base64.b64encode(digest).decode("ascii")
