"""What Shopify tells, taken in once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tracker.errors import InvalidSignature
from tracker.ports.jobs import SeenEvents
from tracker.webhook import Delivered, Envelope, NotForUs, ShopRedacted, Unreadable

Act = Callable[[Envelope, Any], str]
"""Acts on an event of one kind, given its envelope too, and says in a word how that ended. Doing it twice has
to do no harm."""


def take_webhook(
    envelope: Envelope,
    delivered: Delivered,
    *,
    acts: Mapping[type, Act],
    seen: SeenEvents,
    shop_id_of: Callable[[str], int | None],
) -> str:
    """Act on an event, then remember it: a process that dies in between acts once more, never too seldom.

    Gives how it ended: the word of the act, `duplicate`, `unknown_topic`, or `unreadable_` and why. Raises
    InvalidSignature (shop_mismatch) where the body names another shop's id than the envelope's shop has, and
    UpstreamError where it could not be dealt with or remembered now, so that it has to be sent again.
    """
    event = delivered.event
    if isinstance(event, NotForUs):
        return "unknown_topic"
    if isinstance(event, Unreadable):
        return f"unreadable_{event.cause}"
    if delivered.shop_id is not None and shop_id_of(envelope.shop) not in (None, delivered.shop_id):
        raise InvalidSignature("shop_mismatch")
    if seen.seen(envelope):
        return "duplicate"
    outcome = acts[type(event)](envelope, event)
    # That a shop was to be forgotten would be the one thing of it that is not.
    if not isinstance(event, ShopRedacted):
        seen.remember(envelope)
    return outcome
