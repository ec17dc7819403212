"""Redis in every way in which it can be away, slow, or not itself."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import RedisError

from tests.faults.conftest import Note
from tests.faults.findings import Finding
from tests.faults.house import House, open_house, open_service_on
from tests.faults.traffic import PATIENCE_SECONDS, Traffic, look_up
from tests.faults.trial import GIVE_UP_SECONDS, WELL_WITHIN, Fault, endure
from tests.faults.truth import GOOD, Asked, Truth
from tests.pretend_shopify import PretendShopify
from tests.serving import Served
from tracker.embedded_redis import EmbeddedRedis

PART = "Redis"
GROWING_OLD = {"SOFT_AGES": "in_transit=600,out_for_delivery=600"}
"""Later than a trial ends, so that whatever is kept costs no call."""
RUBBISH_SECONDS = 3.0
Broken = Callable[[EmbeddedRedis], Iterator[None]]


@pytest.fixture(scope="module")
def redis() -> Iterator[EmbeddedRedis]:
    with EmbeddedRedis() as server:
        yield server


@pytest.fixture(scope="module")
def house(
    redis: EmbeddedRedis, shopify: PretendShopify, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("house"), shopify, redis_url=redis.url) as running:
        yield running


def killed(redis: EmbeddedRedis) -> Iterator[None]:
    redis.kill()
    yield
    redis.restart()


def hung(redis: EmbeddedRedis) -> Iterator[None]:
    redis.pause()
    yield
    redis.resume()


def read_only(redis: EmbeddedRedis) -> Iterator[None]:
    """A replica that lost its master, as an old master is after a failover."""
    with Redis.from_url(redis.url) as client:
        client.replicaof("127.0.0.1", "1")
        yield
        client.replicaof("NO", "ONE")


def full(redis: EmbeddedRedis) -> Iterator[None]:
    with Redis.from_url(redis.url) as client:
        client.config_set("maxmemory-policy", "noeviction")
        client.config_set("maxmemory", 1)
        yield
        client.config_set("maxmemory", 0)


def flushed(redis: EmbeddedRedis) -> Iterator[None]:
    """Again and again, so that it falls between any two steps of a look-up."""
    with Redis.from_url(redis.url) as client, _again(lambda _chance: client.flushall(), every=0.02):
        yield


def full_of_rubbish(redis: EmbeddedRedis) -> Iterator[None]:
    """Under every key of ours, of other types and without an end; what is there at the end stays there."""
    with Redis.from_url(redis.url) as client, _again(lambda chance: _spoil(client, chance), every=0.2):
        yield


@contextmanager
def _again(act: Callable[[random.Random], object], *, every: float) -> Iterator[None]:
    chance, stopped = random.Random(8), threading.Event()  # noqa: S311 - to be the same again

    def keep_on() -> None:
        while not stopped.wait(every):
            act(chance)

    thread = threading.Thread(target=keep_on, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


def _spoil(client: Redis, chance: random.Random) -> None:
    for key in list(client.scan_iter(count=1000)):
        kind = chance.randrange(6)
        try:
            match kind:
                case 0:
                    client.set(key, chance.randbytes(200))
                case 1:
                    client.set(key, "not a number")
                case 2:
                    client.delete(key)
                    client.rpush(key, "a", "b")
                case 3:
                    client.delete(key)
                    client.hset(key, mapping={"generation": "many", "x": "y"})
                case 4:
                    client.set(key, b"\x01" + chance.randbytes(5000))
                case _:
                    client.set(key, "9" * 30)
        except RedisError:  # the service was quicker and made it another thing
            continue


FAULTS: dict[str, Callable[[EmbeddedRedis], Iterator[None]]] = {
    "killed": killed,
    "hung (SIGSTOP)": hung,
    "read-only": read_only,
    "out of memory": full,
    "flushed 50 times a second": flushed,
    "full of rubbish under our keys": full_of_rubbish,
}


def told(service: Served, truth: Truth, questions: Sequence[Asked]) -> set[str]:
    """What the judge says of the answers to all of these, one after the other."""
    with closing(HTTPConnection("127.0.0.1", service.port, timeout=PATIENCE_SECONDS)) as connection:
        return {look_up(connection, truth, asked, 9, now=time.time) for asked in questions}


def test_rubbish_that_no_webhook_clears_away(shopify: PretendShopify, tmp_path: Path, note: Note) -> None:
    """Webhooks are optional: without any, what is asked for is kept again, each story and each miss."""
    begun, truth = time.monotonic(), Truth(shopify)
    questions = [Asked(asked.number, asked.email, asked.right) for asked in map(truth.right, truth.names)]
    questions += [Asked(name, "stranger@example.com", right=False) for name in truth.names]
    with EmbeddedRedis() as redis, open_service_on(redis, tmp_path, shopify, settings=GROWING_OLD) as service:
        said, traffic = told(service, truth, questions), Traffic(service.port, truth, tells=False)
        with traffic.running(), contextmanager(full_of_rubbish)(redis):
            threading.Event().wait(RUBBISH_SECONDS)
        ended, calls = time.monotonic(), -1
        while calls != shopify.calls() and time.monotonic() < ended + GIVE_UP_SECONDS:
            calls = shopify.calls()
            said |= told(service, truth, questions)
    kept_after = time.monotonic() - ended
    answers = [one for one in traffic.since(begun) if one.verdict not in GOOD]
    figure = (
        f"{len(traffic.since(begun))} answers, {len(answers)} not good, all kept after {kept_after:.1f} s"
    )
    holds = said <= GOOD and not answers and kept_after <= WELL_WITHIN
    name = "full of rubbish under our keys, no webhooks"
    note(
        Finding(PART, name, "stories all along, and each kept again", figure, holds, time.monotonic() - begun)
    )


@pytest.mark.parametrize("name", FAULTS)
def test_redis(name: str, house: House, redis: EmbeddedRedis, note: Note) -> None:
    note(endure(house, Fault(PART, name), contextmanager(FAULTS[name])(redis)))
