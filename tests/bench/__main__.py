"""`python -m tests.bench`: what a look-up costs, beside what the least of it would cost on this machine.

Figures are of the machine and the moment; ratios are what is promised. `--quick` only shows that it all runs.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import click
from redis import Redis

from tests.bench import (
    bare,
    carriers,
    load,
    measures,
    merging,
    servers,
    shoppers,
    shops,
    storefront,
    table,
    webhooks,
    workers,
)
from tests.bench.measures import Effort
from tracker.embedded_redis import EmbeddedRedis

THOROUGH = Effort(rounds=9, seconds=2.0, single=100, imports=9, pages=15, webhooks=60)
QUICK = Effort(rounds=1, seconds=0.3, single=5, imports=1, pages=1, webhooks=1)
PARTS = (
    "load", "cold", "misses", "start", "anatomy", "carriers", "merging", "workers", "storefront", "shops",
    "webhooks",
)  # fmt: skip


@click.command()
@click.option("--quick", is_flag=True, help="A glance: too short for figures that mean something.")
@click.option("--only", type=click.Choice(PARTS), multiple=True, help="Some parts alone.")
def main(*, quick: bool, only: tuple[str, ...]) -> None:
    """Measure the service beside its yardsticks, and say which promises hold."""
    effort = QUICK if quick else THOROUGH
    wanted = only or PARTS
    findings: list[table.Finding] = []
    _say_where()
    with tempfile.TemporaryDirectory(prefix="bench-") as name, EmbeddedRedis() as redis:
        folder = Path(name)
        with (
            servers.upstream(folder, 0) as instant,
            servers.service(folder, redis.url, instant.port) as service,
            servers.bare(folder, redis.url) as yardstick,
        ):
            _keep(redis.url, service)
            if "load" in wanted:
                findings += measures.throughput(service, yardstick, effort)
            if "misses" in wanted:
                findings += measures.misses(service, effort)
            findings += measures.memory(service)
            if "shops" in wanted:
                findings += shops.compare(folder, redis.url, instant.port, effort)
            if "anatomy" in wanted:
                measures.anatomy(folder, redis.url, instant.port, effort)
        if "cold" in wanted:
            with (
                servers.upstream(folder, measures.UPSTREAM_MS) as shop,
                servers.service(folder, redis.url, shop.port) as service,
            ):
                findings += measures.cold(service, shop, effort)
        if "webhooks" in wanted:
            findings += webhooks.measure(folder, redis.url, effort)
        if "start" in wanted:
            findings += measures.start(effort)
        if "carriers" in wanted:
            findings += carriers.measure()
        if "merging" in wanted:
            findings += merging.measure()
        if "workers" in wanted:
            workers.compare(folder, redis.url, effort)
        if "storefront" in wanted:
            findings += storefront.measure(pages=effort.pages)
    table.write_findings(findings)


def _keep(redis_url: str, service: servers.Server) -> None:
    """Have every warm answer kept, and the yardstick's key hold the same bytes."""
    answers = [load.ask(service.port, request) for request in shoppers.warm()]
    with Redis.from_url(redis_url) as client:
        client.set(bare.ANSWER_KEY, answers[0])


def _say_where() -> None:
    busy = os.getloadavg()[0]
    click.echo(f"{os.cpu_count()} processors, load average {busy:.1f} before it began.")
    if busy > (os.cpu_count() or 1) / 2:
        click.echo("The machine is busy with other things: look at the ratios, and measure again.")


if __name__ == "__main__":
    main()
