"""What the tests of the Shopify edge share: the real schema, recorded answers, a clock to wind."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLSchema, build_client_schema

from tests.shopify.clocks import FakeTime

SCHEMA = Path(__file__).parents[2] / "node_modules/@shopify/dev-mcp/dist/data/admin_2026-10.json.gz"


@pytest.fixture(scope="session")
def introspection() -> dict[str, Any]:
    """The Admin API of 2026-10 as Shopify's own package carries it, with notes on access and protection."""
    assert SCHEMA.exists(), "the Admin API's schema comes with `npm ci`"
    with gzip.open(SCHEMA) as file:
        answer: dict[str, Any] = json.load(file)["data"]
    return answer


@pytest.fixture(scope="session")
def schema(introspection: dict[str, Any]) -> GraphQLSchema:
    return build_client_schema(introspection, assume_valid=True)  # type: ignore[arg-type] # a typed dict there


@pytest.fixture
def fake_time() -> FakeTime:
    return FakeTime()
