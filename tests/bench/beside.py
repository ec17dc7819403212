"""What a look-up costs with a tracking service switched on, hanging and down, beside one without: all of them
at once on one machine, since only their ratios mean anything."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import load, merging, servers, shoppers, table
from tests.bench.measures import Effort
from tests.bench.rounds import Figures, Kind, alternate
from tests.bench.servers import ROOT, Server
from tests.bench.table import Finding
from tracker.breaker import Breaker
from tracker.order import Source
from tracker.parcel import Parcel, TrackingNews
from tracker.store.followed import RedisFollowedParcels
from tracker.store.redis import GuardedRedis
from tracker.store.sealing import Sealer

SOURCE = "aftership"
NUMBERS = ("1234567890", "1Z999AA10123456784")
"""Of the parcels that every order of the bench has."""
ORDER = "gid://shopify/Order/1"
WITHOUT = "no tracking service"
HANGING, DOWN = "a tracking service that hangs", "a tracking service that is down"
ALLOWED_COLD, ALLOWED_WARM = 1.05, 0.95


def measure(folder: Path, redis_url: str, upstream_port: int, effort: Effort) -> list[Finding]:
    """Write the times of look-ups that have to ask the shop, and the rate of kept ones; the service has told
    sixty events of each parcel, which a look-up that is not kept has to read, join and write."""
    keep_news(redis_url)
    with ExitStack() as stack:
        hanging = stack.enter_context(listening())
        settings: dict[str, dict[str, str]] = {WITHOUT: {}, HANGING: account(hanging), DOWN: account(1)}
        services = {
            name: stack.enter_context(servers.service(folder, redis_url, upstream_port, **chosen))
            for name, chosen in settings.items()
        }
        for name in (HANGING, DOWN):
            stack.enter_context(_following(folder, redis_url, upstream_port, settings[name]))
        cold = _cold(services, effort)
        kinds = {name: Kind(service, shoppers.warm) for name, service in services.items()}
        for request in shoppers.warm():  # kept for all of them, who share one Redis
            load.ask(services[WITHOUT].port, request)
        warm = alternate(kinds, rounds=effort.rounds, seconds=effort.seconds)
    rows = [("with", "not kept, p50 ms", "p90 ms", "kept, req/s", "p50 ms")]
    for name, of in cold.items():
        kept = warm[name]
        rows.append(
            (name, f"{of.median:.2f}", f"{of.quantile(0.9):.2f}", f"{kept.rate:.0f}", f"{kept.median:.1f}")
        )
    table.write("Beside the shop: look-ups with a tracking service and without", rows)
    return [finding for name in (HANGING, DOWN) for finding in _findings(name, cold, warm)]


def keep_news(redis_url: str) -> None:
    """The parcels are followed, and the service has told all of their way."""
    followed = RedisFollowedParcels(GuardedRedis(redis_url, Breaker()), [Sealer(shoppers.SECRET)])
    now = datetime.now(UTC)
    events = tuple(
        replace(event, occurred_at=now - (merging.NOW - event.occurred_at))
        for event in merging.told((Source.AGGREGATOR,), merging.EVENTS)
    )
    parcels = [Parcel(number) for number in NUMBERS]
    followed.follow(shoppers.SHOP, ORDER, parcels, sources=[SOURCE], at=now)
    for number in NUMBERS:
        followed.push(shoppers.SHOP, SOURCE, number, TrackingNews(now, events))


def account(port: int) -> dict[str, str]:
    """The settings of an account at a service that is to be found there."""
    return {
        "TRACKING_SOURCE": SOURCE,
        "TRACKING_KEY": "the key of the bench",
        "AFTERSHIP_ORIGIN": f"http://127.0.0.1:{port}",
    }


@contextmanager
def listening() -> Iterator[int]:
    """A port where whoever connects waits for ever."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as server:
        port: int = server.getsockname()[1]
        yield port


@contextmanager
def _following(folder: Path, redis_url: str, upstream_port: int, settings: dict[str, str]) -> Iterator[None]:
    """The worker, in vain, for as long as the block lasts."""
    environment = servers.inherited() | servers.service_settings(folder, redis_url, upstream_port)
    process = subprocess.Popen(
        [sys.executable, "-m", "tracker", "follow"],
        cwd=ROOT,
        env=environment | settings,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


def _cold(services: Mapping[str, Server], effort: Effort) -> dict[str, load.Stream]:
    streams = {name: load.Stream(shoppers.cold(), 1) for name in services}
    for service in services.values():  # each worker reads the table of carriers with its first parcel
        load.in_turn(service.port, [load.Stream(shoppers.cold(), 1)], times=20)
    for _ in range(effort.single):
        for name, service in services.items():
            load.in_turn(service.port, [streams[name]], times=1)
    return streams


def _findings(name: str, cold: Mapping[str, load.Stream], warm: Mapping[str, Figures]) -> list[Finding]:
    slower = cold[name].median / cold[WITHOUT].median
    rate = warm[name].rate / warm[WITHOUT].rate
    return [
        Finding(
            f"a cold look-up with {name}: at most {ALLOWED_COLD} of the time without one",
            f"{slower:.2f}",
            slower <= ALLOWED_COLD,
        ),
        Finding(
            f"kept answers with {name}: at least {ALLOWED_WARM} of the rate without one",
            f"{rate:.2f}",
            rate >= ALLOWED_WARM,
        ),
    ]
