"""How Shopify signs what it sends to an app: the query of a proxied request, and the body of a webhook.

https://shopify.dev/docs/apps/build/online-store/app-proxies/authenticate-app-proxies
https://shopify.dev/docs/apps/build/webhooks/subscribe/https
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from urllib.parse import unquote_to_bytes


def proxy_signature(query: str, secret: str) -> str:
    """Lower-case hex HMAC-SHA256 over a raw query string; a `signature` in it is left out."""
    values: dict[bytes, list[bytes]] = {}
    for pair in query.split("&"):
        key, _, value = pair.partition("=")
        name = _decode(key)
        if pair and name != b"signature":
            values.setdefault(name, []).append(_decode(value))
    text = b"".join(sorted(name + b"=" + b",".join(several) for name, several in values.items()))
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


def webhook_signature(body: bytes, secret: str) -> str:
    """Base64 HMAC-SHA256 over the raw body, the value of X-Shopify-Hmac-Sha256."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def _decode(text: str) -> bytes:
    return unquote_to_bytes(text.replace("+", " "))
