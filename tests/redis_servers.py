"""More than one real Redis on ports of their own: nodes of a Cluster, masters, replicas and Sentinels."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import RedisError

from tests.serving import free_port
from tracker.companion import Companion
from tracker.embedded_redis import find_server

PATIENCE = 30
"""Seconds after which a test gives up. Nothing waits that long unless it is broken."""


def server(folder: Path, port: int, *options: str) -> Companion:
    """A server on this port of the loopback, with its files in `folder`, until it is closed."""
    common = ("--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--logfile", f"log-{port}")
    return Companion([str(find_server()), *options, *common, "--save", ""], os.environ, quiet=True)


def cluster_node(folder: Path, port: int) -> Companion:
    """One that may be a node of a Cluster."""
    files = ("--cluster-config-file", f"nodes-{port}.conf")
    return server(folder, port, "--cluster-enabled", "yes", "--cluster-port", str(free_port()), *files)


def wait_until_ready(port: int, section: str, said: str, value: object) -> None:
    """Until the server on this port says `value` in this section of its INFO, or of CLUSTER INFO."""
    patience = time.monotonic() + PATIENCE
    with Redis(port=port) as client:
        while time.monotonic() < patience:
            with suppress(RedisError):
                told = (
                    client.execute_command("CLUSTER INFO") if section == "cluster" else client.info(section)
                )
                if told.get(said) == value:
                    return
            time.sleep(0.02)
    pytest.fail(f"No {section} was ready on port {port}.")
