"""What 17TRACK pushes is believed where its signature holds."""

from __future__ import annotations

import hashlib

import pytest

from tests.carriers.answers import KEY, NOW, body
from tracker.carriers.seventeen_track.push import read_push, sign
from tracker.errors import InvalidSignature, SourceBroken
from tracker.ports.sources import SourceAccount

ACCOUNT = SourceAccount("seventeen_track", KEY)
UPDATED = body("seventeen_track", "push_updated")


def signed(pushed: bytes, key: str = KEY) -> dict[str, str]:
    return {"sign": hashlib.sha256(pushed + b"/" + key.encode()).hexdigest()}


def test_a_signed_push_tells_the_news_of_its_number() -> None:
    [pushed] = read_push(UPDATED, signed(UPDATED), ACCOUNT, NOW)

    assert pushed.number == "LP00123456789012"
    assert (len(pushed.news.events), pushed.news.checked_at) == (3, NOW)


def test_the_signature_is_the_documented_one() -> None:
    assert signed(UPDATED)["sign"] == sign(UPDATED, ACCOUNT)


def test_the_end_of_tracking_is_no_news() -> None:
    stopped = body("seventeen_track", "push_stopped")

    assert [] == read_push(stopped, signed(stopped), ACCOUNT, NOW)


@pytest.mark.parametrize(
    ("headers", "cause"),
    [
        ({}, "missing_signature"),
        ({"sign": ""}, "missing_signature"),
        (signed(UPDATED, "another-key"), "signature_mismatch"),
        (signed(UPDATED + b" "), "signature_mismatch"),
        ({"sign": "ü"}, "signature_mismatch"),
    ],
)
def test_nothing_else_is_believed(headers: dict[str, str], cause: str) -> None:
    with pytest.raises(InvalidSignature) as raised:
        read_push(UPDATED, headers, ACCOUNT, NOW)

    assert cause == raised.value.cause


@pytest.mark.parametrize("pushed", [b"", b"{", b"[]", b"\xff"])
def test_a_signed_body_that_is_no_object_is_broken(pushed: bytes) -> None:
    with pytest.raises(SourceBroken):
        read_push(pushed, signed(pushed), ACCOUNT, NOW)


@pytest.mark.parametrize("pushed", [b"{}", b'{"event": "TRACKING_UPDATED"}', b'{"event": [], "data": 1}'])
def test_a_signed_body_without_a_parcel_is_no_news(pushed: bytes) -> None:
    assert [] == read_push(pushed, signed(pushed), ACCOUNT, NOW)
