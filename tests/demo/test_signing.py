"""The signatures the demo makes are those of Shopify's own examples and libraries."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from tracker.demo.signing import proxy_signature, webhook_signature

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "vectors/shopify-vectors.json").read_text("utf-8")
)


@pytest.mark.parametrize("row", VECTORS["app_proxy"], ids=lambda row: str(row["id"]))
def test_a_query_is_signed_as_in_the_vectors(row: dict[str, Any]) -> None:
    """Also for queries that a strict app refuses: Shopify signs whatever a visitor adds."""
    assert row["expected_signature"] == proxy_signature(row["query_string"], row["client_secret"])


@pytest.mark.parametrize("row", VECTORS["webhook"], ids=lambda row: str(row["id"]))
def test_a_body_is_signed_as_in_the_vectors(row: dict[str, Any]) -> None:
    body = base64.b64decode(row["body_base64"])
    assert row["expected_hmac"] == webhook_signature(body, row["client_secret"])
