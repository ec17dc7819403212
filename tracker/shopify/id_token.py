"""Is this ID token really Shopify's, for a member of a shop's staff, and for which shop? Pure.

App Bridge gives the admin's page a signed token that lives for a minute:
https://shopify.dev/docs/apps/build/authentication-authorization/session-tokens. Tokens of checkout and
customer account extensions are signed with the same secret, for anybody who shops there; they name no admin
session (`sid`) and their subject is no staff member's number, so both are demanded here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jwt.api_jws import PyJWS
from jwt.exceptions import InvalidAlgorithmError, InvalidSignatureError, PyJWTError
from jwt.utils import base64url_decode, base64url_encode

from tracker.errors import InvalidIdToken

LEEWAY = 10
"""Seconds that clocks may be apart: what Shopify's own libraries allow."""

LONGEST = 4096
"""Shopify's are some 600 characters long."""

ALGORITHM = "HS256"

_FORM = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+", re.ASCII)
_DESTINATION = re.compile(r"https://([a-z0-9][a-z0-9-]*\.myshopify\.com)", re.ASCII)
_STAFF = re.compile(r"[0-9]{1,20}", re.ASCII)
_TEXTS = ("iss", "dest", "sub", "jti", "sid")
_MOMENTS = ("exp", "nbf")
_jws = PyJWS(algorithms=[ALGORITHM])


@dataclass(frozen=True, slots=True)
class IdToken:
    """What a token proves: a member of the staff (a number of Shopify's) has this shop's admin open. `value`,
    the token itself, can be exchanged for an access token, so it is hidden from repr."""

    shop: str
    staff_id: str
    value: str

    def __repr__(self) -> str:
        return f"IdToken({self.shop})"


def verify_id_token(token: str, *, client_id: str, secrets: Sequence[str], now: datetime) -> IdToken:
    """The strict check of an ID token of the admin.

    `secrets` are the app's client secrets (the current one, then the one before it), `now` is aware. Raises
    InvalidIdToken, whatever the text is; its `cause` is one of malformed_token, wrong_algorithm,
    signature_mismatch, missing_claim, invalid_claim, wrong_audience, invalid_shop, other_issuer, not_staff,
    expired_token, future_token.

    The signature comes before the claims, so that what is counted of these is told by Shopify.
    """
    if len(token) > LONGEST or not _FORM.fullmatch(token) or not _one_spelling(token):
        raise InvalidIdToken("malformed_token")
    claims = _claims(_signed(token, secrets))
    _fresh(claims, now)
    if claims["aud"] != client_id:
        raise InvalidIdToken("wrong_audience")
    return IdToken(shop=_shop(claims), staff_id=_staff(claims), value=token)


def _one_spelling(token: str) -> bool:
    """True where the signature is written as base64url writes it. The last of its characters has bits that
    mean nothing, so each signature has others that read the same."""
    signature = token.rpartition(".")[2]
    try:
        return base64url_encode(base64url_decode(signature)).decode("ascii") == signature
    except ValueError:  # no text of base64 has this length
        return False


def _signed(token: str, secrets: Sequence[str]) -> bytes:
    """The payload of a token that one of the secrets has signed. Which one, and that it was tried second, the
    time may tell: that is no secret."""
    for secret in secrets:
        try:
            payload: bytes = _jws.decode_complete(token, key=secret, algorithms=[ALGORITHM])["payload"]
        except InvalidSignatureError:
            continue
        except InvalidAlgorithmError:
            raise InvalidIdToken("wrong_algorithm") from None
        except PyJWTError:
            raise InvalidIdToken("malformed_token") from None
        return payload
    raise InvalidIdToken("signature_mismatch")


def _claims(payload: bytes) -> Mapping[str, Any]:
    """The claims, each of the type that Shopify gives it."""
    try:
        claims = json.loads(payload)
    except (ValueError, RecursionError):
        claims = None
    if not isinstance(claims, dict):
        raise InvalidIdToken("malformed_token")
    if not claims.keys() >= {"aud", *_TEXTS, *_MOMENTS}:
        raise InvalidIdToken("missing_claim")
    texts = all(isinstance(claims[name], str) and claims[name] for name in _TEXTS)
    # A bool is an int to Python, and neither `true` nor 1.5 is a moment to Shopify.
    moments = all(type(claims[name]) is int for name in _MOMENTS)
    if not (texts and moments):
        raise InvalidIdToken("invalid_claim")
    return claims


def _fresh(claims: Mapping[str, Any], now: datetime) -> None:
    seconds = now.timestamp()
    if claims["exp"] + LEEWAY <= seconds:
        raise InvalidIdToken("expired_token")
    if claims["nbf"] - LEEWAY > seconds:
        raise InvalidIdToken("future_token")


def _shop(claims: Mapping[str, Any]) -> str:
    destination = _DESTINATION.fullmatch(claims["dest"])
    if destination is None:
        raise InvalidIdToken("invalid_shop")
    if claims["iss"] != f"{claims['dest']}/admin":
        raise InvalidIdToken("other_issuer")
    return destination[1]


def _staff(claims: Mapping[str, Any]) -> str:
    staff_id: str = claims["sub"]
    if not _STAFF.fullmatch(staff_id):
        raise InvalidIdToken("not_staff")
    return staff_id
