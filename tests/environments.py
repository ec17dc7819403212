"""Environments that settings are read from."""

from __future__ import annotations

import pytest

from tracker.settings import (
    InvalidSettings,
    Settings,
    read_settings,
)

SECRET = "hush-hush-hush-hush"
NEEDED = {
    "SHOPIFY_API_KEY": "the-key",
    "SHOPIFY_API_SECRET": SECRET,
    "REDIS_URL": "redis://:redis-password@127.0.0.1:6379/0",
}


def settings(**environ: str) -> Settings:
    return read_settings(NEEDED | environ)


def problems(**environ: str) -> dict[str, list[str]]:
    with pytest.raises(InvalidSettings) as caught:
        settings(**environ)
    return caught.value.problems
