"""The proof that a webhook comes from Shopify, and what its headers say."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.webhook_bodies import signature_of
from tracker.errors import InvalidSignature
from tracker.shopify.webhook_signature import Header, digest, presented_signature, verify_webhook
from tracker.webhook import Envelope

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "shopify-vectors.json").read_text(encoding="utf-8")
)["webhook"]
# What the gate says of each vector that it refuses.
CAUSES = {
    "js-missing-hmac": "missing_signature",
    "reserialised": "signature_mismatch",
    "wrong-secret": "signature_mismatch",
    "urlsafe-base64": "malformed_signature",
    "trailing-newline-in-header": "malformed_signature",
    "js-invalid-hmac": "malformed_signature",
    "js-missing-body": "empty_body",
}
SECRET, OLD = "hush", "the secret before"
BODY = b'{"id": 820982911946154508}'
SAID = {"X-Shopify-Topic": "orders/updated", "X-Shopify-Shop-Domain": "alice.myshopify.com"}


def header_of(headers: Mapping[str, str]) -> Header:
    lowered = {name.lower(): value for name, value in headers.items()}
    return lambda name: lowered.get(name.lower())


def signed(more: Mapping[str, str] | None = None, *, body: bytes = BODY, secret: str = SECRET) -> Header:
    return header_of({"X-Shopify-Hmac-Sha256": signature_of(body, secret)} | SAID | dict(more or {}))


def cause_of(header: Header, body: bytes = BODY) -> str | None:
    with pytest.raises(InvalidSignature) as refusal:
        verify_webhook(header, body, secrets=[SECRET, OLD])
    return refusal.value.cause


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["id"] for vector in VECTORS])
def test_every_vector(vector: dict[str, Any]) -> None:
    body = base64.b64decode(vector["body_base64"])
    header = header_of(SAID | {vector["hmac_header_name"]: vector["hmac_header_value"]})
    secrets = [secret for secret in (vector["client_secret"], vector["old_client_secret"]) if secret]

    assert vector["expected_hmac"] == digest(body, secrets[0])
    if vector["policy"] == "accept":
        assert "alice.myshopify.com" == verify_webhook(header, body, secrets=secrets).shop
    else:
        with pytest.raises(InvalidSignature) as refusal:
            verify_webhook(header, body, secrets=secrets)
        assert CAUSES[vector["id"]] == refusal.value.cause


def test_the_envelope_is_what_the_headers_say() -> None:
    header = signed(
        {
            "X-Shopify-Event-Id": "98880550-7158-44d4-b7cd-2c97c8a091b5",
            "X-Shopify-Webhook-Id": "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
            "X-Shopify-Triggered-At": "2026-11-20T13:00:27.877041743+01:00",
        }
    )

    assert Envelope(
        shop="alice.myshopify.com",
        topic="orders/updated",
        event_id="98880550-7158-44d4-b7cd-2c97c8a091b5",
        triggered_at=datetime(2026, 11, 20, 12, 0, 27, 877041, tzinfo=UTC),
    ) == verify_webhook(header, BODY, secrets=[SECRET])


def test_shopifys_newer_names_of_headers_count_as_well() -> None:
    older = header_of({"X-Shopify-Hmac-Sha256": signature_of(BODY, SECRET)} | SAID)
    newer = {"Shopify-Hmac-Sha256": signature_of(BODY, SECRET)}
    newer |= {name.removeprefix("X-"): value for name, value in SAID.items()}

    assert verify_webhook(older, BODY, secrets=[SECRET]) == verify_webhook(
        header_of(newer), BODY, secrets=[SECRET]
    )


@pytest.mark.parametrize("name", ["Hmac-Sha256", "Topic", "Shop-Domain", "Event-Id", "Triggered-At"])
def test_two_names_that_disagree_are_not_believed(name: str) -> None:
    header = signed({"X-Shopify-Event-Id": "a", "X-Shopify-Triggered-At": "b", f"Shopify-{name}": "other"})

    assert "repeated_header" == cause_of(header)


def test_the_old_secret_counts_second_and_no_other() -> None:
    assert "orders/updated" == verify_webhook(signed(secret=OLD), BODY, secrets=[SECRET, OLD]).topic
    with pytest.raises(InvalidSignature):
        verify_webhook(signed(secret=OLD), BODY, secrets=[SECRET])


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        ({"X-Shopify-Shop-Domain": ""}, "invalid_shop"),
        ({"X-Shopify-Shop-Domain": "alice.myshopify.com,alice.myshopify.com"}, "invalid_shop"),
        ({"X-Shopify-Shop-Domain": "alice.myshopify.com.evil.example"}, "invalid_shop"),
        ({"X-Shopify-Shop-Domain": "älice.myshopify.com"}, "invalid_shop"),
        ({"X-Shopify-Topic": ""}, "invalid_topic"),
        ({"X-Shopify-Topic": "orders/updated,orders/updated"}, "invalid_topic"),
        ({"X-Shopify-Topic": "orders/updated\n"}, "invalid_topic"),
        ({"X-Shopify-Topic": "../../admin"}, "invalid_topic"),
        ({"X-Shopify-Hmac-Sha256": "é" * 43 + "="}, "malformed_signature"),
        ({"X-Shopify-Hmac-Sha256": f"{'A' * 43}=, {'A' * 43}="}, "malformed_signature"),
    ],
)
def test_what_decides_something_has_to_be_there_once_and_whole(said: dict[str, str], cause: str) -> None:
    headers = {"X-Shopify-Hmac-Sha256": signature_of(BODY, SECRET)} | SAID | said

    assert cause == cause_of(header_of(headers))


@pytest.mark.parametrize("missing", ["X-Shopify-Topic", "X-Shopify-Shop-Domain", "X-Shopify-Hmac-Sha256"])
def test_what_decides_something_may_not_be_missing(missing: str) -> None:
    headers = {"X-Shopify-Hmac-Sha256": signature_of(BODY, SECRET)} | SAID

    assert cause_of(header_of({name: value for name, value in headers.items() if name != missing})) in (
        "missing_signature",
        "invalid_topic",
        "invalid_shop",
    )


@pytest.mark.parametrize(
    "moment", ["", "yesterday", "2026-11-20T12:00:00", "2026-13-40T99:99:99Z", "9" * 400]
)
def test_an_odd_time_is_none(moment: str) -> None:
    header = signed({"X-Shopify-Triggered-At": moment})

    assert verify_webhook(header, BODY, secrets=[SECRET]).triggered_at is None


@pytest.mark.parametrize(
    ("ids", "event_id"),
    [
        ({}, None),
        ({"X-Shopify-Event-Id": "e"}, "e"),
        ({"X-Shopify-Webhook-Id": "w"}, "w"),
        ({"X-Shopify-Event-Id": "e", "X-Shopify-Webhook-Id": "w"}, "e"),
        ({"X-Shopify-Event-Id": "e, e", "X-Shopify-Webhook-Id": "w"}, "w"),
        ({"X-Shopify-Event-Id": "x" * 129}, None),
    ],
)
def test_an_event_is_known_by_its_own_id_else_by_its_deliverys(
    ids: dict[str, str], event_id: str | None
) -> None:
    assert event_id == verify_webhook(signed(ids), BODY, secrets=[SECRET]).event_id


def test_what_brings_no_signature_is_refused_before_there_is_a_body() -> None:
    with pytest.raises(InvalidSignature) as refusal:
        presented_signature(header_of(SAID))

    assert "missing_signature" == refusal.value.cause


@given(body=st.binary(max_size=200), headers=st.dictionaries(st.sampled_from(
    [*SAID, "X-Shopify-Hmac-Sha256", "Shopify-Topic", "X-Shopify-Event-Id", "X-Shopify-Triggered-At"]
), st.text(max_size=60)))  # fmt: skip
def test_nothing_but_a_refusal_is_ever_raised(body: bytes, headers: dict[str, str]) -> None:
    assert cause_of(header_of(headers), body)


@given(body=st.binary(min_size=1, max_size=400))
def test_any_bytes_may_be_signed(body: bytes) -> None:
    """A body is not text: what is not UTF-8 is proven like any other."""
    assert verify_webhook(signed(body=body), body, secrets=[SECRET]).topic == "orders/updated"
