"""Redis on many servers: a master that dies behind Sentinels, and slots that move within a Cluster."""

from __future__ import annotations

import functools
import itertools
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from redis.exceptions import RedisError

from tests.faults.conftest import Note
from tests.faults.house import open_house
from tests.faults.trial import Fault, endure, wait_until
from tests.pretend_shopify import PretendShopify
from tests.redis_servers import cluster_node, server, wait_until_ready
from tests.serving import free_port

PART = "Redis"
SLOTS = 16384
SENTINELS = 3
DOWN_AFTER_MS = 1000


@dataclass(frozen=True)
class Watched:
    """A master, its replica and the Sentinels that watch them, by their ports."""

    master: int
    replica: int
    sentinels: tuple[int, ...]

    @property
    def url(self) -> str:
        """As the setting REDIS_URL takes it."""
        return f"redis+sentinel://{','.join(f'127.0.0.1:{port}' for port in self.sentinels)}/shops"

    @contextmanager
    def failing_over(self) -> Iterator[None]:
        """The master killed, until its replica has been promoted."""
        with Redis(port=self.master) as client:
            os.kill(client.info("server")["process_id"], signal.SIGKILL)
        yield
        wait_until_ready(self.replica, "replication", "role", "master")


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    ports = [free_port() for _ in range(2 + SENTINELS)]
    master, replica, *sentinels = ports
    with ExitStack() as running:
        running.enter_context(server(tmp_path, master))
        wait_until_ready(master, "server", "tcp_port", master)
        running.enter_context(server(tmp_path, replica, "--replicaof", "127.0.0.1", str(master)))
        wait_until_ready(replica, "replication", "master_link_status", "up")
        for port in sentinels:
            rules = tmp_path / f"sentinel-{port}.conf"
            rules.write_text(
                f"sentinel monitor shops 127.0.0.1 {master} 2\n"
                f"sentinel down-after-milliseconds shops {DOWN_AFTER_MS}\n"
                "sentinel failover-timeout shops 5000\n"
            )
            running.enter_context(server(tmp_path, port, str(rules), "--sentinel"))
        for port in sentinels:
            wait_until_ready(port, "sentinel", "sentinel_masters", 1)
            wait_until(functools.partial(_knows_the_others, port), "known to one another")
        yield Watched(master, replica, tuple(sentinels))


def _knows_the_others(port: int) -> bool:
    with Redis(port=port) as client:
        told = client.info("sentinel")["master0"]
    return (told["slaves"], told["sentinels"]) == (1, SENTINELS)


def test_failed_over(watched: Watched, shopify: PretendShopify, tmp_path: Path, note: Note) -> None:
    with open_house(tmp_path, shopify, redis_url=watched.url) as house:
        note(endure(house, Fault(PART, "failed over (Sentinel)"), watched.failing_over()))


class Cluster:
    """Three masters. `ports` in the order of the thirds of the slots that they begin with."""

    def __init__(self, ports: list[int]) -> None:
        self._clients: list[Any] = [Redis(port=port) for port in ports]  # redis-py types few commands
        self._ids = [str(client.execute_command("CLUSTER MYID"), "ascii") for client in self._clients]
        self.url = f"redis+cluster://{','.join(f'127.0.0.1:{port}' for port in ports)}"

    @contextmanager
    def moving(self) -> Iterator[None]:
        """Every slot that holds a key moves on to the next node, over and over, key by key."""
        stopped = threading.Event()

        def keep_on() -> None:
            while not stopped.is_set():
                for source, target in itertools.pairwise([0, 1, 2, 0]):
                    for slot in self._used_slots(source):
                        self._move(slot, source, target)

        thread = threading.Thread(target=keep_on, daemon=True)
        thread.start()
        yield
        stopped.set()
        thread.join()

    def close(self) -> None:
        for client in self._clients:
            client.close()

    def _used_slots(self, node: int) -> set[int]:
        client = self._clients[node]
        return {int(client.execute_command("CLUSTER KEYSLOT", key)) for key in client.scan_iter(count=1000)}

    def _move(self, slot: int, source: int, target: int) -> None:
        """As redis-cli does it: https://redis.io/docs/latest/commands/cluster-setslot/"""
        here, there = self._clients[source], self._clients[target]
        port = there.connection_pool.connection_kwargs["port"]
        there.execute_command("CLUSTER SETSLOT", slot, "IMPORTING", self._ids[source])
        here.execute_command("CLUSTER SETSLOT", slot, "MIGRATING", self._ids[target])
        while keys := here.execute_command("CLUSTER GETKEYSINSLOT", slot, 3):
            here.execute_command("MIGRATE", "127.0.0.1", port, "", 0, 1000, "REPLACE", "KEYS", *keys)
            time.sleep(0.005)
        for client in (there, here, *self._clients):
            with suppress(RedisError):
                client.execute_command("CLUSTER SETSLOT", slot, "NODE", self._ids[target])


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    ports = [free_port() for _ in range(3)]
    with ExitStack() as running:
        for number, port in enumerate(ports):
            running.enter_context(cluster_node(tmp_path, port))
            wait_until_ready(port, "server", "tcp_port", port)
            first, after = number * SLOTS // 3, (number + 1) * SLOTS // 3
            with Redis(port=port) as client:
                client.execute_command("CLUSTER SET-CONFIG-EPOCH", number + 1)
                client.execute_command("CLUSTER ADDSLOTSRANGE", first, after - 1)
        for port in ports[1:]:
            with Redis(port=ports[0]) as client:
                bus = _bus_of(port)
                client.execute_command("CLUSTER MEET", "127.0.0.1", port, bus)
        for port in ports:
            wait_until_ready(port, "cluster", "cluster_state", "ok")
        made = Cluster(ports)
        yield made
        made.close()


def _bus_of(port: int) -> int:
    with Redis(port=port) as client:
        return int(client.config_get("cluster-port")["cluster-port"])


def test_resharded(cluster: Cluster, shopify: PretendShopify, tmp_path: Path, note: Note) -> None:
    with open_house(tmp_path, shopify, redis_url=cluster.url) as house:
        note(endure(house, Fault(PART, "resharded (Cluster)", seconds=5.0), cluster.moving()))
