"""Redis half a second late with each answer, which is five times as long as anybody waits for it."""

from __future__ import annotations

from pathlib import Path

from tests.faults.conftest import Note
from tests.faults.house import open_house
from tests.faults.trial import Fault, endure
from tests.faults.way import Way
from tests.pretend_shopify import PretendShopify
from tracker.embedded_redis import EmbeddedRedis

SLOW_SECONDS = 0.5


def test_slow_redis(shopify: PretendShopify, tmp_path: Path, note: Note) -> None:
    with EmbeddedRedis() as redis, Way(redis.url.removeprefix("unix://")) as way:
        url = f"redis://127.0.0.1:{way.port}"
        with open_house(tmp_path, shopify, redis_url=url) as house:
            note(endure(house, Fault("Redis", "500 ms slow"), way.slow(SLOW_SECONDS)))
