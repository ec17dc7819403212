"""Shopify with a certificate that has expired, until it is renewed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from tests.faults.conftest import Note
from tests.faults.house import open_house
from tests.faults.tls import Authority
from tests.faults.trial import Fault, endure
from tests.faults.way import Way
from tests.pretend_shopify import PretendShopify
from tracker.embedded_redis import EmbeddedRedis

PART = "Shopify"
TRUSTING = Path(__file__).with_name("trusting")


def test_an_expired_certificate(shopify: PretendShopify, tmp_path: Path, note: Note) -> None:
    """Nobody is believed whose certificate has expired, until it is renewed."""
    authority = Authority(tmp_path)
    address = ("127.0.0.1", int(shopify.origin.rpartition(":")[2]))
    with EmbeddedRedis() as redis, Way(address, context=authority.context(ends_in=timedelta(days=9))) as way:
        settings = {"PYTHONPATH": str(TRUSTING), "TRUSTED_BY_TESTS": str(authority.certificate)}
        origin = f"https://127.0.0.1:{way.port}"
        with open_house(tmp_path, shopify, redis_url=redis.url, settings=settings, origin=origin) as house:
            expired = authority.context(ends_in=-timedelta(days=1))
            note(endure(house, Fault(PART, "an expired certificate", stories=False), way.showing(expired)))
