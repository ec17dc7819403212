"""`tracker follow` as an orchestrator meets it: it starts, follows, tells, ends when it is told to."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import urlopen

from tests.follow_fakes import FakeSource
from tests.followed import AGGREGATOR, ORDER, PARCEL, event
from tests.serving import PATIENCE_SECONDS, free_port, start
from tests.store.shops import ALICE, BOB, PATIENT_SECONDS
from tests.web.storefront import SECRET
from tracker.app import Edges
from tracker.breaker import Breaker
from tracker.follow import make_follower
from tracker.metrics import Metrics
from tracker.parcel import Parcel, TrackingNews
from tracker.ports import TrackingSource
from tracker.settings import read_settings
from tracker.store.followed import RedisFollowedParcels
from tracker.store.purge import RedisPurge
from tracker.store.quota import RedisQuota
from tracker.store.redis import GuardedRedis
from tracker.store.sealing import Sealer
from tracker.store.troubles import RedisTroubles

FOLLOW = ("tracker", "follow")


def environment(redis_url: str, **more: str) -> dict[str, str]:
    least = {"SHOPIFY_API_KEY": "key", "SHOPIFY_API_SECRET": SECRET, "SHOPIFY_SHOP": ALICE}
    return least | {"REDIS_URL": redis_url} | more


def patient(redis_url: str) -> GuardedRedis:
    """As `tracker follow` has it, but that no time-out depends on how busy the machine is."""
    return GuardedRedis(redis_url, Breaker(), timeout_seconds=PATIENT_SECONDS)


def wait_until(true: Callable[[], bool]) -> None:
    patience = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < patience
        time.sleep(0.01)


def test_it_follows_until_it_is_told_to_end(redis_url: str, tmp_path: Path) -> None:
    """And says how many there are, on a port of its own. A shop without a source has nothing asked."""
    followed, port = RedisFollowedParcels(patient(redis_url), [Sealer(SECRET)]), free_port()
    followed.follow(ALICE, ORDER, [PARCEL], sources=[AGGREGATOR], at=datetime.now(UTC))
    process = start(environment(redis_url, FOLLOW_METRICS_PORT=str(port)), tmp_path, command=FOLLOW)

    def put_off() -> bool:
        assert process.poll() is None, (tmp_path / "err").read_text()
        return followed.following(now=datetime.now(UTC) + timedelta(hours=2)).overdue_since is None

    try:
        wait_until(put_off)
        with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=PATIENCE_SECONDS) as told:
            assert "tracker_parcels_followed 1.0" in told.read().decode()
        process.send_signal(signal.SIGTERM)
        assert 0 == process.wait(PATIENCE_SECONDS)
    finally:
        process.kill()
        process.wait()
    assert "" == (tmp_path / "err").read_text()


def test_the_whole_way_of_a_parcel(redis_url: str) -> None:
    """From a look-up that hands it on to news that is kept, at the shop's own source and no other's."""
    settings = read_settings(environment(redis_url))
    edges, guard, sealer = Edges(settings, Metrics()), patient(redis_url), Sealer(SECRET)
    edges.followed = RedisFollowedParcels(guard, [sealer])
    edges.quota = RedisQuota(guard, sealer, daily_quota_of=edges.daily_quota_of)
    edges.kept, edges.troubles = RedisPurge(guard, [sealer]), RedisTroubles(guard, sealer)
    source, bobs, now = FakeSource(), FakeSource(), datetime.now(UTC)
    source.known[PARCEL] = TrackingNews(now, (event(),))
    sources: dict[str, list[TrackingSource]] = {ALICE: [source], BOB: [bobs]}
    edges.followed.follow(ALICE, ORDER, [PARCEL], sources=[AGGREGATOR, "dhl"], at=now)
    edges.followed.follow(BOB, ORDER, [Parcel("1")], sources=[AGGREGATOR], at=now)
    for _ in range(2):
        make_follower(settings, edges, sources_of=lambda shop: sources[shop]).run_once()
    edges.close()

    assert [[PARCEL]] == source.registered == source.asked
    assert [[Parcel("1")]] == bobs.asked
    assert {PARCEL.number: (source.known[PARCEL],)} == edges.followed.news(ALICE, [PARCEL.number])
    assert 3 == edges.followed.following(now=now).planned
