"""The promises, one function each: what is run, what is read from it, and where the line is."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.bench import load, proc, servers, shoppers, table
from tests.bench.rounds import CONNECTIONS, Figures, Kind, alternate
from tests.bench.servers import ROOT, Server
from tests.bench.table import Finding

UPSTREAM_MS = 50
UPSTREAM_CALLS = 2
IMPORT = "import time; before = time.process_time(); import {}; print(time.process_time() - before)"


@dataclass(frozen=True, slots=True)
class Effort:
    """How much of everything: `rounds` of so many `seconds`, single requests, fresh interpreters, pages,
    seconds of webhooks, kept answers, requests of the soak, orders of the busiest day, and seconds of it
    that are replayed."""

    rounds: int
    seconds: float
    single: int
    imports: int
    pages: int
    webhooks: int
    entries: int
    soak: int
    orders: int
    replayed: int


def throughput(service: Server, bare: Server, effort: Effort) -> list[Finding]:
    """Warm look-ups beside one GET of the same bytes, and forged ones beside a static answer."""
    kinds = {
        "look-up, kept": Kind(service, shoppers.warm),
        "bare Flask, one GET of the same bytes": Kind(bare, partial(shoppers.to_yardstick, "/answer")),
        "look-up, forged": Kind(service, shoppers.forged, status=401),
        "bare Flask, static": Kind(bare, partial(shoppers.to_yardstick, "/static")),
    }
    figures = alternate(kinds, rounds=effort.rounds, seconds=effort.seconds)
    rows = [("", "req/s", "p50 ms", "p99 ms", "worker CPU µs")]
    rows += [
        (name, f"{of.rate:.0f}", f"{of.median:.1f}", f"{of.slowest:.1f}", f"{of.cpu:.0f}")
        for name, of in figures.items()
    ]
    table.write(
        f"Under load: {CONNECTIONS} kept connections, {effort.rounds} rounds of {effort.seconds} s", rows
    )
    warm, get, forged, static = figures.values()
    return [
        _ratio("a kept answer: at least 0.65 of a bare Flask route with one GET", warm, get, least=0.65),
        _ratio("a bad signature: at least 0.75 of a static Flask route", forged, static, least=0.75),
    ]


def cold(service: Server, upstream: Server, effort: Effort) -> list[Finding]:
    """Look-ups that have to ask the shop twice, one at a time, beside the bare two calls."""
    asked = load.Stream(shoppers.cold(), 1)
    alone = load.Stream(shoppers.upstream_calls(), 1)
    load.in_turn(upstream.port, [alone], times=effort.single)
    load.in_turn(service.port, [asked], times=effort.single)
    bare, whole = UPSTREAM_CALLS * alone.median, asked.median
    ours = whole - UPSTREAM_CALLS * UPSTREAM_MS
    rows = [
        ("", "p50 ms", "p90 ms"),
        ("look-up, not kept", f"{whole:.1f}", f"{asked.quantile(0.9):.1f}"),
        (f"{UPSTREAM_CALLS} bare calls upstream", f"{bare:.1f}", f"{2 * alone.quantile(0.9):.1f}"),
    ]
    table.write(f"Cold: {effort.single} in turn, the shop answering after {UPSTREAM_MS} ms", rows)
    promise = (
        f"a cold look-up: at most 15 ms beside its {UPSTREAM_CALLS} calls of {UPSTREAM_MS} ms, at the median"
    )
    return [Finding(promise, f"{ours:.1f} ms", ours <= 15)]


def misses(service: Server, effort: Effort) -> list[Finding]:
    """The three kinds of miss, none of them kept. The shop answers at once, to hide no difference."""
    streams = {
        "unknown number": load.Stream(shoppers.unknown_number(), 1, 404),
        "somebody else's e-mail": load.Stream(shoppers.wrong_email(), 1, 404),
        "order without an e-mail": load.Stream(shoppers.without_email(), 1, 404),
    }
    load.in_turn(service.port, list(streams.values()), times=effort.single * 4)
    medians = [stream.median for stream in streams.values()]
    rows = [("", "p50 ms", "p90 ms")]
    rows += [(name, f"{of.median:.2f}", f"{of.quantile(0.9):.2f}") for name, of in streams.items()]
    table.write(f"Misses: {effort.single * 4} of each in turn, the shop answering at once", rows)
    apart = max(medians) / min(medians) - 1
    return [Finding("every kind of miss: medians within 10 % of one another", f"{apart:.1%}", apart <= 0.10)]


def memory(service: Server) -> list[Finding]:
    """The largest worker, after all the load above."""
    largest = max(proc.resident_megabytes(worker) for worker in service.workers)
    return [Finding("a worker at rest: at most 90 MB resident", f"{largest:.0f} MB", largest <= 90)]


def start(effort: Effort) -> list[Finding]:
    """A fresh interpreter each time, with everything compiled: the processor's time, since loading waits for
    nobody."""
    findings = []
    # Without a store of shops, and with all that a service loads which has one.
    for modules in ("tracker.app", "tracker.app, tracker.shop_store, tracker.merchant_page"):
        seconds = statistics.median(_import_seconds(modules) for _ in range(effort.imports))
        findings.append(Finding(f"import {modules}: at most 0.6 s", f"{seconds:.2f} s", seconds <= 0.6))
    return findings


def anatomy(folder: Path, redis_url: str, upstream_port: int, effort: Effort) -> list[Finding]:
    """Where the processor time of a kept answer goes."""
    settings = servers.service_settings(folder, redis_url, upstream_port)
    command = ["tests.bench.anatomy", str(effort.rounds * effort.seconds), str(folder / "anatomy.log")]
    told = json.loads(_python(["-m", *command], settings | {"PROMETHEUS_MULTIPROC_DIR": str(folder)}))
    whole, samples = told["microseconds"], sum(told["seen"].values())
    shares = sorted(((count / samples, part) for part, count in told["seen"].items()), reverse=True)
    rows = [("part", "share", "CPU µs")]
    rows += [(part, f"{share:.0%}", f"{share * whole:.0f}") for share, part in shares]
    table.write(f"A kept answer, in one thread without a server around it: {whole:.0f} µs", rows)
    share, part = shares[0]
    figure = f"{whole:.0f} µs of the processor; the largest part is {share:.0%}: {part}"
    return [Finding("a kept answer in one thread, without a server around it", figure)]


def _import_seconds(modules: str) -> float:
    return float(_python(["-c", IMPORT.format(modules)], {"PYTHONPATH": str(servers.SHIPPED)}))


def _python(arguments: list[str], settings: dict[str, str]) -> str:
    """What a fresh interpreter writes."""
    environment = servers.inherited() | settings
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True
    ).stdout


def _ratio(promise: str, ours: Figures, yardstick: Figures, *, least: float) -> Finding:
    ratio = ours.rate / yardstick.rate
    figure = f"{ratio:.2f} of its requests a second ({yardstick.cpu / ours.cpu:.2f} by worker CPU)"
    return Finding(promise, figure, ratio >= least)
