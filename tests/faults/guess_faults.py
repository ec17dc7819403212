"""Guesses at orders that are there, by the million in one process and by the thousand over HTTP: not one
story is given to anybody but its buyer."""

from __future__ import annotations

import functools
import itertools
import multiprocessing
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from redis import Redis

from tests.bench import servers, shoppers
from tests.fakes import FakeBudget, InlineBackground, told_alone
from tests.faults.conftest import Note
from tests.faults.findings import Finding
from tests.faults.keepers import Keepers
from tests.plain_orders import order, parcel
from tests.source_fakes import FakeFollowed, FakeSources, shop_sources
from tracker.breaker import Breaker
from tracker.claim import Claim, by_customer, by_email
from tracker.deadline import Deadline
from tracker.embedded_redis import EmbeddedRedis
from tracker.errors import OrderNotFound
from tracker.order import Order, Status
from tracker.order_number import OrderNumber
from tracker.order_number import read as read_number
from tracker.ports.orders import Found, FoundOrder
from tracker.shop import ShopSettings
from tracker.store.cache import RedisAnswers
from tracker.store.redis import GuardedRedis
from tracker.store.sealing import Sealer
from tracker.verbs.lookup import Ages, Shopper, lookup
from tracker.web.schemas import write_answer

PART = "Guesses"
PROMISE = "not one story given"
SHOP = "guessed.myshopify.com"
SECRET = "the secret of an app that is guessed at"
ORDERS = 200
PROCESSES, THREADS = 2, 4
FLUSH_EVERY = 0.5
BUYERS_PAUSE = 0.001
"""Or the buyers, who are always told from the cache, take most of the time from those who guess."""
AGAIN = 0.5
"""So many guesses are made once more right away: it is the kept miss that refuses those."""
PATIENT_SECONDS = 30.0
HOUR = 3600


def buyer(number: int) -> str:
    """Whose order it is."""
    return f"buyer-{number}@example.com"


def near_misses(number: int, serial: int) -> Iterator[Claim]:
    """E-mails and customers as like the buyer's as can be, and none of them theirs. Without end."""
    right = buyer(number)
    name, _, host = right.partition("@")
    for turn in itertools.count(serial):
        yield by_email(buyer(number + 1 + turn % (ORDERS - 1)))
        yield by_email(f"{name}+{turn}@{host}")
        yield by_email(f"{name}@{host}.{turn % 97}")
        yield by_email(f"{right[::-1]}")
        yield by_email(f"{name[:-1]}@{host}")
        yield by_email(f"{name}@{host[:-1]}")
        yield by_email(f"stranger-{turn}@example.com")
        yield by_email(f"*@{host}")
        yield by_email(f"{name}%@{host}")
        yield by_customer(str(9_000_000 + turn))


_ORDER = order(parcel(displayed=Status.IN_TRANSIT))


class Shelf:
    """ports.Orders over the orders of one shop: finds, as fuzzily as Shopify, the order of the number and
    some that are like it."""

    def __init__(self) -> None:
        now = datetime.now(UTC)
        self._found = [
            FoundOrder(
                f"gid://shopify/Order/{number}", f"#{number}", buyer(number), now, customer_id=str(number)
            )
            for number in range(1000, 1000 + ORDERS)
        ]

    def find(self, shop: str, number: OrderNumber, claim: Claim, *, deadline: Deadline) -> Found:
        wanted = int(number.stem) - 1000
        return Found(self._found[wanted : wanted + 3], frozenset())

    def read(self, shop: str, order_id: str, *, scopes: frozenset[str], deadline: Deadline) -> Order | None:
        return replace(_ORDER, id=order_id, name=f"#{order_id.rpartition('/')[2]}")

    def recent(self, shop: str, customer_id: str, *, deadline: Deadline) -> list[FoundOrder]:
        return []


