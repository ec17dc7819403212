"""Is this webhook really from Shopify, and what does its envelope say? Pure, on bytes.

The signature covers the raw body and nothing else: not the topic, not the shop, not the time. The headers
count as said, not as proven (`webhook_body` compares them with the body where it names a shop or a kind).
https://shopify.dev/docs/apps/build/webhooks/subscribe/https
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from tracker.errors import InvalidSignature
from tracker.webhook import Envelope

PREFIXES = ("X-Shopify-", "Shopify-")
"""Classic webhooks carry the first, Shopify's newer deliveries the second."""

SIGNATURE = "Hmac-Sha256"

# 32 bytes in base64, the alphabet of RFC 4648 section 4.
_DIGEST = re.compile(r"[A-Za-z0-9+/]{43}=")
_TOPIC = re.compile(r"[a-z][a-z_]{0,63}/[a-z][a-z_]{0,63}")
_SHOP = re.compile(r"[a-z0-9][a-z0-9-]*\.myshopify\.com")
_ID = re.compile(r"[A-Za-z0-9_:.-]{1,128}")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,18}(?:Z|[+-][0-9]{2}:[0-9]{2})", re.ASCII)

Header = Callable[[str], str | None]
"""The value of a header by its name, whatever its case; None where there is none. One that was sent twice
has both values in it, joined by a comma (RFC 9110, 5.3), and is none that would be accepted here."""


def digest(body: bytes, secret: str) -> str:
    """The signature (base64) that `secret` gives to a raw body."""
    return base64.b64encode(hmac.digest(secret.encode(), body, "sha256")).decode("ascii")


def presented_signature(header: Header) -> bytes:
    """The signature that a delivery brings, before its body is read: what has none costs nothing.

    Raises InvalidSignature with the cause missing_signature, repeated_header or malformed_signature.
    """
    signature = _one(header, SIGNATURE)
    if not signature:
        raise InvalidSignature("missing_signature")
    if not _DIGEST.fullmatch(signature):
        raise InvalidSignature("malformed_signature")
    return signature.encode("ascii")


def verify_webhook(header: Header, body: bytes, *, secrets: Sequence[str]) -> Envelope:
    """The envelope of a delivery whose body Shopify signed.

    `body` is raw, `secrets` the app's client secrets (the current one, then the one before it, which Shopify
    may use for an hour after a rotation). Raises InvalidSignature, whatever the bytes are; its `cause` is one
    of missing_signature, repeated_header, malformed_signature, empty_body, signature_mismatch, invalid_shop,
    invalid_topic.

    Only what decides something has to be there: an id or a time that is missing or of another form is None.
    """
    presented = presented_signature(header)
    if not body:
        raise InvalidSignature("empty_body")
    # No early end: the time taken does not tell which of the secrets signed.
    matches = False
    for secret in secrets:
        matches |= hmac.compare_digest(digest(body, secret).encode("ascii"), presented)
    if not matches:
        raise InvalidSignature("signature_mismatch")
    shop, topic = _one(header, "Shop-Domain"), _one(header, "Topic")
    if shop is None or not _SHOP.fullmatch(shop):
        raise InvalidSignature("invalid_shop")
    if topic is None or not _TOPIC.fullmatch(topic):
        raise InvalidSignature("invalid_topic")
    return Envelope(
        shop=shop,
        topic=topic,
        event_id=_id(_one(header, "Event-Id")) or _id(_one(header, "Webhook-Id")),
        triggered_at=_moment(_one(header, "Triggered-At")),
    )


def _one(header: Header, name: str) -> str | None:
    """The value under either prefix. Both at once say the same, or nothing is believed."""
    values = {value for prefix in PREFIXES if (value := header(prefix + name)) is not None}
    if len(values) > 1:
        raise InvalidSignature("repeated_header")
    return values.pop() if values else None


def _id(value: str | None) -> str | None:
    return value if value is not None and _ID.fullmatch(value) else None


def _moment(value: str | None) -> datetime | None:
    if value is None or not _TIME.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
