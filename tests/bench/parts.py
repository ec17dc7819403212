"""The parts of the bench: what each is run on, and how much of everything there is to be of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from redis import Redis

from tests.bench import (
    bare,
    beside,
    busiest_day,
    calibration,
    carriers,
    follower,
    growth,
    load,
    measures,
    merging,
    servers,
    shoppers,
    shops,
    soak,
    storefront,
    tail,
    webhooks,
    workers,
)
from tests.bench.measures import Effort
from tests.bench.plots import Plot
from tests.bench.table import Finding

THOROUGH = Effort(
    rounds=9,
    seconds=2.0,
    single=100,
    imports=9,
    pages=15,
    webhooks=60,
    entries=200_000,
    soak=100_000,
    orders=1_000_000,
    replayed=60,
)
QUICK = Effort(
    rounds=1,
    seconds=0.3,
    single=5,
    imports=1,
    pages=1,
    webhooks=1,
    entries=500,
    soak=500,
    orders=5_000,
    replayed=3,
)
Told = tuple[list[Finding], list[Plot]]


class Bench:
    """A Redis, a shop that answers at once, a service and its yardsticks; one method for each part."""

    def __init__(self, folder: Path, redis_url: str, effort: Effort) -> None:
        self.folder = folder
        self.redis_url = redis_url
        self.effort = effort

    def load(self) -> Told:
        with servers.upstream(self.folder, 0) as instant, self._service(instant) as service:
            with servers.bare(self.folder, self.redis_url) as yardstick:
                self._keep(service)
                findings = measures.throughput(service, yardstick, self.effort)
            return findings + measures.memory(service), []

    def misses(self) -> Told:
        with servers.upstream(self.folder, 0) as instant, self._service(instant) as service:
            return measures.misses(service, self.effort), []

    def cold(self) -> Told:
        with servers.upstream(self.folder, measures.UPSTREAM_MS) as shop, self._service(shop) as service:
            return measures.cold(service, shop, self.effort), []

    def start(self) -> Told:
        return measures.start(self.effort), []

    def anatomy(self) -> Told:
        with servers.upstream(self.folder, 0) as instant, self._service(instant) as service:
            self._keep(service)
            return measures.anatomy(self.folder, self.redis_url, instant.port, self.effort), []

    def workers(self) -> Told:
        return workers.compare(self.folder, self.redis_url, self.effort), []

    def tail(self) -> Told:
        with servers.upstream(self.folder, tail.UPSTREAM_MS) as shop, self._service(shop) as service:
            self._keep(service)
            return tail.measure(service, self.effort), []

    def growth(self) -> Told:
        return growth.compare(self.folder, 1, self.effort), []

    def soak(self) -> Told:
        with servers.upstream(self.folder, 0) as instant, self._service(instant) as service:
            self._keep(service)
            findings, plot = soak.measure(service, self.effort)
            return findings, [plot]

    def day(self) -> Told:
        with servers.upstream(self.folder, 0) as instant:
            findings, plot = busiest_day.measure(self.folder, self.redis_url, instant.port, self.effort)
            return findings, [plot]

    def storefront(self) -> Told:
        return storefront.measure(pages=self.effort.pages), []

    def shops(self) -> Told:
        with servers.upstream(self.folder, 0) as instant, self._service(instant) as service:
            self._keep(service)
            return shops.compare(self.folder, self.redis_url, instant.port, self.effort), []

    def beside(self) -> Told:
        with servers.upstream(self.folder, measures.UPSTREAM_MS) as shop:
            return beside.measure(self.folder, self.redis_url, shop.port, self.effort), []

    def carriers(self) -> Told:
        return carriers.measure(), []

    def calibration(self) -> Told:
        return calibration.measure(), []

    def merging(self) -> Told:
        return merging.measure(), []

    def follower(self) -> Told:
        return follower.measure(self.redis_url, self.effort), []

    def webhooks(self) -> Told:
        return webhooks.measure(self.folder, self.redis_url, self.effort), []

    def _service(self, upstream: servers.Server) -> AbstractContextManager[servers.Server]:
        return servers.service(self.folder, self.redis_url, upstream.port)

    def _keep(self, service: servers.Server) -> None:
        """Have every warm answer kept, and the yardstick's key hold the same bytes."""
        answers = [load.ask(service.port, request) for request in shoppers.warm()]
        with Redis.from_url(self.redis_url) as client:
            client.set(bare.ANSWER_KEY, answers[0])


PARTS: dict[str, Callable[[Bench], Told]] = {
    part.__name__: part
    for part in (
        Bench.load,
        Bench.cold,
        Bench.misses,
        Bench.start,
        Bench.anatomy,
        Bench.workers,
        Bench.tail,
        Bench.growth,
        Bench.soak,
        Bench.day,
        Bench.storefront,
        Bench.shops,
        Bench.webhooks,
        Bench.beside,
        Bench.carriers,
        Bench.merging,
        Bench.calibration,
        Bench.follower,
    )
}
