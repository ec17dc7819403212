"""What growth costs: a kept answer among a hundred and among hundreds of thousands, and what one holds."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from redis import Redis

from tests.bench import load, servers, shoppers, shops, table, upstream
from tests.bench.measures import Effort
from tests.bench.table import Finding
from tracker.breaker import Breaker
from tracker.claim import by_email
from tracker.embedded_redis import EmbeddedRedis
from tracker.order_number import read as read_number
from tracker.parcel_note import notes_of
from tracker.ports.answers import Entry, Question
from tracker.shopify.reading import read_order
from tracker.store.cache import RedisAnswers
from tracker.store.redis import GuardedRedis
from tracker.store.sealing import Sealer
from tracker.store.shop_parcels import RedisShopParcels
from tracker.timeline import tell
from tracker.web.schemas import write_answer

FEW = 100
SHOPS = 10_000
ASKED = 2_000
"""Of so many of the many: more than a worker remembers anything of."""

MOST_APART = 0.10
PARCELS = 3
MOST_BYTES = 2_048
A_DAY = 86_400
PATIENT_SECONDS = 5.0
"""The time-out while filling: what is not kept would count as small."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A Redis with so many answers in it, over the first so many shops."""

    entries: int
    shops: int

    def shop(self, number: int) -> str:
        """Whose order this is."""
        return shops.domain(number % self.shops)

    def requests(self, most: int) -> Callable[[], list[bytes]]:
        """Look-ups of so many of them, the same ones each time, signed when called."""
        chosen = random.Random(1).sample(range(self.entries), min(most, self.entries))  # noqa: S311 - a choice
        return lambda: [_look_up(self, number) for number in chosen]


def compare(folder: Path, upstream_port: int, effort: Effort) -> list[Finding]:
    """Fill one Redis with few and another with many answers of as large a store, and ask by turns."""
    store = folder / "growth.sqlite3"
    many = Kept(effort.entries, min(SHOPS, effort.entries))
    shops.fill(f"sqlite:///{store}", many.shops)
    settings = {"DATABASE_URL": f"sqlite:///{store}", "SHOPIFY_SHOP": "", "SHOPIFY_ADMIN_TOKEN": ""}
    with ExitStack() as stack:
        asked: list[tuple[Kept, int, load.Stream]] = []
        for kept in (Kept(FEW, FEW), many):
            redis = stack.enter_context(EmbeddedRedis())
            bytes_each = fill(redis.url, kept)
            running = servers.service(folder, redis.url, upstream_port, WEB_WORKERS="1", **settings)
            port = stack.enter_context(running).port
            asked.append((kept, port, load.Stream(iter(()), 1)))
        for _ in range(effort.rounds):
            for kept, port, stream in asked:
                stream.requests = itertools.cycle(kept.requests(ASKED)())
                load.in_turn(port, [stream], times=effort.single * 4)
    few, much = (stream for _, _, stream in asked)
    rows = [("kept answers", "shops", "p50 ms", "p99 ms")]
    rows += [
        (f"{kept.entries}", f"{kept.shops}", f"{stream.median:.2f}", f"{stream.quantile(0.99):.2f}")
        for kept, _, stream in asked
    ]
    table.write(f"Growth: {len(few.seconds)} kept answers of each, one at a time", rows)
    apart = much.median / few.median - 1
    return [
        Finding(
            f"a kept answer among {many.entries} of {many.shops} shops and among {FEW}: medians within 10 %",
            f"{apart:+.1%}",
            abs(apart) <= MOST_APART,
        ),
        Finding(
            f"an order of {PARCELS} parcels: at most 2 KB in Redis, all its keys together",
            f"{bytes_each:.0f} bytes",
            bytes_each <= MOST_BYTES,
        ),
    ]


def fill(redis_url: str, kept: Kept) -> float:
    """Keep that many answers about orders of PARCELS parcels as the service would; the bytes that each takes
    of the server's memory."""
    guard = GuardedRedis(redis_url, Breaker(), timeout_seconds=PATIENT_SECONDS)
    sealer = Sealer(shoppers.SECRET)
    answers, parcels = RedisAnswers(guard, sealer, guess_limits={}), RedisShopParcels(guard, sealer)
    with Redis.from_url(redis_url) as client:
        before = _used_bytes(client)
        for number in range(kept.entries):
            _keep(answers, parcels, kept.shop(number), number)
        return (_used_bytes(client) - before) / kept.entries


def split_order(number: int) -> dict[str, Any]:
    """The Admin API's order of this number, in PARCELS parcels that each have their own number and events."""
    answer = json.loads(upstream.answer({"variables": {"id": f"gid://shopify/Order/{number}"}}))
    order: dict[str, Any] = answer["data"]["order"]
    recorded = [json.dumps(parcel) for parcel in order["fulfillments"]]
    order["fulfillments"] = [
        json.loads(_another(recorded[parcel % len(recorded)], number * PARCELS + parcel))
        for parcel in range(PARCELS)
    ]
    for part in order["fulfillmentOrders"]["nodes"]:
        part["id"] = f"{part['id']}{number}"
    return order


def _another(parcel: str, serial: int) -> str:
    """The same parcel with numbers and places of its own, which do not compress."""
    own = f"{serial * 7919 % 10**10:010d}"
    for recorded, others in (
        ("1Z999AA10123456784", f"1Z999AA1{own}"),
        ("1234567890", own),
        ("Fulfillment/", f"Fulfillment/{own}"),
        ("Berlin", f"Berlin {own[:2]}"),
        ("Leipzig", f"Leipzig {own[2:4]}"),
        (":05:00Z", f":{own[-2:]}:{own[-4:-2]}Z".translate(_MINUTES)),
        (":10:00Z", f":{own[-3:-1]}:{own[-5:-3]}Z".translate(_MINUTES)),
    ):
        parcel = parcel.replace(recorded, others)
    return parcel


_MINUTES = str.maketrans("6789", "0123")


def _keep(answers: RedisAnswers, parcels: RedisShopParcels, shop: str, number: int) -> None:
    typed, email = _theirs(number)
    read = read_number(typed)
    order = read_order(split_order(int(typed)))
    assert read is not None
    assert order is not None
    now = datetime.now(UTC)
    story = tell(order, now=now, stalled_days=10_000)
    question = Question(shop, read.canonical, read.stem, by_email(email), "bench")
    generation = answers.generation(question.shop)
    assert generation is not None
    parcels.keep(shop, order.id, notes_of(order, now=now), generation=generation, at=now)
    answers.keep(
        question,
        Entry(write_answer(story, now, 300), story.status, order.id, now),
        generation=generation,
        seconds=A_DAY,
        guessed=False,
        parts=order.parts,
    )


def _look_up(kept: Kept, number: int) -> bytes:
    return shoppers.look_up(*_theirs(number), shop=kept.shop(number))


def _theirs(number: int) -> tuple[str, str]:
    """Number and e-mail of an order. Each is of a shopper of its own, whose index takes room too."""
    typed, _ = shoppers.known(number)
    return typed, f"shopper-{number}@example.com"


def _used_bytes(client: Redis) -> int:
    told: dict[str, Any] = client.info("memory")
    return int(told["used_memory"])
