"""What EasyPost pushes is believed where its signature holds."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata

import pytest

from tests.carriers.answers import KEY, NOW, body
from tracker.carriers.easypost.push import read_push
from tracker.errors import InvalidSignature, SourceBroken
from tracker.ports.sources import SourceAccount

SECRET = "sécret"
ACCOUNT = SourceAccount("easypost", KEY, SECRET)
PUSHED = body("easypost", "push")


def signed(pushed: bytes, secret: str = SECRET) -> dict[str, str]:
    key = unicodedata.normalize("NFKD", secret).encode()
    return {"x-hmac-signature": f"hmac-sha256-hex={hmac.new(key, pushed, hashlib.sha256).hexdigest()}"}


def test_a_signed_push_tells_the_news_of_its_number() -> None:
    [pushed] = read_push(PUSHED, signed(PUSHED), ACCOUNT, NOW)

    assert ("9400111899223344556677", 3) == (pushed.number, len(pushed.news.events))


def test_an_event_about_something_else_is_no_news() -> None:
    other = body("easypost", "push_batch")

    assert [] == read_push(other, signed(other), ACCOUNT, NOW)


@pytest.mark.parametrize(
    ("headers", "account", "cause"),
    [
        ({}, ACCOUNT, "missing_signature"),
        (signed(PUSHED, KEY), ACCOUNT, "signature_mismatch"),
        ({"x-hmac-signature": signed(PUSHED)["x-hmac-signature"][16:]}, ACCOUNT, "signature_mismatch"),
        (signed(PUSHED, ""), SourceAccount("easypost", KEY), "no_secret"),
    ],
)
def test_nothing_else_is_believed(headers: dict[str, str], account: SourceAccount, cause: str) -> None:
    with pytest.raises(InvalidSignature) as raised:
        read_push(PUSHED, headers, account, NOW)

    assert cause == raised.value.cause


def test_a_signed_body_that_is_no_object_is_broken() -> None:
    with pytest.raises(SourceBroken):
        read_push(b"7", signed(b"7"), ACCOUNT, NOW)
