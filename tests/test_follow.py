"""`tracker follow` as an orchestrator meets it: it starts, follows, tells, ends when it is told to."""

from __future__ import annotations

import signal
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.fakes import NOON, SettableClock
from tests.follow_fakes import FakeSource
from tests.follow_world import followed_on, follower_on, now
from tests.followed import AGGREGATOR, ORDER, PARCEL, event
from tests.serving import PATIENCE_SECONDS, free_port, start
from tests.store.shops import ALICE, BOB, CHARLIE, SECRET
from tracker.follower import Follower
from tracker.parcel import KeptParcel, Parcel, TrackingNews
from tracker.ports.sources import TrackingSource
from tracker.store.quota import SECONDS_APART

FOLLOW = ("tracker", "follow")


def environment(redis_url: str, **more: str) -> dict[str, str]:
    least = {"SHOPIFY_API_KEY": "key", "SHOPIFY_API_SECRET": SECRET, "SHOPIFY_SHOP": ALICE}
    return least | {"REDIS_URL": redis_url} | more


def wait_until(true: Callable[[], bool]) -> None:
    patience = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < patience
        time.sleep(0.01)


def test_it_follows_until_it_is_told_to_end(redis_url: str, tmp_path: Path) -> None:
    """And says how many there are, on a port of its own. A shop without a source has nothing asked."""
    followed, port = followed_on(redis_url), free_port()
    followed.follow(ALICE, ORDER, [PARCEL], sources=[AGGREGATOR], at=now())
    process = start(environment(redis_url, FOLLOW_METRICS_PORT=str(port)), tmp_path, command=FOLLOW)

    def put_off() -> bool:
        assert process.poll() is None, (tmp_path / "err").read_text()
        return followed.following(now=now() + timedelta(minutes=10)).overdue_since is None

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
    source, bobs, followed = FakeSource(), FakeSource(), followed_on(redis_url)
    source.known[PARCEL] = TrackingNews(now(), (event(),))
    sources: dict[str, list[TrackingSource]] = {ALICE: [source], BOB: [bobs]}
    followed.follow(ALICE, ORDER, [PARCEL], sources=[AGGREGATOR, "dhl"], at=now())
    followed.follow(BOB, ORDER, [Parcel("1")], sources=[AGGREGATOR], at=now())
    for _ in range(2):
        follower_on(redis_url, lambda shop: sources[shop], seconds_apart=SECONDS_APART).run_once()

    assert [[PARCEL]] == source.registered == source.asked
    assert [[Parcel("1")]] == bobs.asked
    assert {PARCEL.number: KeptParcel((source.known[PARCEL],))} == followed.news(ALICE, [PARCEL.number])
    assert 3 == followed.following(now=now()).planned


def test_of_many_followers_each_parcel_is_asked_for_by_one(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However their turns fall: within one window no source is asked twice for a parcel, and none is left
    out."""
    monkeypatch.setattr("tracker.follower.MOST", 7)
    clock, followed = SettableClock(), followed_on(redis_url)
    sources = {shop: FakeSource(batch=5) for shop in (ALICE, BOB, CHARLIE)}
    for number in range(120):
        shop = (ALICE, BOB, CHARLIE)[number % 3]
        followed.follow(shop, ORDER, [Parcel(f"X{number}")], sources=[AGGREGATOR], at=clock.now)
    followers = [
        follower_on(
            redis_url, lambda shop: [sources[shop]], clock=clock, seconds_apart={AGGREGATOR: 0.001}, threads=2
        )
        for _ in range(4)
    ]
    asked: Counter[Parcel] = Counter()
    while len(asked) < 120 and clock.now < NOON + timedelta(minutes=4):
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(Follower.run_once, followers))
        asked = Counter(parcel for source in sources.values() for batch in source.asked for parcel in batch)
        clock.advance(21)  # what was put off is due again, and nothing else

    assert (120, {1}) == (len(asked), set(asked.values()))
