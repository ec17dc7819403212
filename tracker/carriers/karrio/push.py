"""What Karrio pushes. Pure, on bytes.

It signs nothing: the header `X-Event-Id` is the webhook's secret itself (notify_subscribers in
https://github.com/karrioapi/karrio/blob/main/modules/events/karrio/server/events/task_definitions/base/webhook.py).
The body is an `event`, tracker_created or tracker_updated among others, and its `data`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from tracker.carriers.karrio.reading import read_news
from tracker.carriers.pushing import demand, pushed, secret_of
from tracker.carriers.told import decode
from tracker.carriers.words import OnUnknownWord, ignore
from tracker.ports.sources import Pushed, SourceAccount
from tracker.shapes import mapping

EVENTS = frozenset({"tracker_created", "tracker_updated"})


def read_push(
    body: bytes,
    headers: Mapping[str, str],
    account: SourceAccount,
    now: datetime,
    *,
    on_unknown_word: OnUnknownWord = ignore,
) -> Sequence[Pushed]:
    """What was pushed at `now` (UTC) to this account; nothing for other events, or where it is no news.
    Header names are in small letters. Raises InvalidSignature, SourceBroken."""
    demand(headers, "x-event-id", secret_of(account.push_secret).decode())
    told = decode(body)
    event = told.get("event")
    tracker = mapping(told.get("data")) if isinstance(event, str) and event in EVENTS else {}
    return pushed(
        tracker.get("tracking_number"),
        lambda _number: read_news(tracker, checked_at=now, on_unknown_word=on_unknown_word),
    )
