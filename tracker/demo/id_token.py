"""ID tokens: who is looking at the app in which shop's admin, signed with the app's client secret.

https://shopify.dev/docs/apps/build/authentication-authorization/session-tokens. Written with the standard
library, so that a fault of the app's own JWT library can't be shared.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import uuid
from collections.abc import Iterable
from typing import Any

LIFE_SECONDS = 60
LEEWAY_SECONDS = 10
STAFF_ID = 4_000_000_001
"""Who manages each pretend shop."""


def mint_id_token(
    *,
    secret: str,
    client_id: str,
    shop: str,
    session: str,
    now: int,
    life: int = LIFE_SECONDS,
    **claims: object,
) -> str:
    """An HS256 JWT for the shop's domain, good from `now` (Unix seconds) for `life` seconds.

    `claims` replace or add claims; one that is None is left out.
    """
    payload: dict[str, Any] = {
        "iss": f"https://{shop}/admin",
        "dest": f"https://{shop}",
        "aud": client_id,
        "sub": str(STAFF_ID),
        "exp": now + life,
        "nbf": now,
        "iat": now,
        "jti": str(uuid.uuid4()),
        "sid": session,
        **claims,
    }
    kept = {name: value for name, value in payload.items() if value is not None}
    signed = f"{_encode({'alg': 'HS256', 'typ': 'JWT'})}.{_encode(kept)}"
    return f"{signed}.{_base64(_digest(signed, secret))}"


def is_id_token(token: str, *, secrets: Iterable[str], client_id: str, shop: str, now: int) -> bool:
    """Whether this is an ID token that the admin of this very shop gave this very app, and still good."""
    signed, _, signature = token.rpartition(".")
    head, _, body = signed.partition(".")
    try:
        header, claims = _decode(head), _decode(body)
        given = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    except (binascii.Error, ValueError):
        return False
    if header.get("alg") != "HS256":
        return False
    if not any(hmac.compare_digest(given, _digest(signed, secret)) for secret in secrets):
        return False
    begin, end = claims.get("nbf"), claims.get("exp")
    return (
        isinstance(begin, int)
        and isinstance(end, int)
        and begin - LEEWAY_SECONDS <= now < end + LEEWAY_SECONDS
        and claims.get("aud") == client_id
        and claims.get("dest") == f"https://{shop}"
        and claims.get("iss") == f"https://{shop}/admin"
    )


def _digest(signed: str, secret: str) -> bytes:
    return hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest()


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _encode(part: dict[str, Any]) -> str:
    return _base64(json.dumps(part, separators=(",", ":")).encode())


def _decode(part: str) -> dict[str, Any]:
    read = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    if not isinstance(read, dict):
        raise ValueError("not an object")  # noqa: TRY004 - one kind of error for everything that can't be read
    return read
