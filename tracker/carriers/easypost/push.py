"""What EasyPost pushes. Pure, on bytes.

The header `X-Hmac-Signature` is `hmac-sha256-hex=` and the HMAC-SHA256 of the raw body in hexadecimal, with
the webhook's secret in Unicode's form NFKD (https://docs.easypost.com/guides/webhooks-guide, and
validate_webhook of its published SDK). The body is an event, whose `description` says what happened and whose
`result` is the object that it happened to.
"""

from __future__ import annotations

import hmac
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime

from tracker.carriers.easypost.reading import read_news
from tracker.carriers.pushing import demand, pushed, secret_of
from tracker.carriers.told import decode
from tracker.carriers.words import OnUnknownWord, ignore
from tracker.ports.sources import Pushed, SourceAccount
from tracker.shapes import mapping

TRACKER = "Tracker"


def read_push(
    body: bytes,
    headers: Mapping[str, str],
    account: SourceAccount,
    now: datetime,
    *,
    on_unknown_word: OnUnknownWord = ignore,
) -> Sequence[Pushed]:
    """What was pushed at `now` (UTC) to this account; nothing for an event about anything but a tracker, or
    where it is no news. Header names are in small letters. Raises InvalidSignature, SourceBroken."""
    demand(headers, "x-hmac-signature", sign(body, account))
    told = mapping(decode(body).get("result"))
    tracker = told if told.get("object") == TRACKER else {}
    return pushed(
        tracker.get("tracking_code"),
        lambda _number: read_news(tracker, checked_at=now, on_unknown_word=on_unknown_word),
    )


def sign(body: bytes, account: SourceAccount) -> str:
    """The signature of a body that is pushed to this account."""
    secret = unicodedata.normalize("NFKD", account.push_secret or "")
    return f"hmac-sha256-hex={hmac.digest(secret_of(secret), body, 'sha256').hex()}"
