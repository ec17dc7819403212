"""ID tokens as App Bridge gives them, made by a signer of the tests' own, so that a mistake of the
verifier is not made here too."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import Any

from tests.pretend_shopify import API_KEY
from tests.web.storefront import ALICE, SECRET

_HASHES = {"HS256": hashlib.sha256, "HS512": hashlib.sha512}


def claims(shop: str = ALICE, *, at: float | None = None, **changes: Any) -> dict[str, Any]:
    """What Shopify says of a member of the staff of `shop` at the Unix time `at`; a change to None leaves the
    claim out. https://shopify.dev/docs/apps/build/authentication-authorization/session-tokens"""
    now = int(time.time() if at is None else at)
    said = {
        "iss": f"https://{shop}/admin",
        "dest": f"https://{shop}",
        "aud": API_KEY,
        "sub": "42",
        "exp": now + 60,
        "nbf": now,
        "iat": now,
        "jti": "f8912129-1af6-4cad-9ca3-76b0f7621087",
        "sid": "aaea182f2732d44c23057c0fea584021a4485b2bd25d3eb7fd349313ad24c685",
        **changes,
    }
    return {name: value for name, value in said.items() if value is not None}


def sign(payload: object, secret: str = SECRET, *, algorithm: str = "HS256", **header: Any) -> str:
    """A JSON web token over anything at all (bytes as they are)."""
    head = _encode(json.dumps({"alg": algorithm, "typ": "JWT"} | header).encode())
    body = _encode(payload if isinstance(payload, bytes) else json.dumps(payload).encode())
    hashed = _HASHES.get(algorithm, hashlib.sha256)
    return f"{head}.{body}.{_encode(hmac.new(secret.encode(), f'{head}.{body}'.encode(), hashed).digest())}"


def id_token(shop: str = ALICE, secret: str = SECRET, **changes: Any) -> str:
    """A fresh token of the admin of `shop`."""
    return sign(claims(shop, **changes), secret)


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
