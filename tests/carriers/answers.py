"""Answers of aggregators and carriers, as files: written by hand after their public documentation, as the
README beside each says. And what all tests of sources share."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.shopify.upstream import Behaviour, reply

FOLDER = Path(__file__).parents[1] / "recorded"
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
KEY = "secret-key"


def now() -> datetime:
    return NOW


def body(source: str, name: str) -> bytes:
    return (FOLDER / source / f"{name}.json").read_bytes()


def answer(source: str, name: str) -> Any:
    """A copy of its own for each call."""
    return json.loads(body(source, name))


def recorded(source: str, name: str, *, status: int = 200) -> Behaviour:
    return reply(body(source, name), status=status)
