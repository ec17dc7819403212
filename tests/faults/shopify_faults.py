"""Shopify in every way in which an HTTP service can fail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

from tests.faults.conftest import Note
from tests.faults.house import House, open_house
from tests.faults.trial import Fault, endure
from tests.pretend_shopify import PretendShopify
from tracker.embedded_redis import EmbeddedRedis

PART = "Shopify"

FAULTS: dict[str, Mapping[str, object]] = {
    "2 s slow": {"delay_ms": 2000},
    "hanging": {"fail": "hang"},
    "resetting connections": {"fail": "reset"},
    "half a body": {"fail": "half_body"},
    "half a JSON document": {"fail": "half_json"},
    "503 in a storm": {"fail": "5xx"},
    "502 as a page": {"fail": "html"},
    "throttling": {"fail": "throttled"},
    "429": {"fail": "429"},
    "wrong JSON": {"fail": "wrong_json"},
    "64 MB of JSON": {"fail": "huge_json"},
}


@pytest.fixture(scope="module")
def house(shopify: PretendShopify, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with (
        EmbeddedRedis() as redis,
        open_house(tmp_path_factory.mktemp("house"), shopify, redis_url=redis.url) as running,
    ):
        yield running


@contextmanager
def switched(shopify: PretendShopify, switches: Mapping[str, object]) -> Iterator[None]:
    """Badly behaved until the block ends, and whoever hangs is let go then."""
    shopify.switch(**switches)
    yield
    with shopify.shop.lock:
        shopify.shop.reset_control()


@pytest.mark.parametrize("name", FAULTS)
def test_shopify(name: str, house: House, shopify: PretendShopify, note: Note) -> None:
    note(endure(house, Fault(PART, name, stories=False, seconds=4.0), switched(shopify, FAULTS[name])))