def guess(redis_url: str, number_of_guesses: int, seed: int) -> Counter[str]:
    """What became of so many guesses, made by threads that race with the buyers themselves and, twice a
    second, with a cache that has just been emptied. The limits are off."""
    guard = GuardedRedis(redis_url, Breaker(), timeout_seconds=PATIENT_SECONDS)
    ages = Ages(dict.fromkeys(Status, HOUR), dict.fromkeys(Status, HOUR))
    ask = functools.partial(
        lookup,
        orders=Shelf(),
        answers=RedisAnswers(guard, Sealer(SECRET), guess_limits={}),
        budget=FakeBudget(),
        background=InlineBackground(),
        tell_story=told_alone,
        sources=shop_sources(FakeSources(), FakeFollowed()),
        write=write_answer,
        ages=ages,
        seconds_a_look=lambda _shop: 20.0,
        settings_of=lambda _shop: ShopSettings(),
        clock=lambda: datetime.now(UTC),
    )
    numbers = {number: _read(number) for number in range(1000, 1000 + ORDERS)}
    counts: Counter[str] = Counter()
    lock, over = threading.Lock(), threading.Event()

    def tell(number: int, claim: Claim) -> str:
        try:
            answer = ask(Shopper(SHOP, numbers[number], claim, "203.0.113.0/24"))
        except OrderNotFound:
            return "nothing"
        return "told" if f'"#{number}"'.encode() in answer.body else "told_another"

    def strangers(which: int) -> None:
        chance, heard = random.Random(seed * 100 + which), Counter[str]()  # noqa: S311 - to be the same again
        claims = {number: near_misses(number, chance.randrange(10**6)) for number in numbers}
        number, claim = 1000, next(claims[1000])
        for _ in range(number_of_guesses // THREADS):
            if chance.random() >= AGAIN:
                number = chance.randrange(1000, 1000 + ORDERS)
                claim = next(claims[number])
            heard[tell(number, claim)] += 1
        with lock:
            counts.update({f"stranger_{word}": times for word, times in heard.items()})

    def buyers() -> None:
        heard, turn = Counter[str](), itertools.cycle(numbers)
        while not over.wait(BUYERS_PAUSE):
            number = next(turn)
            heard[tell(number, by_email(buyer(number)))] += 1
        with lock:
            counts.update({f"buyer_{word}": times for word, times in heard.items()})

    def empty() -> None:
        with Redis.from_url(redis_url) as client:
            while not over.wait(FLUSH_EVERY):
                client.flushall()

    guessing = [threading.Thread(target=strangers, args=(which,)) for which in range(THREADS)]
    beside = [threading.Thread(target=act) for act in (buyers, empty)]
    for thread in (*guessing, *beside):
        thread.start()
    for thread in guessing:
        thread.join()
    over.set()
    for thread in beside:
        thread.join()
    return counts


def _read(number: int) -> OrderNumber:
    read = read_number(str(number))
    assert read is not None
    return read


def test_guesses_in_one_process(request: pytest.FixtureRequest, note: Note) -> None:
    """In two of them, to be true, since one computes on one core; they share the cache."""
    total: int = request.config.getoption("--guesses")
    begun = time.monotonic()
    with EmbeddedRedis() as redis, multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        jobs = [(redis.url, total // PROCESSES, seed) for seed in range(PROCESSES)]
        counts = sum(pool.starmap(guess, jobs), Counter[str]())
    seconds = time.monotonic() - begun
    made = counts["stranger_nothing"] + counts["stranger_told"] + counts["stranger_told_another"]
    told = made - counts["stranger_nothing"]
    wronged = counts["buyer_nothing"] + counts["buyer_told_another"]
    figure = (
        f"{told} stories for {made} guesses, limits off, threads racing with {counts['buyer_told']} buyers "
        f"({wronged} of them wronged)"
    )
    holds = not told and not wronged and counts["buyer_told"] > 0 and made >= total - THREADS * PROCESSES
    note(Finding(PART, "by the verb, cache warm and cold", PROMISE, figure, holds, seconds))


@pytest.mark.parametrize("limited", [False, True], ids=["off", "on"])
def test_guesses_over_http(
    *, limited: bool, request: pytest.FixtureRequest, tmp_path: Path, note: Note
) -> None:
    """At orders whose buyers have just looked them up."""
    total: int = request.config.getoption("--guesses-sent") // 2
    settings = {"LOOKUP_LIMIT": "1000000/minute", "RATE_LIMITS_ENABLED": "false"}
    if limited:
        default = "email=20/hour,number_network=10/hour,number=200/hour,shop=2000/hour"
        settings = {"LOOKUP_LIMIT": "1000000/minute", "GUESS_LIMITS": default}
    begun = time.monotonic()
    chance = random.Random(7)  # noqa: S311 - to be the same again

    def stranger(_keep: bool) -> bytes:  # noqa: FBT001 - the shape that Keepers calls
        number, email = shoppers.known(chance.randrange(50))
        name, _, host = email.partition("@")
        guessed = chance.choice(
            (
                f"stranger-{chance.randrange(10**6)}@{host}",
                f"{name}+{chance.randrange(10**6)}@{host}",
                f"{name}@{host}.au",
            )
        )
        address = f"198.51.{chance.randrange(256)}.{chance.randrange(256)}"
        return shoppers.look_up(number, guessed, address=address)

    with (
        EmbeddedRedis() as redis,
        servers.upstream(tmp_path, 0) as shop,
        servers.service(tmp_path, redis.url, shop.port, **settings) as service,
    ):
        buyers = Keepers(service.port, _buyer(itertools.cycle(range(50))), total=100, kept=2, fresh=0)
        buyers.start()
        buyers.join()
        guesses = Keepers(service.port, stranger, total=total, kept=6, fresh=2)
        guesses.start()
        guesses.join()
        after = Keepers(service.port, _buyer(itertools.cycle(range(50))), total=100, kept=2, fresh=0)
        after.start()
        after.join()
    seconds = time.monotonic() - begun
    heard = guesses.outcome.counts
    told = ", ".join(f"{status} {number}" for status, number in sorted(heard.items()))
    figure = f"{heard['200']} stories for {total} guesses ({told}); buyers before and after: "
    figure += f"{buyers.outcome.answered + after.outcome.answered} of 200 served"
    allowed = {"404", "429"} if limited else {"404"}
    served = buyers.outcome.answered + after.outcome.answered == 200
    holds = set(heard) <= allowed and sum(heard.values()) == total and served
    name = f"over HTTP, limits {'on' if limited else 'off'}"
    note(Finding(PART, name, f"{PROMISE}, buyers served all along", figure, holds, seconds))


def _buyer(turn: Iterator[int]) -> Callable[[bool], bytes]:
    def request(_keep: bool) -> bytes:  # noqa: FBT001 - the shape that Keepers calls
        number = next(turn)
        return shoppers.look_up(*shoppers.known(number), address=f"203.0.113.{number}")

    return request
