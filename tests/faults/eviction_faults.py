"""A Redis that has no room for all that is asked for, and forgets what was used longest ago (`volatile-lru`,
which compose.yaml sets), while somebody guesses and somebody else comes too often."""

from __future__ import annotations

import json
import socket
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPResponse
from pathlib import Path

from redis import Redis

from tests.bench import servers, shoppers
from tests.faults.conftest import Note
from tests.faults.findings import Finding
from tests.faults.trial import ANSWERED_WITHIN
from tracker.embedded_redis import EmbeddedRedis

ORDERS, TIMES = 600, 2
ROOM_BYTES = 1_200_000
"""Of these orders about half fit."""
OTHERS = 100
"""Guesses, and visits of the hasty one."""
MOST_GUESSES, MOST_VISITS = 20, 30
MOST_TIMES = 3
"""So often a counter may begin: Redis tells by the second what was used longest ago, and looks at a few."""
CONNECTING = 100
LIMITS = {
    "LOOKUP_LIMIT": f"{MOST_VISITS}/hour",
    "GUESS_LIMITS": f"email={MOST_GUESSES}/hour,number_network=10/hour,number=200/hour,shop=2000/hour",
}
HASTY = "198.51.100.1"
AT_ONCE = 8


def told(port: int, request: bytes) -> tuple[int, str | None, float]:
    """Status, the order's name where one was told, and seconds."""
    sent = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), timeout=ANSWERED_WITHIN * 2) as connection:
        connection.sendall(request)
        response = HTTPResponse(connection)
        response.begin()
        body = response.read()
    name = json.loads(body)["order"]["name"] if response.status == 200 else None
    return response.status, name, time.monotonic() - sent


Request = tuple[str, str | None, bytes]
"""Who asks, the order that has to be told if any is, and what is sent."""


def buyers(first: int, after: int) -> Iterator[Request]:
    """Of these orders, each from an address of their own."""
    for serial in range(first, after):
        number, email = shoppers.known(serial)
        address = f"10.1.{serial >> 8}.{serial & 255}"
        yield "buyer", f"#{number}", shoppers.look_up(number, email, address=address)


def requests() -> list[Request]:
    """Those of buyers, and between them by turns the guesser and the hasty visitor."""
    all_buyers = [*buyers(0, ORDERS)] * TIMES
    number, email = shoppers.known(0)
    visit = ("hasty", f"#{number}", shoppers.look_up(number, email, address=HASTY))
    every, sent = len(all_buyers) // OTHERS, list[Request]()
    for serial in range(OTHERS):
        guessed, _ = shoppers.known(serial)
        guess = shoppers.look_up(guessed, "mallory@example.com", address=f"10.9.{serial}.1")
        sent += [*all_buyers[serial * every :][:every], ("guesser", None, guess), visit]
    return sent


def test_full_with_eviction(tmp_path: Path, note: Note) -> None:
    begun = time.monotonic()
    with (
        EmbeddedRedis() as redis,
        servers.upstream(tmp_path, 0) as shop,
        Redis.from_url(redis.url) as client,
        servers.service(tmp_path, redis.url, shop.port, **LIMITS) as service,
        ThreadPoolExecutor(AT_ONCE) as crowd,
    ):

        def answered(asked: Sequence[Request]) -> list[tuple[int, str | None, float]]:
            return [*crowd.map(lambda one: told(service.port, one[2]), asked)]

        answered([*buyers(ORDERS, ORDERS + CONNECTING)])  # what its connections take is not to be forgotten
        client.flushall()
        client.config_set("maxmemory-policy", "volatile-lru")
        client.config_set("maxmemory", int(client.info("memory")["used_memory"]) + ROOM_BYTES)
        asked = requests()
        answers = answered(asked)
        evicted = int(client.info("stats")["evicted_keys"])
    heard = {who: Counter[int]() for who, _, _ in asked}
    for (who, _, _), (status, _, _) in zip(asked, answers, strict=True):
        heard[who][status] += 1
    wrong = sum(name not in (None, right) for (_, right, _), (_, name, _) in zip(asked, answers, strict=True))
    guesses, visits = heard["guesser"][404], heard["hasty"][200]
    slowest = max(seconds for _, _, seconds in answers)
    figure = (
        f"{evicted} keys forgotten; {heard['buyer'][200]} of {ORDERS * TIMES} buyers served, "
        f"{wrong} stories wrong; "
        f"{guesses} of {OTHERS} guesses and {visits} of {OTHERS} visits let in, slowest {slowest:.1f} s"
    )
    holds = (
        evicted > 0
        and not wrong
        and heard["buyer"] == {200: ORDERS * TIMES}
        and (set(heard["guesser"]) == {404, 429} and guesses <= MOST_TIMES * MOST_GUESSES)
        and (set(heard["hasty"]) == {200, 429} and visits <= MOST_TIMES * MOST_VISITS)
        and slowest <= ANSWERED_WITHIN
    )
    promise = "every buyer gets the story, and limits let in three times as many at most"
    note(
        Finding("Redis", "full, forgetting (volatile-lru)", promise, figure, holds, time.monotonic() - begun)
    )
