"""Answers in the exact shape of the Admin API 2026-10, as files; each call gives a copy of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "recorded" / "shopify"
ORDERS = sorted(path.stem for path in FOLDER.glob("order_*.json"))
FINDS = sorted(path.stem for path in FOLDER.glob("find*.json"))


def body(name: str) -> bytes:
    return (FOLDER / f"{name}.json").read_bytes()


def answer(name: str) -> dict[str, Any]:
    """The whole answer."""
    loaded: dict[str, Any] = json.loads(body(name))
    return loaded


def order(name: str) -> dict[str, Any]:
    """The order of an answer."""
    loaded: dict[str, Any] = answer(f"order_{name}")["data"]["order"]
    return loaded
