"""Programs under measurement: started on ports of their own, with logs in a directory that goes with them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench import proc
from tests.bench.shoppers import SECRET, SHOP

STARTED_WITHIN = 90
WORKERS = 2
"""Of the service, unless told otherwise."""

ROOT = Path(__file__).parents[2]
SHIPPED = Path(__file__).with_name("shipped")


class NotStarted(Exception):
    """With the end of what the program said."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running program; `workers` are its child processes."""

    name: str
    port: int
    pid: int

    @property
    def workers(self) -> list[int]:
        return proc.children(self.pid)


def service_settings(folder: Path, redis_url: str, upstream_port: int) -> dict[str, str]:
    """The environment of the service: as in production, with no limit low enough to refuse."""
    return {
        "SHOPIFY_API_KEY": "bench",
        "SHOPIFY_API_SECRET": SECRET,
        "SHOPIFY_SHOP": SHOP,
        "SHOPIFY_ADMIN_TOKEN": "bench",
        "SHOPIFY_ADMIN_ORIGIN": f"http://127.0.0.1:{upstream_port}",
        "REDIS_URL": redis_url,
        "TRUSTED_PROXIES": "0",
        "LOOKUP_LIMIT": "1000000/minute",
        "GUESS_LIMITS": "email=1000000/hour,number_network=1000000/hour,shop=1000000/hour",
        "METRICS_PORT": str(_free_port()),
        "TMPDIR": str(folder),
    }


@contextmanager
def service(folder: Path, redis_url: str, upstream_port: int, **settings: str) -> Iterator[Server]:
    """`tracker serve`, with log and metrics on; `settings` change its environment."""
    environment = service_settings(folder, redis_url, upstream_port)
    with _running(folder, "service", ["tracker", "serve"], environment | settings) as server:
        _wait_for_workers(server, int(settings.get("WEB_WORKERS", WORKERS)))
        yield server


@contextmanager
def bare(folder: Path, redis_url: str, **settings: str) -> Iterator[Server]:
    """The yardsticks under the very same gunicorn configuration."""
    command = ["gunicorn", "--config", "python:tracker.gunicorn_config", "tests.bench.bare:create_app()"]
    environment = {"SHOPIFY_API_KEY": "bench", "SHOPIFY_API_SECRET": SECRET, "REDIS_URL": redis_url}
    with _running(folder, "bare", command, environment | settings) as server:
        yield server


@contextmanager
def upstream(folder: Path, milliseconds: int) -> Iterator[Server]:
    """The pretend shop, answering after so long."""
    port = _free_port()
    command = ["tests.bench.upstream", str(port), str(milliseconds)]
    with _running(folder, f"upstream-{milliseconds}", command, {}, port=port) as server:
        yield server


def inherited() -> dict[str, str]:
    """Where programs are found; nothing of the caller's own settings."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}


@contextmanager
def _running(
    folder: Path, name: str, command: list[str], environment: dict[str, str], port: int | None = None
) -> Iterator[Server]:
    port = port or _free_port()
    log = folder / f"{name}-{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env=inherited() | {"PORT": str(port), "PYTHONPATH": str(SHIPPED)} | environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(port, process, log)
        yield Server(name, port, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + STARTED_WITHIN
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise NotStarted(log.read_text(errors="replace")[-2000:])


def _wait_for_workers(server: Server, number: int) -> None:
    """It listens before it has forked them, one after the other."""
    end = time.monotonic() + STARTED_WITHIN
    while len(server.workers) < number:
        if time.monotonic() > end:
            raise NotStarted(f"{len(server.workers)} of {number} workers")
        time.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port: int = chosen.getsockname()[1]
        return port
