"""What AfterShip pushes is believed where its signature holds."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest

from tests.carriers.answers import KEY, NOW, body
from tracker.carriers.aftership.push import read_push
from tracker.errors import InvalidSignature, SourceBroken
from tracker.ports.sources import SourceAccount

SECRET = "webhook-secret"
ACCOUNT = SourceAccount("aftership", KEY, SECRET)
PUSHED = body("aftership", "push")


def signed(pushed: bytes, secret: str = SECRET) -> dict[str, str]:
    digest = hmac.new(secret.encode(), pushed, hashlib.sha256).digest()
    return {"aftership-hmac-sha256": base64.b64encode(digest).decode()}


def test_a_signed_push_tells_the_news_of_its_number() -> None:
    [pushed] = read_push(PUSHED, signed(PUSHED), ACCOUNT, NOW)

    assert ("420606079400111899223344556677", 2) == (pushed.number, len(pushed.news.events))


@pytest.mark.parametrize(
    ("headers", "account", "cause"),
    [
        ({}, ACCOUNT, "missing_signature"),
        (signed(PUSHED, KEY), ACCOUNT, "signature_mismatch"),
        (signed(PUSHED + b" "), ACCOUNT, "signature_mismatch"),
        (signed(PUSHED, ""), SourceAccount("aftership", KEY), "no_secret"),
    ],
)
def test_nothing_else_is_believed(headers: dict[str, str], account: SourceAccount, cause: str) -> None:
    with pytest.raises(InvalidSignature) as raised:
        read_push(PUSHED, headers, account, NOW)

    assert cause == raised.value.cause


def test_a_signed_body_that_is_no_object_is_broken() -> None:
    with pytest.raises(SourceBroken):
        read_push(b"[]", signed(b"[]"), ACCOUNT, NOW)


@pytest.mark.parametrize("pushed", [b"{}", b'{"msg": []}', b'{"msg": {"tracking_number": "<b>"}}'])
def test_a_signed_body_without_a_parcel_is_no_news(pushed: bytes) -> None:
    assert [] == read_push(pushed, signed(pushed), ACCOUNT, NOW)
