"""What Karrio pushes is believed where it brings the secret."""

from __future__ import annotations

import json

import pytest

from tests.carriers.answers import KEY, NOW, body
from tracker.carriers.karrio.push import read_push
from tracker.errors import InvalidSignature, SourceBroken
from tracker.ports.sources import SourceAccount

SECRET = "whsec_secret"
ACCOUNT = SourceAccount("karrio", KEY, SECRET)
PUSHED = body("karrio", "push")
PROVEN = {"x-event-id": SECRET}


def test_a_push_with_the_secret_tells_the_news_of_its_number() -> None:
    [pushed] = read_push(PUSHED, PROVEN, ACCOUNT, NOW)

    assert ("7023210039414604", 4) == (pushed.number, len(pushed.news.events))


@pytest.mark.parametrize("event", ["shipment_purchased", None, ["tracker_updated"]])
def test_another_event_is_no_news(event: object) -> None:
    other = json.dumps({**json.loads(PUSHED), "event": event}).encode()

    assert [] == read_push(other, PROVEN, ACCOUNT, NOW)


@pytest.mark.parametrize(
    ("headers", "account", "cause"),
    [
        ({}, ACCOUNT, "missing_signature"),
        ({"x-event-id": KEY}, ACCOUNT, "signature_mismatch"),
        ({"x-event-id": ""}, SourceAccount("karrio", KEY, ""), "no_secret"),
        ({"x-event-id": "None"}, SourceAccount("karrio", KEY), "no_secret"),
    ],
)
def test_nothing_else_is_believed(headers: dict[str, str], account: SourceAccount, cause: str) -> None:
    with pytest.raises(InvalidSignature) as raised:
        read_push(PUSHED, headers, account, NOW)

    assert cause == raised.value.cause


def test_a_body_that_is_no_object_is_broken() -> None:
    with pytest.raises(SourceBroken):
        read_push(b"null", PROVEN, ACCOUNT, NOW)
